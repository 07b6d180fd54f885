"""Find near frame hashes in the whole hash database, exactly.

The search structure is a cache in a folder beside the database file: rebuilt whenever the fingerprints changed or it
is damaged, and never the truth. Where the folder cannot be written the structure lives in memory.
"""

import json
import mmap
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from verify.database.store import HashDatabase
from verify.records.fingerprint import COMPARABLE, HASH_BITS, HASH_BYTES

_HASHES, _ROWS, _META = "hashes.faiss", "rows.npy", "meta.json"


@dataclass(frozen=True, slots=True)
class NearFrames:
    """Pairs of near frames, one entry a pair.

    Attributes:
        query_rows: (n,) int64 row of the query.
        videos: (n,) int64 index into ``FrameIndex.video_ids``.
        frames: (n,) int64 index of the frame in its fingerprint.
        distances: (n,) int32 differing bits.
    """

    query_rows: NDArray[np.int64]
    videos: NDArray[np.int64]
    frames: NDArray[np.int64]
    distances: NDArray[np.int32]


class FrameIndex:
    """All comparable frame hashes of a hash database, searched exactly by Hamming distance."""

    def __init__(self, index: faiss.IndexBinary, rows: NDArray[np.int64], video_ids: tuple[str, ...]) -> None:
        self._index = index
        self._rows = rows
        self.video_ids = video_ids

    def __len__(self) -> int:
        """Number of frame hashes that are searched."""
        return int(self._index.ntotal)

    def find_near(self, hashes: NDArray[np.uint8], radius_bits: int) -> NearFrames:
        """Find every frame within ``radius_bits`` of any of the (n, 32) ``hashes``."""
        if not len(hashes) or not len(self):
            nothing = np.empty(0, np.int64)
            return NearFrames(nothing, nothing, nothing, np.empty(0, np.int32))
        # The radius of FAISS is exclusive.
        limits, distances, found = self._index.range_search(np.ascontiguousarray(hashes), radius_bits + 1)
        query_rows = np.repeat(np.arange(len(hashes), dtype=np.int64), np.diff(limits.astype(np.int64)))
        rows = self._rows[found]
        # FAISS gives pairs in the order of its threads; a fixed order gives the same answer on any machine.
        order = np.lexsort((rows[:, 1], rows[:, 0], query_rows))
        rows = rows[order]
        return NearFrames(query_rows[order], rows[:, 0], rows[:, 1], distances[order].astype(np.int32))


def open_index(database: HashDatabase) -> FrameIndex:
    """Give the search structure of a hash database, from its cache where that is current."""
    folder = Path(f"{database.path}.search")
    with database.snapshot():
        state, video_ids = database.fingerprint_state(), database.video_ids()
        cached = _read(folder, state, video_ids)
        if cached is not None:
            return cached
        built = _build(database, video_ids)
    _write(folder, state, built)
    return built


def _build(database: HashDatabase, video_ids: tuple[str, ...]) -> FrameIndex:
    index = faiss.IndexBinaryFlat(HASH_BITS)
    rows: list[NDArray[np.int64]] = [np.empty((0, 2), np.int64)]
    for number, video_id in enumerate(video_ids):
        packed = database.fingerprint(video_id).frame_hashes
        comparable = np.flatnonzero(np.frombuffer(packed.codes, np.uint8) == COMPARABLE)
        hashes = np.frombuffer(packed.hashes, np.uint8).reshape(-1, HASH_BYTES)[comparable]
        if len(hashes):
            index.add(np.ascontiguousarray(hashes))
        rows.append(np.stack([np.full(len(comparable), number), comparable], axis=1).astype(np.int64))
    return FrameIndex(index, np.concatenate(rows), video_ids)


def _read(folder: Path, state: str, video_ids: tuple[str, ...]) -> FrameIndex | None:
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        if meta != {"state": state, "checksums": _checksums(folder)}:
            return None
        index = faiss.read_index_binary(str(folder / _HASHES), faiss.IO_FLAG_MMAP_IFC)
        rows = np.load(folder / _ROWS, mmap_mode="r")
        # Another process may have put a newer cache in place between two of these lines.
        if json.loads((folder / _META).read_text(encoding="utf-8")) != meta:
            return None
        return FrameIndex(index, rows, video_ids)
    except (OSError, ValueError, RuntimeError):
        return None


def _checksums(folder: Path) -> dict[str, int]:
    """Give a checksum of each file: a search reads every byte anyway, and several times."""
    sums = {}
    for name in (_HASHES, _ROWS):
        with (folder / name).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            sums[name] = zlib.crc32(content)
    return sums


def _write(folder: Path, state: str, built: FrameIndex) -> None:
    try:
        if folder.exists() and not {path.name for path in folder.iterdir()} <= {_HASHES, _ROWS, _META}:
            return  # somebody's own folder of that name
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as work:
            fresh, old = Path(work) / "fresh", Path(work) / "old"
            fresh.mkdir()
            faiss.write_index_binary(built._index, str(fresh / _HASHES))  # noqa: SLF001  (its own file)
            np.save(fresh / _ROWS, built._rows)  # noqa: SLF001
            meta = {"state": state, "checksums": _checksums(fresh)}
            (fresh / _META).write_text(json.dumps(meta), encoding="utf-8")
            if folder.exists():
                folder.replace(old)
            fresh.replace(folder)
    except (OSError, RuntimeError):
        # Another process replaced it meanwhile, or the disk is full: the structure in memory serves as well.
        return
