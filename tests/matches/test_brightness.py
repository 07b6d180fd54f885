"""Brightness over time, laid where features say: what it tells, and what it does not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from verify.matches.brightness import Courses, Place, lay
from verify.matches.brightness_lines import Agreement, LaidCourses, _moving
from verify.matches.feature_frames import FeatureFrames
from verify.matches.lines import Line

STEP_S = 1 / 6
ROWS, COLUMNS = 9, 16
SAME_PLACE = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def passing(seed: int, seconds: float = 30.0, rows: int = 27, columns: int = 48) -> Courses:
    """Make the brightness of a still place through which somebody walks, to and fro at a changing pace."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, seconds, STEP_S)
    pace = np.repeat(rng.uniform(0.05, 0.4, len(times) // 6 + 1), 6)[: len(times)] * rng.choice([-1, 1])
    where = np.abs((rng.random() + np.cumsum(pace) * STEP_S) % 2 - 1)
    x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    walker = np.exp(-(((x - where[:, None, None]) / 0.08) ** 2 + ((y - 0.6) / 0.3) ** 2))
    dark = rng.uniform(-60, 60, (rows, columns))
    return Courses(times, (walker * dark).astype(np.float32))


def coarse(courses: Courses) -> Courses:
    """Give what a reference keeps: fewer blocks, every other sample."""
    rows, columns = courses.luma.shape[1:]
    small = courses.luma.reshape(-1, ROWS, rows // ROWS, COLUMNS, columns // COLUMNS).mean(axis=(2, 4))
    return Courses(courses.times[::2], small[::2])


def features(width: float = 256, height: float = 144) -> FeatureFrames:
    """Give the shape of a picture; nothing else is asked."""
    nothing, none = np.empty(0, np.float32), np.empty((0, 2))
    return FeatureFrames(
        np.empty(0),
        np.zeros(1, np.int64),
        none.astype(np.float32),
        nothing,
        nothing,
        none.astype(np.uint64),
        (width, height),
        30.0,
    )


def at_place(matrix: NDArray[np.float64]) -> Place:
    """Give a steady place."""
    return Place(matrix, True, np.zeros(1), matrix[np.newaxis], np.ones(1))  # noqa: FBT003


def excerpt(courses: Courses, start_s: float, seconds: float, speed: float = 1.0) -> Courses:
    """Play a part, at a speed, as a query."""
    times = np.arange(0, seconds, STEP_S)
    there = start_s + speed * times
    at = np.abs(courses.times[:, None] - there).argmin(axis=0)
    return Courses(times, courses.luma[at])


def laid(
    query: Courses,
    reference: Courses,
    matrix: NDArray[np.float64] = SAME_PLACE,
    *,
    mirrored: bool = False,
    negative: bool = False,
) -> LaidCourses:
    """Lay a query of the same shape."""
    done = lay((query, coarse(reference)), at_place(matrix), (features(), features()), (mirrored, negative))
    assert done is not None
    return done


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
    assert agreement.alike < agreement.moving


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
    assert laid(excerpt(original, 10, 7), original).along(Line(1.0, 10.0), span) is None


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
