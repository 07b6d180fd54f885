"""Run the command line in a process of its own."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


@dataclass(frozen=True)
class Finished:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output."""
        return read_lines(self.out)


def read_lines(text: str) -> list[dict[str, Any]]:
    """Read JSON objects, one a line."""
    return [json.loads(line) for line in text.splitlines()]


def start_verify(
    *arguments: object,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.Popen[str]:
    """Start ``python -m verify`` in a session of its own, so that a signal to its group reaches nothing else."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.Popen(
        [sys.executable, "-m", "verify", *(_argument(argument) for argument in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        cwd=cwd,
        start_new_session=True,
        preexec_fn=before,  # noqa: PLW1509  (what is given here starts no thread and takes no lock)
    )


def run_verify(*arguments: object, **options: Any) -> Finished:  # noqa: ANN401
    """Run ``python -m verify`` to its end; the options are those of ``start_verify``."""
    process = start_verify(*arguments, **options)
    out, err = process.communicate(timeout=300)
    return Finished(process.returncode, out, err)


def drop_privileges() -> None:
    """Take from root the right to pass over permissions, once the next program is started; harmless to others."""
    libc = ctypes.CDLL(None)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def _argument(value: object) -> str | bytes:
    return value if isinstance(value, bytes) else str(value)
