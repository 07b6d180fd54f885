"""Files that are odd beyond their pictures: turned, cut or shifted by the container, damaged, without video.

``ODD_VIDEOS`` and ``NO_VIDEOS`` hold one of each by file name: ``ODD_VIDEOS[name](folder / name)`` writes it.
What a ``MadeVideo`` says holds for pictures as shown, that is upright and with square pixels.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import cv2
import ffmpeg
import imageio_ffmpeg
import numpy as np

from tests.made_videos import (
    NO_KEYFRAMES,
    Footage,
    MadeVideo,
    Picture,
    Scene,
    VideoSpec,
    draw_picture,
    write_video,
)

LETTERBOX_PX = (0, 30, 0, 30)
"""Borders that make the picture 320x240."""
PILLARBOX_PX = (40, 0, 40, 0)
"""Borders that make the picture 400x180."""
COVER = Footage(scenes=(Scene(seed=99),), bar_code=False)
"""Its first picture is the attached picture of ``write_with_cover``."""
EDIT_LIST_FIRST = 13
"""First index that ``edit_list.mp4`` shows."""
SECOND_STREAM_FIRST = 1000
"""First index of the second stream of ``two_streams.mkv``."""
VFR_PTS = (0, 40, 80, 200, 207, 500, 533, 1000, 1001, 1040, 1700, 1733)
"""Milliseconds: gaps from 1 to 660."""


def run_ffmpeg(inputs: list[Any], path: Path, **options: Any) -> None:  # noqa: ANN401
    """Run the bundled ffmpeg over inputs that ``open_input`` opened."""
    job = ffmpeg.output(*inputs, str(path), **options).global_args("-v", "error", "-nostdin")
    job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True, capture_stderr=True)


def open_input(path: Path, **options: Any) -> Any:  # noqa: ANN401
    """Open an input of ffmpeg that cannot reach the network."""
    return ffmpeg.input(str(path), protocol_whitelist="file,pipe", **options)


@contextmanager
def _plain_video(path: Path, spec: VideoSpec) -> Iterator[MadeVideo]:
    """Write a spec beside ``path`` for as long as another file is made of it."""
    plain = write_video(path.with_name(f"{path.stem}.plain{path.suffix}"), spec)
    try:
        yield plain
    finally:
        plain.path.unlink()


def write_rotated(path: Path, spec: VideoSpec, clockwise_degrees: Literal[90, 180, 270]) -> MadeVideo:
    """Store pictures that stand upright once turned clockwise, as the container asks (mp4, mov)."""

    def lay_down(picture: Picture) -> Picture:
        changed = spec.change(picture) if spec.change else picture
        return np.rot90(changed, clockwise_degrees // 90)

    with _plain_video(path, replace(spec, change=lay_down)) as plain:
        # ffmpeg counts counter-clockwise
        source = open_input(plain.path, display_rotation=360 - clockwise_degrees)
        run_ffmpeg([source], path, c="copy")
    return replace(plain, path=path)


def write_with_edit_list(path: Path, spec: VideoSpec, first: int) -> MadeVideo:
    """Cut without encoding (mp4, mov): the file holds all frames from the keyframe before ``first``.

    Its edit list hides those before ``first``; a reader that ignores it shows frames that no player shows.
    """
    with _plain_video(path, spec) as plain:
        run_ffmpeg([open_input(plain.path, ss=float(plain.times[first]))], path, c="copy")
    start = plain.times[first]
    return MadeVideo(
        path=path,
        indices=plain.indices[first:],
        times=tuple(time - start for time in plain.times[first:]),
        seconds=plain.seconds - start,
    )


def write_with_cover(path: Path, spec: VideoSpec) -> MadeVideo:
    """Add an attached picture, which is a second video stream of one frame, without bar code (mp4)."""
    cover = path.with_name(f"{path.stem}.cover.png")
    write_picture(cover)
    with _plain_video(path, spec) as plain:
        inputs = [open_input(plain.path)["v"], open_input(cover)["v"]]
        run_ffmpeg(inputs, path, c="copy", **{"disposition:v:1": "attached_pic"})
    cover.unlink()
    return replace(plain, path=path)


def write_two_streams(path: Path, spec: VideoSpec, second: VideoSpec) -> MadeVideo:
    """Write two video streams, the first one default; what is said of the file holds for the first."""
    other_path = path.with_name(f"{path.stem}.other{path.suffix}")
    with _plain_video(path, spec) as plain, _plain_video(other_path, second) as other:
        inputs = [open_input(plain.path)["v"], open_input(other.path)["v"]]
        run_ffmpeg(inputs, path, c="copy", **{"disposition:v:0": "default", "disposition:v:1": "0"})
    return replace(plain, path=path)


def write_with_sound(path: Path, spec: VideoSpec, tone_hz: int = 220) -> MadeVideo:
    """Add a rising tone as long as the video; another ``tone_hz`` is another sound."""
    with _plain_video(path, spec) as plain:
        tone = _rising_tone(tone_hz, float(plain.seconds))
        run_ffmpeg([open_input(plain.path)["v"], tone], path, vcodec="copy", acodec="aac")
    return replace(plain, path=path)


def write_audio_only(path: Path, seconds: float = 1.0, tone_hz: int = 220) -> None:
    """Write a rising tone without any video stream."""
    run_ffmpeg([_rising_tone(tone_hz, seconds)], path, acodec="aac")


def _rising_tone(tone_hz: int, seconds: float) -> Any:  # noqa: ANN401
    wave = f"aevalsrc=0.4*sin(2*PI*({tone_hz}*t+150*t*t)):s=44100:d={seconds}"
    return ffmpeg.input(wave, f="lavfi")


def write_index_first(path: Path, spec: VideoSpec) -> MadeVideo:
    """Write an mp4 whose index (``moov``) stands before the pictures, so that a cut copy stays readable."""
    with _plain_video(path, spec) as plain:
        run_ffmpeg([open_input(plain.path)], path, c="copy", movflags="+faststart")
    return replace(plain, path=path)


def cut_file(path: Path, source: Path, keep_ratio: float) -> None:
    """Keep only the first bytes: the first frames of ``source`` decode, at their times.

    The last packet is cut as well. With B-frames its frame is not the last one shown: it is missing, or
    flagged corrupt, between whole ones.
    """
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * keep_ratio)])


def write_cut_in_index(path: Path) -> None:
    """Cut an mp4 within its index: nothing of it can be decoded."""
    write_index_first(path, VideoSpec())
    data = path.read_bytes()
    path.write_bytes(data[: (data.index(b"moov") + data.index(b"mdat")) // 2])


def write_unknown_codec(path: Path) -> None:
    """Write an mp4 with a video stream of a codec, ``zzzz``, that no decoder knows."""
    write_video(path, VideoSpec())
    data = path.read_bytes()
    entry = data.index(b"avc1", data.index(b"stsd"))
    path.write_bytes(data[:entry] + b"zzzz" + data[entry + 4 :])


def write_picture(path: Path) -> None:
    """Write a PNG under any name."""
    picture = draw_picture(COVER, 0)[..., ::-1]
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def write_hls_playlist(path: Path) -> None:
    """Write an HLS playlist that plays ``target.mp4``, a real video beside it."""
    target = write_video(path.with_name("target.mp4"), VideoSpec()).path.name
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n{target}\n#EXT-X-ENDLIST\n", "utf-8")


def write_concat_list(path: Path) -> None:
    """Write a concat list of ffmpeg that plays ``target.mp4``; FFmpeg follows it by default."""
    target = write_video(path.with_name("target.mp4"), VideoSpec()).path.name
    path.write_text(f"ffconcat version 1.0\nfile {target}\n", "utf-8")


def write_sdp(path: Path) -> None:
    """Write a session description: a reader that follows it listens on UDP port 5004."""
    lines = (
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=clip",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=video 5004 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
    )
    path.write_text("".join(f"{line}\r\n" for line in lines), "utf-8", newline="")


def write_text(path: Path) -> None:
    """Write plain text."""
    path.write_text("This is a note, not a video.\n" * 40, "utf-8")


def fade_right_half(picture: Picture) -> Picture:
    """Give RGBA whose right half is fully transparent; the colours below stay."""
    alpha = np.full((*picture.shape[:2], 1), 255, dtype=np.uint8)
    alpha[:, picture.shape[1] // 2 :] = 0
    return np.concatenate([picture, alpha], axis=2)


def squeeze(picture: Picture) -> Picture:
    """Halve the width, as anamorphic video stores it."""
    return cv2.resize(picture, (picture.shape[1] // 2, picture.shape[0]), interpolation=cv2.INTER_AREA).astype(np.uint8)


_VFR = VideoSpec(indices=range(len(VFR_PTS)), pts=VFR_PTS, time_base=Fraction(1, 1000))
_AT_10S = VideoSpec(start_pts=250)
_LONG = Footage(scenes=(Scene(seed=1, frames=2 * SECOND_STREAM_FIRST),))
_JOINED = Footage(scenes=(Scene(seed=1, frames=20), Scene(seed=2, frames=25), Scene(seed=3, frames=15)))

SPECS: dict[str, VideoSpec] = {
    "b_frames.mp4": VideoSpec(),
    "b_frames.ts": VideoSpec(),
    "vfr.mp4": replace(_VFR, b_frames=0),
    "vfr_b_frames.mp4": _VFR,  # its header says 1.153 s: with B-frames the muxer cannot know better
    "vfr.mkv": _VFR,
    "start_10s.mp4": _AT_10S,
    "start_10s.ts": _AT_10S,
    "anamorphic.mp4": VideoSpec(pixel_aspect=Fraction(2), change=squeeze),
    "ten_bit.mp4": VideoSpec(pixel_format="yuv420p10le"),
    "alpha.webm": VideoSpec(codec="libvpx-vp9", pixel_format="yuva420p", change=fade_right_half),
    "long_gop.mp4": VideoSpec(footage=_LONG, indices=range(150), keyframe_interval=NO_KEYFRAMES),
    "joined.mp4": VideoSpec(footage=_JOINED),
}
"""Specs by the file that they are written to."""

ODD_VIDEOS: dict[str, Callable[[Path], MadeVideo]] = {
    **{name: lambda path: write_video(path, SPECS[path.name]) for name in SPECS},
    "edit_list.mp4": lambda path: write_with_edit_list(path, VideoSpec(), EDIT_LIST_FIRST),
    "rotated_90.mp4": lambda path: write_rotated(path, VideoSpec(), 90),
    "rotated_180.mp4": lambda path: write_rotated(path, VideoSpec(), 180),
    "rotated_270.mov": lambda path: write_rotated(path, VideoSpec(), 270),
    "cover.mp4": lambda path: write_with_cover(path, VideoSpec()),
    "two_streams.mkv": lambda path: write_two_streams(
        path,
        VideoSpec(),
        VideoSpec(footage=_LONG, indices=range(SECOND_STREAM_FIRST, SECOND_STREAM_FIRST + 50)),
    ),
    "index_first.mp4": lambda path: write_index_first(path, VideoSpec()),
    "sound.mp4": lambda path: write_with_sound(path, VideoSpec()),
}
"""Videos that decode as a whole, by file name."""

NO_VIDEOS: dict[str, Callable[[Path], None]] = {
    "audio_only.mp4": write_audio_only,
    "cut_in_index.mp4": write_cut_in_index,
    "unknown_codec.mp4": write_unknown_codec,
    "empty.mp4": Path.touch,
    "text.mp4": write_text,
    "picture.mp4": write_picture,
    "hls.mp4": write_hls_playlist,
    "concat.mp4": write_concat_list,
    "sdp.mp4": write_sdp,
}
"""Files in which there is no video to decode, or none that may be: lists are not followed. By file name."""
