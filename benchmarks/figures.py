"""Print what a benchmark measured beside the machine it ran on, and keep it as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
FREE_CLIPS = ROOT.parent / "shared" / "data" / "free"
"""Clips that are not part of the project; a benchmark does without them where they are absent."""

Row: TypeAlias = Mapping[str, str | int | float]


def publish(name: str, aim: str, rows: Sequence[Row]) -> None:
    """Print a table of figures and write ``benchmarks/results/<name>.json``.

    Args:
        name: the benchmark, as its file is called.
        aim: what the figures should reach, a sentence.
        rows: one a line of the table, all with the same columns.
    """
    machine = describe_machine()
    print(f"{name}: {aim}")
    print("; ".join(f"{fact} {value}" for fact, value in machine.items()))
    print_table(rows)
    RESULTS.mkdir(exist_ok=True)
    facts = {"benchmark": name, "aim": aim, "machine": machine, "figures": [dict(row) for row in rows]}
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def print_table(rows: Sequence[Row]) -> None:
    """Print rows under the names of their columns, numbers to the right."""
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def describe_machine() -> dict[str, Any]:
    """Give the facts of this machine that speed depends on."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "av": version("av"),
        "opencv": version("opencv-python-headless"),
        "verify": version("verify-video"),
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
