"""Frames that are made of bits: hours of video in no time."""

import numpy as np
from numpy.typing import NDArray

from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.candidates import PAIRS_A_FRAME, Candidate, nearest_pairs
from verify.matches.frames import Frames, hash_distances
from verify.matches.settings import MatchSettings

SETTINGS = MatchSettings()
Bits = NDArray[np.bool_]


def make_frames(bits: Bits) -> Frames:
    """Give frames on the sampling clock with the (n, 256) bits."""
    count = len(bits)
    hashes = np.packbits(bits, axis=1).view(np.uint64)
    starts = np.arange(count) / SAMPLES_PER_SECOND
    ends = np.arange(1, count + 1) / SAMPLES_PER_SECOND
    codes = np.zeros(count, np.uint8)
    return Frames(starts, ends, hashes, hashes, codes == 0, codes, count / SAMPLES_PER_SECOND)


def film(seconds: int, seed: int = 1) -> Bits:
    """Give pictures that change a little from sample to sample, and wholly at a cut every 6 s."""
    rng = np.random.default_rng(seed)
    bits = np.empty((seconds * SAMPLES_PER_SECOND, 256), bool)
    for number in range(len(bits)):
        if number % 36 == 0:
            bits[number] = rng.random(256) < 0.5
        else:
            bits[number] = bits[number - 1]
            bits[number, rng.integers(0, 256, 6)] ^= True
    return bits


def find_pairs(query: Frames, reference: Frames) -> Candidate:
    """Search as a hash database does."""
    frames, others, distances = [], [], []
    for number, hashed in enumerate(query.hashes):
        bits = hash_distances(hashed, reference.hashes).astype(np.int32)
        near = np.flatnonzero(bits <= SETTINGS.candidate_bits)
        near = near[nearest_pairs(np.zeros(len(near), np.int64), bits[near], PAIRS_A_FRAME)]
        frames.append(np.full(len(near), number))
        others.append(near)
        distances.append(bits[near])
    pairs = (np.concatenate(part) for part in (frames, others, distances))
    return Candidate("reference", False, *pairs)  # noqa: FBT003  (not mirrored)
