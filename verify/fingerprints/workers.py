"""Fingerprint many files in processes of their own, so that one bad file costs one file."""

import hashlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from verify.errors import ChangedFileError, DecoderCrashedError, DecodingTimeoutError, VerifyError
from verify.fingerprints.compute import FingerprintBuilder
from verify.records.fingerprint import Fingerprint
from verify.records.video import VideoFacts
from verify.videos.decode import decode_video
from verify.videos.probe import check_regular_file

TIME_LIMIT_S = 6 * 3600.0
"""A file that keeps a decoder busy for longer is given up: a day of 1080p video takes about two hours."""

MEMORY_LIMIT_BYTES = 12 * 1024**3
"""Address space of one worker; decoding 8K takes under 4 GB of it, a decompression bomb any amount."""

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


def fingerprint_file(path: Path, *, threads: int = 0) -> FingerprintedFile:
    """Fingerprint one file in this process, in one decoding pass.

    Raises:
        FileAccessError, VideoError: the file cannot be used, or changed meanwhile.
    """
    before = check_regular_file(path)
    builder = FingerprintBuilder(video_id=hash_bytes(path))
    facts = decode_video(path, [builder], threads=threads)
    check_unchanged(path, before)
    return FingerprintedFile(
        path=path,
        size_bytes=before.st_size,
        mtime_ns=before.st_mtime_ns,
        facts=facts,
        fingerprint=builder.fingerprint(),
    )


def check_unchanged(path: Path, before: os.stat_result) -> None:
    """Make sure that a file is what it was.

    Raises:
        ChangedFileError: it was written to meanwhile.
    """
    after = check_regular_file(path)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise ChangedFileError(f"{path} was not used", "it changed while it was read", "Try again when it is complete")


def fingerprint_files(paths: Iterable[Path], *, jobs: int) -> Iterator[tuple[Path, FingerprintedFile | VerifyError]]:
    """Fingerprint files in ``jobs`` processes, in the order given; a file that fails gives its error.

    A worker that crashes, hangs or eats memory is replaced, and its file alone fails.
    """
    waiting = list(paths)
    if not waiting:
        return
    jobs = max(1, min(jobs, len(waiting)))
    threads = max(1, (os.cpu_count() or 1) // jobs)
    with ProcessPool(max_workers=jobs, context=_context(), initializer=_limit_memory) as pool:
        futures = [pool.schedule(_work, args=[path, threads], timeout=TIME_LIMIT_S) for path in waiting]
        try:
            for path, future in zip(waiting, futures, strict=True):
                yield path, _outcome(path, future)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _outcome(path: Path, future: object) -> FingerprintedFile | VerifyError:
    try:
        result: FingerprintedFile | VerifyError = future.result()  # type: ignore[attr-defined]
    except ProcessExpired as error:
        return DecoderCrashedError(
            f"{path.name} cannot be used",
            f"the process that decoded it died (exit code {error.exitcode})",
            "The file may be damaged; try a fresh download",
        )
    except (TimeoutError, FutureTimeoutError):
        return DecodingTimeoutError(
            f"{path.name} was given up",
            f"decoding took over {TIME_LIMIT_S / 3600:g} hours",
            "Cut it into parts",
        )
    except MemoryError:
        return DecoderCrashedError(
            f"{path.name} cannot be used", "decoding it takes too much memory", "Scale it down first"
        )
    return result


def _work(path: Path, threads: int) -> FingerprintedFile | VerifyError:
    try:
        return fingerprint_file(path, threads=threads)
    except VerifyError as error:
        return error


def _context() -> BaseContext:
    # A fork of a process with threads may hang; a fork server starts clean and is as fast after the first worker.
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(["verify.fingerprints.workers"])
    return context


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY_LIMIT_BYTES if hard == resource.RLIM_INFINITY else min(hard, MEMORY_LIMIT_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
