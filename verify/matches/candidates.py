"""Propose references, and pairs of near frames, from an exact search over the whole hash database."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.database.search import FrameIndex, NearFrames
from verify.matches.frames import Frames
from verify.matches.settings import MatchSettings


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


def propose_candidates(query: Frames, index: FrameIndex, settings: MatchSettings) -> list[Candidate]:
    """Search every comparable frame of the query, as it is and mirrored.

    Returns:
        At most ``settings.max_references`` candidates a direction, those with the most query frames near first; ties
        are ordered by video id, so that the choice depends on the database alone.
    """
    rows = np.flatnonzero(query.comparable)
    candidates: list[Candidate] = []
    for mirrored in (False, True):
        hashes = (query.mirrored if mirrored else query.hashes)[rows]
        near = index.find_near(hashes.view(np.uint8).reshape(len(rows), -1), settings.candidate_bits)
        candidates += _by_reference(near, rows, index.video_ids, mirrored=mirrored)[: settings.max_references]
    return candidates


def _by_reference(
    near: NearFrames, rows: NDArray[np.int64], video_ids: tuple[str, ...], *, mirrored: bool
) -> list[Candidate]:
    found = []
    order = np.argsort(near.videos, kind="stable")
    videos, starts = np.unique(near.videos[order], return_index=True)
    for video, pairs in zip(videos, np.split(order, starts[1:]), strict=False):
        frames = rows[near.query_rows[pairs]]
        found.append(Candidate(video_ids[video], mirrored, frames, near.frames[pairs], near.distances[pairs]))
    found.sort(key=lambda candidate: (-len(np.unique(candidate.query_frames)), candidate.video_id))
    return found
