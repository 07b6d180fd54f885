"""What a row of the hash database means."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verify.records.edtf_date import parse_date
from verify.records.fingerprint import Fingerprint, FrameHashes
from verify.records.sighting import Sighting
from verify.records.time import read_fraction
from verify.records.video import VideoFacts


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


def fingerprint_of(row: tuple[Any, ...]) -> Fingerprint:
    """Read a row of ``fingerprint``."""
    video_id, version, seconds, time_base, starts, ends, hashes, mirrored, codes = row
    return Fingerprint(
        video_id=video_id,
        version=version,
        seconds=read_fraction(seconds),
        frame_hashes=FrameHashes(
            time_base=read_fraction(time_base),
            starts=starts,
            ends=ends,
            hashes=hashes,
            mirrored=mirrored,
            codes=codes,
        ),
    )


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
