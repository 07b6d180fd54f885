"""Many pairs of frames with a few points each tell together where an edited copy lies."""

import numpy as np
import pytest

from tests.matches.made_features import World, thin
from verify.matches.common_map import LEAST_POINTS, find_common_map
from verify.matches.feature_alignment import FeatureTracer
from verify.matches.feature_candidates import FeatureCandidate
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import NearPairs, fit_pair
from verify.matches.movement import Standing

SQUARE, STREET = World(seed=5, pan=0.0), World(seed=6, pan=0.0)
SHOWN = np.arange(0, 8, 1 / 3)
SECONDS = np.arange(30.0)
REFERENCE = thin(SQUARE.film(SECONDS, SECONDS), 11, seed=1)
COPY = thin(SQUARE.film(5 + SHOWN, SHOWN, scale=1.5, shift=(-60, -30)), 10, seed=2)
OTHER = thin(STREET.film(5 + SHOWN, SHOWN), 10, seed=3)


def propose(query: FeatureFrames, rank: int = 0) -> FeatureCandidate:
    """Propose every pair of frames by how many descriptors are near."""
    frames, others = (one.ravel() for one in np.indices((len(query.times), len(REFERENCE.times))))
    shared = np.array(
        [len(NearPairs.between(query, i, REFERENCE, j)) for i, j in zip(frames.tolist(), others.tolist(), strict=True)]
    )
    return FeatureCandidate("reference", False, False, frames, others, shared, rank)  # noqa: FBT003  (as it is)


def test_common_map_when_every_pair_has_few_points_then_the_place_is_told() -> None:
    """No pair of frames has a map of its own, and yet the crop is told to a unit."""
    pairs = np.ndindex(len(COPY.times), len(REFERENCE.times))
    assert sum(fit_pair(COPY, i, REFERENCE, j) is not None for i, j in pairs) == 0
    found = find_common_map(COPY, REFERENCE, propose(COPY))
    assert found is not None
    assert found.matrix == pytest.approx(np.array([[1.5, 0, -60], [0, 1.5, -30]]), abs=1.0)
    assert found.points >= LEAST_POINTS


def test_common_map_when_footage_is_another_then_none() -> None:
    """Points that are near by chance agree on nothing."""
    assert find_common_map(OTHER, REFERENCE, propose(OTHER)) is None


@pytest.mark.parametrize(("rank", "found"), [(0, True), (100, False)])
def test_trace_when_every_pair_has_few_points_then_promising_candidates_are_followed(rank: int, found: bool) -> None:
    """The copy is found on the map of all frames; where hardly anything is promised, nobody looks so closely."""
    tracer = FeatureTracer(COPY, REFERENCE, Standing(REFERENCE))
    stretches = tracer.find_stretches(propose(COPY, rank), np.zeros(len(COPY.times), bool))
    assert bool(stretches) is found
    for stretch in stretches:
        assert all(fit.placed >= LEAST_POINTS for fit in stretch.fits)
        assert stretch.query_s[1] - stretch.query_s[0] > 2


def test_best_of_each_frame_takes_turns_between_frames() -> None:
    """First the best pair of every frame, then every second best; never more of one frame than asked for."""
    frames, others = np.array([0, 0, 0, 1, 1]), np.array([4, 5, 6, 7, 8])
    shared = np.array([9, 3, 8, 2, 4])
    candidate = FeatureCandidate("reference", False, False, frames, others, shared)  # noqa: FBT003
    assert candidate.best_of_each_frame(3).tolist() == [0, 4, 2, 3, 1]
    assert candidate.best_of_each_frame(1).tolist() == [0, 4]
