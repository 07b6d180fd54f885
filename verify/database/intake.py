"""Bring files and their sightings into a hash database, each at most once."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from verify.database.rows import FileStamp, StoredFailure
from verify.database.sightings_csv import FILE_NAME, read_sightings
from verify.database.store import HashDatabase
from verify.errors import (
    EmptyFolderError,
    FileAccessError,
    InvalidSightingsError,
    MissingFileError,
    UnreadableFileError,
    VerifyError,
    VideoError,
)
from verify.fingerprints.frame_hash import HASH_VERSION
from verify.fingerprints.workers import FingerprintedFile, fingerprint_files, hash_bytes
from verify.records.fingerprint import COMPARABLE, Fingerprint
from verify.records.sighting import Sighting
from verify.videos.probe import VIDEO_ENDINGS, check_regular_file

ADDED, UNCHANGED, UPDATED, FAILED = "added", "unchanged", "updated", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """What a walk over paths found.

    Attributes:
        files: video files as the argument joined with the walk, in order.
        sightings: every ``sightings.csv`` met.
        ignored: files of walked folders that are no videos.
        errors: arguments that cannot be used.
    """

    files: tuple[Path, ...]
    sightings: tuple[Path, ...] = ()
    ignored: int = 0
    errors: tuple[tuple[Path, FileAccessError], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one file.

    Attributes:
        path: as given.
        state: ``added``, ``unchanged``, ``updated`` or ``failed``.
        video_id, seconds: None where unknown.
        reason: what should be known of an added video; None where nothing.
        error: of a failed file; None otherwise.
    """

    path: Path
    state: str
    video_id: str | None = None
    seconds: Fraction | None = None
    reason: str | None = None
    error: VerifyError | None = None


@dataclass
class _Walk:
    files: list[Path] = field(default_factory=list)
    sightings: list[Path] = field(default_factory=list)
    ignored: int = 0
    errors: list[tuple[Path, FileAccessError]] = field(default_factory=list)


def find_files(paths: Sequence[Path]) -> FoundFiles:
    """Walk folders to their depth for files with a video ending; a file named is taken whatever its name.

    Hidden files and links in folders are not followed. The order is that of the arguments, then by name.
    """
    walk = _Walk()
    for path in paths:
        if path.is_dir():
            before = len(walk.files)
            _walk_folder(path, walk)
            if len(walk.files) == before:
                error = EmptyFolderError(
                    f"{path} cannot be used",
                    "the folder holds no file with a video ending",
                    "Give a folder of videos",
                )
                walk.errors.append((path, error))
        elif path.exists() or path.is_symlink():
            walk.files.append(path)
        else:
            error_ = MissingFileError(f"{path} cannot be read", "there is no such file or folder", "Check the name")
            walk.errors.append((path, error_))
    return FoundFiles(
        files=tuple(dict.fromkeys(walk.files)),
        sightings=tuple(walk.sightings),
        ignored=walk.ignored,
        errors=tuple(walk.errors),
    )


def _walk_folder(folder: Path, walk: _Walk) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        reason = UnreadableFileError(f"{folder} cannot be read", str(error.strerror), "Check the permissions")
        walk.errors.append((folder, reason))
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or entry.is_symlink():
            walk.ignored += not entry.is_dir(follow_symlinks=False)
        elif entry.is_dir():
            _walk_folder(path, walk)
        elif entry.name == FILE_NAME:
            walk.sightings.append(path)
        elif path.suffix.lower().removeprefix(".") in VIDEO_ENDINGS:
            walk.files.append(path)
        else:
            walk.ignored += 1


def take_files(database: HashDatabase, files: Sequence[Path], *, jobs: int, rehash: bool = False) -> Iterator[Taken]:
    """Hash files into the database, in order; unchanged files cost a stat.

    A killed run leaves every finished video stored and nothing else; the next run goes on from there.

    Raises:
        DatabaseError: the database cannot be written, or holds fingerprints of another version (unless ``rehash``).
    """
    if not rehash:
        database.check_version(HASH_VERSION)
    pending: list[Path] = []
    known: dict[Path, Taken] = {}
    for path in files:
        taken = None if rehash else _from_stamp(database, path)
        if taken is None:
            pending.append(path)
        else:
            known[path] = taken
    results = iter(_take_pending(database, pending, jobs=jobs, rehash=rehash))
    for path in files:
        yield known[path] if path in known else next(results)


def stored_fingerprint(database: HashDatabase, path: Path) -> Fingerprint | None:
    """Give the fingerprint of a file that is stored and unchanged; None where it must be made.

    It costs a stat.
    """
    taken = _from_stamp(database, path)
    return database.fingerprint(taken.video_id) if taken is not None and taken.video_id is not None else None


def _from_stamp(database: HashDatabase, path: Path) -> Taken | None:
    absolute = _absolute(path)
    try:
        status = path.stat()
    except OSError:
        return None
    stamp = FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    stored = database.find_path(absolute)
    if stored is not None and stored[1] == stamp:
        seconds = database.video_seconds(stored[0])
        return Taken(path=path, state=UNCHANGED, video_id=stored[0], seconds=seconds)
    failure = database.find_failure(absolute)
    if failure is not None and failure.stamp == stamp and failure.version == HASH_VERSION:
        return Taken(path=path, state=FAILED, error=_error_of(failure))
    return None


def _take_pending(database: HashDatabase, pending: Sequence[Path], *, jobs: int, rehash: bool) -> Iterator[Taken]:
    fresh: list[Path] = []
    copies: dict[Path, Taken] = {}
    for path in pending:
        copy = None if rehash else _second_path(database, path)
        if copy is None:
            fresh.append(path)
        else:
            copies[path] = copy
    outcomes = fingerprint_files(fresh, jobs=jobs)
    for path in pending:
        if path in copies:
            yield copies[path]
        else:
            yield _store(database, path, next(outcomes)[1])


def _second_path(database: HashDatabase, path: Path) -> Taken | None:
    """Recognise bytes that are stored already, without decoding them."""
    try:
        status = check_regular_file(path)
        if not database.has_size(status.st_size):
            return None  # spares reading the file twice: the worker hashes it anyway
        video_id = hash_bytes(path)
    except VerifyError:
        return None  # the worker meets the same error and reports it
    if not database.has_video(video_id):
        return None
    stamp = FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    database.add_path(_absolute(path), video_id, stamp)
    return Taken(path=path, state=UPDATED, video_id=video_id, seconds=database.video_seconds(video_id))


def _store(database: HashDatabase, path: Path, outcome: FingerprintedFile | VerifyError) -> Taken:
    absolute = _absolute(path)
    if isinstance(outcome, VerifyError):
        _store_failure(database, absolute, outcome)
        return Taken(path=path, state=FAILED, error=outcome)
    fingerprint = outcome.fingerprint
    state = UPDATED if database.has_video(fingerprint.video_id) or database.find_path(absolute) else ADDED
    stamp = FileStamp(size_bytes=outcome.size_bytes, mtime_ns=outcome.mtime_ns)
    database.add(absolute, stamp, outcome.facts, fingerprint)
    return Taken(
        path=path,
        state=state,
        video_id=fingerprint.video_id,
        seconds=fingerprint.seconds,
        reason=_remark(outcome),
    )


def _remark(outcome: FingerprintedFile) -> str | None:
    remarks = list(outcome.facts.oddities)
    if COMPARABLE not in outcome.fingerprint.frame_hashes.codes:
        remarks.insert(0, "not one frame can be compared: the pictures are black or flat")
    return "; ".join(remarks) or None


def _store_failure(database: HashDatabase, absolute: Path, error: VerifyError) -> None:
    # Only what lies in the bytes is remembered: permissions and the like may be mended without a trace on the file.
    if not isinstance(error, VideoError):
        return
    try:
        status = absolute.stat()
    except OSError:
        return
    database.add_failure(
        StoredFailure(
            path=absolute,
            stamp=FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns),
            version=HASH_VERSION,
            error_id=error.error_id,
            what=error.what,
            why=error.why,
            remedy=error.remedy,
        )
    )


def _error_of(failure: StoredFailure) -> VerifyError:
    kinds: list[type[VerifyError]] = [VideoError]
    while kinds:
        kind = kinds.pop()
        if kind.error_id == failure.error_id:
            return kind(failure.what, failure.why, failure.remedy)
        kinds += kind.__subclasses__()
    return VideoError(failure.what, failure.why, failure.remedy)


def take_sightings(
    database: HashDatabase, tables: Sequence[Path], on_error: Callable[[InvalidSightingsError], None]
) -> int:
    """Read tables of sightings again and store what changed.

    Args:
        database: where they go.
        tables: ``sightings.csv`` files.
        on_error: told of each table that cannot be read; what was stored of it stays.

    Returns:
        How many tables changed something.
    """
    changed = 0
    for table in tables:
        absolute = _absolute(table)
        try:
            sightings = read_sightings(absolute)
        except InvalidSightingsError as error:
            on_error(error)
            continue
        if sightings != database.sightings_of_csv(absolute):
            database.replace_sightings(absolute, sightings)
            changed += 1
    return changed


def record_sighting(database: HashDatabase, taken: Taken, sighting: Sighting) -> None:
    """Store one sighting for a file that was taken."""
    if taken.video_id is not None:
        database.add_sighting(taken.video_id, sighting)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow links)
