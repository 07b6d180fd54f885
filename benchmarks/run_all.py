"""Run every benchmark, one after the other; those of accuracy only where the test footage lies beside the project.

Use: ``python -m benchmarks.run_all [NAME]...``
"""

import subprocess
import sys

from benchmarks.figures import FREE_CLIPS, ROOT

FOOTAGE = FREE_CLIPS.parent
SPEED_AND_MEMORY: dict[str, tuple[str, ...]] = {"start_up": (), "decoding_cost": (), "memory": (), "key_press": ()}
ACCURACY: dict[str, tuple[str, ...]] = {
    "shared_pairs": (str(FOOTAGE),),
    "frame_distances": (str(FOOTAGE),),
    "joined_idents": (str(FOOTAGE),),
    "sound_agreement": (str(FOOTAGE / "other"),),
    "accuracy": (str(FOOTAGE),),
}


def main() -> int:
    """Run the benchmarks named, or all; give 1 where one failed."""
    known = SPEED_AND_MEMORY | (ACCURACY if FOOTAGE.is_dir() else {})
    unknown = [name for name in sys.argv[1:] if name not in known]
    if unknown:
        print(f"{', '.join(unknown)}: no such benchmark here; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in sys.argv[1:] or known:
        command = [sys.executable, "-m", f"benchmarks.{name}", *known[name]]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
        print(flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
