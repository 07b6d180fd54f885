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
"""With fewer frames before or after the shared stretch nothing can be said of that side."""

EDGE_S = 1.0
"""Left out beside the shared stretch: where exactly it ends is not known to the frame."""


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
    groups = count_groups(alignments, len(query.starts), references, settings)
    weights = []
    for alignment in alignments:
        recurs = groups[alignment.query_frames] >= settings.recurring_in
        if _is_footage(alignment.query_frames[recurs], query, settings):
            recurs[:] = False
        weights.append(np.where(recurs, 0.0, 1.0))
    return weights


def count_groups(
    alignments: Sequence[Alignment], frames: int, references: Mapping[str, Frames], settings: MatchSettings
) -> NDArray[np.int64]:
    """Count for each frame of the query the groups of references that share it and are unrelated to each other.

    An alignment that is related to none before it that shares frames with it founds a group; one without surroundings
    does so only where it is the first. Where all its frames recur often enough already it is not looked at, so that
    the cost grows with the number of alignments only.
    """
    groups = np.zeros(frames, np.int64)
    surroundings = [_Surroundings(one, references[one.video_id], settings) for one in alignments]
    founders: list[_Surroundings] = []
    for one in sorted(surroundings, key=lambda one: one.rank):
        shared = one.alignment.query_frames
        if (groups[shared] >= settings.recurring_in).all():
            continue
        sharing = [other for other in founders if np.isin(shared, other.alignment.query_frames).any()]
        if not sharing or (one.seconds and not any(one.related_to(other) for other in sharing)):
            founders.append(one)
            groups[shared] += 1
    return groups


def _is_footage(frames: NDArray[np.int64], query: Frames, settings: MatchSettings) -> bool:
    """Whether what recurs is too long, or too much of the query, to be an ident; beside flat pictures it stays one."""
    seconds = float((query.ends[frames] - query.starts[frames]).sum())
    return seconds > settings.recurring_seconds or seconds >= settings.whole_query_ratio * query.seconds


class _Surroundings:
    """What stands in a reference around the stretch that it shares with the query.

    Attributes:
        alignment: the stretch.
        seconds: how much of its surroundings can be compared.
        rank: order in which alignments found groups: those with the most surroundings first.
    """

    def __init__(self, alignment: Alignment, reference: Frames, settings: MatchSettings) -> None:
        self.alignment = alignment
        self._reference = reference
        self._agreeing_bits = settings.agreeing_bits
        steps = np.arange(1, int(settings.context_seconds * SAMPLES_PER_SECOND) + 1) / SAMPLES_PER_SECOND
        self._reach = EDGE_S + steps
        counts = [int(self._look(times)[1].sum()) for times in self._sides(*alignment.query_s)]
        self.seconds = sum(count for count in counts if count >= MIN_CONTEXT_FRAMES) / SAMPLES_PER_SECOND
        self.rank = (-self.seconds, alignment.video_id, alignment.mirrored, alignment.query_s)

    def related_to(self, other: "_Surroundings") -> bool:
        """Whether both go on alike before or after what either of them shares with the query."""
        begin = min(self.alignment.query_s[0], other.alignment.query_s[0])
        end = max(self.alignment.query_s[1], other.alignment.query_s[1])
        return any(self._agrees_at(times, other) for times in self._sides(begin, end))

    def _sides(self, begin_s: float, end_s: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return begin_s - self._reach, end_s + self._reach

    def _agrees_at(self, query_s: NDArray[np.float64], other: "_Surroundings") -> bool:
        mine, usable = self._look(query_s)
        theirs, usable_there = other._look(query_s)  # noqa: SLF001  (its own kind)
        agreeing = (hash_distances(mine, theirs) <= self._agreeing_bits)[usable & usable_there]
        return len(agreeing) >= MIN_CONTEXT_FRAMES and bool(agreeing.sum() * 2 >= len(agreeing))

    def _look(self, query_s: NDArray[np.float64]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Give the pictures at the aligned instants, the way round the query shows them, and which can be compared."""
        frames = self._reference
        times = self.alignment.line.reference_time(query_s)
        at = np.clip(np.searchsorted(frames.starts, times, side="right") - 1, 0, len(frames.starts) - 1)
        usable = (times >= 0) & (times < frames.seconds) & frames.comparable[at]
        return (frames.mirrored if self.alignment.mirrored else frames.hashes)[at], usable
