"""Find the straight lines in time along which a query runs through a reference.

An alignment is ``t_reference = speed * t_query + offset``. Pairs of near frames vote for lines; every line with enough
votes is then traced over all frames, near or not, and cut where the pictures stop agreeing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.candidates import Candidate
from verify.matches.frames import TOO_FAR, Frames, hash_distances
from verify.matches.settings import MatchSettings

SPEEDS = tuple(sign * round(1.03**step, 6) for sign in (1, -1) for step in range(-13, 14))
"""Speeds that votes are counted for: 0.68 to 1.47 in steps of 3 %, forwards and backwards. Half a step drifts by 0.15 s
in 10 s, less than a bin; the speed is fitted finely afterwards."""

VOTE_BIN_S = 0.3
"""Width of an offset bin: nearly two samples, so that a true line falls into one bin or two neighbours."""

SAMPLE_S = 1 / SAMPLES_PER_SECOND
GAP_FRAMES = 8
"""A segment ends after so many disagreeing frames in a row (over a second at the sampling clock)."""

FIT_STEPS = np.linspace(-0.03, 0.03, 13)
OFFSET_STEPS_S = np.arange(-10, 11) * 0.05
CAPPED_BITS = 96
"""Beyond this a frame simply disagrees; how much says nothing about the line."""

UNIT_SPEED_BITS = 0.5
"""A speed other than 1 must bring the frames nearer by this much on average: played as it was is the rule."""

UNIT_SPEED_BONUS = 1.1
"""Before the fine fit, another speed must be worth a tenth more."""

NEAR_BITS = 16.0
"""A pair of frames at this distance has half the vote of an equal pair."""

LINES_A_SPEED = 2
MAX_SEGMENTS = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One alignment: ``t_reference = speed * t_query + offset_s``."""

    speed: float
    offset_s: float

    def reference_time(self, query_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map query seconds to reference seconds."""
        return self.speed * query_s + self.offset_s


@dataclass(frozen=True, slots=True)
class Alignment:
    """A stretch of the query that runs along one line through a reference.

    Attributes:
        candidate: the reference, and whether mirrored.
        line: the alignment in time.
        query_frames: (n,) indices of the comparable query frames of the stretch.
        distances: (n,) bits between each and its counterpart in the reference.
        query_s, reference_s: start and end of the stretch in seconds, both ascending.
    """

    candidate: Candidate
    line: Line
    query_frames: NDArray[np.int64]
    distances: NDArray[np.int16]
    query_s: tuple[float, float]
    reference_s: tuple[float, float]


def align(query: Frames, reference: Frames, candidate: Candidate, settings: MatchSettings) -> list[Alignment]:
    """Find every stretch of the query that stands in the reference.

    Args:
        query: the frames of the query.
        reference: the frames of the reference.
        candidate: near frames of this reference.
        settings: what matching is tuned by.

    Returns:
        Alignments, ascending in query time; each query frame belongs to one at most.
    """
    tracer = _Tracer(query, reference, candidate, settings)
    free = np.ones(len(candidate.query_frames), bool)
    taken = np.zeros(len(query.starts), bool)
    found: list[Alignment] = []
    while free.any() and len(found) < MAX_SEGMENTS:
        line = tracer.choose(_propose_lines(query, reference, candidate, free), taken)
        alignment = tracer.trace(line, taken)
        if alignment is None:
            break
        found.append(alignment)
        taken[alignment.query_frames] = True
        free &= ~taken[candidate.query_frames]
    return sorted(found, key=lambda alignment: alignment.query_s)


def _propose_lines(query: Frames, reference: Frames, candidate: Candidate, free: NDArray[np.bool_]) -> list[Line]:
    """Give the offsets with the most votes for every speed.

    Each query frame has one vote a bin, so that a static shot in the reference counts once; a nearer pair weighs more.
    """
    frames = candidate.query_frames[free]
    query_s = query.starts[frames]
    reference_s = reference.starts[candidate.reference_frames[free]]
    nearness = 1.0 / (1.0 + candidate.distances[free] / NEAR_BITS)
    lines = []
    for speed in SPEEDS:
        offsets = reference_s - speed * query_s
        bins = np.floor(offsets / VOTE_BIN_S).astype(np.int64)
        values, votes = _count_votes(bins, frames, nearness)
        both = votes + np.where(np.diff(values, append=values[-1] + 2) == 1, np.append(votes[1:], 0.0), 0.0)
        for best in np.argsort(-both, kind="stable")[:LINES_A_SPEED]:
            chosen = (bins == values[best]) | (bins == values[best] + 1)
            lines.append(Line(speed, float(np.median(offsets[chosen]))))
    return lines


def _count_votes(
    bins: NDArray[np.int64], frames: NDArray[np.int64], nearness: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    order = np.lexsort((-nearness, frames, bins))
    pairs = np.stack([bins[order], frames[order]])
    first = np.append(True, (np.diff(pairs, axis=1) != 0).any(axis=0))
    values, starts = np.unique(pairs[0][first], return_index=True)
    return values, np.add.reduceat(nearness[order][first], starts)


class _Tracer:
    """Compares all frames of a query with their counterparts along a line."""

    def __init__(self, query: Frames, reference: Frames, candidate: Candidate, settings: MatchSettings) -> None:
        self._query = query
        self._reference = reference
        self._candidate = candidate
        self._agreeing_bits = settings.agreeing_bits
        self._hashes = query.mirrored if candidate.mirrored else query.hashes

    def choose(self, lines: list[Line], taken: NDArray[np.bool_]) -> Line:
        """Choose the line along which the most frames are nearest; at about equal worth, the one at normal speed."""
        frames = np.flatnonzero(self._query.comparable & ~taken)
        return max(lines, key=lambda line: (self._worth(frames, line), -abs(line.speed - 1), -line.offset_s))

    def _worth(self, frames: NDArray[np.int64], line: Line) -> float:
        distances = self.distances(frames, line).astype(np.float64)
        # Squared: a short stretch of equal pictures is worth more than a long one of merely similar ones.
        worth = float((np.maximum(0.0, 1 - distances / self._agreeing_bits) ** 2).sum())
        return worth * (UNIT_SPEED_BONUS if line.speed == 1.0 else 1.0)

    def trace(self, line: Line, taken: NDArray[np.bool_]) -> Alignment | None:
        """Fit the line to the stretch that it runs through, and give that stretch; None where nothing agrees."""
        frames = np.flatnonzero(self._query.comparable & ~taken)
        stretch = self._stretch(frames, line)
        if not len(stretch):
            return None
        line = self._fit(stretch, line)
        stretch = self._stretch(frames, line)
        if not len(stretch):
            return None
        return self._alignment(stretch, line)

    def distances(self, frames: NDArray[np.int64], line: Line) -> NDArray[np.int16]:
        """Give the bits between query frames and their counterparts, a sample's width of freedom allowed."""
        times = line.reference_time(self._query.starts[frames])
        at = np.searchsorted(self._reference.starts, times + 1e-6, side="right") - 1
        best = np.full(len(frames), TOO_FAR, np.int16)
        for neighbour in (0, -1, 1):
            index = at + neighbour
            inside = (index >= 0) & (index < len(self._reference.starts))
            index = np.clip(index, 0, len(self._reference.starts) - 1)
            away = np.maximum(self._reference.starts[index] - times, times - self._reference.ends[index])
            usable = inside & (away <= SAMPLE_S * max(1.0, abs(line.speed))) & self._reference.comparable[index]
            bits = hash_distances(self._hashes[frames], self._reference.hashes[index])
            best = np.where(usable & (bits < best), bits, best)
        return best

    def _stretch(self, frames: NDArray[np.int64], line: Line) -> NDArray[np.int64]:
        """Give the query frames of the best run: agreeing frames count for it, disagreeing ones against it."""
        agreeing = self.distances(frames, line) <= self._agreeing_bits
        best = (0, 0, 0)
        start, score, missing = 0, 0, 0
        for position, agrees in enumerate(agreeing):
            if agrees:
                if score == 0:
                    start = position
                score, missing = score + 1, 0
                best = max(best, (score, -start, position + 1))
            else:
                score, missing = max(0, score - 1), missing + 1
                if missing > GAP_FRAMES:
                    score = 0
        return frames[-best[1] : best[2]] if best[0] else frames[:0]

    def _fit(self, frames: NDArray[np.int64], line: Line) -> Line:
        """Search around the line for the one along which the frames are nearest."""
        middle = float(np.median(self._query.starts[frames]))
        through = line.speed * middle + line.offset_s
        speeds = [line.speed * (1 + step) for step in FIT_STEPS]
        if min(speeds) <= 1.0 <= max(speeds):
            speeds.append(1.0)
        costs = {}
        for speed in sorted(set(speeds)):
            for step in OFFSET_STEPS_S:
                fitted = Line(speed, through + step - speed * middle)
                costs[fitted] = float(np.minimum(self._exact(frames, fitted), CAPPED_BITS).mean())
        best = min(costs.values())
        normal = [fitted for fitted, cost in costs.items() if fitted.speed == 1.0 and cost <= best + UNIT_SPEED_BITS]
        if normal:
            best = min(costs[fitted] for fitted in normal)
            return _middle([fitted for fitted in normal if costs[fitted] <= best])
        nearest = [fitted for fitted, cost in costs.items() if cost <= best]
        return _middle([fitted for fitted in nearest if fitted.speed == nearest[0].speed])

    def _exact(self, frames: NDArray[np.int64], line: Line) -> NDArray[np.int16]:
        """Give the bits between query frames and the reference's sample nearest to the aligned instant.

        A sample stands for the time after it, but shows the instant at which it begins: taking the one that covers the
        aligned instant would put every offset half a sample late.
        """
        times = line.reference_time(self._query.starts[frames])
        at = np.searchsorted(self._reference.starts, times + SAMPLE_S / 2, side="right") - 1
        inside = (at >= 0) & (times < self._reference.seconds)
        at = np.clip(at, 0, len(self._reference.starts) - 1)
        bits = hash_distances(self._hashes[frames], self._reference.hashes[at])
        return np.where(inside & self._reference.comparable[at], bits, TOO_FAR).astype(np.int16)

    def _alignment(self, frames: NDArray[np.int64], line: Line) -> Alignment:
        query_s = np.array([self._query.starts[frames[0]], self._query.ends[frames[-1]]])
        reference_s = np.clip(line.reference_time(query_s), 0, self._reference.seconds)
        # What the reference cuts off at its ends, the query loses too: both sides tell the same stretch.
        query_s = np.clip((reference_s - line.offset_s) / line.speed, query_s[0], query_s[1])
        first, last = sorted(reference_s.tolist())
        distances = self.distances(frames, line)
        return Alignment(
            self._candidate, line, frames, distances, (float(query_s[0]), float(query_s[1])), (first, last)
        )


def _middle(lines: list[Line]) -> Line:
    ordered = sorted(lines, key=lambda line: line.offset_s)
    return ordered[len(ordered) // 2]
