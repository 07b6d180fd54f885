"""Run the session that README.md shows and write down what it prints; with ``--check`` only tell what differs.

A session is a block of ``console``: each line that starts with ``$`` is run, and what follows is its output. All blocks
run in one empty folder in which ``samples`` is that of the project. Wall seconds and absolute paths differ from machine
to machine and are not compared, nor is the state of the database, which follows from those paths.
"""

import difflib
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
ABSOLUTE_PATH = re.compile(r"(?<=\s)/\S*?(?=/samples/)")
WALL_SECONDS = re.compile(r"(?<=video in )\d+\.\d(?= s)")
STATE = re.compile(r"(?<=state )[0-9a-f]{16}")


def run_block(block: str, folder: Path) -> str:
    """Run the commands of a block; give it with their output."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{run_command(command, folder)}" for command in commands)


def run_command(line: str, folder: Path) -> str:
    """Run ``$ verify-video …`` and give what a terminal would show, absolute paths shortened."""
    name, *arguments = shlex.split(line.removeprefix("$ "))
    if name != "verify-video":
        raise SystemExit(f"README.md: the session can run verify-video only, not {name}")
    command = [sys.executable, "-m", "verify", *arguments]
    outcome = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if outcome.returncode:
        raise SystemExit(f"README.md: {line!r} gave exit status {outcome.returncode}:\n{outcome.stdout}")
    return ABSOLUTE_PATH.sub("/…", outcome.stdout)


def without_what_differs(text: str) -> str:
    """Take out what no two machines share."""
    return STATE.sub("0" * 16, WALL_SECONDS.sub("0.0", text))


def main() -> int:
    """Write the session, or give 1 where it is not true."""
    shown = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        folder = Path(scratch)
        (folder / "samples").symlink_to(ROOT / "samples")
        true = BLOCK.sub(lambda found: run_block(found.group(), folder), shown)
    before, after = without_what_differs(shown), without_what_differs(true)
    if before == after:
        return 0
    if "--check" not in sys.argv[1:]:
        README.write_text(true, encoding="utf-8")
        return 0
    difference = difflib.unified_diff(before.splitlines(), after.splitlines(), "README.md", "true output", lineterm="")
    sys.stderr.write("\n".join([*difference, "README.md is out of date: make docs", ""]))
    return 1


if __name__ == "__main__":
    sys.exit(main())
