"""Progress of work on many files: how many, how fast, how long still."""

import sys
import time
from types import TracebackType
from typing import Self

_SILENCE_S = 15.0


class FileProgress:
    """A progress bar on a terminal, a line now and then in a log; always on standard error.

    The time left is estimated from the bytes done, because files differ in size more than in cost per byte.
    """

    def __init__(self, files: int, total_bytes: int) -> None:
        self._files = files
        self._total_bytes = max(1, total_bytes)
        self._done_files = 0
        self._done_bytes = 0
        self._video_s = 0.0
        self._started = self._spoke = time.monotonic()
        self._on_terminal = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal and self._done_files:
            print(file=sys.stderr)

    def advance(self, size_bytes: int, video_s: float) -> None:
        """Count one finished file with the seconds of video that were decoded for it."""
        self._done_files += 1
        self._done_bytes += size_bytes
        self._video_s += video_s
        now = time.monotonic()
        if self._on_terminal:
            print(f"\r\x1b[K{self._line(now)}", end="", file=sys.stderr, flush=True)
        elif now - self._spoke >= _SILENCE_S:
            self._spoke = now
            print(self._line(now), file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        elapsed = max(1e-6, now - self._started)
        left_s = elapsed * (self._total_bytes - self._done_bytes) / max(1, self._done_bytes)
        minutes, seconds = divmod(round(max(0.0, left_s)), 60)
        rate = self._video_s / elapsed
        return (
            f"{self._done_files}/{self._files} files, {rate:.1f} s of video a second, {minutes}:{seconds:02d} min left"
        )
