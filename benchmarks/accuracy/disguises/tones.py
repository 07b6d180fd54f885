"""Disguises that change colours and sharpness and leave every pixel in its place."""

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.disguises.kind import TONE, Change, Kind, Props
from benchmarks.accuracy.records import Rgb

Noise = tuple[NDArray[np.int16], ...]
_NOISE_PICTURES = 6
_SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]], np.float32)


def make_noise(chance: np.random.Generator, width_px: int, height_px: int, deviation: float) -> Noise:
    """Draw a few pictures of noise, (H, W, 3) int16 with a deviation in grey levels."""
    shape = (height_px, width_px, 3)
    return tuple(chance.normal(0, deviation, shape).astype(np.int16) for _ in range(_NOISE_PICTURES))


def add_noise(rgb: Rgb, noise: Noise, time: float) -> Rgb:
    """Add noise that is another one at every hundredth of a second, and the same for the same time."""
    tick = round(time * 100)
    rolled = np.roll(noise[tick % len(noise)], (tick * 37) % rgb.shape[1], axis=1)
    return cv2.add(rgb, rolled, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _grey(_props: Props) -> Change:
    return lambda rgb, _time: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)


def _sepia(_props: Props) -> Change:
    return lambda rgb, _time: cv2.transform(rgb, _SEPIA).astype(np.uint8, copy=False)


def _hue(props: Props) -> Change:
    """Turn the colours by 60 to 300 degrees."""
    shift = int(props.chance.integers(30, 150))

    def change(rgb: Rgb, _time: float) -> Rgb:
        hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(np.int16) + shift) % 180
        return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).astype(np.uint8, copy=False)

    return change


def _curve(factor: float, offset: float, _props: Props) -> Change:
    """Multiply the distance from middle grey, then add."""
    table = np.clip((np.arange(256) - 128) * factor + 128 + offset, 0, 255).astype(np.uint8)
    return lambda rgb, _time: cv2.LUT(rgb, table).astype(np.uint8, copy=False)


def _dark_with_noise(props: Props) -> Change:
    noise = make_noise(props.chance, props.width_px, props.height_px, 9.0)
    table = (np.arange(256) * 0.33).astype(np.uint8)
    return lambda rgb, time: add_noise(cv2.LUT(rgb, table).astype(np.uint8, copy=False), noise, time)


def _blur(props: Props) -> Change:
    """Blur by a deviation of a 160th of the longer side: 4 px in 640."""
    deviation = max(props.width_px, props.height_px) / 160
    return lambda rgb, _time: cv2.GaussianBlur(rgb, (0, 0), deviation).astype(np.uint8, copy=False)


TONES = (
    Kind(name="grey", family=TONE, build=_grey),
    Kind(name="sepia", family=TONE, build=_sepia),
    Kind(name="other hues", family=TONE, build=_hue),
    Kind(name="negative", family=TONE, build=partial(_curve, -1.0, -1.0)),
    Kind(name="more contrast", family=TONE, build=partial(_curve, 1.7, 0.0)),
    Kind(name="less contrast", family=TONE, build=partial(_curve, 0.4, 25.0)),
    Kind(name="dark with noise", family=TONE, build=_dark_with_noise),
    Kind(name="blurred", family=TONE, build=_blur),
)
