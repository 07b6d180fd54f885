"""Whether a case is as it was sealed: found out in a thread, for evidence may be large and nobody waits for it."""

import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from verify.case import check
from verify.errors import VerifyError
from verify.report.wording import visible
from verify.ui.components.again import look_again
from verify.ui.components.sections import show_failure, show_section

_AT_ONCE_S = 0.2
"""A small case is checked by then, so that its page does not change again; a decision waits no longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found, and when it ended."""

    outcome: check.CaseCheck
    at: datetime


_RUNNING: dict[Path, Future[Checked]] = {}
_LOCK = threading.Lock()


def begin_check(root: Path) -> Future[Checked]:
    """Begin to compare the case with its manifest, or join the check of it that runs already."""
    with _LOCK:
        if root not in _RUNNING:
            _RUNNING[root] = Future()
            # A daemon: stopping the program does not wait until gigabytes are hashed.
            threading.Thread(target=_check, args=(root, _RUNNING[root]), daemon=True).start()
        return _RUNNING[root]


def _check(root: Path, result: Future[Checked]) -> None:
    try:
        result.set_result(Checked(outcome=check.check_case(root), at=datetime.now().astimezone()))
    except Exception as error:  # noqa: BLE001  (whoever asks for the result gets it)
        result.set_exception(error)
    finally:
        with _LOCK:
            del _RUNNING[root]


def show_integrity(root: Path, top: DeltaGenerator, unanswered: str) -> None:
    """Show whether the folder is as it was sealed, once that is known: checked once a session.

    Args:
        root: the case folder.
        top: the place at the top of the page for a warning; the rest stands where this is called.
        unanswered: key in the session of whether a decision waits for the page to run.
    """
    key = f"check-{root}"
    if key not in st.session_state:
        st.session_state[key] = begin_check(root)
        wait((st.session_state[key],), timeout=_AT_ONCE_S)
    _show_outcome(st.session_state[key], top, unanswered)


@st.fragment
def _show_outcome(result: Future[Checked], top: DeltaGenerator, unanswered: str) -> None:
    """Show what is known; this part of the page alone runs again until the check has ended."""
    if st.session_state.get(unanswered):
        # A browser sends what happens within a millisecond as one: then the decision ran this part only.
        st.rerun()
    with top:
        _show_warning(result)
    if not result.done():
        show_section("integrity.html", state="running")
        look_again("integrity")
    elif isinstance(result.exception(), VerifyError):
        show_section("integrity.html", state="failed")
    else:
        checked = result.result()
        found, at = checked.outcome, f"{checked.at:%H:%M:%S}"
        show_section("integrity.html", state="ended", problems=len(found.problems), files=found.files, at=at)


def _show_warning(result: Future[Checked]) -> None:
    if not result.done():
        st.html("<span hidden></span>")  # only what the whole page has filled can this part fill later
    elif isinstance(error := result.exception(), VerifyError):
        show_failure(error)
    elif error is None and (problems := result.result().outcome.problems):
        show_section("altered.html", problems=[visible(problem) for problem in problems])
