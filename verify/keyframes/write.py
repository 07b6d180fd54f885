"""Keyframes of one video into a folder."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenKeyframes:
    """The keyframes as they lie in the folder, and what decoding told of the video."""

    keyframes: tuple[Keyframe, ...]
    facts: VideoFacts


def write_keyframes(video: Path, folder: Path) -> WrittenKeyframes:
    """Choose the keyframes of a video and write them with ``keyframes.csv``.

    Args:
        video: the video, decoded once.
        folder: made if missing; keyframes written there before are replaced, other files are left alone.

    Raises:
        FileAccessError, VideoError: the video cannot be used, or the folder not written.
        UsageError: the folder's keyframes.csv is not ours.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_earlier(folder)
    except OSError as error:
        raise UnwritableFileError(
            f"{folder} cannot be written", str(error.strerror), "Choose another folder with -o"
        ) from error

    def write_picture(name: str, rgb: NDArray[np.uint8]) -> None:
        write_synced(folder / name, encode_jpeg(rgb))

    selector = KeyframeSelector(write_picture)
    facts = decode_video(video, [selector])
    keyframes = selector.keyframes()
    write_synced(folder / TABLE, keyframes_table(keyframes).encode())
    return WrittenKeyframes(keyframes=keyframes, facts=facts)


def _remove_earlier(folder: Path) -> None:
    table = folder / TABLE
    if not table.is_file():
        return
    try:
        earlier = read_keyframes_table(table.read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{folder} was not written", f"its {TABLE} is not one of ours", "Choose another folder with -o"
        ) from error
    for keyframe in earlier:
        (folder / Path(keyframe.file).name).unlink(missing_ok=True)
    table.unlink()
