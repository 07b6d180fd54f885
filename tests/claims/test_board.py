"""The board of claims, built from its log."""

from fractions import Fraction
from typing import Any

import pytest

from verify.claims.board import build_board, name_claim, stance_entry
from verify.records.article import Article, TextSpan
from verify.records.claim import STANCES, PinnedFrame, Stance

TEXT = "The truck 🎥 stops. It burns."
ARTICLE = Article(source_name="a.txt", text=TEXT, paragraphs=(), sentences=(TextSpan(start=0, end=18),))
FRAME = PinnedFrame(video=1, file="0001.jpg", time=Fraction("1.234"), pts=111, sha256="ab" * 32)


def _stance(stance: str = "supported", **changes: Any) -> Stance:  # noqa: ANN401
    values = {"note": "", "frame": None, "by": "anna", "at_utc": "2022-11-16T09:00:00Z"}
    return Stance(stance=stance, **{**values, **changes})


@pytest.mark.parametrize("frame", [None, FRAME])
@pytest.mark.parametrize("stance", STANCES)
def test_stance_comes_back_from_its_line(stance: str, frame: PinnedFrame | None) -> None:
    """Writing and reading lose nothing, the frame's time to the millisecond."""
    taken = _stance(stance, note="нібито", frame=frame)
    (claim,) = build_board([stance_entry(ARTICLE, 19, 28, taken)])
    assert (claim.claim_id, claim.start, claim.end, claim.quote) == ("c19-28", 19, 28, TEXT[19:28])
    assert claim.stances == (taken,)


def test_empty_log_is_an_empty_board() -> None:
    """Nothing decided is no error."""
    assert build_board([]) == ()


def test_claims_stand_in_the_order_of_the_text_with_their_history() -> None:
    """The board does not depend on which claim was decided first; within a claim the order of decisions counts."""
    steps = [(19, 28, "unclear"), (0, 18, "supported"), (19, 28, "contradicted"), (0, 9, "not_shown")]
    board = build_board([stance_entry(ARTICLE, start, end, _stance(stance)) for start, end, stance in steps])
    assert [(claim.start, claim.end) for claim in board] == [(0, 9), (0, 18), (19, 28)]
    assert [stance.stance for stance in board[2].stances] == ["unclear", "contradicted"]
    assert board[2].current == board[2].stances[1]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (-1, 3), (0, len(TEXT) + 1)])
def test_stretch_outside_the_text_is_no_claim(start: int, end: int) -> None:
    """A claim quotes at least one character of the article."""
    with pytest.raises(ValueError, match="no stretch"):
        stance_entry(ARTICLE, start, end, _stance())


@pytest.mark.parametrize("change", [{"claim": "c0-5"}, {"start": 1}, {"stance": "surely"}])
def test_line_that_contradicts_itself_is_an_error(change: dict[str, Any]) -> None:
    """A claim's name is its place; a line cannot name another."""
    entry = {**stance_entry(ARTICLE, 0, 18, _stance()), **change}
    with pytest.raises(ValueError, match=r"the claim|is not one of"):
        build_board([entry])


def test_line_without_a_field_is_an_error() -> None:
    """What is missing is not invented."""
    entry = stance_entry(ARTICLE, 0, 18, _stance())
    del entry["quote"]
    with pytest.raises(KeyError):
        build_board([entry])


def test_name_of_a_claim_is_its_place() -> None:
    """Two decisions on one stretch are on one claim."""
    assert name_claim(3, 9) == "c3-9"
