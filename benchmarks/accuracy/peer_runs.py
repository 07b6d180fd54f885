"""Run every peer over the same queries and references."""

import hashlib
import pickle
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.judging import Claims, Trial
from benchmarks.accuracy.peers import Peer, PeerError, available_peers


@dataclass(frozen=True, slots=True)
class PeerCost:
    """Processor-bound seconds that a peer took in this run, kept fingerprints not counted."""

    name: str
    fingerprinted: int
    fingerprint_s: float
    compare_s: float


def run_peers(trial: Trial, work: Path, pool: Executor) -> tuple[list[Claims], list[PeerCost], list[str]]:
    """Let every peer fingerprint all files and compare every query with every reference.

    Returns:
        What each said, what it cost, and a sentence for each that could not be run.
    """
    claims, costs = [], []
    peers, missing = available_peers()
    queries = [query.path for query in trial.queries]
    references = [reference.path for reference in trial.references]
    for peer in peers:
        folder = work / "peers" / "".join(letter if letter.isalnum() else "_" for letter in peer.name)
        folder.mkdir(parents=True, exist_ok=True)
        files = list(dict.fromkeys([*queries, *references]))
        taken = list(pool.map(_fingerprint, [peer] * len(files), files, [folder] * len(files), chunksize=4))
        kept = {path: one for path, (one, _) in zip(files, taken, strict=True)}
        blocks = [queries[start : start + 8] for start in range(0, len(queries), 8)]
        compared = pool.map(
            _compare,
            [peer] * len(blocks),
            [[kept[path] for path in block] for block in blocks],
            [[kept[path] for path in references]] * len(blocks),
        )
        tables = list(compared)
        scores = np.concatenate([table for table, _ in tables])
        claims.append(Claims(peer.name, scores, scores >= peer.default_threshold, np.ones(scores.shape, bool)))
        spent = [seconds for _, seconds in taken if seconds]
        costs.append(PeerCost(peer.name, len(spent), sum(spent), sum(seconds for _, seconds in tables)))
    return claims, costs, missing


def _fingerprint(peer: Peer, path: Path, folder: Path) -> tuple[Path, float]:
    """Fingerprint a file, unless that was kept: where the fingerprint lies, and seconds spent."""
    status = path.stat()
    name = hashlib.sha256(f"{path} {status.st_size} {status.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    kept = folder / f"{name.hexdigest()[:24]}.pickle"
    if kept.is_file():
        return kept, 0.0
    start = time.perf_counter()
    try:
        fingerprint: object = peer.fingerprint(path)
    except PeerError:
        fingerprint = None
    seconds = time.perf_counter() - start
    kept.write_bytes(pickle.dumps(fingerprint))
    return kept, seconds


def _compare(peer: Peer, queries: Sequence[Path], references: Sequence[Path]) -> tuple[NDArray[np.float64], float]:
    ours, theirs = [_read(path) for path in queries], [_read(path) for path in references]
    start = time.perf_counter()
    table = np.array([[_score(peer, query, reference) for reference in theirs] for query in ours], np.float64)
    return table.reshape(len(ours), len(theirs)), time.perf_counter() - start


def _score(peer: Peer, query: object, reference: object) -> float:
    return -np.inf if query is None or reference is None else peer.compare(query, reference)


def _read(path: Path) -> object:
    fingerprint: object = pickle.loads(path.read_bytes())  # noqa: S301  (written by an earlier run of ours)
    return fingerprint
