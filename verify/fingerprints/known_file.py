"""A file that was hashed before, as long as it still holds the same bytes."""

from collections.abc import Sequence
from pathlib import Path

from verify.errors import MissingFileError, VerifyError
from verify.fingerprints.workers import hash_bytes


def find_known_file(paths: Sequence[Path], video_id: str, name: str) -> tuple[Path | None, str]:
    """Find a file that still holds the bytes that were hashed.

    Args:
        paths: where it was hashed.
        video_id: SHA-256 of its bytes.
        name: what to call it in words, as in ``reference``.

    Returns:
        The first such path and no words, or None and why there is none.
    """
    missing = f"the {name} file is no longer where it was hashed"
    for path in paths:
        try:
            if hash_bytes(path) == video_id:
                return path, ""
            missing = f"the {name} file has changed since it was hashed"
        except MissingFileError:
            continue
        except VerifyError as error:
            missing = f"the {name} file cannot be read: {error.why}"
    return None, missing
