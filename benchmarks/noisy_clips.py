"""Make clips for benchmarks of speed and memory: moving, noisy, quick to make."""

from pathlib import Path

import ffmpeg
import imageio_ffmpeg


def make_noisy_clip(path: Path, *, size: str, rate: int, seconds: int, bit_rate: str) -> None:
    """Make an H.264 clip with noise in every frame, as hard to decode as a phone's recording of that bit rate.

    Args:
        path: the file to make, MP4.
        size: such as ``1920x1080``.
        rate: frames a second.
        seconds: its length.
        bit_rate: such as ``6M``.
    """
    source = ffmpeg.input(f"testsrc2=size={size}:rate={rate}:duration={seconds}", format="lavfi")
    noisy = source.filter("noise", alls=18, allf="t").filter("format", "yuv420p")
    output = noisy.output(str(path), vcodec="libx264", preset="veryfast", video_bitrate=bit_rate, g=2 * rate)
    _run(output)


def repeat_clip(clip: Path, path: Path, times: int) -> None:
    """Join a clip to itself without encoding it again."""
    source = ffmpeg.input(str(clip), stream_loop=times - 1, protocol_whitelist="file,pipe")
    _run(source.output(str(path), codec="copy"))


def _run(output: ffmpeg.nodes.OutputStream) -> None:
    output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True, quiet=True)
