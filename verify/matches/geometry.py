"""How a reference picture lies in a query picture: the affine map on which corresponding points agree.

Each pair of near descriptors proposes a map by itself, from the places, sizes and directions of its two features. The
map on which most pairs agree is fitted to them, and pairs that it sets beside each other are then looked for without
regard to better ones elsewhere. No chance is involved: the same features give the same map on any machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from verify.matches.feature_frames import FeatureFrames

NEAR_BITS = 34
"""Descriptors this near may show one point; of descriptors of unrelated pictures one pair in ten thousand is."""

NEARER_RATIO = 0.92
"""And no other descriptor of the frame may be about as near."""

GUIDED_BITS = 44
"""Where a map sets two features beside each other, this near is near enough."""

PLACE_TOLERANCE = 3.0
"""How far points may lie from where the map puts them, in 1/256 of the longer side of the query."""

LOOSE_TOLERANCE = 4.0
LOOSE_SHARE = 0.12
"""A map proposed by one pair is as coarse as a feature's size and direction: what it puts farther away may be off by
this share of the distance more."""

SMALLEST_SCALE, LARGEST_SCALE = 0.15, 6.0
MOST_SHEAR = 1.8
"""Bounds of a map: scale of the reference in the query, and the ratio of its two scales. Without them a map shrinks the
reference to a spot that one crowd of features lies around."""

LEAST_SPREAD = 5.0
"""Agreeing points must spread over an area: in both pictures their deviation from a line is at least this much, in
1/256 of the longer side. A line of lettering is none."""

MIN_POINTS = 5
AFFINE_POINTS = 8
"""With fewer points a similarity is fitted: an affine map would follow their errors."""

MIN_NEAR_POINTS = 6
"""Points of near descriptors that a map needs: those found by its guidance alone agree with a map of chance as well. Of
76,560 pairs of frames of unrelated videos 29 fit with any five points, 14 with five near ones, 4 with six."""

MIN_PLACED_POINTS = 4
"""Near points by which a frame agrees on a map that others gave: in other footage seldom one or two are."""

NARROWING = 4 * PLACE_TOLERANCE, 2 * PLACE_TOLERANCE
"""Tolerances of the first fits: a similarity lies as far beside the map of a squeezed or tilted copy."""

GUIDED_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class PairFit:
    """Points of one query frame and one reference frame that agree on a map.

    Attributes:
        matrix: (2, 3) float64: where a point of the reference lies in the query.
        query, reference: (k,) indices of the corresponding features.
    """

    matrix: NDArray[np.float64]
    query: NDArray[np.int64]
    reference: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.query)


def fit_pair(query: FeatureFrames, i: int, reference: FeatureFrames, j: int) -> PairFit | None:
    """Fit the map between query frame ``i`` and reference frame ``j``; None where too few points agree on one."""
    of_query, of_reference = query.of_frame(i), reference.of_frame(j)
    bits = _distances(query.descriptors[of_query], reference.descriptors[of_reference])
    if min(bits.shape) < MIN_POINTS:
        return None
    left, right = _near_pairs(bits)
    if len(left) < MIN_POINTS:
        return None
    here, there = query.points[of_query].astype(np.float64), reference.points[of_reference].astype(np.float64)
    scales = (query.sizes[of_query][left] / reference.sizes[of_reference][right]).astype(np.float64)
    turns = (query.turns[of_query][left] - reference.turns[of_reference][right]).astype(np.float64)
    matrix = _narrow(_propose(here[left], there[right], scales, turns), here[left], there[right])
    rows, columns = np.nonzero(bits <= GUIDED_BITS)
    close = rows, columns, bits[rows, columns]
    for _ in range(GUIDED_ROUNDS):
        if matrix is None:
            return None
        left, right = _guided_pairs(close, here, there, matrix)
        matrix, agreeing = _refit(matrix, here[left], there[right], PLACE_TOLERANCE)
        left, right = left[agreeing], right[agreeing]
    if matrix is None or (bits[left, right] <= NEAR_BITS).sum() < MIN_NEAR_POINTS:
        return None
    if min(_spread(here[left]), _spread(there[right])) < LEAST_SPREAD:
        return None
    return PairFit(matrix, left + of_query.start, right + of_reference.start)


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Points of query and reference of which the descriptors are each other's nearest.

    Attributes:
        here, there: (k, 2) float64 where they lie in the query and in the reference.
        scales, turns: (k,) size of the query's feature for that of the reference's; and by how much it is turned.
        bits: (k,) by which the descriptors differ.
    """

    here: NDArray[np.float64]
    there: NDArray[np.float64]
    scales: NDArray[np.float64]
    turns: NDArray[np.float64]
    bits: NDArray[np.uint8]

    @classmethod
    def between(cls, query: FeatureFrames, i: int, reference: FeatureFrames, j: int) -> "NearPairs":
        """Pair the features of query frame ``i`` and reference frame ``j``."""
        of_query, of_reference = query.of_frame(i), reference.of_frame(j)
        bits = _distances(query.descriptors[of_query], reference.descriptors[of_reference])
        left, right = _near_pairs(bits) if min(bits.shape) > 0 else (np.empty(0, np.int64), np.empty(0, np.int64))
        here, there = left + of_query.start, right + of_reference.start
        return cls(
            here=query.points[here].astype(np.float64),
            there=reference.points[there].astype(np.float64),
            scales=(query.sizes[here] / reference.sizes[there]).astype(np.float64),
            turns=(query.turns[here] - reference.turns[there]).astype(np.float64),
            bits=bits[left, right],
        )

    @classmethod
    def pooled(cls, pairs: Sequence["NearPairs"], most: int) -> "NearPairs":
        """Put the pairs of many frames together: of those between the same two places the nearest, up to ``most``."""
        order = np.argsort(np.concatenate([one.bits for one in pairs]), kind="stable")
        here, there = (np.concatenate([getattr(one, name) for one in pairs])[order] for name in ("here", "there"))
        places = np.round(np.hstack([here, there]) / PLACE_TOLERANCE).astype(np.int64)
        rows = np.sort(np.unique(places, axis=0, return_index=True)[1])[:most]
        names = ("scales", "turns", "bits")
        scales, turns, bits = (np.concatenate([getattr(one, name) for one in pairs])[order][rows] for name in names)
        return cls(here[rows], there[rows], scales, turns, bits)

    def __len__(self) -> int:
        return len(self.here)

    def agree_on_map(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
        """Give the (2, 3) map on which most of them agree, and which do; None where too few do, or along a line."""
        if len(self) < MIN_POINTS:
            return None
        matrix = _narrow(_propose(self.here, self.there, self.scales, self.turns), self.here, self.there)
        agreeing = np.zeros(len(self), bool)
        for _ in range(GUIDED_ROUNDS):
            if matrix is None:
                return None
            matrix, agreeing = _refit(matrix, self.here, self.there, PLACE_TOLERANCE)
        if matrix is None or min(_spread(self.here[agreeing]), _spread(self.there[agreeing])) < LEAST_SPREAD:
            return None
        return matrix, agreeing


def fit_on_map(query: FeatureFrames, i: int, reference: FeatureFrames, j: int, matrix: NDArray[np.float64]) -> PairFit:
    """Give the points of query frame ``i`` and reference frame ``j`` that a known map sets beside each other."""
    of_query, of_reference = query.of_frame(i), reference.of_frame(j)
    bits = _distances(query.descriptors[of_query], reference.descriptors[of_reference])
    rows, columns = np.nonzero(bits <= GUIDED_BITS)
    here, there = query.points[of_query].astype(np.float64), reference.points[of_reference].astype(np.float64)
    left, right = _guided_pairs((rows, columns, bits[rows, columns]), here, there, matrix)
    return PairFit(matrix, left + of_query.start, right + of_reference.start)


def place_pair(
    query: FeatureFrames, i: int, reference: FeatureFrames, j: int, matrix: NDArray[np.float64]
) -> PairFit | None:
    """Fit query frame ``i`` to reference frame ``j`` by a known map; None where too few near points are on it."""
    fit = fit_on_map(query, i, reference, j, matrix)
    bits = np.bitwise_count(query.descriptors[fit.query] ^ reference.descriptors[fit.reference]).sum(axis=1)
    return fit if (bits <= NEAR_BITS).sum() >= MIN_PLACED_POINTS else None


def found_on_map(
    query: FeatureFrames, i: int, reference: FeatureFrames, j: int, matrix: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give the features of reference frame ``j`` that a known map sets beside near ones of query frame ``i``."""
    return fit_on_map(query, i, reference, j, matrix).reference


def project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map (n, 2) points of the reference into the query."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def _distances(query: NDArray[np.uint64], reference: NDArray[np.uint64]) -> NDArray[np.uint8]:
    first, second = (np.bitwise_count(query[:, word, np.newaxis] ^ reference[:, word]) for word in (0, 1))
    return np.asarray(first + second, np.uint8)


def _near_pairs(bits: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair descriptors that are each other's nearest, and clearly nearer than the next."""
    rows = np.arange(len(bits))
    nearest = bits.argmin(axis=1)
    two = np.partition(bits, 1, axis=1)[:, :2] if bits.shape[1] > 1 else np.repeat(bits, 2, axis=1)
    good = (two[:, 0] <= NEAR_BITS) & (two[:, 0] < NEARER_RATIO * two[:, 1])
    good &= bits.argmin(axis=0)[nearest] == rows
    return rows[good], nearest[good]


def _propose(
    here: NDArray[np.float64], there: NDArray[np.float64], scales: NDArray[np.float64], turns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the similarity of the pairs that agree on what one of them proposes; of all pairs, the one most agree on."""
    cosines, sines = scales * np.cos(turns), scales * np.sin(turns)
    linear = np.stack([np.stack([cosines, -sines], axis=1), np.stack([sines, cosines], axis=1)], axis=1)
    shifts = here - np.einsum("kab,kb->ka", linear, there)
    mapped = np.einsum("kab,nb->kna", linear, there) + shifts[:, np.newaxis]
    away = np.linalg.norm(here[np.newaxis] - here[:, np.newaxis], axis=2)
    errors = np.linalg.norm(mapped - here, axis=2)
    agreeing = errors <= LOOSE_TOLERANCE + LOOSE_SHARE * away
    best = agreeing[agreeing.sum(axis=1).argmax()]
    return _fit_similarity(here[best], there[best])


def _narrow(
    matrix: NDArray[np.float64], here: NDArray[np.float64], there: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Lead the map of one crowd of pairs to that of all."""
    narrowed: NDArray[np.float64] | None = matrix
    for tolerance in NARROWING:
        if narrowed is not None:
            narrowed, _ = _refit(narrowed, here, there, tolerance)
    return narrowed


def _refit(
    matrix: NDArray[np.float64], here: NDArray[np.float64], there: NDArray[np.float64], tolerance: float
) -> tuple[NDArray[np.float64] | None, NDArray[np.bool_]]:
    """Fit the map anew to the pairs that it sets within the tolerance; None where they are too few, or it goes wild."""
    agreeing = np.linalg.norm(project(matrix, there) - here, axis=1) <= tolerance
    if agreeing.sum() < MIN_POINTS:
        return None, agreeing
    here, there = here[agreeing], there[agreeing]
    matrix = _fit_affine(here, there) if len(here) >= AFFINE_POINTS else _fit_similarity(here, there)
    return (matrix if _is_sane(matrix) else None), agreeing


def _guided_pairs(
    close: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]],
    here: NDArray[np.float64],
    there: NDArray[np.float64],
    matrix: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair features that the map sets beside each other, the nearest descriptors first, each feature once."""
    rows, columns, bits = close
    away = np.abs(here[rows] - project(matrix, there)[columns]).max(axis=1)
    order = np.flatnonzero(away <= PLACE_TOLERANCE)
    order = order[np.argsort(bits[order], kind="stable")]
    rows, columns = rows[order], columns[order]
    # The first entry of each row and of each column: pairs that are each other's nearest.
    good = np.zeros(len(rows), bool)
    good[np.unique(rows, return_index=True)[1]] = True
    first_of_column = np.zeros(len(rows), bool)
    first_of_column[np.unique(columns, return_index=True)[1]] = True
    good &= first_of_column
    return rows[good], columns[good]


def _fit_similarity(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    centre, target = there.mean(axis=0), here.mean(axis=0)
    x, y = (there - centre).T
    u, v = (here - target).T
    norm = float((x * x + y * y).sum()) or 1.0
    cosine, sine = (x * u + y * v).sum() / norm, (x * v - y * u).sum() / norm
    linear = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([linear, target - linear @ centre])


def _fit_affine(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    centre, target = there.mean(axis=0), here.mean(axis=0)
    linear = np.linalg.lstsq(there - centre, here - target, rcond=None)[0].T
    return np.column_stack([linear, target - linear @ centre])


def _is_sane(matrix: NDArray[np.float64]) -> bool:
    larger, smaller = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if np.linalg.det(matrix[:, :2]) <= 0:
        return False
    return bool(smaller >= SMALLEST_SCALE and larger <= LARGEST_SCALE and larger <= MOST_SHEAR * smaller)


def _spread(points: NDArray[np.float64]) -> float:
    """Give the standard deviation of points across the line that they lie along most."""
    return float(np.sqrt(max(0.0, np.linalg.eigvalsh(np.cov(points.T))[0])))
