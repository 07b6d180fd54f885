"""Follow a reference through a query by local features: where, when and how it lies in the picture.

Frames that share features are fitted to each other. Fits vote for lines in time; along the best line every query frame
is fitted to the reference frames about the aligned instant; the line is then moved to where fits have most points.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from verify.matches.common_map import CommonMap, find_common_map
from verify.matches.feature_candidates import FeatureCandidate
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import PairFit, fit_pair, place_pair, project
from verify.matches.lines import Line, vote_for_lines
from verify.matches.movement import Standing, shows_the_same
from verify.matches.timing import look_around, settle_line

STRONG_POINTS = 8
"""Points by which a pair of frames proposes a line. In unrelated pictures so many agree on a map about once in ten
thousand pairs."""

CARRYING_POINTS = 6
"""Points by which a frame carries a line on."""

PAIRS_TRIED_FIRST = 10
"""Pairs fitted to learn whether a candidate is worth more."""

FEW_STRONG, MOST_PROMISING = 40, 12
"""Where fewer pairs are strong, one map of all frames is looked for: if any is, and for so many candidates at least."""

PAIRS_PER_FRAME = 3
REACH_S = 0.8
"""Reference frames this near to the aligned instant are compared: they are about one second apart."""

GAP_S = 2.5
"""A stretch ends where nothing agrees for longer."""

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
        placed: points of all frames that agree on the same map; 0 where the map is that of these frames alone.
    """

    query_frame: int
    reference_frame: int
    query_s: float
    reference_s: float
    fit: PairFit
    moving: int
    view: int = 0
    placed: int = 0

    @property
    def points(self) -> int:
        """Number of corresponding points."""
        return len(self.fit)

    @property
    def carries(self) -> bool:
        """Whether it carries a line on."""
        return self.placed > 0 or self.points >= CARRYING_POINTS

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
    standing: Standing
    _common: CommonMap | None = None
    _fits: dict[tuple[int, int], FrameFit | None] = field(default_factory=dict)

    @property
    def most_points(self) -> int:
        """The most corresponding points of any pair of frames compared so far."""
        return max((fit.points for fit in self._fits.values() if fit is not None), default=0)

    def find_stretches(self, candidate: FeatureCandidate, taken: NDArray[np.bool_]) -> list[FeatureStretch]:
        """Find every stretch of the query that follows a line, best first; none where the candidate was chance.

        Args:
            candidate: pairs of frames that share features.
            taken: (m,) query frames that belong to another stretch.
        """
        strong = self._strong_pairs(candidate)
        if len(strong) < FEW_STRONG and (strong or candidate.rank < MOST_PROMISING):
            strong = self._strong_on_common_map(candidate) or strong
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
        return self._number_views(tuple(self._fits_on(line, (self.query.times >= begin) & (self.query.times < end))))

    def _frame_fit(self, i: int, j: int) -> FrameFit | None:
        """Fit query frame ``i`` to reference frame ``j``."""
        if (i, j) not in self._fits:
            self._fits[i, j] = self._fit_anew(i, j)
        return self._fits[i, j]

    def _fit_anew(self, i: int, j: int) -> FrameFit | None:
        fit, placed = fit_pair(self.query, i, self.reference, j), 0
        if self._common is not None and (fit is None or len(fit) < STRONG_POINTS):
            on_common = place_pair(self.query, i, self.reference, j, self._common.matrix)
            if on_common is not None and (fit is None or len(on_common) >= len(fit)):
                fit, placed = on_common, self._common.points
        if fit is None:
            return None
        moving = len(fit) - int(self.standing[fit.reference].sum())
        return FrameFit(i, j, float(self.query.times[i]), float(self.reference.times[j]), fit, moving, placed=placed)

    def _strong_pairs(self, candidate: FeatureCandidate) -> list[FrameFit]:
        if not self._strong(candidate, np.argsort(-candidate.shared, kind="stable")[:PAIRS_TRIED_FIRST]):
            return []
        return self._strong(candidate, candidate.best_of_each_frame(PAIRS_PER_FRAME))

    def _strong_on_common_map(self, candidate: FeatureCandidate) -> list[FrameFit]:
        """Look for one map of all frames, and for the pairs of frames on it."""
        self._common = find_common_map(self.query, self.reference, candidate)
        if self._common is None:
            return []
        # Pairs with a strong map of their own keep it; the others are looked at anew.
        self._fits = {pair: fit for pair, fit in self._fits.items() if fit is not None and fit.points >= STRONG_POINTS}
        return self._strong_pairs(candidate)

    def _strong(self, candidate: FeatureCandidate, rows: NDArray[np.int64]) -> list[FrameFit]:
        pairs = zip(candidate.query_frames[rows].tolist(), candidate.reference_frames[rows].tolist(), strict=True)
        fits = [self._frame_fit(i, j) for i, j in pairs]
        return [fit for fit in fits if fit is not None and (fit.points >= STRONG_POINTS or fit.placed)]

    def _best_stretch(self, strong: list[FrameFit], taken: NDArray[np.bool_]) -> FeatureStretch | None:
        query_s = self.query.times[[one.query_frame for one in strong]]
        reference_s = self.reference.times[[one.reference_frame for one in strong]]
        weights = np.array([one.worth for one in strong])
        frames = np.array([one.query_frame for one in strong])
        lines = vote_for_lines(query_s, reference_s, frames, weights)
        groups = (lines, [line for line in lines if line.speed == 1.0], [line for line in lines if line.speed == -1.0])
        seeds = query_s, reference_s
        traced = (self._best_of(group[:LINES_TRIED], taken, seeds) for group in groups)
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

    def _best_of(
        self, lines: list[Line], taken: NDArray[np.bool_], seeds: tuple[NDArray[np.float64], NDArray[np.float64]]
    ) -> FeatureStretch | None:
        """Trace lines from the instants, of query and reference, of strong pairs that lie on them."""
        query_s, reference_s = seeds
        traced = (
            self._trace(line, taken, query_s[np.abs(line.reference_time(query_s) - reference_s) <= REACH_S])
            for line in lines
        )
        return max(traced, key=_worth, default=None)

    def _settle(self, stretch: FeatureStretch, taken: NDArray[np.bool_]) -> tuple[FeatureStretch, float]:
        """Move the line to where it has most support, and trace it anew.

        Returns:
            The stretch and its support.
        """
        support = 0.0
        for _ in range(SETTLE_ROUNDS):
            frames = sorted({one.reference_frame for one in stretch.fits})
            around = look_around(self.query, self.reference, stretch.line, frames, self._fit_worth)
            line, support = settle_line(stretch.line, around)
            moved = self._trace(line, taken, np.array([one.query_s for one in stretch.fits]))
            if moved is None or _worth(moved) < KEPT_WORTH * _worth(stretch):
                break
            settled = line == stretch.line
            stretch = moved
            if settled:
                break
        return stretch, support

    def _fit_worth(self, i: int, j: int) -> tuple[PairFit | None, float]:
        fit = self._frame_fit(i, j)
        return (None, 0.0) if fit is None else (fit.fit, fit.worth)

    def _trace(self, line: Line, taken: NDArray[np.bool_], seeds_s: NDArray[np.float64]) -> FeatureStretch | None:
        """Fit free query frames about a line, from some instants on for as long as any agrees; give the best run."""
        runs: list[list[FrameFit]] = []
        for fit in self._grow(line, ~taken, seeds_s):
            if not runs or self._broken(runs[-1][-1].query_frame, fit.query_frame, taken):
                runs.append([])
            runs[-1].append(fit)
        best = max(runs, key=lambda run: sum(fit.worth for fit in run), default=[])
        if not any(one.points >= STRONG_POINTS or one.placed for one in best):
            return None
        times = self.query.times[[best[0].query_frame, best[-1].query_frame]]
        return FeatureStretch(line, (float(times[0]), float(times[1])), tuple(best))

    def _grow(self, line: Line, free: NDArray[np.bool_], seeds_s: NDArray[np.float64]) -> list[FrameFit]:
        """Give the fits along a line that are reached from some instants without a gap, in order of time."""
        found: dict[int, FrameFit] = {}
        unseen, edges_s = free.copy(), seeds_s
        while len(edges_s):
            near = unseen & (np.abs(self.query.times[:, np.newaxis] - edges_s).min(axis=1) <= GAP_S)
            unseen &= ~near
            fresh = {fit.query_frame: fit for fit in self._fits_on(line, near)}
            found |= fresh
            edges_s = np.array([fit.query_s for fit in fresh.values()])
        return [found[frame] for frame in sorted(found)]

    def _broken(self, before: int, after: int, taken: NDArray[np.bool_]) -> bool:
        gap = self.query.times[after] - self.query.times[before]
        return bool(gap > GAP_S or taken[before:after].any())

    def _fits_on(self, line: Line, wanted: NDArray[np.bool_]) -> Iterator[FrameFit]:
        """Fit the wanted query frames, in order, each to the best of the reference frames about a line."""
        instants = line.reference_time(self.query.times)
        shown = wanted & (instants >= -EDGE_S) & (instants <= self.reference.seconds + EDGE_S)
        first = np.searchsorted(self.reference.times, instants - REACH_S, side="left").tolist()
        end = np.searchsorted(self.reference.times, instants + REACH_S, side="right").tolist()
        for i in np.flatnonzero(shown).tolist():
            near = range(first[i], end[i]) or self._standing_at(float(instants[i]))
            fits = [fit for j in near if (fit := self._frame_fit(i, j)) is not None and fit.carries]
            if fits:
                yield max(fits, key=lambda fit: fit.worth)

    def _standing_at(self, there: float) -> list[int]:
        """Give the frame shown at an instant of a still stretch, where frames were left out."""
        at = int(np.searchsorted(self.reference.times, there, side="right")) - 1
        inside = at >= 0 and there <= self.reference.seconds
        return [at] if inside and there - self.reference.times[at] <= STANDING_S else []


MIDDLE = np.array([[128.0, 72.0]])
"""About the middle of a picture."""

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


PLACE_DEVIATION, SHIFTED_WORTH = 4.0, 0.3
"""A frame counts by how near it lies to the middle place of its stretch, in 1/256 of the longer side, but for so much:
where the camera pans slowly, frames beside the right ones agree as well, but shifted, now more and now less."""


def _worth(stretch: FeatureStretch | None) -> float:
    if stretch is None:
        return 0.0
    places = np.array([project(one.fit.matrix, MIDDLE)[0] for one in stretch.fits])
    away = np.linalg.norm(places - np.median(places, axis=0), axis=1)
    steady = SHIFTED_WORTH + (1 - SHIFTED_WORTH) * np.exp(-((away / PLACE_DEVIATION) ** 2) / 2)
    return float((steady * np.array([one.worth for one in stretch.fits])).sum())


PLAYED_AS_IT_WAS = 1.1
"""Where little tells speed and direction, it is the normal speed, forwards."""


def _likelihood(settled: tuple[FeatureStretch, float]) -> float:
    stretch, support = settled
    return support * (PLAYED_AS_IT_WAS if stretch.line.speed == 1.0 else 1.0)
