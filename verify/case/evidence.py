"""The evidence copy of a video."""

import hashlib
import os
from pathlib import Path

from verify.errors import ChangedFileError, UnreadableFileError, UnwritableFileError
from verify.fingerprints.workers import check_unchanged, hash_bytes
from verify.videos.probe import check_regular_file

_CHUNK_BYTES = 1 << 20


def copy_evidence(source: Path, copy: Path) -> tuple[str, int]:
    """Copy a file byte for byte, synced and read-only; it is hashed before anything else is done with it.

    Returns:
        The SHA-256 of the bytes, and their number.

    Raises:
        FileAccessError, EmptyFileError: the file cannot be read, or changed meanwhile.
        UnwritableFileError: the copy cannot be written.
    """
    before = check_regular_file(source)
    digest = hash_bytes(source)
    if _copy_bytes(source, copy) != digest:
        raise ChangedFileError(
            f"{source.name} was not copied", "it changed while it was read", "Try again when it is complete"
        )
    check_unchanged(source, before)
    copy.chmod(0o444)
    return digest, before.st_size


def _copy_bytes(source: Path, copy: Path) -> str:
    digest = hashlib.sha256()
    try:
        with source.open("rb") as original, copy.open("wb") as file:
            while chunk := _read_chunk(original.fileno(), source):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise UnwritableFileError(
            f"{copy} cannot be written", str(error.strerror or error), "Check the disk and its permissions"
        ) from error
    return digest.hexdigest()


def _read_chunk(descriptor: int, source: Path) -> bytes:
    try:
        return os.read(descriptor, _CHUNK_BYTES)
    except OSError as error:
        raise UnreadableFileError(
            f"{source.name} cannot be read", f"the system says {error.strerror}", "Copy it to another disk first"
        ) from error
