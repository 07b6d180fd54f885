"""The plain files of a case folder, which may come from anyone: links are not followed, nothing is read without end."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

LARGEST_RECORD_BYTES = 32 * 1024**2
"""Far above any record of a case; parsed, JSON of this size may take a gigabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """What lies in a folder, by names relative to it, ascending.

    Attributes:
        plain: regular files.
        odd: links, pipes, sockets and devices, none of them opened.
    """

    plain: tuple[str, ...]
    odd: tuple[str, ...]


def walk_files(root: Path) -> FoundFiles:
    """Walk a folder to its depth without following links.

    Raises:
        OSError: a folder cannot be read.
    """
    plain: list[str] = []
    odd: list[str] = []
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = folder / entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    names = plain if entry.is_file(follow_symlinks=False) else odd
                    names.append(path.relative_to(root).as_posix())
    return FoundFiles(plain=tuple(sorted(plain)), odd=tuple(sorted(odd)))


def is_torn(name: str) -> bool:
    """Whether a file is one that ``write_synced`` was writing when it was interrupted."""
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(".part")


def read_record(path: Path) -> bytes:
    """Read a file that must be small; a link is not followed.

    Raises:
        ValueError: it is no regular file, or larger than any record.
        OSError: it cannot be read.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        message = f"{path.name} is no regular file"
        raise ValueError(message)
    if status.st_size > LARGEST_RECORD_BYTES:
        message = f"{path.name} is larger than {LARGEST_RECORD_BYTES // 1024**2} MB"
        raise ValueError(message)
    return path.read_bytes()


def parse_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ValueError: the bytes are no JSON object.
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        message = "it is nested too deep"
        raise ValueError(message) from error
    if not isinstance(value, dict):
        message = "it is no JSON object"
        raise ValueError(message)  # noqa: TRY004  (one kind of error for whatever is no JSON object)
    return value


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON number"
    raise ValueError(message)
