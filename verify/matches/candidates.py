"""Propose references, and pairs of near frames, from an exact search over the whole hash database."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.database.frame_index import NearFrames
from verify.database.search import SearchIndex
from verify.matches.frames import Frames
from verify.matches.settings import MatchSettings

BATCH_FRAMES = 128
"""Query frames searched at a time: what is found is thinned after each batch, so that a static camera, near to every
frame of a reference of hours, does not fill the memory."""

PAIRS_A_FRAME = 64
"""Pairs kept of one query frame and one reference, the nearest ones."""

FRAMES_FOR_ALL = 4_000_000
LOOK_EVERY_S = 0.45
"""Among up to so many frames, those of about two hundred hours, every frame of a query is looked for; among more, only
frames so far apart, and the others once a reference is chosen."""

TELLING_FRAMES = 4
"""Among so many frames chance makes pairs as well. A reference without a strongly near pair is then looked at only if
so many of its frames are near to as many of the query's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference with frames near to the query's, mirrored or not.

    Attributes:
        video_id: the reference.
        mirrored: the query's frames were mirrored before they were compared.
        query_frames, reference_frames: (n,) indices of near frames in their fingerprints.
        distances: (n,) bits between them.
    """

    video_id: str
    mirrored: bool
    query_frames: NDArray[np.int64]
    reference_frames: NDArray[np.int64]
    distances: NDArray[np.int32]

    def only(self, chosen: NDArray[np.bool_]) -> "Candidate":
        """Give the candidate with some of its pairs."""
        return Candidate(
            self.video_id,
            self.mirrored,
            self.query_frames[chosen],
            self.reference_frames[chosen],
            self.distances[chosen],
        )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Near pairs over all references, one entry a pair."""

    query_frames: NDArray[np.int64]
    videos: NDArray[np.int64]
    frames: NDArray[np.int64]
    distances: NDArray[np.int32]


def propose_candidates(query: Frames, index: SearchIndex, settings: MatchSettings) -> list[Candidate]:
    """Search every comparable frame of the query, as it is and mirrored.

    Returns:
        At most ``settings.max_references`` candidates a direction. A query frame that is near to few references says
        more than one that is near to many, so each frame shares one vote among its references; ties are ordered by
        video id, so that the choice depends on the database alone.
    """
    rows = np.flatnonzero(query.comparable)
    looked_for = _rows_to_look_for(query, rows, len(index.frames))
    candidates: list[Candidate] = []
    for mirrored in (False, True):
        hashes = query.mirrored if mirrored else query.hashes
        pairs = _search(hashes[looked_for], looked_for, index, settings)
        chosen = _choose_videos(pairs, index.video_ids, settings.max_references)
        if len(looked_for) < len(rows):
            pairs = _complete(hashes[rows], rows, index, chosen, settings)
            chosen = _without_chance(pairs, chosen, settings)
        for video, positions in _by_video(pairs):
            if video in chosen:
                frames = pairs.query_frames[positions], pairs.frames[positions], pairs.distances[positions]
                candidates.append(Candidate(index.video_ids[video], mirrored, *frames))
    return candidates


def nearest_pairs(groups: NDArray[np.int64], distances: NDArray[np.int32], per_group: int) -> NDArray[np.int64]:
    """Give the positions of the nearest ``per_group`` pairs of each group, by group and then by distance.

    Args:
        groups: (n,) group of each pair.
        distances: (n,) bits.
        per_group: how many to keep; of equally near ones those that come first.
    """
    order = np.lexsort((distances, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.append(starts, len(ordered))))
    return order[rank < per_group]


def _rows_to_look_for(query: Frames, rows: NDArray[np.int64], searched_frames: int) -> NDArray[np.int64]:
    """Give all frames, or a choice; what is shown at one instant, as the views of a still are, stays together."""
    if searched_frames <= FRAMES_FOR_ALL:
        return rows
    chosen, last = [], -np.inf
    for row, start in zip(rows.tolist(), query.starts[rows].tolist(), strict=True):
        if start == last or start - last >= LOOK_EVERY_S:
            chosen.append(row)
            last = start
    return np.array(chosen, np.int64)


def _search(hashes: NDArray[np.uint64], rows: NDArray[np.int64], index: SearchIndex, settings: MatchSettings) -> _Pairs:
    found = []
    for start in range(0, len(rows), BATCH_FRAMES):
        near = index.frames.find_near(_as_bytes(hashes[start : start + BATCH_FRAMES]), settings.candidate_bits)
        found.append(_thin(near, rows[start:], len(index.video_ids)))
    return _join(found)


def _complete(
    hashes: NDArray[np.uint64],
    rows: NDArray[np.int64],
    index: SearchIndex,
    chosen: frozenset[int],
    settings: MatchSettings,
) -> _Pairs:
    """Look for every frame in the chosen videos."""
    queries = _as_bytes(hashes)
    found = (index.frames.find_near_in(video, queries, settings.candidate_bits) for video in sorted(chosen))
    return _join([_thin(near, rows, len(index.video_ids)) for near in found])


def _without_chance(pairs: _Pairs, chosen: frozenset[int], settings: MatchSettings) -> frozenset[int]:
    strong = set(pairs.videos[pairs.distances <= settings.strong_bits].tolist())
    frames = [
        np.unique(np.stack([pairs.videos, side], axis=1), axis=0)[:, 0] for side in (pairs.query_frames, pairs.frames)
    ]
    counted = [dict(zip(*np.unique(videos, return_counts=True), strict=True)) for videos in frames]
    return frozenset(
        video for video in chosen if video in strong or min(one.get(video, 0) for one in counted) >= TELLING_FRAMES
    )


def _as_bytes(hashes: NDArray[np.uint64]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(hashes).view(np.uint8).reshape(len(hashes), -1)


def _thin(near: NearFrames, rows: NDArray[np.int64], videos: int) -> _Pairs:
    kept = nearest_pairs(near.query_rows * videos + near.videos, near.distances, PAIRS_A_FRAME)
    return _Pairs(rows[near.query_rows[kept]], near.videos[kept], near.frames[kept], near.distances[kept])


def _join(parts: list[_Pairs]) -> _Pairs:
    nothing = np.empty(0, np.int64)
    every = [_Pairs(nothing, nothing, nothing, np.empty(0, np.int32)), *parts]
    return _Pairs(
        np.concatenate([part.query_frames for part in every]),
        np.concatenate([part.videos for part in every]),
        np.concatenate([part.frames for part in every]),
        np.concatenate([part.distances for part in every]),
    )


def _choose_videos(pairs: _Pairs, video_ids: tuple[str, ...], count: int) -> frozenset[int]:
    frame_and_video = np.unique(np.stack([pairs.query_frames, pairs.videos], axis=1), axis=0)
    _, place, references = np.unique(frame_and_video[:, 0], return_inverse=True, return_counts=True)
    votes = np.bincount(frame_and_video[:, 1], 1.0 / references[place], minlength=len(video_ids))
    # Rounded, so that the order in which fractions are added up decides nothing.
    rounded = votes.round(6)
    ranked = sorted(np.flatnonzero(votes).tolist(), key=lambda video: (-rounded[video], video_ids[video]))
    return frozenset(ranked[:count])


def _by_video(pairs: _Pairs) -> Iterator[tuple[int, NDArray[np.int64]]]:
    order = np.argsort(pairs.videos, kind="stable")
    videos, starts = np.unique(pairs.videos[order], return_index=True)
    yield from zip(videos.tolist(), np.split(order, starts[1:]), strict=False)
