"""Bring files and their sightings into a hash database, each at most once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from verify.database.rows import FileStamp, StoredFailure
from verify.database.sightings_csv import read_sightings
from verify.database.store import HashDatabase
from verify.database.walk import absolute_path
from verify.errors import DecoderCrashedError, InvalidSightingsError, VerifyError, VideoError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.detail import DEFAULT, Detail
from verify.fingerprints.workers import FingerprintedFile, Hashing, check_unchanged, fingerprint_as_finished, hash_bytes
from verify.records.fingerprint import COMPARABLE
from verify.records.sighting import Sighting
from verify.videos.probe import check_regular_file

ADDED, UNCHANGED, UPDATED, FAILED = "added", "unchanged", "updated", "failed"


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


def take_files(
    database: HashDatabase, files: Sequence[Path], *, jobs: int, rehash: bool = False, detail: Detail = DEFAULT
) -> Iterator[Taken]:
    """Hash files into the database, in order; unchanged files cost a stat, with whatever detail they were hashed.

    A killed run leaves every finished video stored and nothing else; the next run goes on from there.

    Raises:
        DatabaseError: the database cannot be written, or holds fingerprints of another version (unless ``rehash``).
    """
    if not rehash:
        database.check_version(FINGERPRINT_VERSION)
    known: dict[Path, Taken] = {}
    for path in files:
        taken = None if rehash else _from_stamp(database, path)
        if taken is not None:
            known[path] = taken
    pending = [path for path in dict.fromkeys(files) if path not in known]
    hashing = partial(fingerprint_as_finished, detail=detail, jobs=jobs)
    yield from _in_order(files, known, _take_pending(database, pending, hashing, rehash=rehash))


def _in_order(files: Sequence[Path], known: dict[Path, Taken], finished: Iterator[Taken]) -> Iterator[Taken]:
    """Give what became of each file in the order of ``files``, as soon as that is known.

    Of several new files with the same bytes the first in order is the one that was added, whichever was finished first.
    """
    added: set[str | None] = set()
    for path in files:
        while path not in known:
            taken = next(finished)
            known[taken.path] = taken
            added |= {taken.video_id} if taken.state == ADDED else set()
        taken = known[path]
        if taken.state == ADDED or (taken.state == UPDATED and taken.video_id in added):
            taken = replace(taken, state=ADDED if taken.video_id in added else UPDATED)
            added.discard(taken.video_id)
        yield taken


def _from_stamp(database: HashDatabase, path: Path) -> Taken | None:
    absolute = absolute_path(path)
    stamp = _stamp(path)
    if stamp is None:
        return None
    stored = database.find_path(absolute)
    if stored is not None and stored[1] == stamp:
        seconds = database.video_seconds(stored[0])
        return Taken(path=path, state=UNCHANGED, video_id=stored[0], seconds=seconds)
    failure = database.find_failure(absolute)
    if failure is not None and failure.stamp == stamp and failure.version == FINGERPRINT_VERSION:
        return Taken(path=path, state=FAILED, error=_error_of(failure))
    return None


def _take_pending(
    database: HashDatabase, pending: Sequence[Path], hashing: Hashing, *, rehash: bool
) -> Iterator[Taken]:
    """Store each file as soon as it is finished, so that a long one holds up nothing that a killed run would lose."""
    fresh: dict[Path, FileStamp | None] = {}
    for path in pending:
        copy = None if rehash else _second_path(database, path)
        if copy is None:
            fresh[path] = _stamp(path)
        else:
            yield copy
    for path, outcome in hashing(fresh):
        if isinstance(outcome, VerifyError):
            _store_failure(database, path, fresh[path], outcome)
            yield Taken(path=path, state=FAILED, error=outcome)
        else:
            yield _store(database, path, outcome)


def _stamp(path: Path) -> FileStamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)


def _second_path(database: HashDatabase, path: Path) -> Taken | None:
    """Recognise bytes that are stored already, without decoding them."""
    try:
        status = check_regular_file(path)
        if not database.has_size(status.st_size):
            return None  # spares reading the file twice: the worker hashes it anyway
        video_id = hash_bytes(path)
        check_unchanged(path, status)
    except (VerifyError, OSError):
        return None  # the worker meets the same error and reports it
    if not database.has_video(video_id):
        return None
    stamp = FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    database.add_path(absolute_path(path), video_id, stamp)
    return Taken(path=path, state=UPDATED, video_id=video_id, seconds=database.video_seconds(video_id))


def _store(database: HashDatabase, path: Path, outcome: FingerprintedFile) -> Taken:
    absolute = absolute_path(path)
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


def _store_failure(database: HashDatabase, path: Path, stamp: FileStamp | None, error: VerifyError) -> None:
    """Remember what lies in the bytes.

    Permissions may be mended without a trace on the file, and a process may have died for want of memory. The stamp
    is that from before the attempt: a download that was completed meanwhile is tried again.
    """
    if stamp is None or not isinstance(error, VideoError) or isinstance(error, DecoderCrashedError):
        return
    database.add_failure(
        StoredFailure(
            path=absolute_path(path),
            stamp=stamp,
            version=FINGERPRINT_VERSION,
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
        absolute = absolute_path(table)
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
