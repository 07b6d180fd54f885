"""A decision as the browser sends it, checked and recorded; no Streamlit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.case import decisions
from verify.errors import UsageError, VerifyError
from verify.records.claim import STANCES
from verify.ui.wording import error_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A decision on the characters ``[start, end)``; by the ``nonce`` the browser knows its answer."""

    start: int
    end: int
    decision: decisions.Decision
    nonce: str


def read_submission(sent: Any) -> Submission:  # noqa: ANN401  (whatever a browser sends)
    """Check what the browser sent.

    Raises:
        UsageError: it is not a decision that can be recorded.
    """
    if not isinstance(sent, dict):
        raise _cannot_record("it is no decision")
    if sent.get("stance") not in STANCES:
        raise _cannot_record("it takes no stance")
    by = str(sent.get("by") or "").strip()
    if not by:
        raise _cannot_record("it bears no name")
    decision = decisions.Decision(
        stance=sent["stance"], note=str(sent.get("note") or "").strip(), frame=_read_frame(sent), by=by
    )
    return Submission(
        start=_read_number(sent, "start"),
        end=_read_number(sent, "end"),
        decision=decision,
        nonce=str(sent.get("nonce") or ""),
    )


def _read_number(sent: dict[str, Any], name: str) -> int:
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _cannot_record("it names no sentence")
    return value


def _read_frame(sent: dict[str, Any]) -> tuple[int, str] | None:
    video, file = sent.get("video"), sent.get("file")
    return (video, file) if isinstance(video, int) and isinstance(file, str) and file else None


def _cannot_record(why: str) -> UsageError:
    return UsageError(
        "the decision was not saved", why, "Select a sentence, choose a stance, give your name and save again"
    )


def take_decision(root: Path, sent: Any) -> dict[str, Any]:  # noqa: ANN401  (whatever a browser sends)
    """Record a decision in the case and give the answer for the browser; a failure is an answer, too."""
    nonce = sent.get("nonce") if isinstance(sent, dict) else None
    try:
        submission = read_submission(sent)
        decisions.record_stance(root, start=submission.start, end=submission.end, decision=submission.decision)
    except VerifyError as error:
        return {"nonce": nonce, "saved": False, **error_words(error)}
    return {"nonce": nonce, "saved": True}
