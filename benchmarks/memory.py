"""Whether memory grows with the length of a video: peak of hashing an hour against ten minutes of the same.

Each is hashed by a process of its own, which gives its own peak. Only the fingerprint may grow, by about half a
megabyte for each of these hours.

    python -m benchmarks.memory
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import publish
from benchmarks.noisy_clips import make_noisy_clip, repeat_clip

AIM = "the peak of 60 minutes lies within 20 % of that of 10 minutes"
MINUTES = (10, 60)

# ru_maxrss would also count what the parent held when it forked; VmHWM is the peak of this very program.
HASH_AND_TELL_PEAK = """
import sys
from pathlib import Path
from verify.database.rows import FileStamp
from verify.database.store import open_database
from verify.fingerprints.workers import fingerprint_file

video, database = Path(sys.argv[1]), Path(sys.argv[2])
with open_database(database, create=True) as opened:
    hashed = fingerprint_file(video)
    stamp = FileStamp(size_bytes=hashed.size_bytes, mtime_ns=hashed.mtime_ns)
    opened.add(video, stamp, hashed.facts, hashed.fingerprint)
status = Path("/proc/self/status").read_text(encoding="utf-8")
peak_kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
print(peak_kib, hashed.facts.frames, len(hashed.fingerprint.frame_hashes))
"""


def measure(video: Path) -> tuple[float, int, int]:
    """Hash a video in a process of its own; give its peak in MiB, the frames, and the frame hashes kept."""
    command = [sys.executable, "-c", HASH_AND_TELL_PEAK, str(video), str(video.with_suffix(".db"))]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(said[0]) / 1024, int(said[1]), int(said[2])


def main() -> None:
    """Hash both lengths and compare their peaks."""
    rows: list[dict[str, str | int | float]] = []
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        folder = Path(scratch)
        minute = folder / "minute.mp4"
        make_noisy_clip(minute, size="320x180", rate=10, seconds=60, bit_rate="200k")
        for minutes in MINUTES:
            video = folder / f"{minutes}_minutes.mp4"
            repeat_clip(minute, video, minutes)
            peak_mib, frames, hashes = measure(video)
            ratio = round(peak_mib / float(rows[0]["peak_mib"]), 3) if rows else 1.0
            row = {"minutes": minutes, "frames": frames, "frame_hashes": hashes}
            rows.append({**row, "peak_mib": round(peak_mib, 1), "ratio": ratio})
    publish("memory", AIM, rows)


if __name__ == "__main__":
    main()
