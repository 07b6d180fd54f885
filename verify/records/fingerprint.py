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
        mirrored: 32 bytes a frame: the hash of the same picture mirrored left to right; nothing where it was not kept,
            as in a hash database: only what is looked for is mirrored.
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
        lengths = (len(self.starts), len(self.ends), len(self.hashes), len(self.mirrored) or HASH_BYTES * count)
        if lengths != (8 * count, 8 * count, HASH_BYTES * count, HASH_BYTES * count):
            message = f"the fields of {count} frame hashes have lengths {lengths}"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.codes)


FEATURE_BYTES = 20
"""Of one local feature: position, size, direction and 128 bits of descriptor."""

SIZE_STEPS = 16
"""Steps of a feature's size to a doubling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFeatures:
    """Local features of a choice of frames, in order of time, packed.

    Attributes:
        width_px, height_px: of the small picture, for its shape; positions count in 1/256 of its longer side.
        ticks: little-endian int64: when each frame is shown, in the time base of the frame hashes.
        counts: little-endian uint16: features of each frame, the strongest first.
        features: 20 bytes each: x, y, size (``SIZE_STEPS`` to a doubling, 0 is 1/256 of the longer side), direction
            (1/256 turn, clockwise), then 128 bits, most significant bit first.
    """

    width_px: int
    height_px: int
    ticks: bytes
    counts: bytes
    features: bytes

    def __post_init__(self) -> None:
        frames = len(self.ticks) // 8
        whole = (len(self.ticks), len(self.counts)) == (8 * frames, 2 * frames)
        if not whole or FEATURE_BYTES * sum(memoryview(self.counts).cast("H")) != len(self.features):
            lengths = (len(self.ticks), len(self.counts), len(self.features))
            message = f"the fields of {frames} frames with local features have lengths {lengths}"
            raise ValueError(message)


LARGEST_STEP = 9
"""Number of the largest step by which the brightness of a block changes, either way."""

_STEPS = bytes(step % 256 for step in range(-LARGEST_STEP, LARGEST_STEP + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLuma:
    """Brightness of the blocks of the picture over time, packed.

    Attributes:
        columns, rows: blocks side by side and one above the other; together they cover the picture.
        ticks: little-endian int64: when each sample is shown, in the time base of the frame hashes.
        changes: one signed byte a block, row by row, sample by sample: at first its mean luma less 128, then by
            which step that changed, up to ``LARGEST_STEP``, see ``verify/fingerprints/block_luma.py``.
    """

    columns: int
    rows: int
    ticks: bytes
    changes: bytes

    def __post_init__(self) -> None:
        samples = len(self.ticks) // 8
        blocks = self.columns * self.rows if min(self.columns, self.rows) > 0 else -1
        if len(self.ticks) % 8 or len(self.changes) != samples * blocks:
            message = f"{len(self.changes)} bytes are no {samples} samples of {self.columns}x{self.rows} blocks"
            raise ValueError(message)
        if self.changes[blocks:].translate(None, _STEPS):
            message = f"a change of brightness by more than step {LARGEST_STEP}"
            raise ValueError(message)


ITEM_BITS = 32
ITEM_BYTES = ITEM_BITS // 8
"""Of one item of sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """The first sound of a video, packed: a second witness, never a picture match.

    Attributes:
        step: seconds from one item to the next; the first one starts with the first frame shown.
        span: seconds of sound that an item stands for: item ``i`` is heard in ``[i * step, i * step + span)``.
        items: little-endian uint32.
    """

    step: Fraction
    span: Fraction
    items: bytes

    def __post_init__(self) -> None:
        if len(self.items) % ITEM_BYTES or self.step <= 0 or self.span <= 0:
            message = f"{len(self.items)} bytes at {self.step} s are no items of sound"
            raise ValueError(message)

    def __len__(self) -> int:
        return len(self.items) // ITEM_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is compared of one video.

    Attributes:
        video_id: SHA-256 of the file's bytes, 64 hexadecimal digits.
        version: algorithms and versions of its parts, as in ``phash256/1+sift128/1+blocks/2+chromaprint/1``; two
            versions are never compared.
        seconds: length of the video.
        frame_hashes: hashes of its frames.
        local_features: features of a choice of its frames.
        block_luma: brightness of its blocks over time; None of a picture, which has no time.
        sound: its sound; None where it has none that could be decoded.
    """

    video_id: str
    version: str
    seconds: Fraction
    frame_hashes: FrameHashes
    local_features: LocalFeatures
    block_luma: BlockLuma | None = None
    sound: Sound | None = None
