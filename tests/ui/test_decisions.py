"""A decision as it comes from the browser."""

from pathlib import Path
from typing import Any

import pytest

from tests.ui.made_case import make_case
from verify.case.folder import read_case
from verify.ui import case_page
from verify.ui.decisions import take_decision


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the folder of a made case."""
    return make_case(tmp_path / "case", frames=4).root


def decision(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Give what the desk sends."""
    sent = {
        "start": 0,
        "end": 40,
        "stance": "supported",
        "note": "seen",
        "video": 1,
        "file": "0002.jpg",
        "by": "anna",
    }
    return {**sent, "nonce": "n1", **changes}


def test_decision_is_recorded_with_its_frame_name_and_reason(root: Path) -> None:
    """What was decided, by whom, on which picture and why."""
    assert take_decision(root, decision()) == {"nonce": "n1", "saved": True}
    (claim,) = read_case(root).claims
    stance = claim.current
    assert stance is not None
    assert stance.frame is not None
    assert (claim.start, stance.stance, stance.note, stance.by) == (0, "supported", "seen", "anna")
    assert (stance.frame.video, stance.frame.file) == (1, "0002.jpg")


def test_decision_without_a_keyframe_is_recorded_without_one(root: Path) -> None:
    """What no frame can show rests on none."""
    assert take_decision(root, decision(stance="not_checkable", video=None, file=None))["saved"]
    stance = read_case(root).claims[0].current
    assert stance is not None
    assert stance.frame is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "supported",
        decision(stance="true"),
        decision(stance=None),
        decision(by="  "),
        decision(start="0"),
        decision(start=True),
        decision(end=None),
    ],
)
def test_what_is_no_decision_is_answered_and_records_nothing(root: Path, sent: Any) -> None:  # noqa: ANN401
    """A browser may send anything; the case takes decisions only."""
    answer = take_decision(root, sent)
    assert not answer["saved"]
    assert answer["what"] == "the decision was not saved"
    assert read_case(root).claims == ()


def test_case_that_vanished_is_answered_with_the_remedy(root: Path, tmp_path: Path) -> None:
    """The analyst must learn that nothing was kept."""
    answer = take_decision(tmp_path / "gone", decision())
    assert (answer["nonce"], answer["saved"]) == ("n1", False)
    assert answer["remedy"]
    assert root.is_dir()


def test_decision_sent_twice_is_recorded_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that reconnects may send again what was saved already."""
    session: dict[str, Any] = {"desk": {"decide": decision()}}
    monkeypatch.setattr("streamlit.session_state", session)
    case_page._decide(root, "desk")
    case_page._decide(root, "desk")
    session["desk"] = {"decide": decision(nonce="n2", stance="unclear")}
    case_page._decide(root, "desk")
    assert [stance.stance for stance in read_case(root).claims[0].stances] == ["supported", "unclear"]
