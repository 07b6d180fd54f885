"""Aligned pairs of frames: what of an alignment a person can look at."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from verify.matches.alignment import Alignment
from verify.matches.feature_alignment import FrameFit
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import PairFit, project
from verify.records.explanation import AlignedPair, Map, Point
from verify.records.match import Segment
from verify.records.time import exact_seconds

PAIRS_A_SEGMENT = 5


@dataclass(frozen=True, slots=True)
class Features:
    """The local features of a video with its exact clock.

    Attributes:
        frames: the features, of the picture as it is.
        time_base: seconds of which its times are whole multiples.
    """

    frames: FeatureFrames
    time_base: Fraction

    def exact_time(self, frame: int) -> Fraction:
        """Give when a frame is shown."""
        # Rounded to ticks: rounded to microseconds, half of all times would name the frame before.
        return round(Fraction(self.frames.times[frame]) / self.time_base) * self.time_base


def choose_pairs(
    alignment: Alignment, place: tuple[int, int], query: Features, reference: Features, segment: Segment
) -> tuple[AlignedPair, ...]:
    """Choose up to five pairs of an alignment, spread over it: of each fifth that with most points.

    Args:
        alignment: the aligned stretch.
        place: indices of its match in the report and of its segment in the match.
        query: features of the query as it is, neither mirrored nor negative.
        reference: features of the reference.
        segment: the stretch as it is reported.
    """
    blank = AlignedPair(
        match=place[0],
        segment=place[1],
        query_time=segment.query.start,
        reference_time=segment.reference.start,
        mirrored=alignment.mirrored,
        negative=alignment.negative,
    )
    if not alignment.fits:
        aligned = ((time, exact_seconds(float(segment.reference_time(time)))) for time in _middles(segment))
        return tuple(replace(blank, query_time=here, reference_time=there) for here, there in aligned)
    return tuple(
        replace(
            blank,
            query_time=query.exact_time(fit.query_frame),
            reference_time=reference.exact_time(fit.reference_frame),
            matrix=in_fractions(fit.fit, query.frames.extent, reference.frames.extent, mirrored=alignment.mirrored),
            points=corresponding_points(fit.fit, query.frames, reference.frames),
            moving=fit.moving,
        )
        for fit in _best_of_each_fifth(alignment.fits, alignment.query_s)
    )


def _best_of_each_fifth(fits: Sequence[FrameFit], query_s: tuple[float, float]) -> Iterator[FrameFit]:
    edges = np.linspace(*query_s, PAIRS_A_SEGMENT + 1)
    # Features may carry on a little beyond a stretch that frame hashes have bounded.
    edges[0], edges[-1] = -np.inf, np.inf
    step, before = (query_s[1] - query_s[0]) / PAIRS_A_SEGMENT, -np.inf
    for begin, end in itertools.pairwise(edges):
        inside = [fit for fit in fits if begin <= fit.query_s < end]
        apart = [fit for fit in inside if fit.query_s - before >= step / 2]
        if inside:
            chosen = max(apart or inside, key=lambda fit: (fit.points, fit.moving, -fit.query_s))
            before = chosen.query_s
            yield chosen


def _middles(segment: Segment) -> list[Fraction]:
    """Give the middle of each fifth; one instant where the segment has no length."""
    step = segment.query.seconds / (2 * PAIRS_A_SEGMENT)
    times = (segment.query.start + number * step for number in range(1, 2 * PAIRS_A_SEGMENT, 2))
    return sorted({exact_seconds(float(time)) for time in times})


def corresponding_points(fit: PairFit, query: FeatureFrames, reference: FeatureFrames) -> tuple[Point, ...]:
    """Give the places of corresponding points in both pictures, as they are shown."""
    here = query.points[fit.query] / np.array(query.extent)
    there = reference.points[fit.reference] / np.array(reference.extent)
    return tuple((u, v, x, y) for u, v, x, y in np.column_stack([here, there]).astype(np.float64).tolist())


def in_fractions(fit: PairFit, query: tuple[float, float], reference: tuple[float, float], *, mirrored: bool) -> Map:
    """Give the map between the pictures as they are shown: where one is mirrored, the mirrored query was fitted.

    Args:
        fit: the fitted map, in units of the longer sides.
        query: extent of its picture in these units.
        reference: likewise.
        mirrored: whether the query was mirrored before.
    """
    corners = project(fit.matrix, np.array([(0.0, 0.0), (reference[0], 0.0), (0.0, reference[1])])) / query
    if mirrored:
        corners[:, 0] = 1 - corners[:, 0]
    (c, f), (a, d), (b, e) = corners.tolist()
    return (a - c, b - c, c, d - f, e - f, f)
