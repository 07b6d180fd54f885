"""``verify-video ui``: open the screen."""

import argparse
import subprocess
import sys
from pathlib import Path


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "ui",
        help="open the screen in a browser",
        description="Serve the screen on this machine only (127.0.0.1) and print its address. Without a case it lists"
        " the cases of a folder.",
    )
    parser.add_argument("case", nargs="?", type=Path, metavar="CASE", help="the case to open")
    parser.add_argument("--cases", type=Path, metavar="DIR", help="folder of cases to list (default: cases)")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: 8501, or the next free one)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve the screen until it is interrupted."""
    from verify.case.folder import read_case  # noqa: PLC0415  (heavy)
    from verify.ui.launch import launch_command  # noqa: PLC0415

    arguments: list[str] = []
    if options.case:
        read_case(options.case)  # an error is better told here than in the browser
        arguments.append(str(options.case.absolute()))
    if options.cases:
        arguments += ["--cases", str(options.cases.absolute())]
    print("the screen is served on this machine only; Ctrl+C ends it", file=sys.stderr)
    return subprocess.call(launch_command(arguments, port=options.port))  # noqa: S603  (our own command line)
