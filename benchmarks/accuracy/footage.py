"""Decode stretches of videos into pictures, and encode pictures into clips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmarks.accuracy.records import Rgb

LONGER_SIDE_PX = 640
MOST_FRAMES_PER_S = 30.0
_EARLY_S = 1e-4
"""A time computed from a frame's own may lie this much before it."""

_FAR_S = 20.0
"""Nearer times are reached by decoding from the beginning, which no odd index can lead astray."""


@dataclass(frozen=True, slots=True)
class Footage:
    """Decoded pictures with the seconds at which each begins to be shown, ascending."""

    times_s: NDArray[np.float64]
    pictures: tuple[Rgb, ...]

    def at(self, seconds: float) -> Rgb:
        """Give the picture that is shown at a time; before the first one, the first."""
        number = int(np.searchsorted(self.times_s, seconds + _EARLY_S, side="right")) - 1
        return self.pictures[max(0, number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a clip is encoded.

    Attributes:
        rate: frames per second; None for that of the source.
        lines: length of the shorter side to scale down to; None keeps it.
        bit_rate: bits per second; None for a constant quality.
        quality: x264's constant rate factor, where no bit rate is given.
    """

    rate: float | None = None
    lines: int | None = None
    bit_rate: int | None = None
    quality: int = 26


def read_footage(path: Path, start_s: float, end_s: float, longer_side_px: int = LONGER_SIDE_PX) -> Footage:
    """Decode ``[start_s, end_s)``, scaled down and at most 30 frames a second."""
    shown = list(read_pictures(path, start_s, end_s, longer_side_px))
    return Footage(np.array([time for time, _ in shown]), tuple(picture for _, picture in shown))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded frame that becomes a picture only when asked for."""

    frame: VideoFrame
    pixel_aspect: Fraction

    def rgb(self, longer_side_px: int) -> Rgb:
        """Give it upright and with square pixels, its longer side at most ``longer_side_px``."""
        width, height = round(self.frame.width * self.pixel_aspect), self.frame.height
        scale = min(1.0, longer_side_px / max(width, height))
        size = {"width": max(2, round(width * scale)), "height": max(2, round(height * scale))}
        small = self.frame.reformat(**size, format="rgb24", interpolation="AREA")
        turned = np.rot90(small.to_ndarray(), round(self.frame.rotation / 90) % 4)
        return np.ascontiguousarray(turned, np.uint8)


def read_pictures(path: Path, start_s: float, end_s: float, longer_side_px: int) -> Iterator[tuple[float, Rgb]]:
    """Decode ``[start_s, end_s)`` picture by picture: seconds and picture, at most 30 a second.

    The picture that is already shown at ``start_s`` comes first.

    Raises:
        av.FFmpegError: the file cannot be decoded.
    """
    before: tuple[float, Decoded] | None = None
    last = -1.0
    for time, frame in decode_frames(path, start_s):
        if time >= end_s - _EARLY_S:
            break
        if time <= start_s + _EARLY_S:
            before = (time, frame)
            continue
        if before is not None:
            yield before[0], before[1].rgb(longer_side_px)
            last, before = before[0], None
        if time - last >= 0.9 / MOST_FRAMES_PER_S:
            yield time, frame.rgb(longer_side_px)
            last = time
    if before is not None:
        yield before[0], before[1].rgb(longer_side_px)


def decode_frames(path: Path, start_s: float = 0.0) -> Iterator[tuple[float, Decoded]]:
    """Decode a video from a key picture before ``start_s``: seconds since the first picture shown, and frame."""
    with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
        stream = container.streams.video[0]
        stream.thread_type = "SLICE"
        stream.codec_context.thread_count = 1
        aspect = stream.sample_aspect_ratio or Fraction(1)
        aspect = aspect if aspect > 0 else Fraction(1)
        first: float | None = None
        for frame in container.decode(stream):
            first = frame.time or 0.0 if first is None else first
            if start_s > _FAR_S:
                break
            yield (frame.time or 0.0) - first, Decoded(frame, aspect)
        if start_s <= _FAR_S or first is None:
            return
        offset = round((start_s - _FAR_S / 2 + first) / (stream.time_base or Fraction(1, 90000)))
        container.seek(offset, stream=stream)
        for frame in container.decode(stream):
            yield (frame.time or 0.0) - first, Decoded(frame, aspect)


def write_clip(path: Path, pictures: Iterable[Rgb], rate: float, encoding: Encoding) -> float:
    """Encode pictures of one size, one after the other, and give the length of the clip in seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part.mp4")
    exact = Fraction(rate).limit_denominator(1001)
    count = 0
    with av.open(str(partial), "w") as container:
        stream: VideoStream | None = None
        for picture in pictures:
            even = _even(picture, encoding.lines)
            stream = stream or _open_stream(container, even, exact, encoding)
            container.mux(stream.encode(VideoFrame.from_ndarray(even, "rgb24")))
            count += 1
        if stream is not None:
            container.mux(stream.encode(None))
    partial.replace(path)
    return float(count / exact)


def _open_stream(container: "av.container.OutputContainer", picture: Rgb, rate: Fraction, how: Encoding) -> VideoStream:
    options = {"preset": "veryfast", "threads": "1"} | ({} if how.bit_rate else {"crf": str(how.quality)})
    stream = container.add_stream("libx264", rate=rate, options=options)
    stream.height, stream.width = picture.shape[:2]
    stream.pix_fmt = "yuv420p"
    if how.bit_rate:
        stream.bit_rate = how.bit_rate
    return stream


def _even(picture: Rgb, lines: int | None) -> Rgb:
    height, width = picture.shape[:2]
    scale = min(1.0, lines / min(height, width)) if lines else 1.0
    if scale < 1:
        size = (round(width * scale / 2) * 2, round(height * scale / 2) * 2)
        return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return np.ascontiguousarray(picture[: height // 2 * 2, : width // 2 * 2])
