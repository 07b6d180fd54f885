"""Disguises that put the picture beside other footage, or on the screen of a phone that is filmed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.disguises.drawing import fill, fit_on, plain_picture, resize, wander, wandered
from benchmarks.accuracy.disguises.kind import EMBEDDING, Change, Kind, Props
from benchmarks.accuracy.disguises.tones import add_noise, make_noise
from benchmarks.accuracy.records import Rgb

SMALLEST_INSET, LARGEST_INSET = 0.45, 0.60
"""Width of the small picture over that of the large one."""


def _picture_in_picture(props: Props) -> Change:
    """Lay the picture, at 45 to 60 % of the width, into a corner of other footage."""
    width, height = props.width_px, props.height_px
    wide = round(width * float(props.chance.uniform(SMALLEST_INSET, LARGEST_INSET)))
    high = round(wide * height / width)
    rim = round(min(width, height) * 0.04)
    left = rim if props.chance.random() < 0.5 else width - wide - rim
    top = rim if props.chance.random() < 0.5 else height - high - rim

    def change(rgb: Rgb, time: float) -> Rgb:
        result = fill(props.beside(time), width, height)
        result[top : top + high, left : left + wide] = resize(rgb, wide, high)
        cv2.rectangle(result, (left - 1, top - 1), (left + wide, top + high), (240, 240, 240), 1)
        return result

    return change


def _split_fitted(props: Props) -> Change:
    """Show the whole picture in one half of the frame, other footage in the other half."""
    width, height = props.width_px, props.height_px
    half = width // 2
    first = props.chance.random() < 0.5

    def change(rgb: Rgb, time: float) -> Rgb:
        canvas = plain_picture(half, height)
        sides = [fit_on(one, canvas) if one.shape != canvas.shape else one for one in (rgb, props.beside(time))]
        return np.ascontiguousarray(np.hstack(sides if first else sides[::-1]))

    return change


def _split_cut(props: Props) -> Change:
    """Show the middle half of the picture beside the middle half of other footage, neither scaled down."""
    width, height = props.width_px, props.height_px
    half = width // 2
    first = props.chance.random() < 0.5

    def change(rgb: Rgb, time: float) -> Rgb:
        sides = [fill(one, half, height) for one in (rgb, props.beside(time))]
        return np.ascontiguousarray(np.hstack(sides if first else sides[::-1]))

    return change


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a phone that is filmed looks like.

    Attributes:
        picture: (H, W, 3) the desk with the phone, its screen black.
        screen: (4, 2) float32 corners of the screen: top left, top right, bottom right, bottom left.
        light: (H, W, 3) float32 factor: moire on the screen, 1 elsewhere.
        glare: (H, W) float32 share of white.
    """

    picture: Rgb
    screen: NDArray[np.float32]
    light: NDArray[np.float32]
    glare: NDArray[np.float32]


def _phone_screen(props: Props) -> Change:
    """Film a phone that plays the picture: rim, slant, moire, glare, noise, an unsteady hand."""
    desk = _set_desk(props)
    noise = make_noise(props.chance, desk.picture.shape[1], desk.picture.shape[0], 5.0)
    motion = wander(props.chance)
    wide, high = _screen_size(props)
    flat = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, desk.screen)
    size = (desk.picture.shape[1], desk.picture.shape[0])
    inside = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR) > 127

    def change(rgb: Rgb, time: float) -> Rgb:
        result = desk.picture.copy()
        shown = fit_on(rgb, plain_picture(wide, high, (8, 8, 10)))
        cv2.copyTo(cv2.warpPerspective(shown, matrix, size), inside.astype(np.uint8), result)
        lit = result.astype(np.float32) * desk.light
        lit += (255 - lit) * desk.glare[..., None]
        right, down, turn = wandered(motion, time)
        shaken = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), turn * 0.8, 1.05)
        shaken[:, 2] += (right * 6, down * 6)
        moved = cv2.warpAffine(np.clip(lit, 0, 255).astype(np.uint8), shaken, size, borderMode=cv2.BORDER_REFLECT)
        return add_noise(moved.astype(np.uint8, copy=False), noise, time)

    return change


def _screen_size(props: Props) -> tuple[int, int]:
    """Give width and height of the phone's screen in pixels, lying or standing as the picture does."""
    return (500, 250) if props.width_px >= props.height_px else (250, 500)


def _set_desk(props: Props) -> _Desk:
    wide, high = _screen_size(props)
    width, height = (640, 400) if wide > high else (400, 640)
    x, y = (width - wide) / 2, (height - high) / 2
    square = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)
    slant = props.chance.uniform(-0.05, 0.05, (4, 2)) * (wide, high)
    screen = (square + slant).astype(np.float32)
    picture = _wood(width, height)
    middle = screen.mean(axis=0)
    phone = middle + (screen - middle) * np.array([1 + 36 / wide, 1 + 30 / high])
    for corners, colour in ((phone + 6, (18, 14, 12)), (phone, (32, 32, 36)), (screen, (5, 5, 6))):
        cv2.fillPoly(picture, [corners.astype(np.int32)], colour, cv2.LINE_AA)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [screen.astype(np.int32)], 1)
    light = np.where(mask[..., None] > 0, _moire(props.chance, width, height), np.float32(1))
    glare = _glare(props.chance, width, height) * mask
    return _Desk(picture, screen, light.astype(np.float32), glare.astype(np.float32))


def _wood(width: int, height: int) -> Rgb:
    """Give the same wooden desk for every clip of one size."""
    chance = np.random.default_rng(7)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = cv2.resize(chance.normal(0, 9, (5, 7)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    rings = np.sin((rows + bend + columns * 0.03) * 0.35) * 10 + np.sin((rows + bend * 2) * 1.1) * 5
    grain = cv2.GaussianBlur(chance.normal(0, 22, (height, width)).astype(np.float32), (0, 0), sigmaX=5, sigmaY=0.6)
    shade = (rings + grain)[..., None] * np.array([1.0, 0.85, 0.65], np.float32)
    return np.asarray(np.clip(shade + np.array([142, 100, 64], np.float32), 0, 255), np.uint8)


def _moire(chance: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """Give (H, W, 3) factors about 1: bent bands, a little apart in each colour, and fine lines of the pixels."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    angle, period = chance.uniform(-0.5, 0.5), chance.uniform(14, 30)
    along = columns * np.cos(angle) + rows * np.sin(angle) + 14 * np.sin(rows / chance.uniform(50, 90))
    lines = 0.03 * np.sin(columns * 2.6) + 0.02 * np.sin(rows * 2.7)
    bands = [1 + 0.07 * np.sin(2 * np.pi * along / period + shift) + lines for shift in (0.0, 0.7, 1.4)]
    return np.dstack(bands).astype(np.float32)


def _glare(chance: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """Give (H, W) shares of white: the soft reflection of a lamp."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = chance.uniform(0.2, 0.8) * width, chance.uniform(0.15, 0.5) * height
    away = ((columns - x) / (0.16 * width)) ** 2 + ((rows - y) / (0.12 * height)) ** 2
    lamp: NDArray[np.float32] = 0.55 * np.exp(-away) + 0.06
    return lamp


EMBEDDINGS = (
    Kind(name="picture-in-picture", family=EMBEDDING, build=_picture_in_picture, beside=True),
    Kind(name="split screen, fitted", family=EMBEDDING, build=_split_fitted, beside=True),
    Kind(name="split screen, cut", family=EMBEDDING, build=_split_cut, beside=True),
    Kind(name="phone screen", family=EMBEDDING, build=_phone_screen),
)
