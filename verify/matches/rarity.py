"""Weigh evidence by how rare it is: what stands in many unrelated references shows none of them.

An ident, a test card or a stock shot joins videos that have nothing else in common. A viral video also stands in many
references, but those are related: around the shared stretch they go on alike. So references are counted by their
surroundings, not by their number.
"""

from collections.abc import Callable, Mapping, Sequence

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
    groups = _count_groups(alignments, len(query.starts), references, settings)
    weights = []
    for alignment in alignments:
        recurs = groups[alignment.query_frames] >= settings.recurring_in
        if _is_footage(alignment.query_frames[recurs], query, settings):
            recurs[:] = False
        weights.append(np.where(recurs, 0.0, 1.0))
    return weights


def _count_groups(
    alignments: Sequence[Alignment], frames: int, references: Mapping[str, Frames], settings: MatchSettings
) -> NDArray[np.int64]:
    """Count for each frame of the query the groups of references that share it and are unrelated to each other.

    An alignment that is unrelated to every one before it that shares frames with it founds a group. Where all its
    frames recur often enough already it is not looked at, so that the cost grows with the number of alignments only.
    """
    groups = np.zeros(frames, np.int64)
    founders: list[Alignment] = []
    for alignment in sorted(alignments, key=_most_context_first(references, settings)):
        if (groups[alignment.query_frames] >= settings.recurring_in).all():
            continue
        sharing = [one for one in founders if np.isin(alignment.query_frames, one.query_frames).any()]
        if not any(_related(alignment, one, references, settings) for one in sharing):
            founders.append(alignment)
            groups[alignment.query_frames] += 1
    return groups


def _most_context_first(
    references: Mapping[str, Frames], settings: MatchSettings
) -> Callable[[Alignment], tuple[float, str, tuple[float, float]]]:
    """Order alignments so that founders have surroundings to be compared by: a bare copy is related to everything."""

    def key(alignment: Alignment) -> tuple[float, str, tuple[float, float]]:
        begin, end = alignment.reference_s
        after = references[alignment.candidate.video_id].seconds - end
        context = min(begin, settings.context_seconds) + min(after, settings.context_seconds)
        return -round(context, 3), alignment.candidate.video_id, alignment.query_s

    return key


def _is_footage(frames: NDArray[np.int64], query: Frames, settings: MatchSettings) -> bool:
    """Whether what recurs is too long, or too much of the query, to be an ident; beside flat pictures it stays one."""
    seconds = float((query.ends[frames] - query.starts[frames]).sum())
    return seconds > settings.recurring_seconds or seconds >= settings.whole_query_ratio * query.seconds


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
