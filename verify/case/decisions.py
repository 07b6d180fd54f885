"""What a person decides in a case, saved at once."""

import getpass
from dataclasses import dataclass
from pathlib import Path

from verify.case.folder import KEYFRAMES, hash_file, read_case
from verify.case.journal import CLAIMS, append_entry, now_utc, record_act
from verify.claims.board import name_claim, stance_entry
from verify.errors import DamagedCaseError, UsageError
from verify.records.case import Case
from verify.records.claim import STANCES, Claim, PinnedFrame, Stance

STANCE_TAKEN = "stance_taken"
"""The act that tells of a stance; its details hold the hash of the line in the log of claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A stance as taken on the screen.

    Attributes:
        stance: a key of ``STANCES``.
        note: the reason, may be empty.
        frame: number of the video and file name of the keyframe it rests on, if any.
        by: who decides.
    """

    stance: str
    note: str = ""
    frame: tuple[int, str] | None = None
    by: str = ""


def record_stance(root: Path, *, start: int, end: int, decision: Decision) -> Claim:
    """Take a stance on characters ``[start, end)`` of the article's text.

    Args:
        root: the case folder.
        start: first character of the claim.
        end: one after its last.
        decision: what was decided, on what, by whom.

    Returns:
        The claim with all its stances.

    Raises:
        NotACaseError, DamagedCaseError: the case cannot be read.
        UsageError: no such stance, stretch of text or keyframe.
        UnwritableFileError: it cannot be saved.
    """
    case = read_case(root)
    if decision.stance not in STANCES:
        raise _wrong(f"{decision.stance!r} is no stance", f"Choose one of {', '.join(STANCES)}")
    stance = Stance(
        stance=decision.stance,
        note=decision.note,
        frame=_pin(case, decision.frame) if decision.frame else None,
        by=decision.by or user_name(),
        at_utc=now_utc(),
    )
    try:
        entry = stance_entry(case.article, start, end, stance)
    except ValueError as error:
        raise _wrong(str(error), "Mark a stretch of the article") from error
    line = append_entry(root / CLAIMS, entry)
    record_act(root, STANCE_TAKEN, stance.by, claim=entry["claim"], stance=stance.stance, line_sha256=line)
    return next(claim for claim in read_case(root).claims if claim.claim_id == name_claim(start, end))


def user_name() -> str:
    """Give the name of the person at the machine, as the system knows it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _pin(case: Case, frame: tuple[int, str]) -> PinnedFrame:
    number, file = frame
    for video in case.videos:
        for keyframe in video.keyframes:
            if (video.number, keyframe.file) == (number, file):
                digest = _hash_picture(case.root, f"{video.folder}/{KEYFRAMES}/{file}")
                return PinnedFrame(video=number, file=file, time=keyframe.time, pts=keyframe.pts, sha256=digest)
    raise _wrong(f"video {number} has no keyframe {file}", "Choose a keyframe of the case")


def _hash_picture(root: Path, name: str) -> str:
    try:
        return hash_file(root / name)
    except OSError as error:
        raise DamagedCaseError(
            "the stance was not saved", f"{name} cannot be read ({error.strerror})", "Choose another keyframe"
        ) from error


def _wrong(why: str, remedy: str) -> UsageError:
    return UsageError("the stance was not saved", why, remedy)
