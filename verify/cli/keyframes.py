"""``verify-video keyframes``: write the keyframes of a video."""

import argparse
import sys
from pathlib import Path

from verify.cli.terminal import print_json, shown


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "keyframes",
        help="write the keyframes of a video with their exact times",
        description="Write a picture for each keyframe of a video, and keyframes.csv with their exact times.",
    )
    parser.add_argument("video", metavar="VIDEO", type=Path, help="the video")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="DIR", help="folder for the pictures")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from verify.keyframes.write import write_keyframes  # noqa: PLC0415  (heavy)

    written = write_keyframes(options.video, options.output)
    for keyframe in written.keyframes:
        if options.format == "json":
            print_json({"schema": "verify.keyframe/1", **keyframe.as_json()})
        else:
            print(f"{float(keyframe.time):10.3f} s  shot {keyframe.shot}  {keyframe.file}  {keyframe.why}")
    for oddity in written.facts.oddities:
        print(f"verify-video: {shown(options.video)}: {shown(oddity)}", file=sys.stderr)
    return 0
