"""The search structures of a hash database: a cache in a folder beside its file.

It is rebuilt whenever the fingerprints changed or it is damaged, and never the truth. Where the folder cannot be
written the structures live in memory.
"""

import glob
import json
import shutil
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from verify.database.feature_index import (
    EVERY_FEATURE,
    FEW_SECONDS,
    INDEXED_PER_FRAME,
    WORDS_VERSION,
    FeatureIndex,
    FeatureIndexBuilder,
)
from verify.database.frame_index import FrameIndex, FrameIndexBuilder
from verify.database.sound_index import SoundIndex, SoundIndexBuilder
from verify.database.store import HashDatabase

_META = "meta.json"
_FILES = (*FrameIndex.files, *FeatureIndex.files, *SoundIndex.files)
_FORMER = frozenset({"hashes.faiss", "rows.npy", "features.faiss", "feature_rows.npy"})
"""Files of older versions, which are replaced."""

_READ_BYTES = 1 << 24
_STALE_S = 24 * 3600
"""A cache half written by a process that was killed is removed by the next one that writes, a day later: one that is
still being written is younger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndex:
    """What is searched.

    Attributes:
        video_ids: videos in the order in which the indexes number them.
        frames: finds near frame hashes.
        features: finds near descriptors of local features.
        sounds: finds near items of sound.
    """

    video_ids: tuple[str, ...]
    frames: FrameIndex
    features: FeatureIndex
    sounds: SoundIndex


def open_index(database: HashDatabase) -> SearchIndex:
    """Give the search structures of a hash database, from their cache where that is current."""
    folder = Path(f"{database.path}.search")
    with database.snapshot():
        state, video_ids = f"{database.fingerprint_state()} {WORDS_VERSION}", database.video_ids()
        cached = _read(folder, state, video_ids)
        if cached is not None:
            return cached
        built = _build(database, video_ids)
    _write(folder, state, built)
    # Mapped from its files, it takes no more memory than is looked at.
    return _read(folder, state, video_ids) or built


def _build(database: HashDatabase, video_ids: tuple[str, ...]) -> SearchIndex:
    per_frame = EVERY_FEATURE if database.totals()[1] <= FEW_SECONDS else INDEXED_PER_FRAME
    frames, features, sounds = FrameIndexBuilder(), FeatureIndexBuilder(per_frame), SoundIndexBuilder()
    for video_id in video_ids:
        fingerprint = database.fingerprint(video_id)
        frames.add(fingerprint)
        features.add(fingerprint)
        sounds.add(fingerprint)
    return SearchIndex(video_ids=video_ids, frames=frames.build(), features=features.build(), sounds=sounds.build())


def _read(folder: Path, state: str, video_ids: tuple[str, ...]) -> SearchIndex | None:
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        if meta != {"state": state, "checksums": _checksums(folder)}:
            return None
        index = SearchIndex(
            video_ids=video_ids,
            frames=FrameIndex.load(folder),
            features=FeatureIndex.load(folder),
            sounds=SoundIndex.load(folder),
        )
        # Another process may have put a newer cache in place between two of these lines.
        if json.loads((folder / _META).read_text(encoding="utf-8")) != meta:
            return None
    except (OSError, ValueError, RuntimeError):
        return None
    return index


def _checksums(folder: Path) -> dict[str, int]:
    return {name: _checksum(folder / name) for name in _FILES}


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while part := file.read(_READ_BYTES):
            checksum = zlib.crc32(part, checksum)
    return checksum


def _write(folder: Path, state: str, built: SearchIndex) -> None:
    try:
        if folder.exists() and not {path.name for path in folder.iterdir()} <= {*_FILES, *_FORMER, _META}:
            return  # somebody's own folder of that name
        _remove_stale(folder)
        with tempfile.TemporaryDirectory(prefix=_working_name(folder), dir=folder.parent) as work:
            fresh, old = Path(work) / "fresh", Path(work) / "old"
            fresh.mkdir()
            built.frames.save(fresh)
            built.features.save(fresh)
            built.sounds.save(fresh)
            meta = {"state": state, "checksums": _checksums(fresh)}
            (fresh / _META).write_text(json.dumps(meta), encoding="utf-8")
            if folder.exists():
                folder.replace(old)
            fresh.replace(folder)
    except (OSError, RuntimeError):
        # Another process replaced it meanwhile, or the disk is full: the structures in memory serve as well.
        return


def _remove_stale(folder: Path) -> None:
    for left in folder.parent.glob(f"{glob.escape(_working_name(folder))}*"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            shutil.rmtree(left, ignore_errors=True)


def _working_name(folder: Path) -> str:
    return f".{folder.name}."
