"""The one map of an edited copy, from many pairs of frames together.

A narrow cut, a small picture in a picture or grain leave a few points in each pair of frames, too few for a map of
their own. But an edited copy lies at one place all the time: what is near in any pair of frames proposes a map for all
of them. In other footage such points agree on nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_candidates import FeatureCandidate
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import NearPairs

MOST_PAIRS, MOST_POINTS = 60, 400
"""Pairs of frames that are looked at, the best of each query frame first, and the nearest descriptors of them."""

LEAST_POINTS = 14
"""Points at distinct places that must agree on one map."""

SAME_PLACE = 6.0
"""Points this near each other, in 1/256 of the longer side, are at one place: each frame has its own features."""


@dataclass(frozen=True, slots=True)
class CommonMap:
    """A map of the reference's picture into the query's, which holds for all frames.

    Attributes:
        matrix: (2, 3) float64.
        points: how many points at distinct places agree on it.
    """

    matrix: NDArray[np.float64]
    points: int


def find_common_map(query: FeatureFrames, reference: FeatureFrames, candidate: FeatureCandidate) -> CommonMap | None:
    """Find the map on which points of many pairs of frames agree; None where too few do."""
    rows = candidate.best_of_each_frame(MOST_PAIRS)[:MOST_PAIRS]
    frames = zip(candidate.query_frames[rows].tolist(), candidate.reference_frames[rows].tolist(), strict=True)
    if not len(rows):
        return None
    pooled = NearPairs.pooled([NearPairs.between(query, i, reference, j) for i, j in frames], MOST_POINTS)
    agreed = pooled.agree_on_map()
    if agreed is None:
        return None
    matrix, agreeing = agreed
    points = min(_count_places(places[agreeing]) for places in (pooled.here, pooled.there))
    return CommonMap(matrix, points) if points >= LEAST_POINTS else None


def _count_places(points: NDArray[np.float64]) -> int:
    return len(np.unique(np.round(points / SAME_PLACE).astype(np.int64), axis=0))
