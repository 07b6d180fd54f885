"""How long the command line takes to say what it can do.

python -m benchmarks.start_up
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import publish

AIM = "verify-video --help takes under half a second"
RUNS = 20
COMMANDS = (("--help",), ("--version",), ("match", "--help"), ("case", "new", "--help"))


def measure(arguments: tuple[str, ...]) -> list[float]:
    """Give the wall seconds of each run of the installed command, shortest first."""
    command = [str(Path(sys.executable).with_name("verify-video")), *arguments]
    taken = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - started)
    return sorted(taken)


def main() -> None:
    """Time each command."""
    rows: list[dict[str, str | int | float]] = []
    for arguments in COMMANDS:
        taken = measure(arguments)
        command = " ".join(("verify-video", *arguments))
        median_ms, worst_ms = round(statistics.median(taken) * 1000), round(taken[-1] * 1000)
        rows.append({"command": command, "runs": RUNS, "median_ms": median_ms, "worst_ms": worst_ms})
    publish("start_up", AIM, rows)


if __name__ == "__main__":
    main()
