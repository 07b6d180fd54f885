"""Run every benchmark of speed and memory, one after the other; what one prints and keeps is its own affair.

python -m benchmarks.run_all [NAME]...
"""

import subprocess
import sys
from pathlib import Path

SUPPORT = frozenset({"__init__", "figures", "noisy_clips", "run_all"})
"""Files of this folder that measure nothing by themselves."""


def main() -> int:
    """Run the benchmarks named, or all; give 1 where one failed."""
    folder = Path(__file__).parent
    known = sorted(path.stem for path in folder.glob("*.py") if path.stem not in SUPPORT)
    unknown = [name for name in sys.argv[1:] if name not in known]
    if unknown:
        print(f"{', '.join(unknown)}: no such benchmark; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in sys.argv[1:] or known:
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        if subprocess.run(command, cwd=folder.parent, check=False).returncode:
            failed.append(name)
        print(flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
