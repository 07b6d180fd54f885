"""A 256-bit perceptual hash of a whole picture, and whether the picture can be compared at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import fftpack

from verify.records.fingerprint import COMPARABLE, HASH_BYTES

HASH_VERSION = "phash256/1"
"""Names the hash and all that leads up to it: sampling clock, luma, borders. Any change needs a new number."""

HASH_SIDE = 16
DCT_SIDE = 64
"""``imagehash.phash(hash_size=16)`` transforms a picture of 64x64 and keeps the 16x16 lowest frequencies."""

BLACK, FLAT = 1, 2
"""Codes of ``verify.records.fingerprint.REASONS``."""

BLACK_MEAN_LUMA = 20
FLAT_DEVIATION_LUMA = 6
"""Mean and standard deviation of the luma (0-255) below which noise decides the bits; a foggy road lies above 10."""

_ODD_COLUMNS = np.packbits(np.arange(HASH_SIDE * HASH_SIDE) % 2)
"""Bits that turn over in the mirror: the terms of odd horizontal frequency change their sign."""


@dataclass(frozen=True, slots=True)
class HashedFrames:
    """Hashes of n pictures.

    Attributes:
        hashes: (n, 32) uint8: 256 bits, row-major over the 16x16 lowest frequencies, most significant bit first.
        mirrored: (n, 32) uint8: the same of the pictures mirrored left to right.
        codes: (n,) uint8: ``COMPARABLE``, ``BLACK`` or ``FLAT``.
    """

    hashes: NDArray[np.uint8]
    mirrored: NDArray[np.uint8]
    codes: NDArray[np.uint8]


def hash_pictures(pictures: list[NDArray[np.uint8]]) -> HashedFrames:
    """Hash pictures so that re-encoding and rescaling flip few bits.

    The bits are those of ``imagehash.phash(picture, hash_size=16)``, computed for all pictures at once.

    Args:
        pictures: (H, W) uint8 full-range luma each, borders already removed; the sizes may differ.

    Source: Zauner 2010, "Implementation and benchmarking of perceptual image hash functions", as built by imagehash.
    Limits: a picture mirrored, cropped or overlaid differs; the mirrored twin is given beside the hash.
    """
    if not pictures:
        nothing = np.empty((0, HASH_BYTES), np.uint8)
        return HashedFrames(nothing, nothing, np.empty(0, np.uint8))
    small = np.stack([_shrink(picture) for picture in pictures])
    spectrum = fftpack.dct(fftpack.dct(small, axis=1), axis=2)[:, :HASH_SIDE, :HASH_SIDE]
    # Mirroring a row changes the sign of its odd cosine terms and nothing else.
    flipped = spectrum * np.where(np.arange(HASH_SIDE) % 2, -1.0, 1.0)
    return HashedFrames(_pack(spectrum), _pack(flipped), _codes(small))


def mirror_hashes(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give about the hashes of the mirrored pictures, where those pictures are gone.

    Args:
        hashes: (n, 32) uint8.

    Limits: coefficients between zero and the median come out wrong: 7 of 256 bits on average over the test footage.
    """
    return hashes ^ _ODD_COLUMNS


def _shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(picture).resize((DCT_SIDE, DCT_SIDE), Image.Resampling.LANCZOS)
    return np.asarray(image, dtype=np.uint8)


def _pack(spectrum: NDArray[np.float64]) -> NDArray[np.uint8]:
    median = np.median(spectrum, axis=(1, 2), keepdims=True)
    bits = (spectrum > median).reshape(len(spectrum), -1)
    return np.packbits(bits, axis=1)


def _codes(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    luma = small.reshape(len(small), -1).astype(np.float32)
    mean, deviation = luma.mean(axis=1), luma.std(axis=1)
    codes = np.full(len(small), COMPARABLE, np.uint8)
    codes[deviation < FLAT_DEVIATION_LUMA] = FLAT
    codes[(deviation < FLAT_DEVIATION_LUMA) & (mean < BLACK_MEAN_LUMA)] = BLACK
    return codes
