"""Tell from the containers' own sizes whether a file ends before it should.

Decoders do not say so reliably: with several threads the damaged last frame vanishes without an error, and
Matroska ends at a cut as if that were its end.
"""

import os
from pathlib import Path
from typing import BinaryIO

_MOST_BOXES = 10_000
_MP4_BOXES = frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"free", b"skip", b"wide", b"uuid"})
_LONG_SIZE, _TO_THE_END = 1, 0
_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


def is_cut_off(path: Path) -> bool:
    """Whether an MP4, QuickTime, Matroska, WebM or AVI file is shorter than its container says; others: False."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(0)
        if head[4:8] in _MP4_BOXES:
            return _boxes_pass(file, size)
        if head.startswith(_EBML):
            return _segment_end(file) > size
        if head.startswith(b"RIFF"):
            return int.from_bytes(head[4:8], "little") + 8 > size
    return False


def _boxes_pass(file: BinaryIO, size: int) -> bool:
    """Whether a box at the top of an MP4 file goes beyond the end; what follows the last known box is not judged."""
    start = 0
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        if head[4:8] not in _MP4_BOXES:
            return False
        length = int.from_bytes(head[:4], "big")
        if length == _LONG_SIZE:
            length = int.from_bytes(head[8:16], "big")
        if length == _TO_THE_END:
            return False
        start += length
        if start > size:
            return True
    return False


def _segment_end(file: BinaryIO) -> int:
    """Give where the segment of a Matroska file ends, 0 where it does not say."""
    file.seek(len(_EBML), os.SEEK_CUR)
    header, _ = _read_length(file)
    file.seek(header, os.SEEK_CUR)
    if file.read(len(_SEGMENT)) != _SEGMENT:
        return 0
    length, known = _read_length(file)
    return file.tell() + length if known else 0


def _read_length(file: BinaryIO) -> tuple[int, bool]:
    """Read an EBML length of one to eight bytes; all ones mean that it was not known when the file was written."""
    first = file.read(1)
    if not first or not first[0]:
        return 0, False
    more = 8 - first[0].bit_length()
    value = int.from_bytes(bytes([first[0] & (0x7F >> more)]) + file.read(more), "big")
    return value, value != (1 << 7 * (more + 1)) - 1
