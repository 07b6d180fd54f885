"""Open a hash database, look for a kept fingerprint in it if one is given, and print what that cost as JSON.

    python -m benchmarks.archive.measure DATABASE [FINGERPRINT]

It is a program of its own, so that the peak of memory (``VmHWM``) is of this alone.
"""

import argparse
import json
import pickle
import time
from pathlib import Path
from typing import Any

from verify.database.store import open_database
from verify.matches.find import Matcher


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description="What opening and searching a hash database cost.")
    parser.add_argument("database", type=Path)
    parser.add_argument("fingerprint", type=Path, nargs="?")
    options = parser.parse_args()
    said: dict[str, Any] = {}
    with open_database(options.database) as database:
        start = time.perf_counter()
        matcher = Matcher(database, options.database.name)
        said["opening_s"] = time.perf_counter() - start
        if options.fingerprint:
            said |= search(matcher, options.fingerprint)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    said["peak_bytes"] = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps(said))


def search(matcher: Matcher, kept: Path) -> dict[str, Any]:
    """Look for a fingerprint; give wall and processor seconds, and each reference with its answer."""
    fingerprint = pickle.loads(kept.read_bytes())  # noqa: S301  (written by this benchmark)
    start, start_processor = time.perf_counter(), time.process_time()
    report = matcher.find("query", fingerprint)
    return {
        "matching_s": time.perf_counter() - start,
        "processor_s": time.process_time() - start_processor,
        "found": [(match.reference.video_id, match.answer) for match in report.matches],
    }


if __name__ == "__main__":
    main()
