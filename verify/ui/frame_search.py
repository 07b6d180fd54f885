"""Which references of the hash database show a keyframe of the case, as the desk asks; no Streamlit.

Nothing is written into the case: what one picture shows is a lead that the analyst follows, or not.
"""

from pathlib import Path
from typing import Any

from verify.case.folder import KEYFRAMES, read_case
from verify.database.store import open_database
from verify.errors import UsageError, VerifyError
from verify.fingerprints.workers import fingerprint_still
from verify.matches.explain import STANDS_S
from verify.matches.find import Matcher
from verify.records.article import Article
from verify.records.case import Case, CaseVideo
from verify.records.keyframe import Keyframe
from verify.records.match import Match, MatchReport
from verify.report.content import searched_in_words
from verify.report.wording import ANSWER_WORDS, time_code, time_range, visible
from verify.ui.stage_data import dates_words
from verify.ui.wording import error_words, reference_name

SHOWN = 5
"""Matches that are told; of more the answer gives the number."""


def search_frame(root: Path, sent: Any, database: str | None) -> dict[str, Any]:  # noqa: ANN401  (whatever a browser sends)
    """Look for a keyframe of the case and give the answer for the browser; a failure is an answer, too.

    Args:
        root: the case folder.
        sent: ``video``, ``file`` and ``nonce`` as the desk sends them.
        database: the hash database that the screen was started with; None for the one that the case names.
    """
    sent = sent if isinstance(sent, dict) else {}
    answer = {name: sent.get(name) for name in ("nonce", "video", "file")}
    try:
        case = read_case(root)
        video, frame = _find_frame(case, sent)
        path = find_database(case, video, database)
        fingerprint = fingerprint_still(root / video.folder / KEYFRAMES / frame.file).fingerprint
        with open_database(path) as opened, opened.snapshot():
            report = Matcher(opened, str(path)).find(frame.file, fingerprint)
    except VerifyError as error:
        return {**answer, "failed": error_words(error)}
    return {**answer, "failed": None, **report_words(report, case.article)}


def find_database(case: Case, video: CaseVideo, named: str | None) -> Path:
    """Give the hash database to search: the one named, else that in which the case was searched, if it lies here.

    A case names it as its maker typed it, so that a relative path holds where the case was made.

    Raises:
        UsageError: there is none.
    """
    if named is not None:
        return Path(named)
    recorded = [one.report.searched.database for one in (video, *case.videos) if one.report]
    for name in recorded:
        if _is_file(name):
            return Path(name)
    why = (
        f"the case was searched in {recorded[0]}, which is not here" if recorded else "the case names no hash database"
    )
    raise UsageError(
        "this frame cannot be searched", why, "Start the screen with the database: verify-video ui CASE --db DB"
    )


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a name from a damaged case, too long or with a NUL in it
        return False


def _find_frame(case: Case, sent: dict[str, Any]) -> tuple[CaseVideo, Keyframe]:
    for video in case.videos:
        for frame in video.keyframes:
            if (video.number, frame.file) == (sent.get("video"), sent.get("file")):
                return video, frame
    raise UsageError(
        "this frame cannot be searched", "the case has no such keyframe", "Load the page again and choose a keyframe"
    )


def report_words(report: MatchReport, article: Article) -> dict[str, Any]:
    """Say what a search for one picture found."""
    return {
        "answer": report.answer,
        "words": ANSWER_WORDS[report.answer],
        "reason": visible(report.reason),
        "database": visible(report.searched.database),
        "searched": searched_in_words(report),
        "matches": [_match_words(match, article) for match in report.matches[:SHOWN]],
        "more": max(0, len(report.matches) - SHOWN),
    }


def _match_words(match: Match, article: Article) -> dict[str, Any]:
    (segment,) = match.segments
    shown = segment.reference
    return {
        "name": reference_name(match.reference),
        "path": visible(match.reference.path),
        "answer": match.answer,
        "words": ANSWER_WORDS[match.answer],
        "clock": time_code(shown.start) if shown.seconds < STANDS_S else time_range(shown),
        "score": f"{match.score:.3f}",
        "reason": visible(match.reason),
        **dates_words(match.reference.first_seen, article),
    }
