"""Sounds made of items: hours of them in no time."""

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.sound import ITEM_SPAN, ITEM_STEP
from verify.matches.sound_items import SoundItems, unpack_sound
from verify.records.fingerprint import Sound

Items = NDArray[np.uint32]
STEP_S, SPAN_S = float(ITEM_STEP), float(ITEM_SPAN)
CHANGED_BITS = 5
"""Bits that change from item to item in speech and music."""


def music(seed: int, count: int) -> Items:
    """Give items that change as those of music do."""
    rng = np.random.default_rng(seed)
    changes = np.zeros(count, np.uint32)
    for _ in range(CHANGED_BITS):
        changes ^= np.uint32(1) << rng.integers(0, 32, count).astype(np.uint32)
    changes[0] = rng.integers(0, 1 << 32)
    return np.asarray(np.bitwise_xor.accumulate(changes), np.uint32)


def disturbed(items: Items, share: float, seed: int = 1) -> Items:
    """Turn over a share of the bits, as noise and codecs do."""
    rng = np.random.default_rng((seed, 7))
    turned = items.copy()
    for bit in range(32):
        turned ^= (rng.random(len(items)) < share).astype(np.uint32) << np.uint32(bit)
    return turned


def pack(items: Items) -> Sound:
    """Give the record of a sound."""
    return Sound(step=ITEM_STEP, span=ITEM_SPAN, items=items.astype("<u4").tobytes())


def unpacked(items: Items) -> SoundItems:
    """Give a sound as it is compared."""
    return unpack_sound(pack(items))
