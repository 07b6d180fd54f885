"""Progress of work on many files: how many, how fast, how long still."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class FileProgress:
    """A progress bar on standard error; nothing where that is not a terminal.

    The time left is estimated from the bytes done, because files differ in size more than in cost per byte.
    """

    def __init__(self, files: int, total_bytes: int) -> None:
        self._files = files
        self._done_files = 0
        self._video_s = 0.0
        self._started = time.monotonic()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            # Lines for people go above the bar; data for a pipe must stay on standard output.
            redirect_stdout=sys.stdout.isatty(),
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(f"0/{files} files", total=max(1, total_bytes), rate="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, size_bytes: int, video_s: float) -> None:
        """Count one finished file with the seconds of video that were decoded for it."""
        self._done_files += 1
        self._video_s += video_s
        rate = self._video_s / max(1e-6, time.monotonic() - self._started)
        self._progress.update(
            self._task,
            advance=size_bytes,
            description=f"{self._done_files}/{self._files} files",
            rate=f"{rate:.0f} s of video a second",
        )
