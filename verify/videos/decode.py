"""One decoding pass over a video for all that need its frames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import av
from av.video.frame import VideoFrame

from verify.errors import (
    DecoderCrashedError,
    EncryptedVideoError,
    NothingDecodedError,
    VerifyError,
    VideoTooLargeError,
)
from verify.records.video import VideoFacts
from verify.videos.clock import PlayerClock
from verify.videos.cut_off import is_cut_off
from verify.videos.frame import QUARTER_TURN, Frame, SharedStream, square_size
from verify.videos.probe import MAX_PIXELS, OpenVideo, open_video

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

MAX_SECONDS = 48 * 3600
"""Longer recordings are refused: what is kept of a video grows with its length."""

MAX_FRAMES = 24 * 3600 * 120
"""A day at 120 frames a second; a file that goes on longer is refused rather than decoded for ever."""

MAX_SIDE_PX = 65_500
"""More does not fit into a JPEG."""


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
    try:
        return _decode(path, consumers, threads)
    except VerifyError:
        raise
    except av.FFmpegError as error:
        raise decoder_crashed(path, error) from error
    except OSError:
        raise  # of a consumer: a full disk is no fault of the video
    except Exception as error:
        raise decoder_crashed(path, error) from error


def decoder_crashed(path: Path, error: Exception) -> DecoderCrashedError:
    """Give the error for whatever else a damaged or hostile file sets off: it costs this file and no other."""
    if isinstance(error, MemoryError):
        why, remedy = "decoding it takes too much memory", "Scale it down first"
    else:
        why = f"decoding it failed in an unforeseen way ({type(error).__name__}: {error})"
        remedy = "The file may be damaged; try a fresh download"
    return DecoderCrashedError(f"{path.name} cannot be used", why, remedy)


def _decode(path: Path, consumers: Sequence[FrameConsumer], threads: int) -> VideoFacts:
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
        sounds = len(self.video.container.streams.audio)
        shared = SharedStream(self.time_base, self.video.pixel_aspect, sounds)
        for picture in self.pictures():
            ticks = self._clock.next(picture.pts)
            if ticks * self.time_base > MAX_SECONDS:
                raise VideoTooLargeError(
                    f"{self.video.path.name} is refused",
                    f"it lasts over {MAX_SECONDS // 3600} hours",
                    "Cut it into parts",
                )
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
            rotation_degrees=last.quarter_turns * QUARTER_TURN,
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
        width, height = square_size(picture, self.video.pixel_aspect)
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
            yield f"the clock of the file begins anew {self._clock.jumps} times"
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
