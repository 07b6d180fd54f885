"""Propose references, and pairs of frames, from near descriptors of local features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.database.feature_index import DESCRIPTOR_BYTES
from verify.database.search import SearchIndex
from verify.matches.feature_frames import FeatureFrames

LOOK_EVERY_S = 0.45
"""Query frames this far apart are looked up; those between are compared once a reference is proposed."""

NEAREST = 8
"""Descriptors asked for a feature: a copy that stands in more references than that is found through other features."""

RADIUS_BITS = 30
FEWEST_SHARED = 2
"""Features that two frames must share to be taken for a pair: one is chance."""

PAIR_POWER = 1.5
"""Of n shared features the first counts for nothing, and (n - 1) to this power for the pair: many in one pair of frames
say more than as many in several pairs."""

MAX_CANDIDATES = 48
"""References, each as it is, mirrored or negative, whose frames are compared."""


@dataclass(frozen=True, slots=True)
class FeatureCandidate:
    """A reference that shares features with the query.

    Attributes:
        video_id: the reference.
        mirrored, negative: what was done to the query's features before they were compared.
        query_frames, reference_frames: (n,) indices of frames that share features.
        shared: (n,) how many.
    """

    video_id: str
    mirrored: bool
    negative: bool
    query_frames: NDArray[np.int64]
    reference_frames: NDArray[np.int64]
    shared: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Variants:
    """The features of a query as they are, mirrored, negative, and both."""

    by_change: dict[tuple[bool, bool], FeatureFrames]

    @classmethod
    def of(cls, query: FeatureFrames) -> "Variants":
        """Make the variants of a query."""
        both = (False, True)
        return cls({(m, n): query.changed(mirrored=m, negative=n) for n in both for m in both})

    def get(self, *, mirrored: bool, negative: bool) -> FeatureFrames:
        """Give one of them."""
        return self.by_change[mirrored, negative]


def propose_by_features(variants: Variants, index: SearchIndex, limit: int) -> list[FeatureCandidate]:
    """Look up the features of a choice of frames in every variant.

    Returns:
        At most ``limit`` and ``MAX_CANDIDATES``, the most promising first; ties are ordered by video id.
    """
    found = [
        (score, candidate)
        for (mirrored, negative), features in variants.by_change.items()
        for score, candidate in _look_up(features, index, mirrored=mirrored, negative=negative)
    ]
    ranked = sorted(found, key=lambda one: (-round(one[0], 6), one[1].video_id, one[1].mirrored, one[1].negative))
    return [candidate for _, candidate in ranked[: min(limit, MAX_CANDIDATES)]]


def _look_up(
    features: FeatureFrames, index: SearchIndex, *, mirrored: bool, negative: bool
) -> list[tuple[float, FeatureCandidate]]:
    rows = _rows_to_look_up(features)
    near = index.features.find_nearest(
        features.descriptors[rows].view(np.uint8).reshape(-1, DESCRIPTOR_BYTES), NEAREST, RADIUS_BITS
    )
    # A feature that lies near to several features of one frame shares one with it.
    shared = np.unique(np.stack([near.videos, near.frames, rows[near.query_rows]], axis=1), axis=0)
    pairs = np.stack([shared[:, 0], features.frame_numbers()[shared[:, 2]], shared[:, 1]], axis=1)
    pairs, counts = np.unique(pairs, axis=0, return_counts=True)
    pairs, counts = pairs[counts >= FEWEST_SHARED], counts[counts >= FEWEST_SHARED]
    videos, starts = np.unique(pairs[:, 0], return_index=True)
    found = []
    for video, rows_of_video in zip(videos.tolist(), np.split(np.arange(len(pairs)), starts[1:]), strict=False):
        frames, shares = pairs[rows_of_video], counts[rows_of_video]
        candidate = FeatureCandidate(index.video_ids[video], mirrored, negative, frames[:, 1], frames[:, 2], shares)
        found.append((float(((shares - 1.0) ** PAIR_POWER).sum()), candidate))
    return found


def _rows_to_look_up(features: FeatureFrames) -> NDArray[np.int64]:
    """Give the features of frames at least ``LOOK_EVERY_S`` apart."""
    chosen, last = [], -LOOK_EVERY_S
    for frame, time in enumerate(features.times.tolist()):
        if time - last >= LOOK_EVERY_S:
            chosen.append(frame)
            last = time
    rows = [np.arange(features.first[frame], features.first[frame + 1]) for frame in chosen]
    return np.concatenate(rows) if rows else np.empty(0, np.int64)
