"""Weigh evidence by how rare it is: what stands in many unrelated references shows none of them.

An ident, a test card or a stock shot joins videos that have nothing else in common. A viral video also stands in many
references, but those are related: around the shared stretch they go on alike. So references are counted by their
surroundings, not by their number.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.alignment import Alignment
from verify.matches.frames import Frames, hash_distances
from verify.matches.settings import MatchSettings

MIN_CONTEXT_FRAMES = 3
"""With fewer frames around the shared stretch nothing can be said, and two references count as related."""


def weigh_frames(
    alignments: Sequence[Alignment], query: Frames, references: Mapping[str, Frames], settings: MatchSettings
) -> list[NDArray[np.float64]]:
    """Give each frame of each alignment a weight of 1, or 0 where its picture recurs in unrelated references.

    Args:
        alignments: all alignments of one query, over all references.
        query: its frames.
        references: frames by video id.
        settings: what matching is tuned by.

    Returns:
        For each alignment (n,) weights beside its ``query_frames``.
    """
    weights = [np.ones(len(alignment.query_frames)) for alignment in alignments]
    comparable_s = query.comparable_seconds
    for weight, alignment in zip(weights, alignments, strict=True):
        groups = np.zeros(len(weight), np.int64)
        seen: list[tuple[Alignment, NDArray[np.bool_]]] = []
        for other in alignments:
            shared = np.isin(alignment.query_frames, other.query_frames)
            if other.candidate.video_id == alignment.candidate.video_id or not shared.any():
                continue
            if _is_footage(alignment.query_frames[shared], query, comparable_s, settings):
                continue
            if _related(alignment, other, references, settings):
                continue
            fresh = shared.copy()
            for earlier, covered in seen:
                if _related(earlier, other, references, settings):
                    fresh &= ~covered
            seen.append((other, shared))
            groups += fresh
        weight[groups + 1 >= settings.recurring_in] = 0.0
    return weights


def _is_footage(frames: NDArray[np.int64], query: Frames, comparable_s: float, settings: MatchSettings) -> bool:
    """Whether a shared stretch is too long, or too much of the query, to be an ident."""
    seconds = float((query.ends[frames] - query.starts[frames]).sum())
    return seconds > settings.recurring_seconds or seconds >= settings.whole_query_ratio * comparable_s


def _related(left: Alignment, right: Alignment, references: Mapping[str, Frames], settings: MatchSettings) -> bool:
    """Whether two references go on alike around the stretch that both share with the query."""
    begin = max(left.query_s[0], right.query_s[0])
    end = min(left.query_s[1], right.query_s[1])
    step = 1 / SAMPLES_PER_SECOND
    reach = np.arange(1, int(settings.context_seconds * SAMPLES_PER_SECOND) + 1) * step
    # A second beside the edges is left out: where exactly a stretch ends is not known to the frame.
    times = np.concatenate([begin - 1.0 - reach, end + 1.0 + reach])
    agreeing, compared = _compare_at(times, left, right, references, settings)
    return compared < MIN_CONTEXT_FRAMES or agreeing * 2 >= compared


def _compare_at(
    query_s: NDArray[np.float64],
    left: Alignment,
    right: Alignment,
    references: Mapping[str, Frames],
    settings: MatchSettings,
) -> tuple[int, int]:
    sides = []
    usable = np.ones(len(query_s), bool)
    for alignment in (left, right):
        frames = references[alignment.candidate.video_id]
        times = alignment.line.reference_time(query_s)
        at = np.clip(np.searchsorted(frames.starts, times, side="right") - 1, 0, len(frames.starts) - 1)
        usable &= (times >= 0) & (times < frames.seconds) & frames.comparable[at]
        mirrored = alignment.candidate.mirrored != left.candidate.mirrored
        sides.append((frames.mirrored if mirrored else frames.hashes)[at])
    bits = hash_distances(sides[0], sides[1])[usable]
    return int((bits <= settings.agreeing_bits).sum()), int(usable.sum())
