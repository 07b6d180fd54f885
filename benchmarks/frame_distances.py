"""How near are frames of unrelated videos? Counts of hash distances, the source of the thresholds of matching.

    python -m benchmarks.frame_distances DATA [--db DB]

DATA is a folder with ``manifest.csv``. Every comparable frame of every video is compared with every one of every video
that shares neither its ``copy_group`` nor its ``scene_group``, as it is and mirrored.
"""

import argparse
import csv
import math
import os
import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.database.intake import take_files
from verify.database.store import HashDatabase, open_database
from verify.database.walk import find_files
from verify.matches.frames import Frames, hash_distances, unpack_frames

SHOWN_BITS = range(60, 141, 4)
BLOCK_FRAMES = 256
"""Frames compared at a time, so that memory stays bounded."""


def main() -> None:
    """Hash, compare and print."""
    parser = argparse.ArgumentParser(description="Distribution of hash distances between unrelated videos.")
    parser.add_argument("data", type=lambda text: Path(text).resolve())
    parser.add_argument("--db", type=Path, help="hash database to keep (default: none is kept)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = options.db or Path(temporary) / "footage.db"
        with open_database(path, create=True) as database:
            for _ in take_files(database, find_files([options.data]).files, jobs=os.cpu_count() or 1):
                pass
            print_counts(count_distances(database, read_groups(options.data)))


def read_groups(data: Path) -> dict[str, tuple[str, str]]:
    """Give the copy group and the scene group of each file by its absolute path."""
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {str((data / row["path"]).absolute()): (row["copy_group"], row["scene_group"]) for row in rows}


def count_distances(database: HashDatabase, groups: dict[str, tuple[str, str]]) -> NDArray[np.int64]:
    """Count pairs of frames by their distance in bits, 0 to 256."""
    counts = np.zeros(257, np.int64)
    videos = [
        (groups[str(video.paths[0])], unpack_frames(database.fingerprint(video.video_id)))
        for video in database.videos()
        if str(video.paths[0]) in groups
    ]
    for (left_groups, left), (right_groups, right) in combinations(videos, 2):
        if not any(one and one == other for one, other in zip(left_groups, right_groups, strict=True)):
            counts += count_pairs(left, right)
    return counts


def count_pairs(left: Frames, right: Frames) -> NDArray[np.int64]:
    """Count the pairs of two videos."""
    counts = np.zeros(257, np.int64)
    there = right.hashes[right.comparable]
    for hashes in (left.hashes, left.mirrored):
        here = hashes[left.comparable]
        for start in range(0, len(here), BLOCK_FRAMES):
            bits = hash_distances(here[start : start + BLOCK_FRAMES, np.newaxis], there[np.newaxis])
            counts += np.bincount(bits.ravel(), minlength=257)
    return counts


def print_counts(counts: NDArray[np.int64]) -> None:
    """Print how many pairs lie within each distance."""
    total = int(counts.sum())
    within = np.cumsum(counts)
    print(f"{total / 1e6:.1f} million pairs of frames of unrelated videos, as they are and mirrored")
    print(f"the nearest two differ in {int(np.flatnonzero(counts)[0])} bits")
    print(f"{'within bits':>12}{'pairs':>12}{'one in':>12}{'log10':>8}")
    for bits in SHOWN_BITS:
        pairs = int(within[bits])
        share = f"{total / pairs:>12.0f}{math.log10(pairs / total):>8.2f}" if pairs else f"{'-':>12}{'-':>8}"
        print(f"{bits:>12}{pairs:>12}{share}")


if __name__ == "__main__":
    main()
