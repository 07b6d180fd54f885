"""A stretch is cut where what moves stops agreeing, and goes on for as long as it does."""

import numpy as np
import pytest

from tests.matches.made_courses import STEP_S, excerpt, laid, passing
from verify.matches.brightness import Courses
from verify.matches.lines import Line
from verify.matches.piecewise import find_pieces, lengthen

EDGE_S = 1.1
"""Brightness is compared over a second and a half, so an edge is true to about a second."""


def joined(*parts: Courses) -> Courses:
    """Play excerpts one after another, as a cut of one still place does."""
    luma = np.concatenate([part.luma for part in parts])
    return Courses(np.arange(len(luma), dtype=np.float64) * STEP_S, luma)


def test_stretch_that_agrees_throughout_is_not_cut() -> None:
    """Nothing speaks against it."""
    original = passing(1)
    assert find_pieces(laid(excerpt(original, 10, 12), original), Line(1.0, 10.0), (0.0, 12.0)) is None


def test_stretch_in_which_nothing_moves_is_not_cut() -> None:
    """An empty room agrees with itself: it says nothing of the instant, and nothing against it."""
    still = Courses(np.arange(0, 30, STEP_S), np.zeros((180, 27, 48), np.float32))
    assert find_pieces(laid(excerpt(still, 5, 12), still), Line(1.0, 5.0), (0.0, 12.0)) is None


@pytest.mark.parametrize(("second", "speed"), [(18.0, 1.0), (2.0, 1.0), (29.0, -1.0)])
def test_jump_within_one_place_is_found_with_the_line_of_each_piece(second: float, speed: float) -> None:
    """Forwards, back, and turned over in time: the camera stands still, so only what moves tells."""
    original = passing(5)
    query = joined(excerpt(original, 8, 8), excerpt(original, second, 8, speed))
    pieces = find_pieces(laid(query, original), Line(1.0, 8.0), (0.0, 16.0))
    assert pieces is not None
    (first, first_s), (then, then_s) = pieces
    assert (first, first_s[0]) == (Line(1.0, 8.0), 0.0)
    assert first_s[1] == pytest.approx(8, abs=EDGE_S)
    assert then_s[0] == pytest.approx(8, abs=EDGE_S)
    assert then_s[1] == pytest.approx(16, abs=EDGE_S)
    assert then.reference_time(np.array([12.0]))[0] == pytest.approx(second + 4 * speed, abs=0.2)


def test_other_footage_at_the_end_is_left_out() -> None:
    """What stands nowhere in the reference belongs to no piece."""
    original = passing(5)
    query = joined(excerpt(original, 8, 8), excerpt(passing(6), 8, 8))
    pieces = find_pieces(laid(query, original), Line(1.0, 8.0), (0.0, 16.0))
    assert pieces is not None
    ((line, span),) = pieces
    assert line == Line(1.0, 8.0)
    assert span[0] == 0
    assert span[1] == pytest.approx(8, abs=EDGE_S)


def test_stretch_goes_on_as_far_as_what_moves_agrees() -> None:
    """Features saw a part of it; before and after it something else is played."""
    original, other = passing(5), passing(6)
    query = joined(excerpt(other, 0, 5), excerpt(original, 8, 12), excerpt(other, 20, 5))
    begin, end = lengthen(laid(query, original), Line(1.0, 3.0), (9.0, 13.0))
    assert begin == pytest.approx(5, abs=EDGE_S)
    assert end == pytest.approx(17, abs=EDGE_S)


@pytest.mark.parametrize(("start", "seconds", "span"), [(0.0, 30.0, (1.0, 29.0)), (10.0, 6.0, (0.2, 5.9))])
def test_stretch_never_goes_on_beyond_the_ends(start: float, seconds: float, span: tuple[float, float]) -> None:
    """Of neither video; and it never becomes shorter."""
    original = passing(5)
    begin, end = lengthen(laid(excerpt(original, start, seconds), original), Line(1.0, start), span)
    assert 0 <= begin <= span[0]
    assert span[1] <= end <= seconds + STEP_S


def test_stretch_where_nothing_agrees_around_stays_as_it_is() -> None:
    """Also one so short that there is nothing to follow from within it."""
    original, other = passing(5), passing(6)
    both = laid(joined(excerpt(other, 0, 10), excerpt(other, 20, 10)), original)
    assert lengthen(both, Line(1.0, 3.0), (9.0, 10.0)) == (9.0, 10.0)
