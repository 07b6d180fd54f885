"""What matching a minute costs among 10 to 1,000 hours: real fingerprints multiplied, see ``multiply``.

    python -m benchmarks.archive FOLDER [--hours N]... [--work DIR]

The videos of FOLDER are hashed once, and stand once in the hash database as they are. A query of a minute is made of
ten of them, disguised in ten ways (``query``). For each size the database is grown by made videos, stored as any others
are; its search structures are built by one process, and the query is looked for by another, so that its peak of memory
is that of a search alone. Needs 10 GB of disk for 1,000 hours.
"""

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.archive.multiply import Multiplier
from benchmarks.archive.query import DISGUISES, LENGTH_S, START_S, join_sounds, make_query
from benchmarks.figures import Row, publish
from verify.database.intake import take_files
from verify.database.rows import FileStamp, StoredVideo
from verify.database.store import HashDatabase, open_database
from verify.database.walk import find_files
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.records.fingerprint import Fingerprint

AIM = "among 1,000 hours under 10 seconds and under 4 GB"
HOURS = (10, 30, 100, 300, 1000)
LONGEST_S = 900.0
"""Longer videos of the folder are left out: one would be most of the material."""

RUNS = 3
MEGABYTE = 10**6


@dataclass(frozen=True, slots=True)
class Archive:
    """A hash database that grows.

    Attributes:
        path: its file.
        sources: fingerprints of the videos that are multiplied.
        facts: a video whose facts the made ones bear.
    """

    path: Path
    sources: list[Fingerprint]
    facts: StoredVideo

    def grow(self, hours: float) -> tuple[int, float]:
        """Add made videos up to so many hours; give the number of videos and the hours there are then."""
        with open_database(self.path) as database:
            videos, seconds = database.totals()
            made = Multiplier(self.sources).videos()
            for number, fingerprint in enumerate(islice(made, videos - len(self.sources), None)):
                if seconds >= hours * 3600:
                    break
                self._add(database, videos + number, fingerprint)
                seconds += fingerprint.seconds
            videos, seconds = database.totals()
            return videos, float(seconds) / 3600

    def _add(self, database: HashDatabase, number: int, fingerprint: Fingerprint) -> None:
        stamp = FileStamp(size_bytes=number, mtime_ns=0)
        database.add(Path(f"/made/{number:06d}.mp4"), stamp, self.facts.facts, fingerprint)


def main() -> None:
    """Grow the archive, and measure at each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=lambda text: Path(text).resolve(), metavar="FOLDER")
    parser.add_argument("--hours", type=float, action="append", metavar="N", help="sizes (default: 10 to 1000)")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where the archive is made (default: it is not kept)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        archive, wanted = begin(options.folder, work)
        rows = list(measure_all(archive, work / "query.pickle", wanted, sorted(options.hours or HOURS)))
    publish("archive", AIM, rows)


def begin(folder: Path, work: Path) -> tuple[Archive, tuple[str, ...]]:
    """Hash the folder, make the query, and give the archive with the videos that the query shows."""
    path = work / "archive.db"
    path.unlink(missing_ok=True)
    with open_database(path, create=True) as database:
        for _ in take_files(database, list(find_files([folder]).files), jobs=2):
            pass
        for video in list(database.videos()):
            fingerprint = database.fingerprint(video.video_id)
            if float(fingerprint.seconds) > LONGEST_S or not fingerprint.local_features.counts:
                database.remove(video.video_id)
        videos = list(database.videos())
        sources = [database.fingerprint(video.video_id) for video in videos]
    lasting = sorted(
        (video for video in videos if float(video.facts.seconds) > START_S + LENGTH_S), key=lambda one: one.video_id
    )
    chosen = lasting[: len(DISGUISES)]
    make_query([video.paths[0] for video in chosen], work / "query.mp4")
    shown = {video.video_id for video in chosen}
    sound = join_sounds([one for one in sources if one.video_id in shown])
    query = replace(fingerprint_file(work / "query.mp4", detail=QUERY).fingerprint, sound=sound)
    (work / "query.pickle").write_bytes(pickle.dumps(query))
    hours = sum(float(one.seconds) for one in sources) / 3600
    print(f"{len(sources)} videos, {hours:.2f} hours, are multiplied; the query is {float(query.seconds):.1f} s long")
    return Archive(path, sources, videos[0]), tuple(video.video_id for video in chosen)


def measure_all(archive: Archive, query: Path, wanted: tuple[str, ...], sizes: list[float]) -> Iterator[Row]:
    """Give a row of figures for each size."""
    for size in sizes:
        start = time.perf_counter()
        videos, hours = archive.grow(size)
        grown_s = time.perf_counter() - start
        built = _measure(archive.path)
        searched = [_measure(archive.path, query) for _ in range(RUNS)]
        best = min(searched, key=lambda one: one["matching_s"])
        answers: dict[str, str] = dict(best["found"])
        index_bytes = sum(file.stat().st_size for file in Path(f"{archive.path}.search").iterdir())
        row = {
            "hours": round(hours),
            "videos": videos,
            "matching_s": round(best["matching_s"], 1),
            "processor_s": round(best["processor_s"], 1),
            "peak_mb": round(max(one["peak_bytes"] for one in searched) / MEGABYTE),
            "found": sum(one in answers for one in wanted),
            "same_footage": sum(answers.get(one) == "same_footage" for one in wanted),
            "others": len(answers.keys() - set(wanted)),
            "opening_s": round(best["opening_s"], 1),
            "storing_s": round(grown_s, 1),
            "building_s": round(built["opening_s"], 1),
            "building_mb": round(built["peak_bytes"] / MEGABYTE),
            "index_mb": round(index_bytes / MEGABYTE),
            "database_mb": round(archive.path.stat().st_size / MEGABYTE),
        }
        print(row, file=sys.stderr, flush=True)
        yield row


def _measure(*arguments: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.archive.measure", *map(str, arguments)]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said


if __name__ == "__main__":
    main()
