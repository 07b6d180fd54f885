"""Append-only logs of which each line holds the hash of the line before, and a seal over itself."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verify.case.plain_files import parse_object, read_record
from verify.errors import DamagedCaseError, UnwritableFileError

JOURNAL = "journal.jsonl"
CLAIMS = "claims.jsonl"
LOGS = (JOURNAL, CLAIMS)
"""The two files of a case that grow; all others are listed in its manifest."""

FIRST_PREVIOUS = "0" * 64
COMPLETED = "case_completed"
"""The act with which ``case new`` ends."""


def now_utc() -> str:
    """Give the time of day, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def append_entry(log: Path, entry: dict[str, Any]) -> str:
    """Append a line, chained to the one before, and sync it.

    A line that a crash left half written is cut off first: it was never acknowledged to anyone.

    Returns:
        The SHA-256 of the line.

    Raises:
        UnwritableFileError: the disk or its permissions stand in the way.
    """
    try:
        with log.open("a+b") as file, _locked(file.fileno()):
            previous = _cut_torn_line(file.fileno(), log)
            chained = {"previous": previous, **entry}
            line = _encode({**chained, "seal": _seal(chained)})
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UnwritableFileError(
            f"{log} cannot be written", str(error.strerror or error), "Check the disk and its permissions"
        ) from error
    return hashlib.sha256(line).hexdigest()


def record_act(case: Path, act: str, by: str, **details: Any) -> None:  # noqa: ANN401  (any JSON)
    """Write one act, automatic or by a person, to the journal of a case."""
    append_entry(case / JOURNAL, {"at_utc": now_utc(), "act": act, "by": by, "details": details})


def read_entries(log: Path) -> list[dict[str, Any]]:
    """Give the entries of a log, oldest first; a missing log is empty, and a torn last line is left out.

    Raises:
        DamagedCaseError: the log cannot be read, or a line is no JSON object.
    """
    try:
        return [parse_object(line) for line in _whole_lines(log)]
    except (OSError, ValueError) as error:
        raise DamagedCaseError(
            f"{log} cannot be read", f"it is no intact log ({error})", "Restore the case from a copy"
        ) from error


def is_finished(case: Path) -> bool:
    """Whether ``case new`` came to its end on this folder."""
    try:
        return any(entry.get("act") == COMPLETED for entry in read_entries(case / JOURNAL))
    except DamagedCaseError:
        return True  # an altered journal is reported as such


def chain_problems(log: Path) -> Iterator[str]:
    """Say what is wrong with a log: lines altered, taken out, put in or torn.

    What was cut off at its end leaves no trace in the log itself.
    """
    try:
        data = read_record(log) if log.exists() else b""
    except (OSError, ValueError) as error:
        yield f"{log.name} cannot be read ({error})"
        return
    if data and not data.endswith(b"\n"):
        yield f"{log.name}: the last line is torn"
    expected = FIRST_PREVIOUS
    for number, line in enumerate(_split(data), start=1):
        wrong = _line_problem(line, expected)
        if wrong:
            yield f"{log.name}: line {number} {wrong}"
        expected = hashlib.sha256(line).hexdigest()


def line_hashes(log: Path) -> list[str]:
    """Give the SHA-256 of each whole line, as ``append_entry`` returned it; none where the log cannot be read."""
    try:
        return [hashlib.sha256(line).hexdigest() for line in _whole_lines(log)]
    except (OSError, ValueError):
        return []


def _line_problem(line: bytes, expected: str) -> str | None:
    try:
        entry = parse_object(line)
    except ValueError:
        return "was altered: it is no JSON object"
    seal = entry.pop("seal", None)
    if entry.get("previous") != expected:
        return "does not follow from the line before: one of the two was altered, or a line between was taken out"
    return None if seal == _seal(entry) else "was altered"


def _seal(entry: dict[str, Any]) -> str:
    return hashlib.sha256(_encode(entry)).hexdigest()


def _encode(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True).encode("utf-8", "backslashreplace")


def _whole_lines(log: Path) -> list[bytes]:
    return _split(read_record(log)) if log.exists() else []


def _split(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n")[:-1] if line]


def _cut_torn_line(descriptor: int, log: Path) -> str:
    data = log.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        os.ftruncate(descriptor, len(whole))
    lines = _split(whole)
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
