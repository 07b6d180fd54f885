"""Make the words by which local features are looked up: centres of descriptors of many kinds of footage.

    python -m benchmarks.feature_words FOLDER

Words are taken from the first half of the videos only, on which parameters may be chosen (see ``benchmarks.accuracy``),
and written to ``verify/database/feature_words.npy``. New words do not change fingerprints; ``WORDS_VERSION`` has to be
raised with them.
"""

import argparse
import os
from pathlib import Path

import faiss
import numpy as np

from benchmarks.accuracy.records import half_of
from verify.database.feature_index import DESCRIPTOR_BITS, DESCRIPTOR_BYTES
from verify.database.walk import find_files
from verify.errors import VerifyError
from verify.fingerprints.detail import FULL
from verify.fingerprints.workers import fingerprint_files
from verify.records.fingerprint import FEATURE_BYTES

WORDS = 4096
ROUNDS = 12
TARGET = Path(__file__).parents[1] / "verify" / "database" / "feature_words.npy"


def main() -> None:
    """Collect descriptors, find their centres and write them."""
    parser = argparse.ArgumentParser(description="Make the words by which local features are looked up.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    files = [path for path in find_files([folder]).files if half_of(path.name) == "first"]
    parts = []
    for _, outcome in fingerprint_files(files, detail=FULL, jobs=os.cpu_count() or 1):
        if not isinstance(outcome, VerifyError):
            packed = outcome.fingerprint.local_features.features
            table = np.frombuffer(packed, np.uint8).reshape(-1, FEATURE_BYTES)
            parts.append(table[:, FEATURE_BYTES - DESCRIPTOR_BYTES :])
    descriptors = np.ascontiguousarray(np.concatenate(parts))
    index = faiss.IndexBinaryIVF(faiss.IndexBinaryFlat(DESCRIPTOR_BITS), DESCRIPTOR_BITS, WORDS)
    index.cp.niter = ROUNDS
    index.train(descriptors)
    quantizer = faiss.downcast_IndexBinary(index.quantizer)
    words = quantizer.reconstruct_n(0, WORDS)
    np.save(TARGET, words)
    print(f"{len(words)} words of {len(descriptors)} descriptors from {len(files)} videos: {TARGET}")


if __name__ == "__main__":
    main()
