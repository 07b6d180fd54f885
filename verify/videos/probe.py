"""Open a video file safely and choose the stream that a player shows."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from verify.errors import (
    EmptyFileError,
    MissingFileError,
    NotARegularFileError,
    NotAVideoError,
    NoVideoStreamError,
    PlaylistError,
    UnknownCodecError,
    UnreadableFileError,
    VideoTooLargeError,
)

CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,live_flv,mpegts,mpeg,mpegvideo,m4v,h264,hevc,obu,ivf,"
    "ogg,asf,asf_o,mxf,gif,dv,rm,nut,wtv,nsv,amv,yuv4mpegpipe"
)
"""The demuxers that read one file and nothing else; playlists, image sequences and devices are left out."""

VIDEO_ENDINGS = frozenset("mp4 m4v mov mkv webm avi flv 3gp ts mts m2ts mpg mpeg ogv wmv mxf gif".split())
"""Files with these endings are taken from a walked folder."""

MAX_PIXELS = 8192 * 8192
"""Pictures above this are refused: one 16K frame in 4:4:4 already takes 400 MB."""

MAX_STREAMS = 64
"""A file with more streams than this is no recording."""

# PyAV 18 refuses a file over one wrong byte in a title; 19 reads it as it is, and knows no such argument.
_LENIENT_METADATA: dict[str, Any] = {} if int(av.__version__.split(".")[0]) > 18 else {"metadata_errors": "replace"}  # noqa: PLR2004

_SNIFF_BYTES = 4096
_PLAYLIST_MARKS = (
    b"#extm3u",
    b"ffconcat",
    b"file '",
    b'file "',
    b"[playlist]",
    b"<mpd",
    b"<smil",
    b"<asx",
    b"[reference]",
)
_SDP_MARK = b"v=0"

# What matters of FFmpeg's messages comes back as errors and oddities. Any level but None has decoder threads wait for
# the interpreter's lock, while closing the file holds that lock and waits for them: a deadlock, seen in 5 of 6 runs.
av.logging.set_level(None)


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """An open container with the stream to decode."""

    path: Path
    container: InputContainer
    stream: VideoStream
    pixel_aspect: Fraction
    oddities: tuple[str, ...]


@contextmanager
def open_video(path: Path) -> Iterator[OpenVideo]:
    """Open a video for one decoding pass.

    Every opening raises the audit event ``verify.video.open`` with the path, so that anyone can count them.

    Raises:
        MissingFileError, UnreadableFileError, NotARegularFileError: there is no file to read.
        EmptyFileError, NotAVideoError, PlaylistError: the file is no video.
        NoVideoStreamError, UnknownCodecError, VideoTooLargeError: there is no stream that can be decoded.
    """
    check_regular_file(path)
    _refuse_what_is_no_video(path)
    sys.audit("verify.video.open", str(path))
    try:
        container = av.open(
            "file:" + str(path.absolute()),
            **_LENIENT_METADATA,
            options={"protocol_whitelist": "file", "format_whitelist": CONTAINERS},
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise NotAVideoError(
            f"{path.name} cannot be read",
            f"it is no video file that could be opened ({_reason(error)})",
            "Give a complete video file, as downloaded",
        ) from error
    with container:
        yield _choose_stream(path, container)


def check_regular_file(path: Path) -> os.stat_result:
    """Make sure that ``path`` is a file with bytes that can be read, and give its status.

    Raises:
        MissingFileError, UnreadableFileError, NotARegularFileError, EmptyFileError: it is not.
    """
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            with path.open("rb"):
                pass
    except FileNotFoundError as error:
        raise MissingFileError(f"{path} cannot be read", "there is no such file", "Check the name") from error
    except OSError as error:
        raise UnreadableFileError(
            f"{path} cannot be read", f"the system says {error.strerror or error}", "Check the permissions"
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise NotARegularFileError(
            f"{path} cannot be read", "it is a folder, a pipe or a device", "Give a regular file"
        )
    if status.st_size == 0:
        raise EmptyFileError(f"{path.name} cannot be read", "the file is empty", "Download it again")
    return status


def _refuse_what_is_no_video(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(_SNIFF_BYTES)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    listed = text.startswith(_PLAYLIST_MARKS) or (text.startswith(_SDP_MARK) and b"m=" in text)
    if listed or b"<mpd" in text or b"<smil" in text:
        raise PlaylistError(
            f"{path.name} is refused",
            "it is a playlist that points to other files or addresses, and none of them was opened",
            "Give the video file itself",
        )


def _reason(error: Exception) -> str:
    if isinstance(error, av.FFmpegError):
        return str(error.strerror or "unknown format").lower()
    return type(error).__name__


def _choose_stream(path: Path, container: InputContainer) -> OpenVideo:
    if len(container.streams) > MAX_STREAMS:
        raise VideoTooLargeError(
            f"{path.name} is refused",
            f"it holds {len(container.streams)} streams, more than {MAX_STREAMS}",
            "Give a plain recording",
        )
    pictures = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & pictures]
    if not streams:
        raise NoVideoStreamError(
            f"{path.name} cannot be used", "it holds no video stream", "Give a file with a video stream"
        )
    default = [stream for stream in streams if stream.disposition & Disposition.default]
    stream = (default or streams)[0]
    _check_decodable(path, stream)
    aspect, doubt = _pixel_aspect(stream)
    oddities = [
        f"video stream {other.index} was not looked at; stream {stream.index} is shown by default"
        for other in streams
        if other is not stream
    ]
    if doubt:
        oddities.append(doubt)
    return OpenVideo(path, container, stream, aspect, tuple(oddities))


def _check_decodable(path: Path, stream: VideoStream) -> None:
    # The stubs say that a stream always has a codec context; for a codec without decoder it is None.
    context = stream.codec_context
    if context is None:
        raise UnknownCodecError(
            f"{path.name} cannot be decoded",
            "no decoder is known for its video codec",
            "Convert it with the program it comes from",
        )
    if context.width * context.height > MAX_PIXELS:
        raise VideoTooLargeError(
            f"{path.name} is refused",
            f"its pictures have {context.width}x{context.height} pixels, more than {MAX_PIXELS} in all",
            "Scale it down first",
        )


def _pixel_aspect(stream: VideoStream) -> tuple[Fraction, str | None]:
    aspect = stream.sample_aspect_ratio
    if not aspect or aspect <= 0:
        return Fraction(1), None
    exact = Fraction(int(aspect.numerator), int(aspect.denominator))
    if not Fraction(1, 8) <= exact <= 8:  # noqa: PLR2004  (beyond 8:1 the header is broken, not the pixels)
        return Fraction(1), f"the pixel aspect {exact} in the header was ignored"
    return exact, None
