"""Made brightness over time: a still place, somebody who walks through it, and excerpts of that."""

import numpy as np
from numpy.typing import NDArray

from verify.matches.brightness import Courses, Place, lay
from verify.matches.brightness_lines import LaidCourses
from verify.matches.feature_frames import FeatureFrames

STEP_S = 1 / 6
ROWS, COLUMNS = 9, 16
SAME_PLACE = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def passing(seed: int, seconds: float = 30.0, rows: int = 27, columns: int = 48) -> Courses:
    """Make the brightness of a still place through which somebody walks, to and fro at a changing pace."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, seconds, STEP_S)
    pace = np.repeat(rng.uniform(0.05, 0.4, len(times) // 6 + 1), 6)[: len(times)] * rng.choice([-1, 1])
    where = np.abs((rng.random() + np.cumsum(pace) * STEP_S) % 2 - 1)
    x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(0, 1, rows))
    walker = np.exp(-(((x - where[:, None, None]) / 0.08) ** 2 + ((y - 0.6) / 0.3) ** 2))
    dark = rng.uniform(-60, 60, (rows, columns))
    return Courses(times, (walker * dark).astype(np.float32))


def coarse(courses: Courses) -> Courses:
    """Give what a reference keeps: fewer blocks, every other sample."""
    rows, columns = courses.luma.shape[1:]
    small = courses.luma.reshape(-1, ROWS, rows // ROWS, COLUMNS, columns // COLUMNS).mean(axis=(2, 4))
    return Courses(courses.times[::2], small[::2])


def features(width: float = 256, height: float = 144) -> FeatureFrames:
    """Give the shape of a picture; nothing else is asked."""
    nothing, none = np.empty(0, np.float32), np.empty((0, 2))
    return FeatureFrames(
        np.empty(0),
        np.zeros(1, np.int64),
        none.astype(np.float32),
        nothing,
        nothing,
        none.astype(np.uint64),
        (width, height),
        30.0,
    )


def at_place(matrix: NDArray[np.float64]) -> Place:
    """Give a steady place."""
    return Place(matrix, True, np.zeros(1), matrix[np.newaxis], np.ones(1))  # noqa: FBT003


def excerpt(courses: Courses, start_s: float, seconds: float, speed: float = 1.0) -> Courses:
    """Play a part, at a speed, as a query."""
    times = np.arange(0, seconds, STEP_S)
    there = start_s + speed * times
    at = np.abs(courses.times[:, None] - there).argmin(axis=0)
    return Courses(times, courses.luma[at])


def laid(
    query: Courses,
    reference: Courses,
    matrix: NDArray[np.float64] = SAME_PLACE,
    *,
    mirrored: bool = False,
    negative: bool = False,
) -> LaidCourses:
    """Lay a query of the same shape."""
    done = lay((query, coarse(reference)), at_place(matrix), (features(), features()), (mirrored, negative))
    assert done is not None
    return done
