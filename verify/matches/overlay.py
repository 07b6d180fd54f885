"""Lay a picture of a reference onto a picture of a query, and tell what differs."""

from dataclasses import dataclass, replace
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.local_features import describe_picture
from verify.matches.feature_frames import FeatureFrames, as_arrays
from verify.matches.geometry import fit_pair
from verify.matches.pairs import corresponding_points, in_fractions
from verify.records.explanation import AlignedPair, Map, Point
from verify.records.fingerprint import FEATURE_BYTES, LocalFeatures

Picture = NDArray[np.uint8]

FEATURES, FEATURE_SIDE_PX = 500, 384
"""Features sought in pictures that are looked at, and their longer side then: more than of a fingerprint."""

FEW_FEATURES, SMALL_FEATURE_SIDE_PX = 200, 240
"""And in those that are only compared."""

SURE_POINTS = 12
"""Points by which a map found anew is taken whatever was known before."""

SAME_PLACE = 0.1
"""With fewer it must put the corners within this share of the query's sides to where the known map puts them."""

SETTLE_LUMA, SETTLE_SHARE, SETTLE_STEPS = 40, 0.1, 30
SETTLE_PLACE = 0.08
"""A map is settled by pixels that differ by less than this luma and make up this share of the picture, and by no more
than this share of its sides: features tell places to a two-hundredth."""

SINGULAR = 0.01
SMALLEST_SIDE_PX = 32
CORNERS = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)

BESIDE = 72
"""Grey beside a picture that was laid onto another."""

BRIGHTNESS_ROUNDS, ALIKE_QUANTILE = 3, 0.7
"""Brightness and contrast are fitted to the more similar part of the picture, so that what differs does not decide."""

LEAST_CONTRAST, MOST_CONTRAST = 0.2, 5.0


@dataclass(frozen=True, slots=True)
class Overlay:
    """A picture of the reference laid onto one of the query, (H, W) pixels.

    Attributes:
        matrix: maps a place of the reference to its place in the query, in fractions of either picture.
        points: corresponding points of these two pictures; none where the map is that of neighbouring frames.
        fitted: whether any map is known; else the whole pictures are laid on each other.
        warped: (H, W, 3) uint8 RGB: the reference as it lies in the query, dark and bright exchanged where they are in
            the query; grey beside it.
        inside: (H, W) bool: where it lies.
        luma: (H, W) float32 luma of the same, brightness and contrast matched to the query.
        difference: (H, W) float32: by how much the luma of the query differs from it; 0 beside it.
    """

    matrix: Map
    points: tuple[Point, ...]
    fitted: bool
    warped: Picture
    inside: NDArray[np.bool_]
    luma: NDArray[np.float32]
    difference: NDArray[np.float32]

    @property
    def mean_difference(self) -> float:
        """How much of 255 the two differ on average where the reference lies."""
        return float(self.difference[self.inside].mean()) if self.inside.any() else 0.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A map between two pictures with the points that it was found by."""

    matrix: Map
    points: tuple[Point, ...]


def find_features(rgb: Picture, *, few: bool = False) -> FeatureFrames:
    """Give the local features of one picture; ``few`` of them take a fifth of the time."""
    scale = (SMALL_FEATURE_SIDE_PX if few else FEATURE_SIDE_PX) / max(rgb.shape[:2])
    size = tuple(max(SMALLEST_SIDE_PX, round(side * scale)) for side in rgb.shape[1::-1])
    luma = cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    packed = describe_picture(np.asarray(luma, np.uint8), FEW_FEATURES if few else FEATURES)
    features = LocalFeatures(
        width_px=size[0],
        height_px=size[1],
        ticks=np.zeros(1, "<i8").tobytes(),
        counts=np.array([len(packed) // FEATURE_BYTES], "<u2").tobytes(),
        features=packed,
    )
    return as_arrays(features, Fraction(1), Fraction(1))


def fit_pictures(query: FeatureFrames, reference: FeatureFrames, pair: AlignedPair) -> Fitted | None:
    """Find the map between two pictures anew; None where nothing sure is found.

    Args:
        query: its features.
        reference: its features.
        pair: what is known of frames beside them.
    """
    fit = fit_pair(query.changed(mirrored=pair.mirrored, negative=pair.negative), 0, reference, 0)
    if fit is None:
        return None
    matrix = in_fractions(fit, query.extent, reference.extent, mirrored=pair.mirrored)
    if len(fit) < SURE_POINTS and not _alike(matrix, pair.matrix, SAME_PLACE):
        return None
    return Fitted(matrix, corresponding_points(fit, query, reference))


def lay_over(query: Picture, reference: Picture, pair: AlignedPair, fitted: Fitted | None) -> Overlay:
    """Lay the reference onto the query.

    Args:
        query: (H, W, 3) uint8 RGB.
        reference: the same of any size.
        pair: what is known of these frames or frames beside them; its map is used where none was found anew.
        fitted: the map found between these very pictures.
    """
    known = fitted.matrix if fitted else pair.matrix
    matrix = known or ((-1.0, 0.0, 1.0, 0.0, 1.0, 0.0) if pair.mirrored else (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    height, width = query.shape[:2]
    warped = _warp(255 - reference if pair.negative else reference, matrix, (width, height))
    outline = (place(matrix, CORNERS) * (width, height)).round().astype(np.int32)
    inside = cv2.fillConvexPoly(np.zeros((height, width), np.uint8), outline, 1).astype(bool)
    warped[~inside] = BESIDE
    luma = _match_brightness(_luma(query), _luma(warped), inside)
    difference = np.where(inside, np.abs(_luma(query) - luma), 0).astype(np.float32)
    points = fitted.points if fitted else ()
    return Overlay(matrix, points, known is not None, warped, inside, luma, difference)


def lay_closely(
    query: Picture, reference: Picture, pair: AlignedPair, fitted: Fitted | None
) -> tuple[Fitted | None, Overlay]:
    """Lay the reference onto the query, and move it by less than features tell to where the pictures agree best.

    Args:
        query: as for ``lay_over``.
        reference: likewise.
        pair: likewise.
        fitted: likewise; without one, nothing is moved.

    Returns:
        The map with its points, and the overlay.
    """
    overlay = lay_over(query, reference, pair, fitted)
    if fitted is None:
        return None, overlay
    settled = replace(fitted, matrix=_settle(query, overlay))
    return settled, lay_over(query, reference, pair, settled)


def _settle(query: Picture, overlay: Overlay) -> Map:
    """Give the map at which the brightness of both pictures agrees best, or the old one.

    Source: Evangelidis and Psarakis 2008, enhanced correlation coefficient, as built by OpenCV.
    """
    still = (overlay.inside & (overlay.difference <= SETTLE_LUMA)).astype(np.uint8)
    # The border of the reference is an edge of its own, and would be laid onto itself.
    still = np.asarray(cv2.erode(still, np.ones((5, 5), np.uint8), borderValue=0), np.uint8)
    if still.mean() < SETTLE_SHARE:
        return overlay.matrix
    steps = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, SETTLE_STEPS, 1e-5)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, moved = cv2.findTransformECC(_luma(query), overlay.luma, start, cv2.MOTION_AFFINE, steps, still, 3)
    except cv2.error:  # the two do not agree enough for it to converge
        return overlay.matrix
    height, width = query.shape[:2]
    a, b, c, d, e, f = (float(value) for value in moved.ravel())
    back = (a, b * height / width, c / width, d * width / height, e, f / height)
    if not abs(a * e - b * d) > SINGULAR:  # nor is it where a number is none
        return overlay.matrix
    found = join(invert(back), overlay.matrix)
    return found if _alike(found, overlay.matrix, SETTLE_PLACE) else overlay.matrix


def place(matrix: Map, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map (n, 2) places of the reference into the query, in fractions of either."""
    a, b, c, d, e, f = matrix
    return np.asarray(places @ np.array([(a, d), (b, e)]) + (c, f), np.float64)


def invert(matrix: Map) -> Map:
    """Give the map from the query into the reference."""
    a, b, c, d, e, f = matrix
    determinant = a * e - b * d
    g, h, k, m = e / determinant, -b / determinant, -d / determinant, a / determinant
    return (g, h, -(g * c + h * f), k, m, -(k * c + m * f))


def join(second: Map, first: Map) -> Map:
    """Give the map that does one after another."""
    a, b, c, d, e, f = second
    g, h, k, m, n, p = first
    return (a * g + b * m, a * h + b * n, a * k + b * p + c, d * g + e * m, d * h + e * n, d * k + e * p + f)


def _alike(found: Map, known: Map | None, within: float) -> bool:
    if known is None:
        return False
    apart = np.abs(place(found, CORNERS) - place(known, CORNERS))
    return bool(apart.max() <= within)


def _warp(reference: Picture, matrix: Map, size: tuple[int, int]) -> Picture:
    a, b, c, d, e, f = matrix
    width, height = size
    scale = np.sqrt(abs(a * e - b * d) * width * height / (reference.shape[0] * reference.shape[1]))
    if scale < 1:  # averaged first: pixels that are skipped over would else decide
        smaller = [max(1, round(side * float(scale))) for side in reference.shape[1::-1]]
        reference = np.asarray(cv2.resize(reference, smaller, interpolation=cv2.INTER_AREA), np.uint8)
    rows, columns = reference.shape[:2]
    linear = np.array([(a * width / columns, b * width / rows), (d * height / columns, e * height / rows)])
    # Fractions count from the corner of the first pixel, OpenCV from its centre.
    shift = np.array([c * width, f * height]) + linear @ (0.5, 0.5) - 0.5
    warped = cv2.warpAffine(
        reference, np.column_stack([linear, shift]), size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(warped, np.uint8)


def _luma(rgb: Picture) -> NDArray[np.float32]:
    """Give the luma, blurred as much as re-encoding blurs it."""
    sigma = max(rgb.shape) / 480
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)


def _match_brightness(
    query: NDArray[np.float32], warped: NDArray[np.float32], inside: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Scale and shift the luma of the reference to that of the query."""
    # Every fourth pixel says as much.
    here, there = query[::2, ::2][inside[::2, ::2]], warped[::2, ::2][inside[::2, ::2]]
    gain, offset, alike = 1.0, 0.0, np.ones(len(here), bool)
    for _ in range(BRIGHTNESS_ROUNDS):
        if alike.sum() < SMALLEST_SIDE_PX or float(there[alike].std()) < 1:
            break
        spread = float(here[alike].std()) / float(there[alike].std())
        gain = min(max(spread, LEAST_CONTRAST), MOST_CONTRAST)
        offset = float(here[alike].mean()) - gain * float(there[alike].mean())
        errors = np.abs(here - gain * there - offset)
        alike = errors <= np.quantile(errors, ALIKE_QUANTILE)
    return np.asarray(gain * warped + offset, np.float32)
