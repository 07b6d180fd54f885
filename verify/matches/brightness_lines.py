"""Along which line in time the brightness of two recordings of one place agrees, and how well.

The surest of what tells the instant; what is compared is laid by ``brightness``.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from verify.matches.lines import Line
from verify.matches.tracing import FASTEST, SAMPLE_S, SLOWEST

STEP_S = SAMPLE_S
MOST_INSTANTS = 240
FEWEST_INSTANTS = 8
"""Instants compared: one a sample of the query, of long stretches fewer; with fewer, chance correlates."""

LEAST_SHARE = 0.5
"""Of a stretch so much must lie within the reference."""

NOISE_LUMA = 0.15
"""Standard deviation over time that compression alone gives to the mean of a block."""

TREND_S = 1.0
"""What changes more slowly than over this much before and after is no movement. Two people who cross a room alike, one
faster than the other, darken its halves alike; their steps do not agree."""

MOVES_LUMA = 0.25
"""Standard deviation over time from which a block moves."""

REACH_S, COARSE_S = 1.5, 0.25
"""A line is moved by up to this much at either end of its stretch, in such steps; what moves passes a block in more."""

FINER_S = (0.125, 0.0625, 0.03125)
"""Then the neighbourhood of the best is searched in finer steps."""

SEARCHED_SPEEDS = tuple(sign * round(1.07**step, 6) for sign in (1, -1) for step in range(-6, 7))
SETTLED = 3
"""Of the lines that a search over the whole reference proposes the best few are settled."""

LONGEST_SEARCH_S = 1200.0
"""In a longer reference only so much about the line is searched."""

AS_IT_WAS = 0.04
"""A line of normal speed is taken where the best agrees better by no more than this."""

TRIMMED_S = 0.25
"""At either end of a stretch this much is not compared: the frame after a cut differs from all before it."""


@dataclass(frozen=True, slots=True)
class LaidCourses:
    """Brightness over time of the blocks of a reference that lie in the query, in the one and in the other.

    Attributes:
        query_times: (n,) seconds.
        query: (n, b) float32.
        reference_times: (m,) seconds.
        reference: (m, b) float32.
        steady: the reference lies at one place of the query.
    """

    query_times: NDArray[np.float64]
    query: NDArray[np.float32]
    reference_times: NDArray[np.float64]
    reference: NDArray[np.float32]
    steady: bool
    _prepared: "dict[tuple[float, float], _Searched]" = field(default_factory=dict)

    @property
    def reference_s(self) -> tuple[float, float]:
        """First and last instant of the reference."""
        return float(self.reference_times[0]), float(self.reference_times[-1])

    def at(self, times: NDArray[np.float64], line: Line) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give the (n, b) brightness of the query at n instants a step apart, and of the reference along a line."""
        there = line.reference_time(times)
        return (
            _moving(_resample(self.query_times, self.query, times)),
            _moving(_resample(self.reference_times, self.reference, there)),
        )

    def along(self, line: Line, query_s: tuple[float, float]) -> "Agreement | None":
        """Compare along a line; None where the line leaves too few instants."""
        span = self._span(query_s)
        return None if span is None else span.compare(line)

    def settle(self, line: Line, query_s: tuple[float, float]) -> "tuple[Line, Agreement] | None":
        """Find the line about a line along which brightness agrees best."""
        span = self._span(query_s)
        return None if span is None else span.settle(line, query_s)

    def search(self, line: Line, query_s: tuple[float, float]) -> "tuple[Line, Agreement] | None":
        """Find the line along which brightness agrees best, wherever it lies in the reference.

        None where the stretch or the reference is too short.

        Args:
            line: where to search in a reference of more than ``LONGEST_SEARCH_S``.
            query_s: the stretch of the query.
        """
        span = self._span(query_s)
        if span is None:
            return None
        middle = float(line.reference_time(np.array([sum(query_s) / 2]))[0])
        first = max(float(self.reference_times[0]), middle - LONGEST_SEARCH_S / 2)
        last = min(float(self.reference_times[-1]), middle + LONGEST_SEARCH_S / 2)
        grid = np.arange(first, last, STEP_S)
        if len(grid) < FEWEST_INSTANTS:
            return None
        searched = self._prepared.get((first, last))
        if searched is None:
            searched = _Searched(_moving(_resample(self.reference_times, self.reference, grid)))
            self._prepared[first, last] = searched
        proposed = [
            (value, Line(speed, offset_s))
            for speed in SEARCHED_SPEEDS
            for value, offset_s in self._propose(searched, float(first), speed, query_s)
        ]
        ranked = sorted(proposed, key=lambda one: -one[0])[:SETTLED]
        settled = [one for _, proposal in ranked if (one := span.settle(proposal, query_s)) is not None]
        return max(settled, key=lambda one: one[1].correlation, default=None)

    def _propose(
        self, searched: "_Searched", first_s: float, speed: float, query_s: tuple[float, float]
    ) -> list[tuple[float, float]]:
        """Give the best offset at one speed with its correlation; none where the reference is too short for it."""
        count = int((query_s[1] - query_s[0]) * abs(speed) / STEP_S)
        if not FEWEST_INSTANTS <= count <= len(searched.values):
            return []
        times = np.asarray(query_s[0] + np.arange(count) * STEP_S / abs(speed), np.float64)
        here = _moving(_resample(self.query_times, self.query, times), STEP_S / abs(speed))
        here /= np.sqrt((here**2).mean(axis=0) + NOISE_LUMA**2)
        # Run backwards for a convolution; a reversed copy runs backwards itself.
        kernel = here if speed < 0 else here[::-1]
        together = signal.oaconvolve(searched.values, kernel, mode="valid", axes=0).sum(axis=1) / count
        values = together / np.maximum(searched.deviations(count), 1e-6)
        best = int(values.argmax())
        start_s = first_s + best * STEP_S
        at = query_s[0] if speed > 0 else float(times[-1])
        return [(float(values[best]), start_s - speed * at)]

    def _span(self, query_s: tuple[float, float]) -> "_Span | None":
        begin, end = query_s[0] + TRIMMED_S, query_s[1] - TRIMMED_S
        count = min(MOST_INSTANTS, int((end - begin) / STEP_S) + 1)
        if count < FEWEST_INSTANTS:
            return None
        times = np.linspace(begin, end, count)
        return _Span(times, _resample(self.query_times, self.query, times), self)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well brightness agrees along a line.

    Attributes:
        correlation: of the courses of the blocks, each weighted by how much it moves in the reference; -1 to 1.
        moving: share of the blocks that move in the reference.
        steady: the reference lies at one place of the query; else a low correlation says nothing.
    """

    correlation: float
    moving: float
    steady: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """One stretch of the query."""

    times: NDArray[np.float64]
    query: NDArray[np.float32]
    laid: LaidCourses

    def settle(self, line: Line, query_s: tuple[float, float]) -> tuple[Line, Agreement] | None:
        """Move both ends of the line over a grid, then over finer ones."""
        ends = line.reference_time(np.array(query_s))
        best, value = self._best(query_s, ends, REACH_S, COARSE_S)
        for step_s in FINER_S:
            best, value = self._best(query_s, best, 2 * step_s, step_s)
        if value is None:
            return None
        settled = _line_between(query_s, best)
        plain = self._settle_plain(float(np.sign(settled.speed)), query_s, best)
        return (
            plain if plain is not None and plain[1].correlation >= value.correlation - AS_IT_WAS else (settled, value)
        )

    def _settle_plain(
        self, speed: float, query_s: tuple[float, float], ends: NDArray[np.float64]
    ) -> tuple[Line, Agreement] | None:
        """Find the best line of normal speed about a line that is given by the instants of its ends."""
        best, value = float(ends.mean()) - speed * sum(query_s) / 2, None
        for reach_s, step_s in ((REACH_S, COARSE_S), *((2 * step_s, step_s) for step_s in FINER_S)):
            for offset_s in best + np.arange(-reach_s, reach_s + step_s / 2, step_s):
                agreement = self.compare(Line(speed, float(offset_s)))
                if agreement is not None and (value is None or agreement.correlation > value.correlation):
                    best, value = float(offset_s), agreement
        return None if value is None else (Line(speed, best), value)

    def _best(
        self, query_s: tuple[float, float], ends: NDArray[np.float64], reach_s: float, step_s: float
    ) -> tuple[NDArray[np.float64], Agreement | None]:
        steps = np.arange(-reach_s, reach_s + step_s / 2, step_s)
        best, value = ends, None
        for first in steps:
            for last in steps:
                moved = ends + np.array([first, last])
                line = _line_between(query_s, moved)
                if not SLOWEST <= abs(line.speed) <= FASTEST:
                    continue
                agreement = self.compare(line)
                if agreement is not None and (value is None or agreement.correlation > value.correlation):
                    best, value = moved, agreement
        return best, value

    def compare(self, line: Line) -> Agreement | None:
        """Correlate along a line; None where too few instants lie in the reference."""
        there = line.reference_time(self.times)
        inside = (there >= self.laid.reference_times[0] - STEP_S) & (there <= self.laid.reference_times[-1] + STEP_S)
        if inside.sum() < FEWEST_INSTANTS or inside.mean() < LEAST_SHARE:
            return None
        step_s = float(self.times[1] - self.times[0])
        here = _moving(self.query[inside], step_s)
        at = _moving(_resample(self.laid.reference_times, self.laid.reference, there[inside]), step_s)
        noise = NOISE_LUMA**2
        spread = np.sqrt((at**2).mean(axis=0))
        scale = np.sqrt(((here**2).mean(axis=0) + noise) * (spread**2 + noise))
        each = (here * at).mean(axis=0) / scale
        moving = spread >= MOVES_LUMA
        total = float(spread.sum())
        return Agreement(
            correlation=float((spread * each).sum()) / max(total, 1e-6),
            moving=float(moving.mean()),
            steady=self.laid.steady,
        )


class _Searched:
    """The brightness of a reference that is searched at many speeds: (n, b) values, what moves of each block."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values
        nothing = np.zeros((1, values.shape[1]))
        self._sums = np.concatenate([nothing, np.cumsum(values, axis=0, dtype=np.float64)])
        self._squares = np.concatenate([nothing, np.cumsum(values.astype(np.float64) ** 2, axis=0)])
        self._known: dict[int, NDArray[np.float64]] = {}

    def deviations(self, count: int) -> NDArray[np.float64]:
        """Give the standard deviations over each ``count`` instants that follow one another, all blocks added up."""
        if count not in self._known:
            mean = (self._sums[count:] - self._sums[:-count]) / count
            variance = (self._squares[count:] - self._squares[:-count]) / count - mean**2
            self._known[count] = np.sqrt(np.maximum(0.0, variance)).sum(axis=1)
        return self._known[count]


def _resample(times: NDArray[np.float64], values: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float32]:
    if len(times) == 1:
        return np.repeat(values, len(at), axis=0)
    before = (np.searchsorted(times, at, side="right") - 1).clip(0, len(times) - 2)
    share = ((at - times[before]) / (times[before + 1] - times[before])).clip(0, 1).astype(np.float32)[:, np.newaxis]
    return np.asarray(values[before] * (1 - share) + values[before + 1] * share, np.float32)


def _moving(values: NDArray[np.float32], step_s: float = STEP_S) -> NDArray[np.float32]:
    """Subtract from (n, b) values the mean of those up to ``TREND_S`` before and after: what is left moves."""
    reach = max(1, round(TREND_S / step_s))
    sums = np.concatenate([np.zeros_like(values[:1]), np.cumsum(values, axis=0)])
    at = np.arange(len(values))
    first, end = np.maximum(0, at - reach), np.minimum(len(values), at + reach + 1)
    trend = (sums[end] - sums[first]) / (end - first)[:, np.newaxis]
    return _centred(np.asarray(values - trend, np.float32))


def _centred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(values - values.mean(axis=0), np.float32)


def _line_between(query_s: tuple[float, float], ends: NDArray[np.float64]) -> Line:
    speed = float((ends[1] - ends[0]) / (query_s[1] - query_s[0]))
    return Line(speed, float(ends[0] - speed * query_s[0]))
