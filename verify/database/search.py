"""The search structures of a hash database: a cache in a folder beside its file.

It is rebuilt whenever the fingerprints changed or it is damaged, and never the truth. Where the folder cannot be
written the structures live in memory.
"""

import json
import mmap
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import faiss

from verify.database.feature_index import WORDS_VERSION, FeatureIndex, FeatureIndexBuilder
from verify.database.frame_index import FrameIndex, FrameIndexBuilder
from verify.database.sound_index import SoundIndex, SoundIndexBuilder
from verify.database.store import HashDatabase

_META = "meta.json"
_FILES = (*FrameIndex.files, *FeatureIndex.files, *SoundIndex.files)


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
    # Threads of FAISS wait for each other: on a busy machine that costs far more than they gain.
    faiss.omp_set_num_threads(1)
    folder = Path(f"{database.path}.search")
    with database.snapshot():
        state, video_ids = f"{database.fingerprint_state()} {WORDS_VERSION}", database.video_ids()
        cached = _read(folder, state, video_ids)
        if cached is not None:
            return cached
        built = _build(database, video_ids)
    _write(folder, state, built)
    return built


def _build(database: HashDatabase, video_ids: tuple[str, ...]) -> SearchIndex:
    frames, features, sounds = FrameIndexBuilder(), FeatureIndexBuilder(), SoundIndexBuilder()
    for number, video_id in enumerate(video_ids):
        fingerprint = database.fingerprint(video_id)
        frames.add(number, fingerprint)
        features.add(number, fingerprint)
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
    sums = {}
    for name in _FILES:
        with (folder / name).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            sums[name] = zlib.crc32(content)
    return sums


def _write(folder: Path, state: str, built: SearchIndex) -> None:
    try:
        if folder.exists() and not {path.name for path in folder.iterdir()} <= {*_FILES, _META}:
            return  # somebody's own folder of that name
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as work:
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
