"""Which videos share footage, by a manifest where there is one and by hashes in any case."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.looks import Look

MANIFEST = "manifest.csv"
NEAR_BITS = 64
"""Pictures of unrelated videos are farther apart (``benchmarks.frame_distances``); copies seldom are."""

SHARED_LOOKS = 3
"""So many distinct half seconds must be near before two videos are taken for relatives."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What a manifest says of a file: names of groups, empty where it says nothing."""

    copy: str = ""
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Kinship:
    """Two videos that are taken to share footage, and why."""

    first: str
    second: str
    why: str


def read_manifest(folder: Path) -> dict[str, Groups]:
    """Read ``copy_group`` and ``scene_group`` by ``path`` from the folder's manifest, if it has one."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["path"]: Groups(row.get("copy_group") or "", row.get("scene_group") or "")
            for row in csv.DictReader(file)
            if row.get("path")
        }


def find_kin(looks: dict[str, Look], groups: dict[str, Groups]) -> list[Kinship]:
    """Find every pair of videos that shares footage.

    Two recordings of one scene, as the manifest has it, are no kin however alike they look.
    """
    names = sorted(looks)
    kin = []
    for number, first in enumerate(names):
        for second in names[number + 1 :]:
            one, other = groups.get(first, Groups()), groups.get(second, Groups())
            if one.copy and one.copy == other.copy:
                kin.append(Kinship(first, second, f"copy group {one.copy}"))
            elif not (one.scene and one.scene == other.scene):
                shared = count_shared(looks[first], looks[second])
                if shared >= SHARED_LOOKS:
                    kin.append(Kinship(first, second, f"{shared} pictures alike"))
    return kin


def count_shared(first: Look, second: Look) -> int:
    """Count the half seconds of either video, whichever are fewer, that are near one of the other."""
    ours, theirs = first.hashes[~first.plain][:, 0], second.hashes[~second.plain]
    if not len(ours) or not len(theirs):
        return 0
    return max(_matched(ours, theirs[:, side]) for side in (0, 1))


def _matched(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> int:
    near = np.bitwise_count(ours[:, None] ^ theirs[None]).sum(axis=2, dtype=np.int32) <= NEAR_BITS
    return int(min(near.any(axis=0).sum(), near.any(axis=1).sum()))


def join_families(names: Sequence[str], kin: Sequence[Kinship]) -> list[list[str]]:
    """Put videos that share footage, also through others, into one family; families and members in order of name."""
    head = {name: name for name in names}

    def find(name: str) -> str:
        while head[name] != name:
            name = head[name]
        return name

    for pair in kin:
        first, second = sorted((find(pair.first), find(pair.second)))
        head[second] = first
    families: dict[str, list[str]] = {}
    for name in sorted(names):
        families.setdefault(find(name), []).append(name)
    return list(families.values())
