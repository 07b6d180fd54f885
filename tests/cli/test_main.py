"""The parser, and the way from an error to an exit status."""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from verify.cli import case as case_command
from verify.cli.main import build_parser, main
from verify.errors import CaseExistsError, DamagedCaseError, MissingFileError, UsageError, VerifyError


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _parsers(child)


PARSERS = {parser.prog: parser for parser in _parsers(build_parser())}


@pytest.mark.parametrize("prog", PARSERS)
def test_every_command_argument_and_option_has_help(prog: str) -> None:
    """Nothing is offered without a word on what it does."""
    for action in PARSERS[prog]._actions:
        if isinstance(action, argparse._SubParsersAction):
            helped = {choice.dest for choice in action._choices_actions if choice.help}
            assert helped == set(action.choices)
        else:
            assert action.help, f"{prog}: {action.option_strings or action.dest}"


@pytest.mark.parametrize("prog", PARSERS)
def test_every_command_prints_its_help(prog: str, capsys: pytest.CaptureFixture[str]) -> None:
    """``--help`` works at every level, and its status is 0."""
    with pytest.raises(SystemExit) as caught:
        main([*prog.split()[1:], "--help"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: {prog}")


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    """A report of a fault can name the version."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"verify-video {version('verify-video')}\n"


@pytest.mark.parametrize("arguments", [[], ["case"], ["no-such"], ["case", "new"], ["match", "a", "--threshold", "2"]])
def test_wrong_command_line_is_status_2_with_a_word_on_standard_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in the command is told as such, and standard output stays free for data."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "usage: verify-video" in told.err


@pytest.mark.parametrize(
    ("error", "status"), [(UsageError, 2), (CaseExistsError, 2), (MissingFileError, 3), (DamagedCaseError, 3)]
)
def test_error_becomes_one_line_and_the_status_of_the_contract(
    error: type[VerifyError], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What, why and remedy stand on standard error, without control characters and without a traceback."""

    def fail(_: argparse.Namespace) -> int:
        raise error("a\x1b[31m", "b\u202e", "c\nd")

    monkeypatch.setattr(case_command, "run_show", fail)
    assert main(["case", "show", "x"]) == status
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "verify-video: a\\x1b[31m: b\\u202e. c\\x0ad.\n")


def test_interrupted_command_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl+C is no fault."""

    def stop(_: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(case_command, "run_show", stop)
    assert main(["case", "show", "x"]) == 130
    assert "what was finished is kept" in capsys.readouterr().err


def test_pipe_that_gets_no_locale_gets_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON on a pipe is UTF-8 whatever the machine's language, and no sign breaks a line."""
    pipe = io.BytesIO()
    stream = io.TextIOWrapper(pipe, encoding="ascii")

    def speak(_: argparse.Namespace) -> int:
        sys.stdout.write("нібито \udcff\n")
        sys.stdout.flush()
        return 0

    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(case_command, "run_show", speak)
    assert main(["case", "show", "x"]) == 0
    assert pipe.getvalue().decode() == "нібито \\udcff\n"


def test_module_is_the_twin_of_the_command() -> None:
    """``python -m verify`` does the same."""
    command = [sys.executable, "-m", "verify", "--version"]
    told = subprocess.run(command, capture_output=True, check=True, text=True)
    assert told.stdout == f"verify-video {version('verify-video')}\n"


def test_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path) -> None:
    """As in ``| head``: no traceback, no complaint at exit."""
    reading, writing = os.pipe()
    os.close(reading)
    script = (
        "import sys; from verify.cli.main import main; sys.exit(main(['case', 'check', sys.argv[1], '--format=json']))"
    )
    (tmp_path / "case.json").write_text("{}", "utf-8")
    command = [sys.executable, "-c", script, str(tmp_path)]
    told = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, text=True)
    os.close(writing)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("command", ["hash", "match"])
def test_empty_path_when_a_variable_was_unset_then_usage_error(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty name is not the current folder."""
    with pytest.raises(SystemExit) as ended:
        main([command, "", "--db", str(tmp_path / "footage.db")])
    assert ended.value.code == 2
    assert "the name is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [("hash", "--jobs", "abc"), ("hash", "--jobs", "0"), ("match", "--threshold", "x")]
)
def test_number_that_is_none_is_named(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """The message repeats what was given and says what is wanted, in words of the user."""
    command, option, value = arguments
    with pytest.raises(SystemExit) as ended:
        main([command, "a.mp4", "--db", "footage.db", option, value])
    message = capsys.readouterr().err
    assert ended.value.code == 2
    assert repr(value) in message
    assert "_" not in message.rpartition("error:")[2]
