"""The fingerprint of a video: hashes of sampled frames with their spans."""

from dataclasses import dataclass
from fractions import Fraction

HASH_BITS = 256
HASH_BYTES = HASH_BITS // 8

COMPARABLE = 0
"""Code of a frame that can be compared; any other code is a reason of ``REASONS``."""

REASONS: dict[int, str] = {1: "black", 2: "flat"}
"""Why a frame is too plain to compare, by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameHashes:
    """Hashes of the sampled frames of one video, in order of time.

    All fields but the time base are packed, one entry a frame, so that a record compares and pickles cheaply.

    Attributes:
        time_base: seconds per tick of ``starts`` and ``ends``.
        starts, ends: little-endian int64 ticks: each hash stands for the frames shown in ``[start, end)``.
        hashes: 32 bytes a frame: 256 bits, row-major over the 16x16 lowest frequencies, most significant bit first.
        mirrored: 32 bytes a frame: the hash of the same picture mirrored left to right.
        codes: one byte a frame: ``COMPARABLE`` or a key of ``REASONS``.
    """

    time_base: Fraction
    starts: bytes
    ends: bytes
    hashes: bytes
    mirrored: bytes
    codes: bytes

    def __post_init__(self) -> None:
        count = len(self.codes)
        lengths = (len(self.starts), len(self.ends), len(self.hashes), len(self.mirrored))
        if lengths != (8 * count, 8 * count, HASH_BYTES * count, HASH_BYTES * count):
            message = f"the fields of {count} frame hashes have lengths {lengths}"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is compared of one video.

    Attributes:
        video_id: SHA-256 of the file's bytes, 64 hexadecimal digits.
        version: algorithm and version of the frame hashes, such as ``phash256/1``; two versions are never compared.
        seconds: length of the video.
        frame_hashes: hashes of its frames.
    """

    video_id: str
    version: str
    seconds: Fraction
    frame_hashes: FrameHashes
