"""One video to one fingerprint, fed by a decoding pass."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.block_luma import BLOCK_VERSION, BlockPicker
from verify.fingerprints.borders import find_borders
from verify.fingerprints.detail import DEFAULT, Detail
from verify.fingerprints.frame_hash import HASH_VERSION, HashedFrames, hash_pictures
from verify.fingerprints.local_features import FEATURE_VERSION, FeaturePicker
from verify.fingerprints.sound import SOUND_VERSION, sound_of
from verify.records.fingerprint import COMPARABLE, Fingerprint, FrameHashes
from verify.videos.frame import Frame
from verify.videos.sound import SoundPass

FINGERPRINT_VERSION = f"{HASH_VERSION}+{FEATURE_VERSION}+{BLOCK_VERSION}+{SOUND_VERSION}"
"""Names the parts of a fingerprint; two versions are never compared."""

SAMPLES_PER_SECOND = 6
"""Frames hashed a second. A copy cut between two samples is off by a twelfth of a second at most."""

PICTURE_SIDE_PX = 256
"""Longer side of the luma that is hashed: four times what the hash resolves, so that borders are found to 0.4 %."""

WINDOW_SAMPLES = 10 * SAMPLES_PER_SECOND
"""Borders are decided once for at most this many samples; a window also ends at a cut."""

SHORTEST_WINDOW_SAMPLES = SAMPLES_PER_SECOND
CUT_LUMA = 30.0
"""Mean change of luma between two samples that ends a window: borders may come or go with a cut."""

SAME_PICTURE_BITS = 4
"""Neighbours within this many bits are one picture; re-encoding alone flips up to about six."""


@dataclass
class FingerprintBuilder:
    """Consumer of a decoding pass that builds the fingerprint of the video.

    Pictures are kept for one window; what stays of each sample are its 65 bytes of hashes and its time, and of
    some the features and the brightness of blocks. The sound is that of another consumer of the same pass.
    """

    video_id: str
    detail: Detail = DEFAULT
    heard: SoundPass | None = None
    _last_tick: int = -1
    _time_base: Fraction = Fraction(1)
    _window: list[NDArray[np.uint8]] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _hashed: list[HashedFrames] = field(default_factory=list)
    _end: Fraction = Fraction(0)
    _picker: FeaturePicker = field(init=False)
    _blocks: BlockPicker = field(init=False)

    def __post_init__(self) -> None:
        self._picker = FeaturePicker(self.detail)
        self._blocks = BlockPicker(self.detail)

    def take(self, frame: Frame) -> None:
        """Sample the frame if the fixed clock has ticked since the last sample."""
        base = frame.time_base
        tick = frame.ticks * base.numerator * SAMPLES_PER_SECOND // base.denominator
        if tick <= self._last_tick:
            return
        self._last_tick = tick
        self._time_base = base
        luma = frame.luma(PICTURE_SIDE_PX)
        if self._window and self._ends_window(luma):
            self._hash_window()
        self._picker.take(frame, luma)
        self._blocks.take(frame.ticks, luma, tick, base.denominator / (base.numerator * SAMPLES_PER_SECOND))
        self._window.append(luma)
        self._starts.append(frame.ticks)

    def finish(self, end: Fraction) -> None:
        """Learn where the last frame ends."""
        self._hash_window()
        self._end = end

    def fingerprint(self) -> Fingerprint:
        """Give the fingerprint of the finished pass."""
        ends = [*self._starts[1:], round(self._end / self._time_base)]
        every = HashedFrames(
            np.concatenate([part.hashes for part in self._hashed]),
            np.concatenate([part.mirrored for part in self._hashed]),
            np.concatenate([part.codes for part in self._hashed]),
        )
        kept = _first_of_each_picture(every)
        last = [*(index - 1 for index in kept[1:]), len(ends) - 1]
        hashes = FrameHashes(
            time_base=self._time_base,
            starts=np.array([self._starts[index] for index in kept], "<i8").tobytes(),
            ends=np.array([ends[index] for index in last], "<i8").tobytes(),
            hashes=every.hashes[kept].tobytes(),
            mirrored=every.mirrored[kept].tobytes(),
            codes=every.codes[kept].tobytes(),
        )
        return Fingerprint(
            video_id=self.video_id,
            version=FINGERPRINT_VERSION,
            seconds=self._end,
            frame_hashes=hashes,
            local_features=self._picker.features(),
            block_luma=self._blocks.blocks(),
            sound=sound_of(self.heard) if self.heard else None,
        )

    def _ends_window(self, luma: NDArray[np.uint8]) -> bool:
        last = self._window[-1]
        if last.shape != luma.shape or len(self._window) >= WINDOW_SAMPLES:
            return True
        if len(self._window) < SHORTEST_WINDOW_SAMPLES:
            return False
        return float(np.abs(luma.astype(np.int16) - last).mean()) > CUT_LUMA

    def _hash_window(self) -> None:
        if not self._window:
            return
        borders = find_borders(np.max(np.stack(self._window), axis=0))
        self._hashed.append(hash_pictures([borders.remove(luma) for luma in self._window]))
        self._window = []


def _first_of_each_picture(frames: HashedFrames) -> list[int]:
    """Give the indices at which a new picture begins; the frames up to the next one show nearly the same."""
    kept = [0]
    for index in range(1, len(frames.codes)):
        first = kept[-1]
        if frames.codes[index] != frames.codes[first]:
            kept.append(index)
        elif frames.codes[index] == COMPARABLE:
            differing = np.bitwise_count(frames.hashes[index] ^ frames.hashes[first]).sum()
            if differing > SAME_PICTURE_BITS:
                kept.append(index)
    return kept
