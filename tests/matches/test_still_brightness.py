"""The brightness of the blocks of a still says when somebody stood where."""

import numpy as np
import pytest

from tests.matches.made_courses import coarse, passing
from verify.matches.brightness import Courses
from verify.matches.still_brightness import FEWEST_BLOCKS, MOST_LUMA, Values, blocks_of, misfit_at

PLACE = np.random.default_rng(3).uniform(60, 180, (9, 16)).astype(np.float32)
PASSING = coarse(passing(seed=1))
REFERENCE = Courses(PASSING.times, PASSING.luma + PLACE)
TIMES = REFERENCE.times + 1 / 6
ALL = np.ones(PLACE.size, bool)
SHOWN = 40


def still(sample: int = SHOWN) -> Values:
    """Give the blocks of a picture taken halfway between two samples of the reference."""
    return np.asarray((REFERENCE.luma[sample] + REFERENCE.luma[sample + 1]).ravel() / 2, np.float32)


@pytest.mark.parametrize(("gain", "shift"), [(1.0, 0.0), (0.6, 50.0), (1.5, -40.0)])
def test_misfit_is_least_at_the_instant_whatever_contrast_became(gain: float, shift: float) -> None:
    """At the instant hardly anything is left over; where the walker is elsewhere, something is."""
    misfits = misfit_at(REFERENCE, TIMES[:-1], gain * still() + shift, ALL)
    assert misfits[SHOWN] < 0.1
    assert abs(int(misfits.argmin()) - SHOWN) <= 1
    assert np.median(misfits) > 4 * misfits[SHOWN]


def test_misfit_when_a_caption_covers_a_third_then_the_instant_is_still_told() -> None:
    """What is covered counts for no more than it may, and the rest as before."""
    seen = still().reshape(9, 16)
    seen[6:] = 250
    misfits = misfit_at(REFERENCE, TIMES[:-1], seen.ravel(), ALL)
    assert abs(int(misfits.argmin()) - SHOWN) <= 1
    assert misfits.max() <= MOST_LUMA


def test_misfit_when_the_picture_is_another_then_large() -> None:
    """Another place does not become this one by contrast."""
    other = np.random.default_rng(4).uniform(60, 180, PLACE.size).astype(np.float32)
    assert misfit_at(REFERENCE, TIMES[:-1], other, ALL).min() > 6


def test_misfit_when_hardly_any_block_is_seen_then_none_is_given() -> None:
    """A corner tells nothing."""
    inside = np.zeros(PLACE.size, bool)
    inside[: FEWEST_BLOCKS - 1] = True
    assert np.isnan(misfit_at(REFERENCE, TIMES, still(), inside)).all()


def test_misfit_before_the_first_and_after_the_last_sample_is_that_of_the_nearest() -> None:
    """A frame hash may end a little later than the last sample of brightness."""
    ends = np.array([-1.0, REFERENCE.times[-1] + 5])
    assert misfit_at(REFERENCE, ends, REFERENCE.luma[-1].ravel(), ALL)[1] < 0.1
    assert misfit_at(REFERENCE, ends, REFERENCE.luma[0].ravel(), ALL)[0] < 0.1


def test_blocks_are_the_means_of_their_parts_of_the_picture() -> None:
    """Row by row, each over its own rectangle."""
    picture = np.zeros((144, 256), np.uint8)
    picture[16:32, 32:48] = 200
    means = blocks_of(picture, REFERENCE).reshape(9, 16)
    assert means[1, 2] == pytest.approx(200, abs=1)
    assert np.delete(means.ravel(), 18).max() <= 1
