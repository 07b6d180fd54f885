"""Propose references, and pairs of near frames, from an exact search over the whole hash database."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.database.search import SearchIndex
from verify.matches.frames import Frames
from verify.matches.settings import MatchSettings

BATCH_FRAMES = 64
"""Query frames searched at a time: what is found is thinned after each batch, so that a static camera, near to every
frame of a reference of hours, does not fill the memory."""

PAIRS_A_FRAME = 64
"""Pairs kept of one query frame and one reference, the nearest ones."""


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
    candidates: list[Candidate] = []
    for mirrored in (False, True):
        hashes = (query.mirrored if mirrored else query.hashes)[rows]
        pairs = _search(hashes, rows, index, settings)
        chosen = _choose_videos(pairs, index.video_ids, settings.max_references)
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


def _search(hashes: NDArray[np.uint64], rows: NDArray[np.int64], index: SearchIndex, settings: MatchSettings) -> _Pairs:
    nothing = np.empty(0, np.int64)
    found = [_Pairs(nothing, nothing, nothing, np.empty(0, np.int32))]
    for start in range(0, len(rows), BATCH_FRAMES):
        batch = np.ascontiguousarray(hashes[start : start + BATCH_FRAMES])
        near = index.frames.find_near(batch.view(np.uint8).reshape(len(batch), -1), settings.candidate_bits)
        kept = nearest_pairs(near.query_rows * len(index.video_ids) + near.videos, near.distances, PAIRS_A_FRAME)
        frames = rows[start + near.query_rows[kept]]
        found.append(_Pairs(frames, near.videos[kept], near.frames[kept], near.distances[kept]))
    return _Pairs(
        np.concatenate([part.query_frames for part in found]),
        np.concatenate([part.videos for part in found]),
        np.concatenate([part.frames for part in found]),
        np.concatenate([part.distances for part in found]),
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
