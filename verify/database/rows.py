"""What a row of the hash database means."""

import functools
import hashlib
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from verify.errors import NotADatabaseError, VerifyError
from verify.records.edtf_date import parse_date
from verify.records.fingerprint import BlockLuma, Fingerprint, FrameHashes, LocalFeatures, Sound
from verify.records.sighting import Sighting
from verify.records.time import read_fraction
from verify.records.video import VideoFacts

_SMALLEST = 9
"""Level of zlib: what is packed once is read often."""

_MOST_BYTES = 1 << 28
"""A column of a day of video at full detail is smaller unpacked; a forged one must not fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """What tells an unchanged file at the cost of a stat."""

    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVideo:
    """A video of the hash database, paths ascending."""

    video_id: str
    facts: VideoFacts
    paths: tuple[Path, ...]
    sightings: tuple[Sighting, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFailure:
    """A file that could not be used, and the parts of its error."""

    path: Path
    stamp: FileStamp
    version: str
    error_id: str
    what: str
    why: str
    remedy: str


_Read = TypeVar("_Read")
_Row = ParamSpec("_Row")


def _intact(read: Callable[_Row, _Read]) -> Callable[_Row, _Read]:
    """Have a damaged or foreign row told as such, whatever it makes the reader stumble over."""

    @functools.wraps(read)
    def reader(*row: _Row.args, **named: _Row.kwargs) -> _Read:
        try:
            return read(*row, **named)
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, zlib.error, VerifyError) as error:
            raise NotADatabaseError(
                "the hash database cannot be read",
                f"a row of it is damaged ({type(error).__name__})",
                "Hash the videos into a new database",
            ) from error

    return reader


@_intact
def facts_of(text: str) -> VideoFacts:
    """Read ``video.facts``."""
    return VideoFacts.from_json(json.loads(text))


@_intact
def seconds_of(text: str) -> Fraction:
    """Read ``fingerprint.seconds``."""
    return read_fraction(text)


def digest_of(fingerprint: Fingerprint) -> str:
    """Give the digest of all that is compared of a video."""
    hashes = fingerprint.frame_hashes
    digest = hashlib.sha256(f"{fingerprint.version} {fingerprint.seconds} {hashes.time_base}".encode())
    features = fingerprint.local_features
    digest.update(f" {features.width_px} {features.height_px}".encode())
    for part in (hashes.starts, hashes.ends, hashes.hashes, hashes.codes):
        digest.update(part)
    for part in (features.ticks, features.counts, features.features):
        digest.update(part)
    blocks = fingerprint.block_luma
    if blocks is not None:
        digest.update(f" {blocks.columns} {blocks.rows} ".encode())
        digest.update(blocks.ticks)
        digest.update(blocks.changes)
    sound = fingerprint.sound
    if sound is not None:
        digest.update(f" {sound.step} {sound.span} ".encode())
        digest.update(sound.items)
    return digest.hexdigest()


FINGERPRINT_COLUMNS = (
    *("video_id", "version", "digest", "seconds", "time_base", "starts", "ends", "hashes", "codes"),
    *("feature_width_px", "feature_height_px", "feature_ticks", "feature_counts", "features"),
    *("block_columns", "block_rows", "block_ticks", "block_changes"),
    *("sound_step", "sound_span", "sound"),
)
"""The order of ``fingerprint_values``."""


def fingerprint_values(fingerprint: Fingerprint) -> tuple[str | int | bytes | None, ...]:
    """Give the columns of a fingerprint; its mirrored hashes are not stored.

    Raises:
        ValueError: it is that of a picture, which has no course in time.
    """
    hashes, features, blocks = fingerprint.frame_hashes, fingerprint.local_features, fingerprint.block_luma
    if blocks is None:
        message = "the fingerprint of a picture is not stored"
        raise ValueError(message)
    return (
        fingerprint.video_id,
        fingerprint.version,
        digest_of(fingerprint),
        str(fingerprint.seconds),
        str(hashes.time_base),
        zlib.compress(hashes.starts),
        zlib.compress(hashes.ends),
        hashes.hashes,
        hashes.codes,
        features.width_px,
        features.height_px,
        zlib.compress(features.ticks),
        zlib.compress(features.counts),
        features.features,
        blocks.columns,
        blocks.rows,
        zlib.compress(blocks.ticks),
        zlib.compress(blocks.changes, _SMALLEST),
        *_sound_values(fingerprint.sound),
    )


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    whole = unpacker.decompress(packed, _MOST_BYTES)
    if not unpacker.eof:
        message = f"a packed column breaks off, or holds more than {_MOST_BYTES} bytes"
        raise ValueError(message)
    return whole


@_intact
def fingerprint_of(row: tuple[Any, ...]) -> Fingerprint:
    """Read ``FINGERPRINT_COLUMNS`` of a row of ``fingerprint``."""
    video_id, version, _, seconds, time_base, starts, ends, hashes, codes = row[:9]
    width_px, height_px, ticks, counts, features = row[9:14]
    columns, rows, block_ticks, changes = row[14:18]
    return Fingerprint(
        video_id=video_id,
        version=version,
        seconds=read_fraction(seconds),
        frame_hashes=FrameHashes(
            time_base=read_fraction(time_base),
            starts=_unpack(starts),
            ends=_unpack(ends),
            hashes=hashes,
            mirrored=b"",
            codes=codes,
        ),
        local_features=LocalFeatures(
            width_px=width_px,
            height_px=height_px,
            ticks=_unpack(ticks),
            counts=_unpack(counts),
            features=features,
        ),
        block_luma=BlockLuma(columns=columns, rows=rows, ticks=_unpack(block_ticks), changes=_unpack(changes)),
        sound=sound_of(row[18:]),
    )


def _sound_values(sound: Sound | None) -> tuple[str | bytes | None, ...]:
    """Give ``sound_step``, ``sound_span`` and ``sound``; without a sound all None."""
    return (None, None, None) if sound is None else (str(sound.step), str(sound.span), sound.items)


@_intact
def sound_of(row: tuple[Any, ...]) -> Sound | None:
    """Read ``sound_step``, ``sound_span`` and ``sound`` of a row of ``fingerprint``."""
    step, span, items = row
    return None if items is None else Sound(step=read_fraction(step), span=read_fraction(span), items=items)


@_intact
def failure_of(row: tuple[Any, ...]) -> StoredFailure:
    """Read a row of ``failure``."""
    path, size_bytes, mtime_ns, version, error_id, what, why, remedy = row
    stamp = FileStamp(size_bytes=size_bytes, mtime_ns=mtime_ns)
    return StoredFailure(
        path=Path(os.fsdecode(path)),
        stamp=stamp,
        version=version,
        error_id=error_id,
        what=what,
        why=why,
        remedy=remedy,
    )


def sighting_values(sighting: Sighting) -> tuple[str | None, ...]:
    """Give the columns of a sighting, unknown ones as None."""
    return (
        sighting.url,
        sighting.date.text if sighting.date else None,
        sighting.recorded_by,
        sighting.recorded_on.text if sighting.recorded_on else None,
        sighting.archived_url,
        sighting.note,
    )


@_intact
def sighting_of(row: tuple[str | None, ...]) -> Sighting:
    """Read the columns of a sighting."""
    url, date, recorded_by, recorded_on, archived_url, note = row
    return Sighting(
        url=url,
        date=parse_date(date) if date else None,
        recorded_by=recorded_by,
        recorded_on=parse_date(recorded_on) if recorded_on else None,
        archived_url=archived_url,
        note=note,
    )
