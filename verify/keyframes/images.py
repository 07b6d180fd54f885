"""Keyframe files."""

import csv
import io
import os
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from verify.errors import UnwritableFileError
from verify.records.keyframe import Keyframe

JPEG_QUALITY = 92
"""High enough that the picture shows what the video shows; the evidence is the video itself."""

TABLE = "keyframes.csv"
COLUMNS = ("file", "time_s", "pts", "time_base", "shot", "shot_start_s", "shot_end_s", "why")


def encode_jpeg(rgb: NDArray[np.uint8], quality: int = JPEG_QUALITY) -> bytes:
    """Encode an (H, W, 3) uint8 RGB picture."""
    _, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def keyframes_table(keyframes: tuple[Keyframe, ...]) -> str:
    """Give ``keyframes.csv`` as text."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    for keyframe in keyframes:
        row = keyframe.as_json()
        table.writerow({**row, **{name: f"{row[name]:.3f}" for name in ("time_s", "shot_start_s", "shot_end_s")}})
    return text.getvalue()


def read_keyframes_table(text: str) -> tuple[Keyframe, ...]:
    """Read what ``keyframes_table`` gave.

    Raises:
        KeyError, TypeError, ValueError, OverflowError, csv.Error: the text is no such table.
    """
    return tuple(Keyframe.from_json(row) for row in csv.DictReader(io.StringIO(text)))


def write_synced(path: Path, data: bytes) -> None:
    """Write a file beside, sync it and rename it: a crash leaves the old file or the new one, never a part.

    Raises:
        UnwritableFileError: the disk or its permissions stand in the way.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise UnwritableFileError(
            f"{path} cannot be written", str(error.strerror or error), "Check the disk and its permissions"
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system lets a folder be opened for it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
