"""Fingerprint many files in processes of their own, so that one bad file costs one file."""

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import connection, forkserver
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TypeAlias

import cv2
from pebble import ProcessExpired, ProcessPool

from verify.errors import ChangedFileError, DecoderCrashedError, DecodingTimeoutError, VerifyError
from verify.fingerprints.compute import FingerprintBuilder
from verify.fingerprints.detail import DEFAULT, Detail
from verify.fingerprints.sound import hear
from verify.fingerprints.still import fingerprint_luma, is_picture, read_luma
from verify.records.fingerprint import Fingerprint
from verify.records.video import VideoFacts
from verify.videos.decode import decode_video, decoder_crashed
from verify.videos.probe import check_regular_file

TIME_LIMIT_S = 6 * 3600.0
"""A file that keeps a decoder busy for longer is given up: a day of 1080p video takes about two hours."""

MEMORY_LIMIT_BYTES = 12 * 1024**3
"""Address space of one worker; decoding 8K takes under 4 GB of it, a decompression bomb any amount."""

MAX_THREADS = 16
"""Decoding threads of one worker: FFmpeg's own limit; each takes address space, and more of them gain nothing."""

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintedFile:
    """A file with all that was learned of it in one pass."""

    path: Path
    size_bytes: int
    mtime_ns: int
    facts: VideoFacts
    fingerprint: Fingerprint


def hash_bytes(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, 64 hexadecimal digits.

    Raises:
        FileAccessError, EmptyFileError: the file cannot be read.
    """
    check_regular_file(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def fingerprint_file(path: Path, *, detail: Detail = DEFAULT, threads: int = 0) -> FingerprintedFile:
    """Fingerprint one file in this process, in one decoding pass.

    Args:
        path: the file.
        detail: how much is kept of it.
        threads: decoding threads; 0 for as many as there are processors.

    Raises:
        FileAccessError, VideoError: the file cannot be used, or changed meanwhile.
    """
    before = check_regular_file(path)
    with hear(path) as heard:
        builder = FingerprintBuilder(video_id=hash_bytes(path), detail=detail, heard=heard)
        facts = decode_video(path, [builder, heard], threads=threads)
    check_unchanged(path, before)
    return FingerprintedFile(
        path=path,
        size_bytes=before.st_size,
        mtime_ns=before.st_mtime_ns,
        facts=replace(facts, oddities=(*facts.oddities, *heard.oddities)),
        fingerprint=builder.fingerprint(),
    )


def fingerprint_still(path: Path) -> FingerprintedFile:
    """Fingerprint a picture file in this process, see ``Still``.

    Raises:
        FileAccessError, EmptyFileError, PictureError: the file cannot be used, or changed meanwhile.
    """
    before = check_regular_file(path)
    luma, facts = read_luma(path)
    fingerprint = fingerprint_luma(luma, hash_bytes(path))
    check_unchanged(path, before)
    return FingerprintedFile(
        path=path, size_bytes=before.st_size, mtime_ns=before.st_mtime_ns, facts=facts, fingerprint=fingerprint
    )


def check_unchanged(path: Path, before: os.stat_result) -> None:
    """Make sure that a file is what it was.

    Raises:
        ChangedFileError: it was written to meanwhile.
    """
    after = check_regular_file(path)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise ChangedFileError(f"{path} was not used", "it changed while it was read", "Try again when it is complete")


Outcome: TypeAlias = FingerprintedFile | VerifyError
"""What became of a file; one that fails gives its error."""

Hashing: TypeAlias = Callable[[Iterable[Path]], Iterator[tuple[Path, Outcome]]]
"""Fingerprints files and gives each as soon as it is finished."""


def fingerprint_files(
    paths: Iterable[Path], *, detail: Detail = DEFAULT, jobs: int, pictures: bool = False
) -> Iterator[tuple[Path, Outcome]]:
    """Fingerprint files in ``jobs`` processes, in the order given.

    A worker that crashes, hangs or eats memory is replaced, and its file alone fails.

    Args:
        paths: the files.
        detail: how much is kept of a video.
        jobs: processes.
        pictures: whether pictures are fingerprinted as stills; else they are refused like any file that is no video.
    """
    waiting = list(paths)
    early: dict[int, Outcome] = {}
    finished = _fingerprint_each(waiting, partial(_work_on_query if pictures else _work, detail), jobs)
    for number, path in enumerate(waiting):
        while number not in early:
            other, outcome = next(finished)
            early[other] = outcome
        yield path, early.pop(number)


def fingerprint_as_finished(
    paths: Iterable[Path], *, detail: Detail = DEFAULT, jobs: int
) -> Iterator[tuple[Path, Outcome]]:
    """Fingerprint files like ``fingerprint_files``, but give each as soon as it is finished."""
    waiting = list(paths)
    for number, outcome in _fingerprint_each(waiting, partial(_work, detail), jobs):
        yield waiting[number], outcome


def _fingerprint_each(
    paths: list[Path], work: Callable[[Path, int], Outcome], jobs: int
) -> Iterator[tuple[int, Outcome]]:
    if not paths:
        return
    jobs = max(1, min(jobs, len(paths)))
    threads = min(MAX_THREADS, max(1, (os.cpu_count() or 1) // jobs))
    with ProcessPool(max_workers=jobs, context=_context(), initializer=_prepare_worker) as pool:
        numbers: dict[Future[Outcome], int] = {
            pool.schedule(work, args=[path, threads], timeout=TIME_LIMIT_S): number for number, path in enumerate(paths)
        }
        try:
            for future in as_completed(list(numbers)):
                number = numbers.pop(future)
                yield number, _outcome(paths[number], future)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _outcome(path: Path, future: "Future[Outcome]") -> Outcome:
    try:
        return future.result()
    except ProcessExpired as error:
        return DecoderCrashedError(
            f"{path.name} cannot be used",
            f"the process that decoded it died (exit code {error.exitcode})",
            "The file may be damaged; try a fresh download",
        )
    except TimeoutError:
        return DecodingTimeoutError(
            f"{path.name} was given up",
            f"decoding took over {TIME_LIMIT_S / 3600:g} hours",
            "Cut it into parts",
        )


def _work_on_query(detail: Detail, path: Path, threads: int) -> Outcome:
    return _guard(path, threads, fingerprint_still) if is_picture(path) else _work(detail, path, threads)


def _work(detail: Detail, path: Path, threads: int) -> Outcome:
    return _guard(path, threads, partial(fingerprint_file, detail=detail, threads=threads))


def _guard(path: Path, threads: int, fingerprint: Callable[[Path], FingerprintedFile]) -> Outcome:
    # Left to itself, OpenCV takes all processors in every worker, and they wait for each other.
    cv2.setNumThreads(threads)
    try:
        return fingerprint(path)
    except VerifyError as error:
        return error
    except Exception as error:  # noqa: BLE001  (whatever a damaged file sets off costs this file, not the run)
        return decoder_crashed(path, error)


def _context() -> BaseContext:
    # A fork of a process with threads may hang; a fork server starts clean and is as fast after the first worker.
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["verify.fingerprints.workers"])
    with _safe_import_path(), _silent_children():
        forkserver.ensure_running()
    return context


@contextmanager
def _silent_children() -> Iterator[None]:
    """Start the fork server without our standard error: interrupted while it imports, it would print a traceback."""
    kept, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


@contextmanager
def _safe_import_path() -> Iterator[None]:
    """Keep a Python that is started here from importing what lies in the current folder.

    The fork server is started with ``python -c``, which looks there first: an ``av.py`` among downloads would run.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _prepare_worker() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=[parent.sentinel], daemon=True).start()
    _limit_memory()


def _end_with(sentinel: int) -> None:
    # A worker whose main process was killed would go on decoding for nobody.
    connection.wait([sentinel])
    os._exit(1)


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = min(one for one in (soft, hard, MEMORY_LIMIT_BYTES) if one != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
