"""What hashing a video costs above decoding it: ``hash`` against PyAV's plain decoding of the same file.

Both run in this process with the same number of threads, so start-up counts for neither. Our side reads the file for
its SHA-256, decodes, hashes and writes to a hash database on disk. The two take turns (A B A B …): whatever else the
machine does meets both. ``ratio`` is the median of the ratios of neighbours in wall time; ``cpu_ratio`` is the same in
processor time, which a busy machine disturbs less.

    python -m benchmarks.decoding_cost [FILE]... [--pairs N] [--threads N]... [--profile]
"""

import argparse
import cProfile
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import av

from benchmarks.figures import FREE_CLIPS, publish
from benchmarks.noisy_clips import make_noisy_clip
from verify.database.rows import FileStamp
from verify.database.store import open_database
from verify.fingerprints.detail import DEFAULT, FULL, LEAN, Detail
from verify.fingerprints.workers import fingerprint_file

AIM = "hashing costs at most 1.5 times plain decoding for 720p and 1080p, and 2.0 times for 360p"
HD_LINES = 720
DETAILS = {"lean": LEAN, "default": DEFAULT, "full": FULL}


class Seconds(NamedTuple):
    """How long something took: on the clock, and of processors."""

    wall: float
    cpu: float


def decode_plainly(path: Path, threads: int) -> int:
    """Decode every frame and do nothing with it; give their number."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        return sum(1 for _ in container.decode(stream))


def hash_into_database(path: Path, threads: int, folder: Path, detail: Detail = DEFAULT) -> int:
    """Do what ``verify-video hash`` does with one new file; give the number of frames."""
    with open_database(folder / f"{time.monotonic_ns()}.db", create=True) as database:
        hashed = fingerprint_file(path, threads=threads, detail=detail)
        stamp = FileStamp(size_bytes=hashed.size_bytes, mtime_ns=hashed.mtime_ns)
        database.add(path.absolute(), stamp, hashed.facts, hashed.fingerprint)
    return hashed.facts.frames


def measure(
    path: Path, threads: int, pairs: int, folder: Path, detail: Detail = DEFAULT
) -> dict[str, str | int | float]:
    """Time both in turns and give a row of the table."""
    frames = decode_plainly(path, threads)
    hash_into_database(path, threads, folder, detail)
    plain, hashing = [], []
    for _ in range(pairs):
        plain.append(_seconds(lambda: decode_plainly(path, threads)))
        hashing.append(_seconds(lambda: hash_into_database(path, threads, folder, detail)))
    ratios = sorted(ours.wall / theirs.wall for ours, theirs in zip(hashing, plain, strict=True))
    cpu_ratio = statistics.median(ours.cpu / theirs.cpu for ours, theirs in zip(hashing, plain, strict=True))
    with av.open(str(path)) as container:
        lines = container.streams.video[0].height
    return {
        "file": path.name,
        "lines": lines,
        "frames": frames,
        "threads": threads,
        "pairs": pairs,
        "plain_fps": round(frames / statistics.median(one.wall for one in plain)),
        "hash_fps": round(frames / statistics.median(one.wall for one in hashing)),
        "ratio": round(statistics.median(ratios), 2),
        "cpu_ratio": round(cpu_ratio, 2),
        "ratio_best": round(ratios[0], 2),
        "ratio_worst": round(ratios[-1], 2),
        "aim": 1.5 if lines >= HD_LINES else 2.0,
    }


def profile(path: Path, threads: int, folder: Path) -> None:
    """Print where the time of hashing goes, dearest first."""
    profiler = cProfile.Profile()
    profiler.runcall(hash_into_database, path, threads, folder)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(15)


def default_files(folder: Path) -> Iterator[Path]:
    """Make noisy clips of 1080, 720 and 360 lines; add real ones where they are at hand."""
    noisy = (
        ("noisy_1080p.mp4", "1920x1080", "6M"),
        ("noisy_720p.mp4", "1280x720", "3M"),
        ("noisy_360p.mp4", "640x360", "1M"),
    )
    for name, size, bit_rate in noisy:
        make_noisy_clip(folder / name, size=size, rate=25, seconds=20, bit_rate=bit_rate)
        yield folder / name
    for name in ("bbb_1080p_24s.mp4", "london_roofs_360p.mp4"):
        if (FREE_CLIPS / name).is_file():
            yield FREE_CLIPS / name


def _seconds(work: Callable[[], object]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def main() -> None:
    """Measure every file at every number of threads."""
    parser = argparse.ArgumentParser(description=AIM)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: clips made for the purpose")
    parser.add_argument("--pairs", type=int, default=9, help="turns of each (default: 9)")
    parser.add_argument("--threads", type=int, action="append", help="default: 1, then one a processor")
    parser.add_argument("--detail", choices=DETAILS, default="default", help="setting of hash (default: default)")
    parser.add_argument("--profile", action="store_true", help="also print where the time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        folder = Path(scratch)
        files = options.files or list(default_files(folder))
        counts = options.threads or sorted({1, os.cpu_count() or 1})
        publish(
            "decoding_cost",
            AIM,
            [
                measure(file, threads, options.pairs, folder, DETAILS[options.detail])
                for file in files
                for threads in counts
            ],
        )
        for file in files if options.profile else ():
            profile(file, counts[-1], folder)


if __name__ == "__main__":
    main()
