"""Hear a video: its first sound, through the ffmpeg binary, while the pictures are decoded."""

import subprocess
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import ffmpeg
import imageio_ffmpeg

from verify.videos.decode import MAX_SECONDS
from verify.videos.frame import Frame
from verify.videos.probe import CONTAINERS

RATE_HZ = 11025
"""Samples a second of what is heard, one channel: what chromaprint works on."""

LONGEST_GAP_S = 1800
"""Silence is put where the file has no sound; after a longer gap nothing more is heard. Half an hour takes 120 MB."""

CPU_LIMIT_S = 1800
"""A day of sound takes about two minutes of one processor. Also ends an ffmpeg whose parent was killed."""

LEAST_PATIENCE_S, PATIENCE_RATIO = 60.0, Fraction(1, 60)
"""After the last picture the sound is waited for this long, or for this share of the length if that is more."""

# As the player's clock of the pictures: a gap stays a gap, and where stamps begin anew time goes on.
_CLOCK = (
    "if(isnan(PREV_INPTS),if(gt(PTS*TB,{first}),{never}/TB,PTS),PREV_OUTPTS+if(gt((PTS-PREV_INPTS)*TB,{gap}),{never}/TB,"
    "if(gt(PTS,PREV_INPTS),PTS-PREV_INPTS,ld(0))))+0*st(0,NB_SAMPLES/SR/TB)"
)


_FILE = "file:"
"""Stands for the file while its command line is built: ffmpeg-python takes no name that is not UTF-8."""


@dataclass
class SoundPass:
    """Consumer of a decoding pass that has the sound of the same file written by a muxer of ffmpeg.

    ffmpeg runs beside the decoding of the pictures. Its first sample is the instant of the first picture shown: what
    comes before is left out, and what is missing is silence. Used as a context manager, it leaves no process behind.

    Attributes:
        path: the file, which ``open_video`` took.
        muxer: options of ffmpeg's output: format and its settings.
        output: what the muxer wrote; None where there is no sound, or it failed.
        failure: why there is no output although the file has sound, a sentence; None otherwise.
    """

    path: Path
    muxer: dict[str, Any]
    output: bytes | None = field(default=None, init=False)
    failure: str | None = field(default=None, init=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _started: bool = field(default=False, init=False)

    @property
    def oddities(self) -> tuple[str, ...]:
        """What is unusual about the sound, a sentence each."""
        return () if self.failure is None else (self.failure,)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def take(self, frame: Frame) -> None:
        """Start with the first frame shown, if the file has any sound."""
        if self._started:
            return
        self._started = True
        if frame.sounds:
            self.start(frame.pts * frame.time_base)

    def start(self, origin: Fraction) -> None:
        """Begin to hear from an instant on, in seconds of the file's own clock."""
        try:
            self._process = subprocess.Popen(  # noqa: S603  (built below: one program, no shell)
                _command(self.path, origin, self.muxer),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, RuntimeError) as error:
            self.failure = f"its sound was not looked at: ffmpeg could not be started ({type(error).__name__})"

    def finish(self, end: Fraction) -> None:
        """Wait for the sound; ``end`` is the length of the pictures in seconds."""
        if self._process is None:
            return
        try:
            written, _ = self._process.communicate(timeout=max(LEAST_PATIENCE_S, float(end * PATIENCE_RATIO)))
        except subprocess.TimeoutExpired:
            self.failure = "its sound was given up: decoding it takes too long"
            self._end()
            return
        if self._process.returncode:
            self.failure = f"its sound could not be decoded (ffmpeg ended with {self._process.returncode})"
            return
        self.output = written

    def _end(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.kill()
        self._process.communicate()


def _command(path: Path, origin: Fraction, muxer: dict[str, Any]) -> list[str]:
    """Give the command line that hears ``path`` from ``origin`` on, in seconds of the file's own clock."""
    source = ffmpeg.input(_FILE, protocol_whitelist="file,pipe", format_whitelist=CONTAINERS)
    latest = float(origin + MAX_SECONDS)
    clock = _CLOCK.format(first=float(origin + LONGEST_GAP_S), gap=LONGEST_GAP_S, never=latest)
    heard = (
        source["a:0"]
        .filter("asetpts", clock)
        .filter("atrim", end=latest)
        .filter("aresample", RATE_HZ)
        .filter("aformat", sample_fmts="s16", channel_layouts="mono")
        .filter("aresample", **{"async": 1}, first_pts=round(origin * RATE_HZ))
    )
    output = ffmpeg.output(heard, "pipe:", **muxer)
    # The clock of the file is kept: ffmpeg's own begins with the first sample of any stream.
    options = ("-v", "quiet", "-nostdin", "-copyts", "-timelimit", str(CPU_LIMIT_S), "-filter_complex_threads", "1")
    command: list[str] = ffmpeg.compile(output.global_args(*options), cmd=imageio_ffmpeg.get_ffmpeg_exe())
    return [f"file:{path.absolute()}" if word == _FILE else word for word in command]
