"""Append-only logs of which each line holds the hash of the line before."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verify.errors import DamagedCaseError, UnwritableFileError

JOURNAL = "journal.jsonl"
CLAIMS = "claims.jsonl"
LOGS = (JOURNAL, CLAIMS)
"""The two files of a case that grow; all others are listed in its manifest."""

FIRST_PREVIOUS = "0" * 64


def now_utc() -> str:
    """Give the time of day, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append_entry(log: Path, entry: dict[str, Any]) -> None:
    """Append a line, chained to the one before, and sync it.

    A line that a crash left half written is cut off first: it was never acknowledged to anyone.

    Raises:
        UnwritableFileError: the disk or its permissions stand in the way.
    """
    try:
        with log.open("a+b") as file, _locked(file.fileno()):
            previous = _cut_torn_line(file.fileno(), log)
            line = json.dumps({"previous": previous, **entry}, ensure_ascii=False, sort_keys=True)
            file.write(line.encode("utf-8", "backslashreplace") + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UnwritableFileError(
            f"{log} cannot be written", str(error.strerror or error), "Check the disk and its permissions"
        ) from error


def record_act(case: Path, act: str, by: str, **details: Any) -> None:  # noqa: ANN401  (any JSON)
    """Write one act, automatic or by a person, to the journal of a case."""
    append_entry(case / JOURNAL, {"at_utc": now_utc(), "act": act, "by": by, "details": details})


def read_entries(log: Path) -> list[dict[str, Any]]:
    """Give the entries of a log, oldest first; a missing log is empty, and a torn last line is left out.

    Raises:
        DamagedCaseError: a line is no JSON object.
    """
    try:
        return [json.loads(line) for line in _whole_lines(log)]
    except ValueError as error:
        raise DamagedCaseError(
            f"{log} cannot be read", f"a line is no JSON ({error})", "Restore the case from a copy"
        ) from error


def chain_problems(log: Path) -> Iterator[str]:
    """Say what is wrong with a log: lines altered, taken out, put in or torn."""
    if not log.exists():
        return
    data = log.read_bytes()
    if data and not data.endswith(b"\n"):
        yield f"{log.name}: the last line is torn"
    expected = FIRST_PREVIOUS
    for number, line in enumerate(_whole_lines(log), start=1):
        try:
            previous = json.loads(line).get("previous")
        except (ValueError, AttributeError):
            previous = None
        if previous != expected:
            yield f"{log.name}: line {number} does not follow from the line before: it or that one was altered"
        expected = hashlib.sha256(line).hexdigest()


def _whole_lines(log: Path) -> list[bytes]:
    if not log.exists():
        return []
    return [line for line in log.read_bytes().split(b"\n")[:-1] if line]


def _cut_torn_line(descriptor: int, log: Path) -> str:
    data = log.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        os.ftruncate(descriptor, len(whole))
    lines = whole.splitlines()
    return hashlib.sha256(lines[-1]).hexdigest() if lines else FIRST_PREVIOUS


@contextmanager
def _locked(descriptor: int) -> Iterator[None]:
    """Keep other processes from appending at the same time."""
    try:
        import fcntl  # noqa: PLC0415  (not on Windows, where a file open for writing is not shared)
    except ImportError:
        yield
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
