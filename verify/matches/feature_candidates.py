"""Propose references, and pairs of frames, from near descriptors of local features."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from verify.database.feature_index import DESCRIPTOR_BYTES
from verify.database.search import SearchIndex
from verify.matches.feature_frames import FeatureFrames

LOOK_EVERY_S = 0.45
"""Query frames this far apart are looked up; those between are compared once a reference is proposed."""

DESCRIPTORS_FOR_MORE = 1_000_000
LOOK_RARELY_S = 0.9
"""Among more descriptors, those of about eight hours, frames so far apart are looked up, each with all its
features: the strongest alone would be those of a caption."""

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
        rank: how many are more promising.
    """

    video_id: str
    mirrored: bool
    negative: bool
    query_frames: NDArray[np.int64]
    reference_frames: NDArray[np.int64]
    shared: NDArray[np.int64]
    rank: int = 0

    def best_of_each_frame(self, most: int) -> NDArray[np.int64]:
        """Give the rows of pairs: of each query frame the one that shares most, then the next, up to ``most``."""
        order = np.argsort(-self.shared, kind="stable")
        frames = self.query_frames[order]
        by_frame = np.argsort(frames, kind="stable")
        first = np.searchsorted(frames[by_frame], frames[by_frame])
        rank = np.empty(len(order), np.int64)
        rank[by_frame] = np.arange(len(order)) - first
        ranked = np.argsort(rank, kind="stable")
        return order[ranked[rank[ranked] < most]]


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
    every = list(variants.by_change.items())
    rows = _rows_to_look_up(every[0][1], len(index.features))
    # All variants in one search: what is searched through then comes from memory once.
    descriptors = np.concatenate([features.descriptors[rows] for _, features in every])
    near = index.features.find_nearest(descriptors.view(np.uint8).reshape(-1, DESCRIPTOR_BYTES), NEAREST, RADIUS_BITS)
    bounds = np.searchsorted(near.query_rows, np.arange(len(every) + 1) * len(rows))
    found = []
    for number, (change, features) in enumerate(every):
        part = slice(bounds[number], bounds[number + 1])
        query_frames = features.frame_numbers()[rows]
        shared = near.videos[part], near.frames[part], near.query_rows[part] - number * len(rows)
        found += _most_promising(_count_shared(*shared, query_frames), index.video_ids, change)
    ranked = sorted(found, key=lambda one: (-one[0], one[1].video_id, one[1].mirrored, one[1].negative))
    best = ranked[: min(limit, MAX_CANDIDATES)]
    return [replace(candidate, rank=rank) for rank, (_, candidate) in enumerate(best)]


def _count_shared(
    videos: NDArray[np.int64], frames: NDArray[np.int64], rows: NDArray[np.int64], query_frames: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give (n, 4): video, query frame, frame and how many features they share, ascending.

    Args:
        videos: (m,) where each near feature stands,
        frames: (m,) and in which frame.
        rows: (m,) which row was looked up.
        query_frames: frame of each row.
    """
    per_video, per_frame = int(frames.max(initial=0)) + 1, len(query_frames) + 1
    # A feature that lies near to several features of one frame shares one with it.
    distinct = np.unique((videos * per_video + frames) * per_frame + rows)
    places, rows = np.divmod(distinct, per_frame)
    per_query = int(query_frames.max(initial=0)) + 1
    videos, frames = np.divmod(places, per_video)
    pairs, counts = np.unique((videos * per_query + query_frames[rows]) * per_video + frames, return_counts=True)
    pairs, counts = pairs[counts >= FEWEST_SHARED], counts[counts >= FEWEST_SHARED]
    rest, frames = np.divmod(pairs, per_video)
    return np.stack([*np.divmod(rest, per_query), frames, counts], axis=1)


def _most_promising(
    pairs: NDArray[np.int64], video_ids: Sequence[str], change: tuple[bool, bool]
) -> list[tuple[float, FeatureCandidate]]:
    """Give the best ``MAX_CANDIDATES`` of one variant with what each is worth; ids ascend."""
    videos, starts = np.unique(pairs[:, 0], return_index=True)
    bounds = np.append(starts, len(pairs))
    worth = np.add.reduceat((pairs[:, 3] - 1.0) ** PAIR_POWER, starts).round(6) if len(videos) else np.empty(0)
    found = []
    for number in np.argsort(-worth, kind="stable")[:MAX_CANDIDATES].tolist():
        _, query_frames, frames, shared = pairs[bounds[number] : bounds[number + 1]].T
        candidate = FeatureCandidate(video_ids[videos[number]], *change, query_frames, frames, shared)
        found.append((float(worth[number]), candidate))
    return found


def _rows_to_look_up(features: FeatureFrames, searched: int) -> NDArray[np.int64]:
    """Give the features of frames some time apart."""
    every_s = LOOK_EVERY_S if searched <= DESCRIPTORS_FOR_MORE else LOOK_RARELY_S
    chosen, last = [], -every_s
    for frame, time in enumerate(features.times.tolist()):
        if time - last >= every_s:
            chosen.append(frame)
            last = time
    rows = [np.arange(features.first[frame], features.first[frame + 1]) for frame in chosen]
    return np.concatenate(rows) if rows else np.empty(0, np.int64)
