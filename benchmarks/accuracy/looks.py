"""Look at a video twice a second: hashes, plainness and motion, apart from everything that is being measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.footage import decode_frames

LOOKS_PER_S = 2
LONGEST_LOOK_S = 600.0
"""Longer videos are judged and used by their first ten minutes."""

SIDE_PX = 160
HASH_SIDE = 16
FLAT = 5.0
"""Grey levels of standard deviation below which a picture says nothing."""

BARE = 1.5
"""Grey levels of a Laplacian, on average, below which a picture has next to no detail: a ball on an empty ground."""

STILL = 8.0
"""Grey levels by which a two-hundredth of the picture must change in half a second; noise of coding stays below."""

BORDER = 28
"""Rows and columns at the rim that are never brighter are bars."""

Luma = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a video.

    Attributes:
        seconds, width_px, height_px, rate: as shown.
        luma: (n, H, W) uint8, two pictures a second, the longer side 160 px.
        hashes: (n, 2, 32) uint8: 256 bits of each picture without bars, plain and mirrored.
        plain: (n,) whether each picture is too plain to say anything.
    """

    seconds: float
    width_px: int
    height_px: int
    rate: float
    luma: Luma
    hashes: NDArray[np.uint8]
    plain: NDArray[np.bool_]

    @property
    def live(self) -> tuple[bool, ...]:
        """Whether each half second is neither plain nor still."""
        changes = np.percentile(np.abs(np.diff(self.luma.astype(np.int16), axis=0)), 99.5, axis=(1, 2))
        changes = np.append(changes, changes[-1:]) if len(changes) else np.zeros(len(self.luma))
        return tuple(bool(flag) for flag in ~self.plain & (changes > STILL))

    @property
    def ever_moving_ratio(self) -> float:
        """The share of the picture that leaves its middle brightness by 25 grey levels at some time."""
        middle = np.median(self.luma, axis=0)
        return float((np.abs(self.luma - middle).max(axis=0) > 25).mean())

    @property
    def fixed_camera(self) -> bool:
        """Whether the background stands still.

        The fine structure of nearly every picture must agree with the middle one of all: with a correlation of 0.7 in
        nine of ten pictures, or of 0.84 in half of them and 0.3 in nine of ten, where coding washes out some. A camera
        that moves stays below 0.7 (looked at in fifty clips). Brightness may change meanwhile.
        """
        fine = np.stack([_fine_structure(picture) for picture in self.luma])
        middle = _normalised(np.median(fine, axis=0))
        agreement = [float((_normalised(one) * middle).mean()) for one in fine]
        least, half = np.percentile(agreement, [10, 50])
        return bool(least >= 0.7 or (half >= 0.84 and least >= 0.3))


def _fine_structure(luma: Luma) -> NDArray[np.float32]:
    values = luma.astype(np.float32)
    fine = cv2.GaussianBlur(values, (0, 0), 1.2) - cv2.GaussianBlur(values, (0, 0), 4)
    return np.asarray(np.clip(fine, -12, 12), np.float32)


def _normalised(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), np.float32)


def look_at(path: Path) -> Look:
    """Decode a video once and look at it.

    Raises:
        av.FFmpegError, ValueError, IndexError: it cannot be decoded, or shows no picture.
    """
    pictures: list[Luma] = []
    frames, end, size = 0, 0.0, (0, 0)
    for time, frame in decode_frames(path):
        frames, end = frames + 1, time
        if time > LONGEST_LOOK_S:
            break
        if time * LOOKS_PER_S >= len(pictures):
            rgb = frame.rgb(1 << 16)
            size = rgb.shape[1], rgb.shape[0]
            pictures.append(small_luma(rgb, SIDE_PX))
    if not pictures:
        raise ValueError(f"{path.name} shows no picture")
    rate = (frames - 1) / end if end > 0 else 25.0
    luma = np.stack(pictures)
    plain = np.array([is_plain(one) for one in luma])
    seconds = end + float(Fraction(1) / Fraction(rate).limit_denominator(1001))
    return Look(seconds, *size, rate, luma, np.stack(list(_hashes(luma))), plain)


def is_plain(luma: Luma) -> bool:
    """Whether a picture is too flat or too bare to say anything."""
    deviation = cv2.resize(luma, (32, 32), interpolation=cv2.INTER_AREA).std()
    return bool(deviation < FLAT or np.abs(cv2.Laplacian(luma, cv2.CV_32F)).mean() < BARE)


def small_luma(rgb: NDArray[np.uint8], longer_side_px: int) -> Luma:
    """Give the brightness of a picture, scaled to a longer side."""
    height, width = rgb.shape[:2]
    scale = longer_side_px / max(height, width)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def _hashes(luma: Luma) -> Iterator[NDArray[np.uint8]]:
    brightest = luma.max(axis=0)
    rows = np.flatnonzero(brightest.max(axis=1) > BORDER)
    columns = np.flatnonzero(brightest.max(axis=0) > BORDER)
    inner = luma
    if len(rows) >= HASH_SIDE and len(columns) >= HASH_SIDE:
        inner = luma[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for picture in inner:
        yield np.stack([hash_picture(picture), hash_picture(picture[:, ::-1])])


def hash_picture(luma: Luma) -> NDArray[np.uint8]:
    """Give (32,) uint8: 256 signs of the lowest frequencies of a picture, whatever its size.

    Source: the hash by cosine transform of Zauner 2010.
    """
    small = cv2.resize(np.ascontiguousarray(luma), (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = cv2.dct(small)[:HASH_SIDE, :HASH_SIDE]
    return np.packbits(low.ravel() > np.median(low))
