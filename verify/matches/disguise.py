"""Name what was done to the copy: from the map between the pictures, and from the alignment in time."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.matches.alignment import Alignment
from verify.matches.feature_alignment import FrameFit
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import project
from verify.records.match import DISGUISES, Geometry

SPEED_TOLERANCE = 0.005
"""Speeds nearer to 1 than this are not called a change: over the shortest footage they cannot be told apart."""

CROPPED_BELOW = 0.93
"""Share of the reference's width or height that is seen; less is a crop. Maps are true to about two hundredths."""

BORDER_ABOVE = 0.05
SMALL_PICTURE_BELOW = 0.6
"""A copy that fills less than this share of the query's width and of its height is a picture within a picture."""

TURNED_ABOVE_DEGREES = 2.0
TILTED_ABOVE = 1.12
"""Ratio of the two scales of a map: a squeezed picture or one filmed at an angle."""

COVERED_ABOVE = 0.12
GRID = 6
CELL_FEATURES = 6
"""A cell of the reference tells of covering if so many of its features lie in the query."""

CELL_AGREES, CELL_AGREES_OF_QUERY = 0.05, 0.02
"""And it counts as covered where less than this share of them was found again; of a query, which has many weak features
that a reference does not keep, less will do."""

CHANCE_EVERY = 10
"""And where no more were found than by chance, about one in a cell for so many pairs of frames."""


def measure_geometry(alignment: Alignment, query: FeatureFrames, reference: FeatureFrames) -> Geometry | None:
    """Tell how the reference lies in the query; None without a fitted pair of frames.

    Args:
        alignment: with its fits.
        query: features of the query as they were compared: mirrored where the alignment is.
        reference: features of the reference.
    """
    if not alignment.fits:
        return None
    matrix = typical_map(alignment.fits)
    corners = _corners(reference.extent)
    outline = project(matrix, corners)
    frame = _corners(query.extent)
    borders = _borders(outline, query.extent)
    if alignment.mirrored:
        borders = borders[2], borders[1], borders[0], borders[3]
    larger, smaller = np.linalg.svd(matrix[:, :2], compute_uv=False)
    turn = float(np.degrees(np.arctan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1])))
    return Geometry(
        crop=_crop(matrix, frame, reference.extent),
        scale=float(np.sqrt(larger * smaller)),
        # Seen in the mirror, a turn goes the other way.
        rotation_degrees=-turn if alignment.mirrored else turn,
        aspect=float(larger / smaller),
        borders=borders,
        covered=_covered(alignment.fits, reference, project(_inverse(matrix), frame)),
    )


def fills(geometry: Geometry) -> bool:
    """Whether the whole reference fills the whole query, the same way up."""
    whole = min(geometry.crop[2:]) >= CROPPED_BELOW and max(geometry.borders) <= BORDER_ABOVE
    return whole and abs(geometry.rotation_degrees) <= TURNED_ABOVE_DEGREES


def name_disguises(alignment: Alignment, geometry: Geometry | None) -> tuple[str, ...]:
    """Name what was done to the copy, in the words of ``docs/vocabulary.md``."""
    speed = alignment.line.speed
    found = {
        "mirrored": alignment.mirrored,
        "negative": alignment.negative,
        "reversed": speed < 0,
        "sped_up": abs(speed) > 1 + SPEED_TOLERANCE,
        "slowed_down": abs(speed) < 1 - SPEED_TOLERANCE,
    }
    if geometry is not None:
        left, top, right, bottom = geometry.borders
        small = max(1 - left - right, 1 - top - bottom) < SMALL_PICTURE_BELOW
        found |= {
            "cropped": min(geometry.crop[2:]) < CROPPED_BELOW,
            "picture_in_picture": small,
            "bordered": not small and max(geometry.borders) > BORDER_ABOVE,
            "rotated": abs(geometry.rotation_degrees) > TURNED_ABOVE_DEGREES,
            "distorted": geometry.aspect > TILTED_ABOVE,
            "covered": geometry.covered is not None and geometry.covered > COVERED_ABOVE,
        }
    return tuple(name for name in DISGUISES if found.get(name))


def typical_map(fits: Sequence[FrameFit]) -> NDArray[np.float64]:
    """Give the map of a stretch: the median of the better half of its frames."""
    ranked = sorted(fits, key=lambda fit: -fit.points)
    chosen = ranked[: max(1, (len(ranked) + 1) // 2)]
    return np.asarray(np.median([fit.fit.matrix for fit in chosen], axis=0), np.float64)


def _corners(extent: tuple[float, float]) -> NDArray[np.float64]:
    width, height = extent
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def _borders(outline: NDArray[np.float64], extent: tuple[float, float]) -> tuple[float, float, float, float]:
    """Give left, top, right and bottom of the query that lie beside the reference, as shares of the query."""
    size = np.array(extent)
    low, high = outline.min(axis=0) / size, 1 - outline.max(axis=0) / size
    left, top, right, bottom = (float(max(0.0, value)) for value in (*low, *high))
    return left, top, right, bottom


def _crop(
    matrix: NDArray[np.float64], frame: NDArray[np.float64], extent: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Give the rectangle of the reference that is seen: x, y, width, height as shares of it."""
    seen = project(_inverse(matrix), frame) / np.array(extent)
    low, high = seen.min(axis=0).clip(0, 1), seen.max(axis=0).clip(0, 1)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def share_of_other_picture(alignment: Alignment, query: FeatureFrames, reference: FeatureFrames) -> float | None:
    """Give the share of the common picture where the features of one side are not found on the other.

    Both sides are asked: a caption on two plain pictures leaves nothing else to find on either. None where too little
    tells.
    """
    if not alignment.fits:
        return None
    matrix = typical_map(alignment.fits)
    seen = project(_inverse(matrix), _corners(query.extent))
    shares = [_covered(alignment.fits, reference, seen), _added(alignment.fits, matrix, query, reference.extent)]
    return max((share for share in shares if share is not None), default=None)


def _covered(fits: Sequence[FrameFit], reference: FeatureFrames, seen: NDArray[np.float64]) -> float | None:
    """Give the share of the visible reference whose features are not found again; None where too little tells."""
    rows = _rows(reference, {fit.reference_frame for fit in fits})
    points = reference.points[rows].astype(np.float64)
    outline = seen.astype(np.float32).reshape(-1, 1, 2)
    inside = [cv2.pointPolygonTest(outline, (x, y), measureDist=False) >= 0 for x, y in points.tolist()]
    found = np.isin(rows, np.concatenate([fit.fit.reference for fit in fits]))
    return _share_unfound(points[inside], found[inside], reference.extent, (CELL_AGREES, len(fits)))


def _added(
    fits: Sequence[FrameFit], matrix: NDArray[np.float64], query: FeatureFrames, extent: tuple[float, float]
) -> float | None:
    """Give the share of the picture where the query shows features of its own."""
    rows = _rows(query, {fit.query_frame for fit in fits})
    points = project(_inverse(matrix), query.points[rows].astype(np.float64))
    inside = ((points >= 0) & (points < np.array(extent))).all(axis=1)
    found = np.isin(rows, np.concatenate([fit.fit.query for fit in fits]))
    return _share_unfound(points[inside], found[inside], extent, (CELL_AGREES_OF_QUERY, len(fits)))


def _rows(frames: FeatureFrames, chosen: set[int]) -> NDArray[np.int64]:
    """Give the features of some frames."""
    parts = [np.arange(frames.first[frame], frames.first[frame + 1]) for frame in sorted(chosen)]
    return np.concatenate(parts)


def _share_unfound(
    points: NDArray[np.float64], found: NDArray[np.bool_], extent: tuple[float, float], enough: tuple[float, int]
) -> float | None:
    """Give the share of the cells with features in which hardly one is found; None with few such cells.

    Args:
        points: (n, 2) places of features.
        found: (n,) whether each was found on the other side.
        extent: of the picture that they lie in.
        enough: share of a cell's features that must be found, and how many pairs of frames were fitted.
    """
    share, pairs = enough
    columns, rows = (points * GRID / np.array(extent)).astype(np.int64).clip(0, GRID - 1).T
    cells = rows * GRID + columns
    there, again = np.bincount(cells, minlength=GRID**2), np.bincount(cells, found, minlength=GRID**2)
    telling = there >= CELL_FEATURES
    if telling.sum() < GRID:
        return None
    return float((again[telling] < np.maximum(1 + pairs // CHANCE_EVERY, share * there[telling])).mean())
