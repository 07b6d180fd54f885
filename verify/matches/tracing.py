"""Trace a line through the pictures of two videos: how near they are along it, where it begins and ends."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.frames import TOO_FAR, Frames, Samples, hash_distances
from verify.matches.lines import Line
from verify.matches.settings import MatchSettings

SAMPLE_S = 1 / SAMPLES_PER_SECOND
GAP_SAMPLES = 8
"""A segment ends after so many disagreeing samples in a row (over a second)."""

FIT_REACH = 0.035
"""The first fit looks for speeds this much (relative) to either side, a little beyond the next speed voted for."""

SLOWEST, FASTEST = 0.65, 1.53
"""Speeds that a line may be fitted to, either way: a little beyond those voted for."""

FIT_DRIFT_S = 0.1
"""Two speeds that are told apart set the two ends of a stretch against each other by this much: half a sample."""

FIT_ROUNDS = 8
"""A stretch found along a slightly wrong speed is short; fitted to it, the line reaches farther, and so on."""

MAX_SPEED_STEPS = 12
OFFSET_STEPS_S = np.arange(-10, 11) * 0.05
FIT_SAMPLES = 192
"""Samples that a line is fitted to, spread evenly over the stretch."""

CHOICE_SAMPLES = 1024
"""Samples that lines are chosen by."""

NEARNESS_POWER = 4
"""A short stretch of equal pictures is worth more than a long one of merely similar ones: with 2, a line between two
pieces of one shot was taken for both."""

UNIT_SPEED_BITS = 0.5
UNIT_SPEED_ERRORS = 2.0
"""A speed other than 1 must bring the frames nearer by this many bits on average, and by this many standard errors:
played as it was is the rule, and where little moves other speeds fit by chance. In made copies at 0.95 to 1.1 the gain
is 2.4 standard errors or more, at normal speed 2.1 or less."""

UNIT_SPEED_LENGTH_RATIO = 0.6
"""A stretch at normal speed that is this much shorter than one at another speed is but a part of it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples of the query that run along a line.

    Attributes:
        line: the line.
        first, end: the half-open range of samples.
    """

    line: Line
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first


class Tracer:
    """Compares a query with a reference along lines, at the instants of the sampling clock.

    A picture that stands for a while counts at every tick, so that a line ends where the reference cuts away.

    Attributes:
        samples: of the query.
    """

    def __init__(self, query: Frames, reference: Frames, settings: MatchSettings, *, mirrored: bool) -> None:
        self.samples: Samples = query.sample_clock(SAMPLE_S)
        self._reference = reference
        self._agreeing_bits = settings.agreeing_bits
        self._hashes = query.mirrored if mirrored else query.hashes

    def find_stretch(self, lines: list[Line], voting: NDArray[np.int64], taken: NDArray[np.bool_]) -> Stretch | None:
        """Find the stretch of the line along which the samples are nearest; None where nothing agrees.

        At about equal worth normal speed is preferred: where little moves, many speeds fit.

        Args:
            lines: those to choose from.
            voting: samples to choose by.
            taken: samples that belong to another stretch.
        """
        voting = _spread(voting, CHOICE_SAMPLES)
        line = self._choose(lines, voting)
        stretch = self._trace(line, taken, FIT_REACH * abs(line.speed))
        unit = [line for line in lines if line.speed == 1.0]
        if stretch is None or stretch.line.speed == 1.0 or not unit:
            return stretch
        normal = self._trace(self._choose(unit, voting), taken, 0.0)
        return normal if normal and self._is_as_good(normal, stretch) else stretch

    def _choose(self, lines: list[Line], samples: NDArray[np.int64]) -> Line:
        return max(lines, key=lambda line: (self._worth(samples, line), -abs(line.speed - 1), -line.offset_s))

    def _trace(self, line: Line, taken: NDArray[np.bool_], reach: float) -> Stretch | None:
        """Fit a line, with speeds within ``reach``, to the stretch that it runs through, and give that stretch."""
        stretch = self._run(line, taken)
        for _ in range(FIT_ROUNDS):
            if stretch is None:
                return None
            fitted, step = self._fit(stretch, reach)
            longer = self._run(fitted, taken)
            if longer is None or longer == stretch:
                break
            stretch, reach = longer, min(reach, 2 * step)
        return stretch

    def _is_as_good(self, normal: Stretch, other: Stretch) -> bool:
        """Whether a stretch at normal speed is about as long as another, and its pictures about as near."""
        if len(normal) < UNIT_SPEED_LENGTH_RATIO * len(other):
            return False
        samples = _spread(np.arange(normal.first, normal.end), FIT_SAMPLES)
        here, there = (
            self._exact(samples, np.array(line.speed), np.array(line.offset_s)) for line in (normal.line, other.line)
        )
        return not _clearly_nearer(there, here)

    def distances(self, samples: NDArray[np.int64], line: Line) -> NDArray[np.int16]:
        """Give the bits between samples and their counterparts, a sample's width of freedom allowed."""
        times = line.reference_time(self.samples.starts[samples])
        starts, ends = self._reference.starts, self._reference.ends
        at = np.searchsorted(starts, times + 1e-6, side="right") - 1
        index = at + np.array([[0], [-1], [1]])
        inside = (index >= 0) & (index < len(starts))
        index = index.clip(0, len(starts) - 1)
        away = np.maximum(starts[index] - times, times - ends[index])
        usable = inside & (away <= SAMPLE_S * max(1.0, abs(line.speed))) & self._reference.comparable[index]
        bits = hash_distances(self._hashes[self.samples.frames[samples]], self._reference.hashes[index])
        return np.asarray(np.where(usable, bits, TOO_FAR).min(axis=0), dtype=np.int16)

    def _worth(self, samples: NDArray[np.int64], line: Line) -> float:
        distances = self.distances(samples, line).astype(np.float64)
        return float((np.maximum(0.0, 1 - distances / self._agreeing_bits) ** NEARNESS_POWER).sum())

    def _run(self, line: Line, taken: NDArray[np.bool_]) -> Stretch | None:
        """Give the best run along a line: agreeing samples count for it, disagreeing ones against it."""
        agreeing = self.distances(np.arange(len(self.samples.starts)), line) <= self._agreeing_bits
        best = (0, 0, 0)
        start, score, missing = 0, 0, 0
        for position, agrees in enumerate((agreeing & ~taken).tolist()):
            if agrees:
                if score == 0:
                    start = position
                score, missing = score + 1, 0
                best = max(best, (score, -start, position + 1))
            else:
                score, missing = max(0, score - 1), missing + 1
                if missing > GAP_SAMPLES or taken[position]:
                    score = 0
        return Stretch(line, -best[1], best[2]) if best[0] else None

    def _fit(self, stretch: Stretch, reach: float) -> tuple[Line, float]:
        """Search around a line for the one along which the samples of its stretch are nearest.

        Returns:
            The line, and how finely its speed was told.
        """
        line = stretch.line
        samples = _spread(np.arange(stretch.first, stretch.end), FIT_SAMPLES)
        times = self.samples.starts[samples]
        middle = float(np.median(times))
        step = max(FIT_DRIFT_S / max(float(times[-1] - times[0]), SAMPLE_S), reach / MAX_SPEED_STEPS)
        count = int(reach / step)
        speeds = np.asarray(line.speed + np.arange(-count, count + 1) * step, dtype=np.float64)
        # Without a bound a line through a static shot turns further with every round.
        speeds = speeds[(np.abs(speeds) >= SLOWEST) & (np.abs(speeds) <= FASTEST)]
        played = math.copysign(1.0, line.speed)
        if reach and abs(played - line.speed) <= reach:
            speeds = np.unique(np.append(speeds, played))
        offsets = line.speed * middle + line.offset_s + OFFSET_STEPS_S - speeds[:, np.newaxis] * middle
        bits = self._exact(samples, speeds[:, np.newaxis, np.newaxis], offsets[:, :, np.newaxis])
        costs = bits.mean(axis=2)
        row = int(np.argmin(costs.min(axis=1)))
        unit = np.flatnonzero(speeds == played)
        if len(unit) and not _clearly_nearer(bits[row, costs[row].argmin()], bits[unit[0], costs[unit[0]].argmin()]):
            row = int(unit[0])
        nearest = np.flatnonzero(costs[row] <= costs[row].min())
        return Line(float(speeds[row]), float(offsets[row][nearest[len(nearest) // 2]])), float(step)

    def _exact(
        self, samples: NDArray[np.int64], speeds: NDArray[np.float64], offsets: NDArray[np.float64]
    ) -> NDArray[np.int16]:
        """Give the bits between samples and the reference's picture nearest to the aligned instant.

        They are capped where pictures no longer agree: how much they disagree says nothing about the line.

        A frame stands for the time after it, but shows the instant at which it begins: taking the one that covers the
        aligned instant would put every offset half a sample late.
        """
        times = speeds * self.samples.starts[samples] + offsets
        at = np.searchsorted(self._reference.starts, times + SAMPLE_S / 2, side="right") - 1
        inside = (at >= 0) & (times < self._reference.seconds)
        at = at.clip(0, len(self._reference.starts) - 1)
        bits = hash_distances(self._hashes[self.samples.frames[samples]], self._reference.hashes[at])
        usable = inside & self._reference.comparable[at]
        return np.where(usable, np.minimum(bits, self._agreeing_bits), self._agreeing_bits).astype(np.int16)


def _clearly_nearer(other: NDArray[np.int16], normal: NDArray[np.int16]) -> bool:
    """Whether another speed brings the same samples so much nearer than normal speed that it is no chance."""
    gains = normal.astype(np.float64) - other
    error = float(gains.std()) / math.sqrt(len(gains))
    return float(gains.mean()) > max(UNIT_SPEED_BITS, UNIT_SPEED_ERRORS * error)


def _spread(samples: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Take at most ``count`` samples, evenly."""
    if len(samples) <= count:
        return samples
    return samples[np.linspace(0, len(samples) - 1, count).round().astype(np.int64)]
