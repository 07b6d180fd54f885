"""Compare how the brightness of the parts of a picture runs over time, once local features say how pictures lie.

Where the camera stands still, features tell the place and not the instant. What tells the instant is what moves: where
it passes, blocks of the picture grow darker and brighter, in a copy as in its reference, at no other instant and in no
other recording.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.block_luma import read_courses
from verify.matches.brightness_lines import LaidCourses
from verify.matches.disguise import typical_map
from verify.matches.feature_alignment import FrameFit
from verify.matches.feature_frames import FeatureFrames
from verify.matches.geometry import project
from verify.records.fingerprint import Fingerprint

STEADY = 6.0
MAPS_REACH_S = 0.3
"""A reference lies steady if its corners stay, in half of the frames, within this of their typical place, in 1/256 of
the picture. Else the maps of frames about an instant, by this standard deviation, tell where it lies."""

FEWEST_BLOCKS = 6
SUB_POINTS = 3
"""A block of the reference is looked up in the query at 3x3 points."""


@dataclass(frozen=True, slots=True)
class Courses:
    """Brightness of the blocks of one video over time.

    Attributes:
        times: (n,) float64 seconds.
        luma: (n, rows, columns) float32 mean luma of each block, 0-255.
    """

    times: NDArray[np.float64]
    luma: NDArray[np.float32]

    def during(self, span_s: tuple[float, float]) -> "Courses":
        """Give the samples of a span with one beside it on either side: all that tells the brightness within it."""
        first = max(0, int(np.searchsorted(self.times, span_s[0], side="right")) - 1)
        end = int(np.searchsorted(self.times, span_s[1])) + 1
        return Courses(self.times[first:end], self.luma[first:end])


def unpack_courses(fingerprint: Fingerprint) -> Courses | None:
    """Give the brightness of a video over time; None of a picture."""
    blocks = fingerprint.block_luma
    if blocks is None or not blocks.ticks:
        return None
    times = np.frombuffer(blocks.ticks, "<i8") * float(fingerprint.frame_hashes.time_base)
    return Courses(times, read_courses(blocks))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reference lies in the picture of a query.

    Attributes:
        matrix: (2, 3) typical map of the reference's picture into the query's.
        steady: it lies there all the time; else it is shaken or zoomed.
        times: (n,) instants of the query at which it is known.
        matrices: (n, 2, 3) maps at those instants.
        weights: (n,) points of each.
    """

    matrix: NDArray[np.float64]
    steady: bool
    times: NDArray[np.float64]
    matrices: NDArray[np.float64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, fits: Sequence[FrameFit], extent: tuple[float, float]) -> "Place":
        """Learn a place from fitted frames; ``extent`` is that of the reference's picture."""
        matrix = typical_map(fits)
        corners = np.array([(0, 0), (extent[0], 0), (0, extent[1]), extent], np.float64)
        away = [
            np.linalg.norm(project(fit.fit.matrix, corners) - project(matrix, corners), axis=1).max() for fit in fits
        ]
        return cls(
            matrix=matrix,
            steady=float(np.median(away)) <= STEADY,
            times=np.array([fit.query_s for fit in fits]),
            matrices=np.array([fit.fit.matrix for fit in fits]),
            weights=np.array([float(fit.points) for fit in fits]),
        )

    def at(self, time_s: float) -> NDArray[np.float64]:
        """Give the map at an instant: where it is steady the typical one, else that of the frames about it."""
        if self.steady:
            return self.matrix
        away = (self.times - time_s) / MAPS_REACH_S
        weights = self.weights * np.exp((np.abs(away).min() ** 2 - away**2) / 2)
        return np.asarray((weights[:, np.newaxis, np.newaxis] * self.matrices).sum(axis=0) / weights.sum(), np.float64)


def lay(
    courses: tuple[Courses, Courses],
    place: Place,
    features: tuple[FeatureFrames, FeatureFrames],
    change: tuple[bool, bool],
) -> LaidCourses | None:
    """Lay the query's brightness onto the blocks of the reference; None where hardly any lies in the query.

    Args:
        courses: brightness over time of query and reference.
        place: where the reference lies in the query, mirrored where that is compared.
        features: of query and reference, for the shapes of their pictures.
        change: whether the query is compared mirrored, and whether with dark and bright exchanged.
    """
    query, reference = courses
    mirrored, negative = change
    rows, columns = reference.luma.shape[1:]
    grid, seen = blocks_inside(place.matrix, features, reference)
    if seen.sum() < FEWEST_BLOCKS:
        return None
    points = (grid, (rows * SUB_POINTS, columns * SUB_POINTS))
    maps = [place.at(float(time)) for time in query.times] if not place.steady else [place.matrix] * len(query.times)
    samples = [
        _look_up(sample, matrix, points, (features[0].extent, mirrored))
        for sample, matrix in zip(query.luma, maps, strict=True)
    ]
    laid = np.stack(samples).reshape(-1, rows, SUB_POINTS, columns, SUB_POINTS).mean(axis=(2, 4))
    sign = -1.0 if negative else 1.0
    return LaidCourses(
        query_times=query.times,
        query=np.asarray(sign * laid.reshape(len(laid), -1)[:, seen], np.float32),
        reference_times=reference.times,
        reference=reference.luma.reshape(len(reference.luma), -1)[:, seen],
        steady=place.steady,
    )


def blocks_inside(
    matrix: NDArray[np.float64], features: tuple[FeatureFrames, FeatureFrames], reference: Courses
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Tell which blocks of a reference lie in a query.

    Args:
        matrix: (2, 3) map of the reference's picture into the query's.
        features: of query and reference, for the shapes of their pictures.
        reference: brightness of its blocks.

    Returns:
        (n, 2) points of the reference, ``SUB_POINTS`` along either side of each block, and (b,) whether all of a
        block's lie in the query.
    """
    rows, columns = reference.luma.shape[1:]
    share_x = (np.arange(columns * SUB_POINTS) + 0.5) / (columns * SUB_POINTS)
    share_y = (np.arange(rows * SUB_POINTS) + 0.5) / (rows * SUB_POINTS)
    grid = np.stack(np.meshgrid(share_x, share_y), axis=-1).reshape(-1, 2) * np.array(features[1].extent)
    places = project(matrix, grid) / np.array(features[0].extent)
    inside = ((places >= 0) & (places < 1)).all(axis=1)
    return grid, inside.reshape(rows, SUB_POINTS, columns, SUB_POINTS).all(axis=(1, 3)).ravel()


def _look_up(
    sample: NDArray[np.float32],
    matrix: NDArray[np.float64],
    points: tuple[NDArray[np.float64], tuple[int, int]],
    picture: tuple[tuple[float, float], bool],
) -> NDArray[np.float32]:
    """Look up points of the reference, given with the shape of their grid, in a query of an extent, maybe mirrored."""
    (grid, shape), (extent, mirrored) = points, picture
    places = project(matrix, grid) / np.array(extent)
    if mirrored:
        places[:, 0] = 1 - places[:, 0]
    height, width = sample.shape
    at = (places * np.array([width, height]) - 0.5).reshape(*shape, 2).astype(np.float32)
    found = cv2.remap(sample, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)
