"""Logs that only grow."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from verify.case.journal import append_entry, chain_problems, line_hashes, now_utc, read_entries
from verify.errors import DamagedCaseError, UnwritableFileError


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log of four entries."""
    path = tmp_path / "journal.jsonl"
    for number in range(4):
        append_entry(path, {"number": number, "note": "Kherson, нібито \u2028 \udcff \\udcff"})
    return path


def test_entries_come_back_in_order_and_their_chain_holds(log: Path) -> None:
    """What was appended is read, whatever signs it holds."""
    entries = read_entries(log)
    assert [entry["number"] for entry in entries] == [0, 1, 2, 3]
    assert entries[0]["note"] == "Kherson, нібито \u2028 \udcff \\udcff"
    assert list(chain_problems(log)) == []


def test_append_gives_the_hash_that_the_next_line_holds(log: Path) -> None:
    """Each line is chained to the one before."""
    digest = append_entry(log, {"number": 4})
    append_entry(log, {"number": 5})
    assert read_entries(log)[-1]["previous"] == digest == line_hashes(log)[-2]


def test_missing_log_is_an_empty_one(tmp_path: Path) -> None:
    """A case without stances has no log of claims."""
    assert read_entries(tmp_path / "none.jsonl") == []
    assert list(chain_problems(tmp_path / "none.jsonl")) == []


@pytest.mark.parametrize("keep", [1, 30, -1])
def test_torn_last_line_is_told_left_out_and_cut_by_the_next_append(log: Path, keep: int) -> None:
    """A crash while writing loses what was not acknowledged, and nothing else."""
    whole = log.read_bytes()
    append_entry(log, {"number": "torn"})
    line = log.read_bytes()[len(whole) :]
    log.write_bytes(whole + line[:keep])
    assert [entry["number"] for entry in read_entries(log)] == [0, 1, 2, 3]
    assert any("torn" in problem for problem in chain_problems(log))
    append_entry(log, {"number": 4})
    assert [entry["number"] for entry in read_entries(log)] == [0, 1, 2, 3, 4]
    assert list(chain_problems(log)) == []


def _alter(line: int) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        lines[line] = lines[line].replace("Kherson", "Melitopol")
        return lines

    return change


@pytest.mark.parametrize("line", [0, 1, 3])
def test_altered_line_is_detected_wherever_it_stands(log: Path, line: int) -> None:
    """Also the last one, which no other line follows."""
    _change(log, _alter(line))
    assert any(f"line {line + 1} was altered" in problem for problem in chain_problems(log))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: [*lines[:2], lines[1], *lines[2:]],
        lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        lambda lines: [*lines, json.dumps({"previous": "0" * 64, "number": 4})],
        lambda lines: [*lines[:3], "[]", lines[3]],
        lambda lines: [*lines[:3], "no JSON", lines[3]],
    ],
)
def test_removed_inserted_or_moved_line_is_detected(log: Path, change: Callable[[list[str]], list[str]]) -> None:
    """The chain breaks where a line is missing, strange or out of its place."""
    _change(log, change)
    assert any("line" in problem for problem in chain_problems(log))


def _change(log: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = change(log.read_text("utf-8").split("\n")[:-1])
    log.write_text("".join(f"{line}\n" for line in lines), "utf-8")


@pytest.mark.parametrize("data", [b"no JSON\n", b"[]\n", b"[" * 100_000 + b"\n", b"\xff\n", b'{"a": NaN}\n'])
def test_log_that_is_none_is_a_damaged_case(tmp_path: Path, data: bytes) -> None:
    """A log from elsewhere may hold anything; reading it is an error of ours, not a crash."""
    path = tmp_path / "claims.jsonl"
    path.write_bytes(data)
    with pytest.raises(DamagedCaseError):
        read_entries(path)
    assert list(chain_problems(path))


def test_log_that_cannot_be_written_is_an_error_with_remedy(tmp_path: Path) -> None:
    """Nothing is taken for saved that is not."""
    with pytest.raises(UnwritableFileError, match="Check the disk"):
        append_entry(tmp_path, {})


def test_time_is_utc_to_the_second() -> None:
    """Times of acts are read the same everywhere."""
    assert now_utc()[10] == "T"
    assert now_utc().endswith("Z")
    assert len(now_utc()) == len("2026-11-15T10:00:00Z")
