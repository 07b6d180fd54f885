"""Straight lines in time, and the votes that propose them.

A line is ``t_reference = speed * t_query + offset``. Every pair of near frames votes for the lines through it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.candidates import Candidate, nearest_pairs
from verify.matches.frames import Frames

SPEEDS = tuple(sign * round(1.03**step, 6) for sign in (1, -1) for step in range(-13, 14))
"""Speeds that votes are counted for: 0.68 to 1.47 in steps of 3 %, forwards and backwards. Half a step drifts by 0.15 s
in 10 s, less than a bin; a longer stretch is found piece by piece and its speed fitted finely, see ``tracing``."""

VOTE_BIN_S = 0.3
"""Width of an offset bin: nearly two samples, so that a true line falls into one bin or two neighbours."""

NEAR_BITS = 16.0
"""A pair of frames at this distance has half the vote of an equal pair."""

LINES_A_SPEED = 2
MAX_LINES = 24
"""Lines that are compared over the frames, those with the most votes; those at normal speed always are."""

MAX_PAIRS = 50_000
"""Pairs that vote: with more of them (static cameras for hours) each query frame keeps its nearest ones only."""


@dataclass(frozen=True, slots=True)
class Line:
    """One alignment: ``t_reference = speed * t_query + offset_s``."""

    speed: float
    offset_s: float

    def reference_time(self, query_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map query seconds to reference seconds."""
        return self.speed * query_s + self.offset_s

    def span_of(self, reference_s: tuple[float, float]) -> tuple[float, float]:
        """Give the span of the query, in order, that a span of the reference belongs to."""
        begin, end = sorted((second - self.offset_s) / self.speed for second in reference_s)
        return begin, end


def propose_lines(query: Frames, reference: Frames, candidate: Candidate) -> list[Line]:
    """Give the offsets with the most votes for every speed, from near frame hashes.

    Each query frame has one vote a bin, so that a static shot in the reference counts once; a nearer pair weighs more.
    """
    pairs = _voters(candidate)
    frames = candidate.query_frames[pairs]
    reference_s = reference.starts[candidate.reference_frames[pairs]]
    nearness = 1.0 / (1.0 + candidate.distances[pairs] / NEAR_BITS)
    return vote_for_lines(query.starts[frames], reference_s, frames, nearness)


def vote_for_lines(
    query_s: NDArray[np.float64],
    reference_s: NDArray[np.float64],
    frames: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> list[Line]:
    """Give the lines with the most votes, those first; at every speed the best two at least are looked at.

    Args:
        query_s: (n,) instants of the query.
        reference_s: (n,) instants of the reference that may belong to them.
        frames: (n,) frame of the query; it has one vote a bin, the first of its pairs there.
        weights: (n,) of each pair.
    """
    lines: list[tuple[float, Line]] = []
    for speed in SPEEDS:
        offsets = reference_s - speed * query_s
        bins = np.floor(offsets / VOTE_BIN_S).astype(np.int64)
        values, votes = _count_votes(bins, frames, weights)
        both = votes + np.where(np.diff(values, append=values[-1] + 2) == 1, np.append(votes[1:], 0.0), 0.0)
        for best in np.argsort(-both, kind="stable")[:LINES_A_SPEED]:
            chosen = (bins == values[best]) | (bins == values[best] + 1)
            lines.append((float(both[best]), Line(speed, float(np.median(offsets[chosen])))))
    ranked = sorted(lines, key=lambda entry: (-entry[0], abs(entry[1].speed - 1)))
    return [line for rank, (_, line) in enumerate(ranked) if rank < MAX_LINES or line.speed == 1.0]


def _voters(candidate: Candidate) -> NDArray[np.int64]:
    """Order the pairs by query frame, nearest first, and thin them where there are too many."""
    frames = candidate.query_frames
    per_frame = max(1, MAX_PAIRS // max(1, len(np.unique(frames)))) if len(frames) > MAX_PAIRS else len(frames)
    return nearest_pairs(frames, candidate.distances, per_frame)


def _count_votes(
    bins: NDArray[np.int64], frames: NDArray[np.int64], nearness: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Add up the nearest pair of each frame in each bin; pairs of a frame come nearest first."""
    lowest, width = bins.min(), int(frames.max()) + 1
    keys, first = np.unique((bins - lowest) * width + frames, return_index=True)
    values, starts = np.unique(keys // width, return_index=True)
    return values + lowest, np.add.reduceat(nearness[first], starts)
