"""Local features of a choice of frames: what survives crops, borders, overlays, rotation and pictures in pictures.

Keypoints and descriptors are SIFT's (Lowe 2004, as built by OpenCV). Each of the 128 numbers of a descriptor becomes
one bit: above the descriptor's own median or not (after the scalar quantisation of Zhou et al. 2012). The bits keep the
order of SIFT's cells, so that the descriptor of the mirrored or negative picture is the same bits in another order, see
``reorder``: nothing has to be computed or stored twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.detail import Detail
from verify.records.fingerprint import FEATURE_BYTES, SIZE_STEPS, LocalFeatures
from verify.videos.frame import Frame

FEATURE_VERSION = "sift128/1"
"""Names the features and all that leads up to them. What of them is kept (``Detail``) is no part of it."""

OCTAVE_LAYERS = 3
EDGE_THRESHOLD = 10
CONTRAST_THRESHOLD = 0.012
"""A third of Lowe's: faint texture is better than none, and of many features the strongest are kept."""

GRID = 5
CELL_SHARE = 2.5
"""A cell of a 5x5 grid gets at most this many times its even share of the features: lettering and foliage would else
take them all."""

DARK_PERCENTILE, BRIGHT_PERCENTILE = 1, 99
LEAST_RANGE_LUMA = 24
"""The range of luma between these percentiles is stretched to the full one, but no smaller range than this: dark and
pale copies give the features of the original, and a black picture stays one."""

SPARE = 3
"""Features described for each one kept: cells that hold too many give theirs up to others."""

FIRST_FRAME_S = 1.5
"""The first frame gets the features of so many seconds: of short clips it would else be a quarter of all."""

LONGEST_GAP_S = 4
"""A frame that hardly differs from the last choice (``Detail.same_luma``) is left out, but for no longer than this."""

CUT_LUMA = 30.0
"""Mean change of luma that tells a new shot: a frame of it is taken at once."""

_CELLS, _DIRECTIONS = 4, 8


@dataclass
class FeaturePicker:
    """Chooses frames and collects their features."""

    detail: Detail
    _last: NDArray[np.uint8] | None = None
    _last_time: Fraction = Fraction(0)
    _credit: float = 0.0
    _ticks: list[int] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)
    _packed: list[bytes] = field(default_factory=list)

    def take(self, frame: Frame, luma: NDArray[np.uint8]) -> None:
        """Look at a sampled frame; ``luma`` is its small picture, by which changes are told."""
        if not self._is_due(frame.time, luma):
            return
        if self._last is None:
            first = FIRST_FRAME_S * self.detail.features_per_second
            self._credit = min(float(self.detail.features_per_frame), first)
        else:
            earned = float(frame.time - self._last_time) * self.detail.features_per_second
            self._credit = min(self.detail.features_per_frame, self._credit + earned)
        self._last, self._last_time = luma, frame.time
        side = self.detail.side_px
        packed = describe_picture(luma if max(luma.shape) == side else frame.luma(side), int(self._credit))
        count = len(packed) // FEATURE_BYTES
        self._credit -= count
        self._ticks.append(frame.ticks)
        self._counts.append(count)
        self._packed.append(packed)

    def features(self) -> LocalFeatures:
        """Give what was collected."""
        height, width = (1, 1) if self._last is None else self._last.shape
        return LocalFeatures(
            width_px=width,
            height_px=height,
            ticks=np.array(self._ticks, "<i8").tobytes(),
            counts=np.array(self._counts, "<u2").tobytes(),
            features=b"".join(self._packed),
        )

    def _is_due(self, time: Fraction, luma: NDArray[np.uint8]) -> bool:
        if self._last is None or self._last.shape != luma.shape:
            return True
        elapsed = time - self._last_time
        rate = self.detail.frames_per_second
        if 2 * elapsed * rate < 1:
            return False
        change = float(cv2.absdiff(luma, self._last).mean())
        if change > CUT_LUMA:
            return True
        # A fixed clock: what is sampled a little late does not make the next one late as well.
        ticked = int(time * rate) > int(self._last_time * rate)
        return ticked and (change > self.detail.same_luma or elapsed >= LONGEST_GAP_S)


def describe_picture(luma: NDArray[np.uint8], count: int) -> bytes:
    """Find the features of a picture and pack them.

    Args:
        luma: (H, W) uint8 full-range luma.
        count: features kept at most, the strongest of each part of the picture.

    Returns:
        20 bytes a feature, the strongest first, see ``LocalFeatures``.
    """
    picture = _stretch(luma)
    sift = cv2.SIFT.create(SPARE * count, OCTAVE_LAYERS, CONTRAST_THRESHOLD, EDGE_THRESHOLD)
    keypoints, descriptors = sift.detectAndCompute(picture, None)
    chosen = _spread(keypoints, count, picture.shape)
    if not chosen:
        return b""
    unit = 256 / max(picture.shape)
    places = np.array([(*keypoints[row].pt, keypoints[row].size, keypoints[row].angle) for row in chosen])
    table = np.empty((len(chosen), FEATURE_BYTES), np.uint8)
    table[:, :2] = (places[:, :2] * unit).clip(0, 255)
    table[:, 2] = (SIZE_STEPS * np.log2((places[:, 2] * unit).clip(1))).round().clip(0, 255)
    table[:, 3] = (places[:, 3] * (256 / 360)).round() % 256
    bits = descriptors[chosen] > np.median(descriptors[chosen], axis=1, keepdims=True)
    table[:, 4:] = np.packbits(bits, axis=1)
    return table.tobytes()


def reorder(descriptors: NDArray[np.uint8], *, mirrored: bool, negative: bool) -> NDArray[np.uint8]:
    """Give the descriptors that the mirrored or negative picture would have.

    Mirroring turns the cells of a descriptor about its direction, and its directions of gradient with them; inverting
    turns every gradient, so the keypoint's own direction and with it the cells by half a turn.

    Args:
        descriptors: (n, 16) uint8.
        mirrored: of the picture mirrored left to right.
        negative: of the picture with dark and bright exchanged.
    """
    order = np.arange(_CELLS * _CELLS * _DIRECTIONS).reshape(_CELLS, _CELLS, _DIRECTIONS)
    if mirrored:
        order = order[::-1][:, :, -np.arange(_DIRECTIONS) % _DIRECTIONS]
    if negative:
        order = order[::-1, ::-1]
    bits = np.unpackbits(descriptors, axis=1)[:, order.ravel()]
    return np.ascontiguousarray(np.packbits(bits, axis=1))


def _stretch(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    dark, bright = np.percentile(luma[::2, ::2], (DARK_PERCENTILE, BRIGHT_PERCENTILE))
    gain = 255 / max(bright - dark, LEAST_RANGE_LUMA)
    stretched = (np.arange(256) - dark) * gain
    return np.asarray(cv2.LUT(luma, stretched.clip(0, 255).astype(np.uint8)), np.uint8)


def _spread(keypoints: Sequence[cv2.KeyPoint], count: int, shape: tuple[int, ...]) -> list[int]:
    """Choose the strongest keypoints, no more than its share from each cell of the grid; the strongest come first."""
    cap = max(1, round(CELL_SHARE * count / GRID**2))
    height, width = shape
    taken: dict[tuple[int, int], int] = defaultdict(int)
    chosen: list[int] = []
    # Equally strong ones in a fixed order: detection runs in threads.
    places = sorted((-one.response, one.pt, one.angle, row) for row, one in enumerate(keypoints))
    for _, (x, y), _, row in places:
        if len(chosen) == count:
            break
        cell = int(x * GRID / width), int(y * GRID / height)
        if taken[cell] < cap:
            taken[cell] += 1
            chosen.append(row)
    return chosen
