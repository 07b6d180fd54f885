"""One decoding pass over a video for all that need its frames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from verify.errors import EncryptedVideoError, NothingDecodedError, VideoTooLargeError
from verify.records.video import VideoFacts
from verify.videos.clock import PlayerClock
from verify.videos.cut_off import is_cut_off
from verify.videos.probe import MAX_PIXELS, OpenVideo, open_video

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

MAX_FRAMES = 24 * 3600 * 120
"""A day at 120 frames a second; a file that goes on longer is refused rather than decoded for ever."""

MAX_SIDE_PX = 65_500
"""More does not fit into a JPEG."""

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
_QUARTER_TURN = 90


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
    def quarter_turns(self) -> int:
        """Clockwise quarter turns that show the picture upright."""
        return round(-self._picture.rotation / _QUARTER_TURN) % 4

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height as shown."""
        width, height = _square_size(self._picture, self._stream.pixel_aspect)
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
        width, height = _square_size(picture, self._stream.pixel_aspect)
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
        width, height = _square_size(self._picture, self._stream.pixel_aspect)
        if longer_side_px is not None:
            scale = longer_side_px / max(width, height)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
        picture = self._stream.reformat(self._picture, width, height, "rgb24")
        return np.ascontiguousarray(np.rot90(picture.to_ndarray(), -self.quarter_turns), dtype=np.uint8)


@dataclass
class SharedStream:
    """What all frames of a pass share; a reformatter a kind of picture, because each keeps its scaling tables."""

    time_base: Fraction
    pixel_aspect: Fraction
    _reformatters: dict[tuple[int, int, str], VideoReformatter] = field(default_factory=dict)

    def reformat(self, picture: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
        """Scale and convert a picture; an unmarked one has the colours that players assume from its size."""
        colours = picture.colorspace
        if colours == _UNSPECIFIED_COLORSPACE:
            colours = _BT709 if picture.height >= _HD_LINES else _BT601
        reformatter = self._reformatters.setdefault((width, height, pixel_format), VideoReformatter())
        return reformatter.reformat(picture, width, height, pixel_format, src_colorspace=colours)


class FrameConsumer(Protocol):
    """Something that is fed by a decoding pass."""

    def take(self, frame: Frame) -> None:
        """Receive the next frame; it stays valid for as long as it is kept."""

    def finish(self, end: Fraction) -> None:
        """Learn that the last frame's span ends at ``end`` (seconds on the player's clock)."""


def decode_video(path: Path, consumers: Sequence[FrameConsumer], *, threads: int = 0) -> VideoFacts:
    """Decode a video once and feed every consumer, in order, with every frame shown.

    Args:
        path: a regular file; only this file is read.
        consumers: each receives all frames, then the end.
        threads: decoding threads, 0 for as many as there are processors.

    Returns:
        What is known of the video after decoding it.

    Raises:
        FileAccessError, VideoError: the video cannot be opened, is encrypted, or gives no frame. A video that breaks
            off is used as far as it goes, and its ``oddities`` say so.
    """
    with open_video(path) as video:
        decoder = FramePass(video, threads)
        last: Frame | None = None
        for frame in decoder.frames():
            for consumer in consumers:
                consumer.take(frame)
            last = frame
        if last is None:
            raise NothingDecodedError(
                f"{path.name} cannot be used",
                f"not one frame could be decoded ({decoder.damaged} damaged packets)",
                "Download it again",
            )
        end = decoder.end_ticks * last.time_base
        for consumer in consumers:
            consumer.finish(end)
        return decoder.facts(last, end)


@dataclass
class FramePass:
    """One pass over an open video; ``threads`` as for ``decode_video``."""

    video: OpenVideo
    threads: int = 0
    damaged: int = 0
    shown: int = 0
    left_out: int = 0
    end_ticks: int = 0
    broke_off: bool = False
    incomplete: bool = False
    interlaced: bool = False
    _waiting: bool = field(default=False, init=False)
    _clock: PlayerClock = field(init=False)

    def __post_init__(self) -> None:
        stream = self.video.stream
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = self.threads
        base = self.time_base
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        self._clock = PlayerClock(step=max(1, round(1 / (Fraction(rate) * base))), second=round(1 / base))

    @property
    def time_base(self) -> Fraction:
        """Seconds per tick; a container that names none counts in ticks of 1/90000 s."""
        return Fraction(self.video.stream.time_base or Fraction(1, 90000))

    def frames(self) -> Iterator[Frame]:
        """Give every frame that is shown, undamaged, in order."""
        shared = SharedStream(self.time_base, self.video.pixel_aspect)
        for picture in self.pictures():
            ticks = self._clock.next(picture.pts)
            frame = Frame(picture, shared, self.shown, ticks)
            self.end_ticks = ticks + (picture.duration or self._clock.gap or self._clock.step)
            self.interlaced = self.interlaced or picture.interlaced_frame
            self.shown += 1
            yield frame

    def facts(self, last: Frame, end: Fraction) -> VideoFacts:
        """Say what is known after the pass."""
        context = self.video.stream.codec_context
        width, height = last.size_px
        return VideoFacts(
            container=self.video.container.format.name,
            codec=context.codec.canonical_name,
            pixel_format=str(context.pix_fmt),
            coded_width_px=context.width,
            coded_height_px=context.height,
            width_px=width,
            height_px=height,
            rotation_degrees=last.quarter_turns * _QUARTER_TURN,
            pixel_aspect=self.video.pixel_aspect,
            seconds=end,
            frames=self.shown,
            oddities=(*self.video.oddities, *self._oddities()),
        )

    def pictures(self) -> Iterator[VideoFrame]:
        """Give every undamaged picture from where the container stands."""
        for picture in self._decoded():
            if self._usable(picture):
                yield picture

    def _decoded(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            # Set where a packet is shorter than the container says; FLV has no other sign of a cut.
            self.incomplete = self.incomplete or packet.is_corrupt
            if packet.has_sidedata("encryption_info"):
                raise EncryptedVideoError(
                    f"{self.video.path.name} is refused",
                    "its samples are encrypted, and decoding them gives damaged pictures",
                    "Give an unprotected copy, such as a screen recording",
                )
            try:
                yield from packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                self.damaged += 1
                self._waiting = True

    def _packets(self) -> Iterator["Packet[VideoStream]"]:
        try:
            yield from self.video.container.demux(self.video.stream)
        except av.FFmpegError:
            self.broke_off = True

    def _usable(self, picture: VideoFrame) -> bool:
        width, height = _square_size(picture, self.video.pixel_aspect)
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
            raise VideoTooLargeError(
                f"{self.video.path.name} is refused",
                f"it shows pictures of {width}x{height} pixels: over {MAX_PIXELS} in all, or {MAX_SIDE_PX} a side",
                "Scale it down first",
            )
        if self.shown + self.left_out > MAX_FRAMES:
            raise VideoTooLargeError(
                f"{self.video.path.name} is refused", f"it holds more than {MAX_FRAMES} frames", "Cut it into parts"
            )
        # After damage, what is predicted from it is damaged too, flagged or not: only a new key picture ends that.
        if picture.is_corrupt:
            self._waiting = True
        elif self._waiting and picture.key_frame:
            self._waiting = False
        self.left_out += self._waiting
        return not self._waiting

    def _oddities(self) -> Iterator[str]:
        if self.left_out:
            yield f"{self.left_out} damaged frames were left out"
        if self.damaged:
            yield f"{self.damaged} packets could not be decoded"
        if self.broke_off or self.incomplete or is_cut_off(self.video.path):
            yield "the file breaks off; what came before was used"
        if self._clock.guessed:
            yield f"{self._clock.guessed} frames carry no time or a wrong one; theirs follow from the frame rate"
        if self._clock.jumps:
            yield f"the clock of the file jumps back {self._clock.jumps} times"
        if self.interlaced:
            yield "interlaced: two half pictures a frame"
        yield from self._misleading_header()

    def _misleading_header(self) -> Iterator[str]:
        stream = self.video.stream
        if stream.duration and stream.time_base:
            claimed = stream.duration * Fraction(stream.time_base)
            real = self.end_ticks * Fraction(stream.time_base)
            if abs(claimed - real) > max(Fraction(1), real / 10):
                yield f"the header claims {float(claimed):.1f} s of video; {float(real):.1f} s could be decoded"


def _halve_towards(plane: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Halve a plane while it stays larger than ``size`` (width, height).

    Ten times as fast as averaging over areas in one step.
    """
    while plane.shape[1] >= 2 * size[0] and plane.shape[0] >= 2 * size[1]:
        half = (plane.shape[1] // 2, plane.shape[0] // 2)
        even = plane[: 2 * half[1], : 2 * half[0]]
        plane = np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return plane


def _square_size(picture: VideoFrame, aspect: Fraction) -> tuple[int, int]:
    if aspect > 1:
        return max(1, round(picture.width * aspect)), picture.height
    return picture.width, max(1, round(picture.height / aspect))
