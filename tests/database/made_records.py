"""Records made without any video, to be stored."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from verify.database.rows import FileStamp
from verify.database.store import HashDatabase
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.sound import ITEM_SPAN, ITEM_STEP
from verify.records.fingerprint import (
    FEATURE_BYTES,
    HASH_BYTES,
    ITEM_BYTES,
    LARGEST_STEP,
    BlockLuma,
    Fingerprint,
    FrameHashes,
    LocalFeatures,
    Sound,
)
from verify.records.video import VideoFacts

STAMP = FileStamp(size_bytes=1000, mtime_ns=1_668_500_000_123_456_789)

FACTS = VideoFacts(
    container="mov,mp4",
    codec="h264",
    pixel_format="yuv420p",
    coded_width_px=320,
    coded_height_px=180,
    width_px=180,
    height_px=320,
    rotation_degrees=90,
    pixel_aspect=Fraction(64, 45),
    seconds=Fraction(5, 2),
    frames=50,
    oddities=("interlaced: two half pictures a frame", "Ünïcode"),
)


def video_id(number: int) -> str:
    """Give the name of an invented video."""
    return f"{number:064x}"


def make_fingerprint(number: int, frames: int = 8, version: str = FINGERPRINT_VERSION) -> Fingerprint:
    """Make a fingerprint that depends on its number only; every fourth frame is black, every fourth video silent."""
    rng = np.random.default_rng(number)
    ticks = np.arange(frames + 1, dtype="<i8") * 1001
    return Fingerprint(
        video_id=video_id(number),
        version=version,
        seconds=Fraction(frames * 1001, 30000),
        frame_hashes=FrameHashes(
            time_base=Fraction(1, 30000),
            starts=ticks[:-1].tobytes(),
            ends=ticks[1:].tobytes(),
            hashes=rng.bytes(frames * HASH_BYTES),
            mirrored=b"",
            codes=bytes(1 if frame % 4 == 3 else 0 for frame in range(frames)),
        ),
        local_features=LocalFeatures(
            width_px=192,
            height_px=108,
            ticks=ticks[:-1:4].tobytes(),
            counts=np.full(len(ticks[:-1:4]), 5, "<u2").tobytes(),
            features=rng.bytes(len(ticks[:-1:4]) * 5 * FEATURE_BYTES),
        ),
        block_luma=BlockLuma(
            columns=4,
            rows=3,
            ticks=ticks[:-1:2].tobytes(),
            changes=rng.integers(-LARGEST_STEP, LARGEST_STEP, 12 * len(ticks[:-1:2]), np.int8, endpoint=True).tobytes(),
        ),
        sound=make_sound(number) if number % 4 else None,
    )


def make_sound(number: int, items: int = 40) -> Sound:
    """Make a sound of random items."""
    return Sound(step=ITEM_STEP, span=ITEM_SPAN, items=np.random.default_rng((number, 1)).bytes(items * ITEM_BYTES))


def add_video(
    database: HashDatabase, number: int, path: str | None = None, version: str = FINGERPRINT_VERSION
) -> Fingerprint:
    """Store an invented video under a path."""
    fingerprint = make_fingerprint(number, version=version)
    database.add(Path(path or f"/footage/{number}.mp4"), STAMP, FACTS, fingerprint)
    return fingerprint
