"""Brightness over time, laid where features say: what it tells, and what it does not."""

import numpy as np
import pytest

from tests.matches.made_courses import STEP_S, at_place, coarse, excerpt, features, laid, passing
from verify.matches.brightness import Courses, Place, lay
from verify.matches.brightness_lines import Agreement, _moving, _resample
from verify.matches.feature_alignment import FrameFit
from verify.matches.geometry import PairFit
from verify.matches.lines import Line


def settled(query: Courses, reference: Courses, line: Line, seconds: float) -> tuple[Line, Agreement]:
    """Settle a line."""
    done = laid(query, reference).settle(line, (0.0, seconds))
    assert done is not None
    return done


def test_copy_agrees_at_its_instant_and_at_no_other() -> None:
    """A second off, what moves is elsewhere."""
    original = passing(1)
    both = laid(excerpt(original, 10, 7), original)
    here, off = (both.along(Line(1.0, 10.0 + shift), (0.0, 7.0)) for shift in (0.0, 1.2))
    assert here is not None
    assert off is not None
    assert here.correlation > 0.9
    assert off.correlation < 0.5


def test_other_walk_through_the_same_place_does_not_agree_wherever_it_is_laid() -> None:
    """Also the best of all lines does not make one walk another."""
    for seed in range(2, 8):
        found = laid(excerpt(passing(seed), 10, 9), passing(1)).search(Line(1.0, 10.0), (0.0, 9.0))
        assert found is None or found[1].correlation < 0.7


@pytest.mark.parametrize(("speed", "start"), [(1.0, 10.0), (1.3, 8.0), (0.75, 12.0), (-1.0, 20.0)])
def test_line_is_settled_from_a_second_off(speed: float, start: float) -> None:
    """Features of a still place tell neither offset nor speed; brightness tells both."""
    original = passing(3)
    query = excerpt(original, start, 8, speed)
    line, agreement = settled(query, original, Line(np.sign(speed), start + speed * 4 - np.sign(speed) * 4 + 0.9), 8.0)
    assert agreement.correlation > 0.85
    assert line.speed == pytest.approx(speed, rel=0.03)
    assert line.reference_time(np.array([4.0]))[0] == pytest.approx(start + 4 * speed, abs=0.12)


def test_line_is_found_wherever_it_lies() -> None:
    """A reference of half a minute is searched as a whole, at all speeds and both ways."""
    original = passing(5)
    for speed, start in ((1.0, 3.0), (1.2, 14.0), (-0.8, 24.0)):
        found = laid(excerpt(original, start, 8, speed), original).search(Line(1.0, 0.0), (0.0, 8.0))
        assert found is not None
        line, agreement = found
        assert agreement.correlation > 0.85
        assert line.reference_time(np.array([4.0]))[0] == pytest.approx(start + 4 * speed, abs=0.15)


def test_reference_of_hardly_a_second_is_not_searched() -> None:
    """A reference of one sample, as a picture that is shown for a second leaves, has no course to compare."""
    original = passing(1)
    for samples in (1, 2, 3):
        short = Courses(original.times[:samples], original.luma[:samples])
        assert laid(excerpt(original, 0, 8), short).search(Line(1.0, 0.0), (0.0, 4.0)) is None


def test_mirrored_negative_and_pale_copies_agree() -> None:
    """Brightness is laid where it lies in the mirror, turned over and scaled."""
    original = passing(6)
    copy = excerpt(original, 5, 8)
    changed = Courses(copy.times, -0.4 * copy.luma[:, :, ::-1])
    agreement = laid(changed, original, mirrored=True, negative=True).along(Line(1.0, 5.0), (0.0, 8.0))
    assert agreement is not None
    assert agreement.correlation > 0.85


def test_cropped_copy_is_laid_by_its_map() -> None:
    """Two thirds of the picture, enlarged: the rest of the reference is not asked."""
    original = passing(7)
    copy = excerpt(original, 5, 8)
    part = Courses(copy.times, copy.luma[:, :18, 16:])
    enlarged = np.array([[1.5, 0, -128.0], [0, 1.5, 0.0]])
    agreement = laid(part, original, enlarged).along(Line(1.0, 5.0), (0.0, 8.0))
    assert agreement is not None
    assert agreement.correlation > 0.9
    wrong = laid(part, original, np.array([[1.5, 0, 0.0], [0, 1.5, -70.0]])).along(Line(1.0, 5.0), (0.0, 8.0))
    assert wrong is None or wrong.correlation < 0.5


def test_what_is_covered_counts_as_not_agreeing() -> None:
    """A sticker that stands still hides what moves behind it."""
    original = passing(8)
    copy = excerpt(original, 5, 12)
    copy.luma[:, :, 24:] = 0
    agreement = laid(copy, original).along(Line(1.0, 5.0), (0.0, 12.0))
    assert agreement is not None
    assert 0.2 < agreement.correlation < 0.8


def test_nothing_moves_then_no_block_does() -> None:
    """Two still recordings of one place: brightness tells nothing, and says so."""
    still = Courses(np.arange(0, 30, STEP_S), np.zeros((180, 27, 48), np.float32))
    agreement = laid(excerpt(still, 5, 8), still).along(Line(1.0, 5.0), (0.0, 8.0))
    assert agreement is not None
    assert (agreement.moving, agreement.correlation) == (0.0, 0.0)


def test_light_that_comes_up_slowly_is_no_movement() -> None:
    """It does so at any evening; what is faster stays."""
    times = np.arange(0, 30, STEP_S)
    slow = np.repeat(times[:, None] * 4, 16, axis=1).astype(np.float32)
    assert np.abs(_moving(slow)[8:-8]).max() < 0.01
    fast = slow.copy()
    fast[60:62] += 50
    assert _moving(fast)[60].max() > 35


@pytest.mark.parametrize("span", [(0.0, 1.0), (6.5, 7.0)])
def test_stretch_that_is_too_short_is_not_compared(span: tuple[float, float]) -> None:
    """Few instants correlate by chance."""
    original = passing(1)
    both = laid(excerpt(original, 10, 7), original)
    assert both.along(Line(1.0, 10.0), span) is None
    assert both.settle(Line(1.0, 10.0), span) is None
    assert both.search(Line(1.0, 10.0), span) is None


def test_reference_that_ends_before_half_of_the_stretch_is_not_compared() -> None:
    """A line must lie in the reference."""
    original = passing(1)
    both = laid(excerpt(original, 10, 7), original)
    assert both.along(Line(1.0, 27.0), (0.0, 7.0)) is None
    assert both.along(Line(1.0, -8.0), (0.0, 7.0)) is None


def test_picture_that_lies_beside_the_query_is_not_laid() -> None:
    """With hardly a block in sight nothing can be compared."""
    original = passing(1)
    beside = np.array([[1.0, 0, 250.0], [0, 1.0, 0]])
    assert (
        lay((excerpt(original, 10, 7), coarse(original)), at_place(beside), (features(), features()), (False, False))
        is None
    )


@pytest.mark.parametrize("span", [(0.0, 30.0), (4.1, 9.3), (-3.0, 2.0), (27.0, 40.0), (35.0, 36.0)])
def test_span_of_a_query_tells_what_the_whole_tells_of_it(span: tuple[float, float]) -> None:
    """Of a long query only the stretch is laid, and to the bit it says the same."""
    whole = passing(9)
    part = whole.during(span)
    times = np.arange(span[0], span[1], 0.05)
    of_both = [_resample(one.times, one.luma.reshape(len(one.luma), -1), times) for one in (part, whole)]
    assert (of_both[0] == of_both[1]).all()
    assert len(part.times) <= (span[1] - span[0]) / STEP_S + 3


def fits(places: list[tuple[float, float]], points: int = 10) -> list[FrameFit]:
    """Give a fitted frame a second, each with its own shift of the picture."""
    found = np.arange(points)
    return [
        FrameFit(
            second, second, float(second), float(second), PairFit(np.array([[1, 0, x], [0, 1, y]]), found, found), 0
        )
        for second, (x, y) in enumerate(places)
    ]


def test_place_that_hardly_moves_is_the_same_all_the_time() -> None:
    """Places are kept to one unit: what jitters by that is steady, and a few wrong maps in a row move nothing."""
    place = Place.of(fits([(10, 5), (11, 5), (10, 6), (90, 60), (10, 5)]), (256.0, 144.0))
    assert place.steady
    assert place.at(3.0)[:, 2].tolist() == [10, 5]


def test_place_that_is_shaken_is_that_of_the_frames_about_an_instant() -> None:
    """At a frame it is that of the frame, between two of them between theirs, and far from all that of the nearest."""
    place = Place.of(fits([(0, 0), (30, 0), (60, 0), (20, 0)]), (256.0, 144.0))
    assert not place.steady
    assert place.at(1.0)[0, 2] == pytest.approx(30, abs=0.3)
    assert place.at(1.5)[0, 2] == pytest.approx(45, abs=1)
    assert place.at(500.0)[0, 2] == pytest.approx(20, abs=0.3)
