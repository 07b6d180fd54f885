"""The parser, and the way from an error to an exit status.

Exit status: 0 it ran, whatever was found; 1 at least one input worked and one failed; 2 wrong usage; 3 not one input
could be used.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence

from verify.cli import case, db, hash, keyframes, match, ui  # noqa: A004  (the command is called hash)
from verify.cli.terminal import complain
from verify.errors import CaseExistsError, UnreadableFileError, UsageError, VerifyError

DONE, SOME_FAILED, WRONG_USAGE, NOTHING_USABLE = 0, 1, 2, 3
_INTERRUPTED = 130
COMMANDS = (hash, match, keyframes, db, case, ui)


def build_parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="verify-video",
        description="Check what an article says a video shows: exact keyframes, older copies of the footage, and the"
        " article's words beside the frames.",
    )
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give its exit status; messages go to standard error."""
    _make_printable()
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (UsageError, CaseExistsError) as error:
        complain(error)
        return WRONG_USAGE
    except VerifyError as error:
        complain(error)
        return NOTHING_USABLE
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept, and the same command goes on from there", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader went away, as in `| head`: keep the interpreter from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        what = "the command cannot be run" if error.filename is None else f"{error.filename} cannot be used"
        complain(UnreadableFileError(what, str(error.strerror or error), "Check it, its permissions and the disk"))
        return NOTHING_USABLE


def _make_printable() -> None:
    """Let no sign break a line that is printed: a terminal shows what it lacks by its code, a pipe gets UTF-8.

    A stream that was closed, as by ``>&-`` or a service manager, leads nowhere instead.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


class _ShowVersion(argparse.Action):
    """Prints the version; a lookup of package metadata is too slow for every start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        print(f"verify-video {version('verify-video')}")
        parser.exit()
