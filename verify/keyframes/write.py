"""Keyframes of one video into a folder."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from verify.errors import UnwritableFileError, UsageError
from verify.keyframes.images import TABLE, encode_jpeg, keyframes_table, read_keyframes_table, write_synced
from verify.keyframes.select import KeyframeSelector
from verify.records.keyframe import Keyframe
from verify.records.video import VideoFacts
from verify.videos.decode import decode_video

_WAITING = ".keyframes.part"
"""Pictures wait here until the video is decoded: an unusable one does not cost the keyframes of an earlier run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenKeyframes:
    """The keyframes as they lie in the folder, and what decoding told of the video."""

    keyframes: tuple[Keyframe, ...]
    facts: VideoFacts


def write_keyframes(video: Path, folder: Path) -> WrittenKeyframes:
    """Choose the keyframes of a video and write them with ``keyframes.csv``.

    Args:
        video: the video, decoded once.
        folder: made if missing; keyframes written there before are replaced once the new ones are complete, other files
            are left alone.

    Raises:
        FileAccessError, VideoError: the video cannot be used, or the folder not written.
        UsageError: the folder's keyframes.csv is not ours.
    """
    with _writing(folder):
        earlier = _earlier_files(folder)
        waiting = folder / _WAITING
        shutil.rmtree(waiting, ignore_errors=True)
        waiting.mkdir(parents=True)

    def write_picture(name: str, rgb: NDArray[np.uint8]) -> None:
        write_synced(waiting / name, encode_jpeg(rgb))

    selector = KeyframeSelector(write_picture)
    try:
        facts = decode_video(video, [selector])
        keyframes = selector.keyframes()
        with _writing(folder):
            for name in earlier:
                (folder / name).unlink(missing_ok=True)
            for keyframe in keyframes:
                (waiting / keyframe.file).replace(folder / keyframe.file)
        write_synced(folder / TABLE, keyframes_table(keyframes).encode())
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return WrittenKeyframes(keyframes=keyframes, facts=facts)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing into an error of ours."""
    try:
        yield
    except OSError as error:
        raise UnwritableFileError(
            f"{folder} cannot be written", str(error.strerror), "Choose another folder with -o"
        ) from error


def _earlier_files(folder: Path) -> list[str]:
    """Name the pictures of an earlier run, by its table; only names within the folder count."""
    table = folder / TABLE
    if not table.is_file():
        return []
    try:
        earlier = read_keyframes_table(table.read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError, OverflowError, csv.Error) as error:
        raise UsageError(
            f"{folder} was not written", f"its {TABLE} is not one of ours", "Choose another folder with -o"
        ) from error
    return [Path(keyframe.file).name for keyframe in earlier]
