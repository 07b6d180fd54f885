"""One decoded frame, turned upright and with square pixels where a picture is asked for."""

from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

_EIGHT_BIT_LUMA = frozenset(
    "gray yuv410p yuv411p yuv420p yuv422p yuv440p yuv444p yuvj411p yuvj420p yuvj422p yuvj440p yuvj444p "
    "yuva420p yuva422p yuva444p nv12 nv16 nv21 nv24".split()
)
_FULL_RANGE = 2
_UNSPECIFIED_COLORSPACE = 2
_BT709, _BT601 = 1, 5
_HD_LINES = 720
# Studio range 16-235 stretched to 0-255, as ITU-R BT.601 defines it.
_STRETCH = np.clip((np.arange(256) - 16) * 255 / 219 + 0.5, 0, 255).astype(np.uint8)
QUARTER_TURN = 90
"""Degrees."""


class Frame:
    """One decoded frame at its time, turned upright and with square pixels where a picture is asked for.

    Attributes:
        index: number of the frame among those shown, from 0.
        pts: the decoder's own time, in ticks of ``time_base``.
        ticks: time on the player's clock, in ticks of ``time_base``.
    """

    __slots__ = ("_picture", "_stream", "index", "pts", "ticks")

    def __init__(self, picture: VideoFrame, stream: "SharedStream", index: int, ticks: int) -> None:
        self._picture = picture
        self._stream = stream
        self.index = index
        self.pts = ticks if picture.pts is None else picture.pts
        self.ticks = ticks

    @property
    def time_base(self) -> Fraction:
        """Seconds per tick."""
        return self._stream.time_base

    @property
    def time(self) -> Fraction:
        """Time on the player's clock in exact seconds."""
        return self.ticks * self.time_base

    @property
    def sounds(self) -> int:
        """How many streams of sound the file has."""
        return self._stream.sounds

    @property
    def quarter_turns(self) -> int:
        """Clockwise quarter turns that show the picture upright."""
        return round(-self._picture.rotation / QUARTER_TURN) % 4

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height as shown."""
        width, height = square_size(self._picture, self._stream.pixel_aspect)
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def luma(self, longer_side_px: int) -> NDArray[np.uint8]:
        """Give the brightness of the picture, small.

        Args:
            longer_side_px: the longer side of the picture asked for.

        Returns:
            (H, W) uint8, full range 0-255, averaged over areas of the decoder's own luma plane.
        """
        picture = self._picture
        if picture.format.name not in _EIGHT_BIT_LUMA:
            picture = self._stream.reformat(picture, picture.width, picture.height, "yuv420p")
        width, height = square_size(picture, self._stream.pixel_aspect)
        scale = longer_side_px / max(width, height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        plane = picture.planes[0]
        full = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : picture.height, : picture.width
        ]
        small = cv2.resize(_halve_towards(full, size), size, interpolation=cv2.INTER_AREA)
        if self._picture.color_range != _FULL_RANGE:
            small = _STRETCH[small]
        return np.ascontiguousarray(np.rot90(small, -self.quarter_turns), dtype=np.uint8)

    def rgb(self, longer_side_px: int | None = None) -> NDArray[np.uint8]:
        """Give the picture in colour, (H, W, 3) uint8 RGB; its own size, or scaled to ``longer_side_px``."""
        width, height = square_size(self._picture, self._stream.pixel_aspect)
        if longer_side_px is not None:
            scale = longer_side_px / max(width, height)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
        picture = self._stream.reformat(self._picture, width, height, "rgb24")
        return np.ascontiguousarray(np.rot90(picture.to_ndarray(), -self.quarter_turns), dtype=np.uint8)


@dataclass
class SharedStream:
    """What all frames of a pass share; a reformatter a kind of picture, because each keeps its scaling tables.

    ``sounds`` is the number of streams of sound in the file.
    """

    time_base: Fraction
    pixel_aspect: Fraction
    sounds: int = 0
    _reformatters: dict[tuple[int, int, str], VideoReformatter] = field(default_factory=dict)

    def reformat(self, picture: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
        """Scale and convert a picture; an unmarked one has the colours that players assume from its size."""
        colours = picture.colorspace
        if colours == _UNSPECIFIED_COLORSPACE:
            colours = _BT709 if picture.height >= _HD_LINES else _BT601
        reformatter = self._reformatters.setdefault((width, height, pixel_format), VideoReformatter())
        return reformatter.reformat(picture, width, height, pixel_format, src_colorspace=colours)


def _halve_towards(plane: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Halve a plane while it stays larger than ``size`` (width, height).

    Ten times as fast as averaging over areas in one step.
    """
    while plane.shape[1] >= 2 * size[0] and plane.shape[0] >= 2 * size[1]:
        half = (plane.shape[1] // 2, plane.shape[0] // 2)
        even = plane[: 2 * half[1], : 2 * half[0]]
        plane = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return plane


def square_size(picture: VideoFrame, aspect: Fraction) -> tuple[int, int]:
    """Give width and height with square pixels, before the picture is turned."""
    if aspect > 1:
        return max(1, round(picture.width * aspect)), picture.height
    return picture.width, max(1, round(picture.height / aspect))
