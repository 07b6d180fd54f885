"""Find the files that are meant by paths on a command line."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from verify.database.sightings_csv import FILE_NAME
from verify.errors import EmptyFolderError, FileAccessError, MissingFileError, UnreadableFileError
from verify.fingerprints.still import PICTURE_ENDINGS
from verify.videos.probe import VIDEO_ENDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """What a walk over paths found.

    Attributes:
        files: videos, and pictures where asked for, as the argument joined with the walk, in order.
        sightings: every ``sightings.csv`` met.
        ignored: files of walked folders that are neither.
        errors: arguments that cannot be used.
    """

    files: tuple[Path, ...]
    sightings: tuple[Path, ...] = ()
    ignored: int = 0
    errors: tuple[tuple[Path, FileAccessError], ...] = ()


@dataclass
class _Walk:
    files: list[Path] = field(default_factory=list)
    sightings: list[Path] = field(default_factory=list)
    ignored: int = 0
    errors: list[tuple[Path, FileAccessError]] = field(default_factory=list)
    folders: set[Path] = field(default_factory=set)
    endings: frozenset[str] = VIDEO_ENDINGS


def find_files(paths: Sequence[Path], *, pictures: bool = False) -> FoundFiles:
    """Walk folders to their depth for files with a video ending; a file named is taken whatever its name.

    Hidden files and links in folders are not followed. The order is that of the arguments, then by name; a file that
    is met twice is taken once.

    Args:
        paths: files and folders.
        pictures: whether files with the ending of a picture are taken from folders, too.
    """
    walk = _Walk(endings=VIDEO_ENDINGS | PICTURE_ENDINGS if pictures else VIDEO_ENDINGS)
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112  (Path.is_dir raises where a folder above may not be entered)
            _walk_argument(path, walk)
        elif _is_missing(path):
            error = MissingFileError(f"{path} cannot be read", "there is no such file or folder", "Check the name")
            walk.errors.append((path, error))
        else:
            walk.files.append(path)
    return FoundFiles(
        files=_each_once(walk.files),
        sightings=_each_once(walk.sightings),
        ignored=walk.ignored,
        errors=tuple(walk.errors),
    )


def _each_once(paths: list[Path]) -> tuple[Path, ...]:
    firsts: dict[Path, Path] = {}
    for path in paths:
        firsts.setdefault(absolute_path(path), path)
    return tuple(firsts.values())


def _is_missing(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it is tried, and the error says what stands in the way
    return False


def _walk_argument(folder: Path, walk: _Walk) -> None:
    if absolute_path(folder) in walk.folders:
        return
    walk.folders.add(absolute_path(folder))
    before = len(walk.files) + len(walk.errors)
    _walk_folder(folder, walk)
    if len(walk.files) + len(walk.errors) == before:
        wanted = "video" if walk.endings == VIDEO_ENDINGS else "video or picture"
        error = EmptyFolderError(
            f"{folder} cannot be used",
            f"the folder holds no file with a {wanted} ending",
            f"Give a folder of {wanted}s",
        )
        walk.errors.append((folder, error))


def _walk_folder(folder: Path, walk: _Walk) -> None:
    levels = [_entries(folder, walk)]  # not by recursion: an unpacked archive may be a thousand folders deep
    while levels:
        entry = next(levels[-1], None)
        if entry is None:
            levels.pop()
            continue
        path = Path(entry.path)
        if entry.name.startswith(".") or entry.is_symlink():
            walk.ignored += not entry.is_dir(follow_symlinks=False)
        elif entry.is_dir():
            levels.append(_entries(path, walk))
        elif entry.name == FILE_NAME:
            walk.sightings.append(path)
        elif path.suffix.lower().removeprefix(".") in walk.endings:
            walk.files.append(path)
        else:
            walk.ignored += 1


def _entries(folder: Path, walk: _Walk) -> "Iterator[os.DirEntry[str]]":
    try:
        return iter(sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)))
    except OSError as error:
        reason = UnreadableFileError(f"{folder} cannot be read", str(error.strerror), "Check the permissions")
        walk.errors.append((folder, reason))
        return iter(())


def absolute_path(path: Path) -> Path:
    """Give where a file lies, links kept."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow links)
