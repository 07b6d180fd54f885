"""Follow a reference through a query by local features: where, when and how it lies in the picture.

Frames that share features are fitted to each other. Fits vote for lines in time; along the best line every query frame
is fitted to the reference frames about the aligned instant; the line is then moved to where fits have most points.
"""

import itertools
import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_candidates import FeatureCandidate
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import PairFit, fit_pair
from verify.matches.lines import Line, vote_for_lines
from verify.matches.movement import shows_the_same
from verify.matches.tracing import FASTEST, SLOWEST

STRONG_POINTS = 8
"""Points by which a pair of frames proposes a line. In unrelated pictures so many agree on a map about once in ten
thousand pairs."""

CARRYING_POINTS = 6
"""Points by which a frame carries a line on."""

PAIRS_TRIED_FIRST = 10
"""Pairs fitted to learn whether a candidate is worth more."""

PAIRS_PER_FRAME = 3
REACH_S = 0.8
"""Reference frames this near to the aligned instant are compared: they are about one second apart."""

GAP_S = 2.5
"""A stretch ends where nothing agrees for longer."""

TIME_REACH_S = 1.3
"""Query frames this near to the instant aligned with a reference frame tell when it is shown."""

MAX_STRETCHES = 16


@dataclass(frozen=True, slots=True)
class FrameFit:
    """A query frame and a reference frame that agree on a map.

    Attributes:
        query_frame, reference_frame: their numbers among the frames with features.
        query_s, reference_s: their instants.
        fit: the map and the corresponding points.
        moving: how many of the points do not stand still in the reference.
        view: numbers the pictures of a stretch of which the standing points are the same.
    """

    query_frame: int
    reference_frame: int
    query_s: float
    reference_s: float
    fit: PairFit
    moving: int
    view: int = 0

    @property
    def points(self) -> int:
        """Number of corresponding points."""
        return len(self.fit)

    @property
    def worth(self) -> float:
        """How much the pair says of the instant: what stands still agrees at any."""
        return self.moving + STANDING_WORTH * (self.points - self.moving)


@dataclass(frozen=True, slots=True)
class FeatureStretch:
    """A stretch of the query that follows a line through a reference.

    Attributes:
        line: the alignment in time.
        query_s: first and last agreeing instant of the query.
        fits: the agreeing frames, one a query frame, in order of time.
    """

    line: Line
    query_s: tuple[float, float]
    fits: tuple[FrameFit, ...]


@dataclass
class FeatureTracer:
    """Compares the frames of one query variant with those of one reference; each pair once."""

    query: FeatureFrames
    reference: FeatureFrames
    standing: NDArray[np.bool_]
    _fits: dict[tuple[int, int], PairFit | None] = field(default_factory=dict)

    def find_stretches(self, candidate: FeatureCandidate, taken: NDArray[np.bool_]) -> list[FeatureStretch]:
        """Find every stretch of the query that follows a line, best first; none where the candidate was chance.

        Args:
            candidate: pairs of frames that share features.
            taken: (m,) query frames that belong to another stretch.
        """
        strong = self._strong_pairs(candidate)
        taken = taken.copy()
        found: list[FeatureStretch] = []
        while len(found) < MAX_STRETCHES:
            left = [one for one in strong if not taken[one.query_frame]]
            stretch = self._best_stretch(left, taken) if left else None
            if stretch is None:
                return found
            begin, end = stretch.query_s
            if not found or end - begin >= LATER_SECONDS:
                found.append(stretch)
            taken |= (self.query.times >= begin - 1e-6) & (self.query.times <= end + 1e-6)
        return found

    def fits_along(self, line: Line, query_s: tuple[float, float]) -> tuple[FrameFit, ...]:
        """Fit the query frames of a span along a line."""
        begin, end = query_s
        frames = np.flatnonzero((self.query.times >= begin) & (self.query.times < end)).tolist()
        fits = tuple(fit for i in frames if (fit := self._fit_at(i, line)) is not None)
        return self._number_views(fits)

    def fit(self, i: int, j: int) -> PairFit | None:
        """Fit query frame ``i`` to reference frame ``j``."""
        if (i, j) not in self._fits:
            self._fits[i, j] = fit_pair(self.query, i, self.reference, j)
        return self._fits[i, j]

    def _frame_fit(self, i: int, j: int) -> FrameFit | None:
        fit = self.fit(i, j)
        if fit is None:
            return None
        moving = len(fit) - int(self.standing[fit.reference].sum())
        return FrameFit(i, j, float(self.query.times[i]), float(self.reference.times[j]), fit, moving)

    def _strong_pairs(self, candidate: FeatureCandidate) -> list[FrameFit]:
        order = np.argsort(-candidate.shared, kind="stable")
        if not self._strong(candidate, order[:PAIRS_TRIED_FIRST]):
            return []
        frames = candidate.query_frames[order]
        rank = np.zeros(len(order), np.int64)
        for frame in np.unique(frames):
            rank[frames == frame] = np.arange((frames == frame).sum())
        return self._strong(candidate, order[rank < PAIRS_PER_FRAME])

    def _strong(self, candidate: FeatureCandidate, rows: NDArray[np.int64]) -> list[FrameFit]:
        pairs = zip(candidate.query_frames[rows].tolist(), candidate.reference_frames[rows].tolist(), strict=True)
        fits = [self._frame_fit(i, j) for i, j in pairs]
        return [fit for fit in fits if fit is not None and fit.points >= STRONG_POINTS]

    def _best_stretch(self, strong: list[FrameFit], taken: NDArray[np.bool_]) -> FeatureStretch | None:
        query_s = self.query.times[[one.query_frame for one in strong]]
        reference_s = self.reference.times[[one.reference_frame for one in strong]]
        weights = np.array([one.worth for one in strong])
        frames = np.array([one.query_frame for one in strong])
        lines = vote_for_lines(query_s, reference_s, frames, weights)
        groups = (lines, [line for line in lines if line.speed == 1.0], [line for line in lines if line.speed == -1.0])
        traced = (self._best_of(group[:LINES_TRIED], taken) for group in groups)
        settled = [self._settle(one, taken) for one in traced if one is not None]
        if not settled:
            return None
        stretch, _ = max(settled, key=_likelihood)
        return replace(stretch, fits=self._number_views(stretch.fits))

    def _number_views(self, fits: tuple[FrameFit, ...]) -> tuple[FrameFit, ...]:
        frames = sorted({one.reference_frame for one in fits})
        views = dict.fromkeys(frames[:1], 0)
        for before, frame in itertools.pairwise(frames):
            shared = shows_the_same(self.reference, frame, before)
            views[frame] = views[before] + (shared < SAME_VIEW_SHARE)
        return tuple(replace(one, view=views[one.reference_frame]) for one in fits)

    def _best_of(self, lines: list[Line], taken: NDArray[np.bool_]) -> FeatureStretch | None:
        return max((self._trace(line, taken) for line in lines), key=_worth, default=None)

    def _settle(self, stretch: FeatureStretch, taken: NDArray[np.bool_]) -> tuple[FeatureStretch, float]:
        """Move the line to where fits have most points, and trace it anew.

        Returns:
            The stretch, and how far in seconds the instants lie from its line.
        """
        for _ in range(SETTLE_ROUNDS):
            line, error = self._refine(stretch)
            moved = self._trace(line, taken)
            if moved is None or _worth(moved) < KEPT_WORTH * _worth(stretch):
                break
            settled = abs(line.speed - stretch.line.speed) < SETTLED_SPEED
            stretch = moved
            if settled:
                break
        return stretch, error

    def _trace(self, line: Line, taken: NDArray[np.bool_]) -> FeatureStretch | None:
        """Fit every free query frame about the line and give the best run."""
        fits = {int(i): fit for i in np.flatnonzero(~taken) if (fit := self._fit_at(int(i), line)) is not None}
        best: list[FrameFit] = []
        run: list[FrameFit] = []
        for i, fit in sorted(fits.items()):
            if run and self._broken(run[-1].query_frame, i, taken):
                run = []
            run.append(fit)
            if sum(one.worth for one in run) > sum(one.worth for one in best):
                best = list(run)
        if not any(one.points >= STRONG_POINTS for one in best):
            return None
        times = self.query.times[[best[0].query_frame, best[-1].query_frame]]
        return FeatureStretch(line, (float(times[0]), float(times[1])), tuple(best))

    def _broken(self, before: int, after: int, taken: NDArray[np.bool_]) -> bool:
        gap = self.query.times[after] - self.query.times[before]
        return bool(gap > GAP_S or taken[before:after].any())

    def _fit_at(self, i: int, line: Line) -> FrameFit | None:
        there = float(line.reference_time(self.query.times[i : i + 1])[0])
        if not -EDGE_S <= there <= self.reference.seconds + EDGE_S:
            return None
        near = np.flatnonzero(np.abs(self.reference.times - there) <= REACH_S).tolist()
        if not near:
            near = self._standing_at(there)
        fits = [fit for j in near if (fit := self._frame_fit(i, j)) is not None and fit.points >= CARRYING_POINTS]
        return max(fits, key=lambda fit: fit.worth, default=None)

    def _standing_at(self, there: float) -> list[int]:
        """Give the frame shown at an instant of a still stretch, where frames were left out."""
        at = int(np.searchsorted(self.reference.times, there, side="right")) - 1
        inside = at >= 0 and there <= self.reference.seconds
        return [at] if inside and there - self.reference.times[at] <= STANDING_S else []

    def _refine(self, stretch: FeatureStretch) -> tuple[Line, float]:
        """Fit the line to the instants at which each reference frame is shown best; give its mean error as well."""
        line = stretch.line
        begin, end = stretch.query_s
        instants: list[tuple[float, float, float]] = []
        for j in sorted({one.reference_frame for one in stretch.fits}):
            there = float(self.reference.times[j])
            here = (there - line.offset_s) / line.speed
            frames = np.flatnonzero(
                (np.abs(self.query.times - here) <= TIME_REACH_S)
                & (self.query.times >= begin - TIME_REACH_S)
                & (self.query.times <= end + TIME_REACH_S)
            )
            fits = [self._frame_fit(int(i), j) for i in frames]
            instant = _peak(self.query.times[frames], np.array([fit.worth if fit else 0.0 for fit in fits]))
            if instant is not None:
                instants.append((instant[0], there, instant[1]))
        return _fit_line(line, np.array(instants)) if instants else (line, ROBUST_S)


STANDING_WORTH = 0.1
"""A point that stands still in the reference counts so much against one that moved: it agrees at any instant."""

SAME_VIEW_SHARE = 0.4
"""Frames of which this share of the features stands at the same place show one picture."""

LATER_SECONDS = 1.4
"""After the best stretch, shorter ones are not taken: beside a slow shot the frames next to it fit a while as well."""

EDGE_S = 0.2
"""Beyond its ends a reference shows nothing; a line may be off by this much."""

LINES_TRIED = 6
SETTLE_ROUNDS = 3
KEPT_WORTH = 0.75
"""A moved line may lose this share of its points at most: a truer line has fewer where frames fit later as well."""

STANDING_S = 4.5
"""A frame stands for the time up to the next one that differs; a still picture is taken anew after four seconds."""


def _worth(stretch: FeatureStretch | None) -> float:
    return 0.0 if stretch is None else sum(one.worth for one in stretch.fits)


def _peak(times: NDArray[np.float64], points: NDArray[np.float64]) -> tuple[float, float] | None:
    """Give the instant at which a reference frame is shown best, and how sharply that is told."""
    if len(points) < 3 or points.max() < CARRYING_POINTS:  # noqa: PLR2004  (a peak has two sides)
        return None
    above = np.maximum(0.0, points - 0.6 * points.max())
    middle = float((above * times).sum() / above.sum())
    width = float(np.sqrt((above * (times - middle) ** 2).sum() / above.sum()))
    whole = float(times.std())
    return middle, max(0.0, 1 - width / whole) * float(points.max()) if whole else 0.0


def _fit_line(line: Line, instants: NDArray[np.float64]) -> tuple[Line, float]:
    """Fit speed and offset to instants of query and reference with their weights, against outliers.

    Played as it was is the rule: another speed must explain the instants clearly better.
    """
    here, there, weights = instants.T
    played = math.copysign(1.0, line.speed)
    normal, normal_error = _fit_robustly(here, there, weights, played)
    if len(here) < 3:  # noqa: PLR2004  (two instants fit any speed)
        return normal, normal_error
    free, free_error = _fit_robustly(here, there, weights, None)
    if not SLOWEST <= free.speed * played <= FASTEST:
        return normal, normal_error
    better = normal_error > CLEAR_ERROR_S and free_error < CLEARLY_BETTER * normal_error
    return (free, free_error) if better else (normal, normal_error)


def _fit_robustly(
    here: NDArray[np.float64], there: NDArray[np.float64], weights: NDArray[np.float64], speed: float | None
) -> tuple[Line, float]:
    """Fit a line by iterated weights; give it with the weighted mean of its errors in seconds, larger ones capped."""
    robust, slope = weights + 1e-9, speed or 1.0
    for _ in range(6):
        mean_here, mean_there = np.average(here, weights=robust), np.average(there, weights=robust)
        spread = float((robust * (here - mean_here) ** 2).sum())
        if speed is None and spread > 0:
            slope = float((robust * (here - mean_here) * (there - mean_there)).sum() / spread)
        offset = float(mean_there - slope * mean_here)
        errors = np.abs(there - (slope * here + offset))
        robust = (weights + 1e-9) / (1 + (errors / ROBUST_S) ** 2)
    error = float((weights * np.minimum(errors, 2 * ROBUST_S)).sum() / (weights.sum() + NOTHING_TOLD))
    return Line(slope, offset), error


ROBUST_S = 0.3
CLEAR_ERROR_S = 0.1
CLEARLY_BETTER = 0.6
NOTHING_TOLD = 20.0
"""Sharpness of all instants together below which they say little of the line: the picture stands still."""

SETTLED_SPEED = 0.002
LIKELY_ERROR_S = 0.25
PLAYED_AS_IT_WAS = 1.15
"""Where little tells speed and direction, it is the normal speed, forwards."""


def _likelihood(settled: tuple[FeatureStretch, float]) -> float:
    stretch, error = settled
    favour = PLAYED_AS_IT_WAS if stretch.line.speed == 1.0 else 1.0
    return favour * _worth(stretch) / (1 + (error / LIKELY_ERROR_S) ** 2)
