"""Features of frames a second apart tell where, when and how a reference lies in a query."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.matches.made_features import World
from verify.matches.feature_alignment import FeatureStretch, FeatureTracer
from verify.matches.feature_candidates import FeatureCandidate
from verify.matches.feature_frames import FeatureFrames
from verify.matches.movement import Standing

STREET, SQUARE = World(seed=1), World(seed=2)
REFERENCE = STREET.film(np.arange(60.0), np.arange(60.0))


def clock(seconds: float) -> NDArray[np.float64]:
    """Give the instants at which a query is looked at."""
    return np.arange(0, seconds, 1 / 3)


def trace(query: FeatureFrames, reference: FeatureFrames = REFERENCE) -> list[FeatureStretch]:
    """Trace a query whose every pair of frames was proposed that shares at least two descriptors."""
    pairs = []
    for i in range(len(query.times)):
        for j in range(len(reference.times)):
            left, right = query.descriptors[query.of_frame(i)], reference.descriptors[reference.of_frame(j)]
            bits = np.bitwise_count(left[:, np.newaxis] ^ right).sum(axis=2)
            shared = int((bits.min(axis=1, initial=128) <= 30).sum())
            if shared > 1:
                pairs.append((i, j, shared))
    frames, others, shared_by = np.array(pairs, np.int64).reshape(-1, 3).T
    candidate = FeatureCandidate("reference", False, False, frames, others, shared_by)  # noqa: FBT003  (as it is)
    tracer = FeatureTracer(query, reference, Standing(reference))
    return tracer.find_stretches(candidate, np.zeros(len(query.times), bool))


@pytest.mark.parametrize("speed", [1.0, 1.25, 0.8, -1.0, 1.4])
def test_trace_when_copy_is_cropped_then_offset_and_speed_are_told(speed: float) -> None:
    """To a tenth of a second in the middle, and to three hundredths of the speed."""
    shown = clock(12)
    query = STREET.film(20.3 + speed * shown + (12 if speed < 0 else 0), shown, scale=1.4, shift=(-30, -20))
    (found, *_) = trace(query)
    assert found.line.speed == pytest.approx(speed, abs=0.03)
    middle = float(found.line.reference_time(np.array([6.0]))[0])
    assert middle == pytest.approx(20.3 + speed * 6 + (12 if speed < 0 else 0), abs=0.2)
    assert found.query_s[0] < 0.8
    assert found.query_s[1] > 10.9
    matrices = np.array([fit.fit.matrix for fit in found.fits])
    assert np.median(matrices, axis=0)[0, 0] == pytest.approx(1.4, abs=0.02)


def test_trace_when_footage_is_another_then_nothing() -> None:
    """Chance gives no stretch."""
    assert trace(SQUARE.film(20 + clock(12), clock(12))) == []


def test_trace_when_nothing_moves_then_normal_speed() -> None:
    """Any line fits a still scene: the plain one is taken."""
    still = World(seed=3, pan=0.0)
    reference = still.film(np.arange(30.0), np.arange(30.0))
    found = trace(still.film(clock(8), clock(8), scale=0.7, shift=(20, 20)), reference)
    assert [one.line.speed for one in found] == [1.0] * len(found)
    assert all(fit.moving <= fit.points * 0.1 for one in found for fit in one.fits)
    assert sum(one.query_s[1] - one.query_s[0] for one in found) > 6


def test_trace_when_pieces_are_joined_then_a_stretch_each() -> None:
    """Two excerpts in another order are two stretches, each on its own line."""
    shown = clock(12)
    film_s = np.where(shown < 6, 40.0 + shown, 10.0 + shown - 6)
    found = sorted(trace(STREET.film(film_s, shown)), key=lambda one: one.query_s)
    assert [round(one.line.offset_s) for one in found] == [40, 4]
    assert found[0].query_s[1] < 6 <= found[1].query_s[0]


def test_fits_along_when_line_leaves_the_reference_then_no_fit_there() -> None:
    """Beyond its end a reference shows nothing, whatever its last frame looks like."""
    shown = clock(9)
    query = STREET.film(55.0 + shown, shown)
    (found, *_) = trace(query)
    assert found.query_s[1] <= 4.5
