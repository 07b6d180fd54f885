"""Tell speed and offset of a stretch from how each reference frame lies in the query frames about it.

Two things single out the instant at which a reference frame is shown: most of what moves is found again, and the
picture lies where it lies in the rest of the stretch. A camera that pans makes frames fit at other instants too, but
shifted; a copy keeps its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import PairFit, project
from verify.matches.lines import Line
from verify.matches.tracing import FASTEST, SLOWEST

REACH_S = 1.6
"""Query frames this near to the instant aligned with a reference frame are looked at."""

STEP_S = 0.08
SLACK_S = 1.2
"""An offset may be moved by this much at a time."""

SPEED_STEPS = 40
"""Speeds tried on either side of normal, evenly between the slowest and the fastest."""

PLACE_DEVIATION = 3.0
"""How far, in 1/256 of the picture, a copy may lie from its place: the standard deviation of a bell curve."""

WIDEST_GAP_S = 0.75
"""Between query frames farther apart nothing is interpolated."""

AS_IT_WAS_SUPPORT = 0.97
"""Played as it was is the rule: another speed must have more support than normal speed by this ratio."""

NEARER_IS_BETTER = 0.02
"""Support lost by an offset moved by a second: where nothing tells, it stays."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is found of J reference frames at G instants about those aligned with them.

    Attributes:
        aligned_s: (J,) instants of the query.
        reference_s: (J,) instants of the frames.
        worth: (J, G) how much is found of each.
        places: (J, G, 2) where a fixed point of the reference lies in the query; NaN where it is not known.
    """

    aligned_s: NDArray[np.float64]
    reference_s: NDArray[np.float64]
    worth: NDArray[np.float64]
    places: NDArray[np.float64]


FitWorth = Callable[[int, int], tuple[PairFit | None, float]]


def look_around(
    query: FeatureFrames, reference: FeatureFrames, line: Line, frames: Sequence[int], fit_worth: FitWorth
) -> Surroundings:
    """Fit reference frames to the query frames about the instants aligned with them.

    Args:
        query: its features.
        reference: likewise.
        line: the alignment.
        frames: reference frames.
        fit_worth: gives fit and worth of a query frame and a reference frame.
    """
    grid = np.arange(-REACH_S, REACH_S + STEP_S / 2, STEP_S)
    aligned = (reference.times[list(frames)] - line.offset_s) / line.speed
    worth, places = np.zeros((len(frames), len(grid))), np.full((len(frames), len(grid), 2), np.nan)
    point = np.array([reference.extent]) / 2
    for row, (frame, here) in enumerate(zip(frames, aligned.tolist(), strict=True)):
        near = np.flatnonzero(np.abs(query.times - here) <= REACH_S + WIDEST_GAP_S)
        fits = [fit_worth(int(i), frame) for i in near]
        known = [place for place, (fit, _) in enumerate(fits) if fit is not None]
        if not known:
            continue
        times = query.times[near] - here
        worth[row] = np.interp(grid, times, [value for _, value in fits], left=0.0, right=0.0)
        at = np.array([project(fit.matrix, point)[0] for fit, _ in fits if fit is not None])
        seen = times[known]
        between = np.abs(grid[:, np.newaxis] - seen).min(axis=1) <= WIDEST_GAP_S / 2
        for axis in (0, 1):
            places[row, between, axis] = np.interp(grid[between], seen, at[:, axis])
    return Surroundings(aligned, reference.times[list(frames)], worth, places)


def settle_line(line: Line, around: Surroundings) -> tuple[Line, float]:
    """Give the line about ``line`` with most support, and its support.

    Speeds of the same sign are tried, and offsets within ``SLACK_S`` in the middle of the stretch.
    """
    middle_s = float(np.median(around.aligned_s))
    there = float(line.reference_time(np.array([middle_s]))[0])
    shifts = np.arange(-SLACK_S, SLACK_S + STEP_S / 2, STEP_S)
    sign = np.sign(line.speed)
    slow, fast = np.linspace(SLOWEST, 1, SPEED_STEPS), np.linspace(1, FASTEST, SPEED_STEPS)
    speeds = sign * np.unique(np.concatenate([slow, fast, [abs(line.speed)]]))
    support = np.stack([_support(around, float(speed), there - speed * middle_s + shifts) for speed in speeds])
    support *= 1 - NEARER_IS_BETTER * np.abs(shifts)
    normal = int(np.argmin(np.abs(speeds - sign)))
    row = int(support.max(axis=1).argmax())
    if support[normal].max() >= AS_IT_WAS_SUPPORT * support[row].max():
        row = normal
    best = support[row].max()
    # Of a plateau its middle: where nothing tells, neither end is truer.
    column = int(np.median(np.flatnonzero(support[row] >= 0.999 * best)))
    speed = float(speeds[row])
    return Line(speed, float(there - speed * middle_s + shifts[column])), float(best)


def _support(around: Surroundings, speed: float, offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the support of lines of one speed: what is found along each, as far as it lies in one place."""
    here = (around.reference_s - offsets[:, np.newaxis]) / speed
    column = np.rint((here - around.aligned_s + REACH_S) / STEP_S).astype(np.int64)
    inside = (column >= 0) & (column < around.worth.shape[1])
    column = column.clip(0, around.worth.shape[1] - 1)
    rows = np.arange(len(around.aligned_s))
    worth = np.where(inside, around.worth[rows, column], 0.0)
    places = around.places[rows, column]
    known = inside & ~np.isnan(places[..., 0])
    filled = np.where(known[..., np.newaxis], places, np.nan)
    if not known.any():
        return np.zeros(len(offsets))
    usual = np.nan_to_num(_median(filled))
    away = np.where(known, ((np.nan_to_num(places) - usual[:, np.newaxis]) ** 2).sum(axis=2), np.inf)
    return np.asarray((worth * np.exp(-away / (2 * PLACE_DEVIATION**2))).sum(axis=1), np.float64)


def _median(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the median over the second axis, NaN left out."""
    ordered = np.sort(places, axis=1)  # NaN comes last
    counts = (~np.isnan(places)).sum(axis=1)
    middle = np.maximum(counts - 1, 0) // 2
    return np.take_along_axis(ordered, middle[:, np.newaxis], axis=1)[:, 0]
