"""Open a hash database or look for a kept fingerprint in it, in a process of its own, and print what that cost.

python -m benchmarks.archive.measure DATABASE [FINGERPRINT]
"""

import json
import pickle
import sys
import time
from pathlib import Path

from verify.database.store import open_database
from verify.matches.find import Matcher


def main() -> None:
    """Measure what the arguments ask for."""
    path = Path(sys.argv[1])
    with open_database(path) as database:
        start = time.perf_counter()
        matcher = Matcher(database, path.name)
        said = {"opening_s": time.perf_counter() - start}
        if len(sys.argv) > 2:  # noqa: PLR2004
            fingerprint = pickle.loads(Path(sys.argv[2]).read_bytes())  # noqa: S301  (written by this benchmark)
            start = time.perf_counter()
            report = matcher.find("query", fingerprint)
            said["matching_s"] = time.perf_counter() - start
            said["found"] = [
                [match.reference.video_id, match.answer, match.score, match.reason[:1]] for match in report.matches
            ]
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    said["peak_mib"] = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps(said))


if __name__ == "__main__":
    main()
