"""Disguises that move pixels about: mirrors, cuts, bars, turns, tilts, shaking, zoom."""

from functools import partial

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from benchmarks.accuracy.disguises.drawing import fill, fit_on, wander, wandered
from benchmarks.accuracy.disguises.kind import SHAPE, Change, Kind, Props
from benchmarks.accuracy.records import Rgb

CROP_RATIO = 0.65
"""Of either side."""

PORTRAIT = 9 / 16


def _mirror(_props: Props) -> Change:
    return lambda rgb, _time: np.ascontiguousarray(rgb[:, ::-1])


def _crop(props: Props) -> Change:
    """Keep 65 % of either side, off the middle: at least a third of the room on one side."""
    room_x, room_y = props.width_px * (1 - CROP_RATIO), props.height_px * (1 - CROP_RATIO)
    left, top = (round(room * _off_centre(props.chance)) for room in (room_x, room_y))
    wide, high = round(props.width_px * CROP_RATIO), round(props.height_px * CROP_RATIO)
    return lambda rgb, _time: np.ascontiguousarray(rgb[top : top + high, left : left + wide])


def _off_centre(chance: np.random.Generator) -> float:
    place = float(chance.uniform(0, 1 / 3))
    return place if chance.random() < 0.5 else 1 - place


def _cut(aspect: float, props: Props) -> Change:
    """Cut to a narrower picture of the same height; which part stays is left to chance."""
    wide = min(props.width_px, round(props.height_px * aspect))
    left = round((props.width_px - wide) * float(props.chance.uniform(0.25, 0.75)))
    return lambda rgb, _time: np.ascontiguousarray(rgb[:, left : left + wide])


def _letterbox(props: Props) -> Change:
    bar = round(props.height_px * float(props.chance.uniform(0.14, 0.25)))
    return lambda rgb, _time: cv2.copyMakeBorder(rgb, bar, bar, 0, 0, cv2.BORDER_CONSTANT).astype(np.uint8, copy=False)


def _pillarbox(props: Props) -> Change:
    bar = round(props.width_px * float(props.chance.uniform(0.14, 0.25)))
    return lambda rgb, _time: cv2.copyMakeBorder(rgb, 0, 0, bar, bar, cv2.BORDER_CONSTANT).astype(np.uint8, copy=False)


def _blurred_fill(aspect: float, props: Props) -> Change:
    """Put the picture into the middle of a higher canvas that its own blurred enlargement fills."""
    wide = min(props.width_px, 480)
    high = round(wide / aspect)

    def change(rgb: Rgb, _time: float) -> Rgb:
        behind = fill(_blurred(fill(rgb, wide // 8, high // 8)), wide, high)
        return fit_on(rgb, (behind * 0.75).astype(np.uint8))

    return change


def _blurred(rgb: Rgb) -> Rgb:
    return cv2.GaussianBlur(rgb, (0, 0), 2.5).astype(np.uint8, copy=False)


def _turn(quarters: int, _props: Props) -> Change:
    """Turn by quarters, clockwise."""
    return lambda rgb, _time: np.ascontiguousarray(np.rot90(rgb, -quarters))


def _turn_a_little(props: Props) -> Change:
    """Turn by 3 to 8 degrees, with black corners or enlarged until none are seen."""
    degrees = float(props.chance.uniform(3, 8)) * (1 if props.chance.random() < 0.5 else -1)
    width, height = props.width_px, props.height_px
    turn = np.deg2rad(abs(degrees))
    enlarged = np.cos(turn) + np.sin(turn) * max(width / height, height / width)
    scale = float(enlarged) if props.chance.random() < 0.5 else 1.0
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    return lambda rgb, _time: _affine(rgb, matrix)


def _affine(rgb: Rgb, matrix: MatLike) -> Rgb:
    size = (rgb.shape[1], rgb.shape[0])
    return cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR).astype(np.uint8, copy=False)


def _tilt(props: Props) -> Change:
    """Film the picture from the side: one edge 12 to 25 % shorter, on a dark ground."""
    width, height = props.width_px, props.height_px
    short, lean = props.chance.uniform(0.12, 0.25) * height, props.chance.uniform(0.02, 0.08) * width
    corners = np.array([[lean, short / 2], [width, 0], [width, height], [lean, height - short / 2]], np.float32)
    if props.chance.random() < 0.5:
        corners = _swap_sides(corners, width)
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(whole, corners)

    def change(rgb: Rgb, _time: float) -> Rgb:
        return cv2.warpPerspective(rgb, matrix, (width, height), borderValue=(24, 22, 20)).astype(np.uint8, copy=False)

    return change


def _swap_sides(corners: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    swapped = corners[[1, 0, 3, 2]].copy()
    swapped[:, 0] = width - swapped[:, 0]
    return swapped


def _shake(props: Props) -> Change:
    """Move as a hand does, by up to 3.5 % of the width and 1.5 degrees, enlarged to hide the rim."""
    width, height = props.width_px, props.height_px
    motion = wander(props.chance)

    def change(rgb: Rgb, time: float) -> Rgb:
        right, down, turn = wandered(motion, time * 1.6)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn * 1.5, 1.1)
        matrix[:, 2] += (right * 0.035 * width, down * 0.035 * height)
        return _affine(rgb, matrix)

    return change


def _zoom_slowly(props: Props) -> Change:
    """Zoom in from the whole picture by 3 to 5 % a second."""
    width, height = props.width_px, props.height_px
    pace = float(props.chance.uniform(0.03, 0.05))
    middle = (width * props.chance.uniform(0.35, 0.65), height * props.chance.uniform(0.35, 0.65))

    def change(rgb: Rgb, time: float) -> Rgb:
        return _affine(rgb, cv2.getRotationMatrix2D(middle, 0, 1 + pace * time))

    return change


SHAPES = (
    Kind(name="mirrored", family=SHAPE, build=_mirror, mirrors=True),
    Kind(name="cropped to 65 %", family=SHAPE, build=_crop),
    Kind(name="cut to 9:16", family=SHAPE, build=partial(_cut, PORTRAIT), least_aspect=1.0),
    Kind(name="cut to 1:1", family=SHAPE, build=partial(_cut, 1.0), least_aspect=1.2),
    Kind(name="letterbox", family=SHAPE, build=_letterbox),
    Kind(name="pillarbox", family=SHAPE, build=_pillarbox),
    Kind(name="blurred fill 9:16", family=SHAPE, build=partial(_blurred_fill, PORTRAIT), least_aspect=0.75),
    Kind(name="blurred fill 1:1", family=SHAPE, build=partial(_blurred_fill, 1.0), least_aspect=1.2),
    Kind(name="turned left", family=SHAPE, build=partial(_turn, 3)),
    Kind(name="turned right", family=SHAPE, build=partial(_turn, 1)),
    Kind(name="upside down", family=SHAPE, build=partial(_turn, 2)),
    Kind(name="turned 3-8 degrees", family=SHAPE, build=_turn_a_little),
    Kind(name="tilted", family=SHAPE, build=_tilt),
    Kind(name="shaking", family=SHAPE, build=_shake),
    Kind(name="slow zoom", family=SHAPE, build=_zoom_slowly),
)
