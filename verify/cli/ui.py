"""``verify-video ui``: open the screen."""

import argparse
import os
import socket
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
    parser.add_argument("--db", metavar="DB", help="hash database that a keyframe is searched in")
    parser.add_argument("--port", type=int, metavar="N", help="where to listen (default: 8501, or the next free one)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Become the server of the screen; what is wrong with the command line is told before."""
    from verify.case.folder import read_case  # noqa: PLC0415  (heavy)
    from verify.ui.launch import launch_command  # noqa: PLC0415

    if options.case:
        read_case(options.case)  # an error is better told here than in the browser
    if options.port is not None:
        _check_port(options.port)
    command = launch_command(_screen_arguments(options), port=options.port)
    print("the screen is served on this machine only; Ctrl+C ends it", file=sys.stderr, flush=True)
    # This process becomes the server: a child could outlive it, and would miss its signals.
    os.execv(command[0], command)  # noqa: S606  (our own command line)


def _screen_arguments(options: argparse.Namespace) -> list[str]:
    arguments = [str(options.case.absolute())] if options.case else []
    if options.cases:
        arguments += ["--cases", str(options.cases.absolute())]
    if options.db:
        arguments += ["--db", options.db]
    return arguments


def _check_port(port: int) -> None:
    from verify.errors import UsageError  # noqa: PLC0415
    from verify.ui.launch import SETTINGS  # noqa: PLC0415

    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((str(SETTINGS["server"]["address"]), port))
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"the screen cannot listen on port {port}",
            getattr(error, "strerror", None) or "there is no such port",
            "Give another --port, or none to take the next free one",
        ) from error
