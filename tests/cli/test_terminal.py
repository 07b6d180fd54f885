"""What comes from outside is safe to print, and data stays data."""

import json

import pytest

from verify.cli.terminal import complain, exit_status, print_json, shown
from verify.errors import EmptyFileError
from verify.records.names import spelled

NASTY = "a\nb\x1b[31m\x07\x7f\x9b\u202e\u2028\ud800ü😀"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain ünï 😀.mp4", "plain ünï 😀.mp4"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\x1b[31m\x9b", "\\x1b[31m\\x9b"),
        ("\u202egpj.mp4", "\\u202egpj.mp4"),
        (b"\xff\xfe.mp4".decode("utf-8", "surrogateescape"), "\\xff\\xfe.mp4"),
        ("\ud800", "\\ud800"),
    ],
)
def test_text_from_outside_is_shown_without_control_characters(text: str, printed: str) -> None:
    """A file name cannot move the cursor, change colours or read backwards."""
    assert shown(text) == printed
    assert shown(shown(text)) == printed
    shown(text).encode()


def test_name_in_json_is_exact_but_for_undecodable_bytes() -> None:
    """A program that reads the line finds the file."""
    assert spelled("a\n\x1bü") == "a\n\x1bü"
    assert spelled(b"\xff.mp4".decode("utf-8", "surrogateescape")) == "\\xff.mp4"


def test_json_is_one_line_of_safe_characters_and_reads_back_exactly(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, whatever stands in it."""
    print_json({"path": NASTY})
    out = capsys.readouterr().out
    assert out.splitlines() == [out.removesuffix("\n")]
    assert out.removesuffix("\n") == shown(out.removesuffix("\n"))
    assert json.loads(out) == {"path": NASTY}
    assert "ü😀" in out


def test_error_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Messages never mix with data."""
    complain(EmptyFileError("a\x1b.mp4 cannot be read", "the file is empty", "Download it again"))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "verify-video: a\\x1b.mp4 cannot be read: the file is empty. Download it again.\n"


@pytest.mark.parametrize(("worked", "failed", "status"), [(1, 0, 0), (3, 1, 1), (0, 2, 3), (0, 0, 3)])
def test_exit_status_follows_from_what_worked(worked: int, failed: int, status: int) -> None:
    """0 all, 1 some, 3 none."""
    assert exit_status(worked, failed) == status
