"""All calls into ``verify``: hash references and queries, and look for one among the other."""

import json
import multiprocessing
import pickle
import time
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import faiss

import verify
from benchmarks.accuracy.records import Answer, Found, FoundSegment, Query, digest_of, seed_of
from verify.database.intake import take_files
from verify.database.store import open_database
from verify.errors import VerifyError
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_files
from verify.matches.find import Matcher
from verify.matches.settings import MatchSettings
from verify.records.match import NOT_COMPARABLE, SAME_FOOTAGE, SAME_SCENE, Match

FOUND, LEAD = SAME_FOOTAGE, SAME_SCENE
CRASHED = "crashed"
THRESHOLD = MatchSettings().threshold
_PACKAGE = Path(verify.__file__).parent
_OPEN: list[tuple[Matcher, ExitStack]] = []
"""What a process has open; the stack keeps the database open for as long as it lives."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """What hashing cost.

    Attributes:
        wall_s, hashed_s: wall seconds, and seconds of video that were hashed in them, by this run or an earlier one.
        stored_s: seconds of video in the hash database.
        size_bytes: of the database file.
    """

    wall_s: float
    hashed_s: float
    stored_s: float
    size_bytes: int

    @property
    def seconds_per_hour(self) -> float:
        """Wall seconds per hour of video."""
        return self.wall_s / max(self.hashed_s, 1e-9) * 3600

    @property
    def bytes_per_hour(self) -> float:
        """Bytes of the hash database per hour of video."""
        return self.size_bytes / max(self.stored_s, 1e-9) * 3600


def fingerprint_folder(work: Path) -> Path:
    """Give the folder for hash databases, another one for every state of the code that makes fingerprints."""
    files = [path for name in ("fingerprints", "videos", "database") for path in sorted((_PACKAGE / name).rglob("*"))]
    return work / "fingerprints" / digest_of(path for path in files if path.suffix in {".py", ".sql"})


def hash_references(paths: Sequence[Path], database: Path, jobs: int) -> Hashed:
    """Hash files into a database, those that are not there yet, and give what all of it cost."""
    database.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with open_database(database, create=True) as opened:
        taken = list(take_files(opened, list(paths), jobs=jobs))
        stored_s = float(opened.totals()[1])
    fresh_s = sum(float(one.seconds) for one in taken if one.state == "added" and one.seconds is not None)
    wall_s, hashed_s = _add_cost(database.with_suffix(".json"), time.perf_counter() - start, fresh_s)
    return Hashed(wall_s, hashed_s, stored_s, database.stat().st_size)


def fingerprint_queries(paths: Sequence[Path], folder: Path, jobs: int) -> Hashed:
    """Fingerprint files as ``verify-video match`` does and keep what came of it, for those not yet done."""
    kept = folder / "queries"
    kept.mkdir(parents=True, exist_ok=True)
    fresh = [path for path in dict.fromkeys(paths) if not _kept_fingerprint(path, kept).is_file()]
    fresh_s, start = 0.0, time.perf_counter()
    for path, outcome in fingerprint_files(fresh, detail=QUERY, jobs=jobs, pictures=True):
        fingerprint = None if isinstance(outcome, VerifyError) else outcome.fingerprint
        fresh_s += float(fingerprint.seconds) if fingerprint else 0.0
        _kept_fingerprint(path, kept).write_bytes(pickle.dumps(fingerprint))
    wall_s, hashed_s = _add_cost(folder / "queries.json", time.perf_counter() - start, fresh_s)
    size = sum(_kept_fingerprint(path, kept).stat().st_size for path in dict.fromkeys(paths))
    return Hashed(wall_s, hashed_s, hashed_s, size)


def _kept_fingerprint(path: Path, folder: Path) -> Path:
    status = path.stat()
    return folder / f"{seed_of(str(path), str(status.st_size), str(status.st_mtime_ns)):016x}.pickle"


def _add_cost(costs: Path, wall_s: float, hashed_s: float) -> tuple[float, float]:
    """Add to what earlier runs spent; a run that was killed counts with neither time nor footage."""
    spent = json.loads(costs.read_text(encoding="utf-8")) if costs.is_file() else [0.0, 0.0]
    if hashed_s:
        spent = [spent[0] + wall_s, spent[1] + hashed_s]
        costs.write_text(json.dumps(spent), encoding="utf-8")
    return spent[0], spent[1]


def match_queries(queries: Sequence[Query], references: Path, folder: Path, jobs: int) -> list[Answer]:
    """Look for every query among the references, in processes of one thread each."""
    # The first search builds the structure that all others open.
    with open_database(references) as database:
        Matcher(database, references.name)
    context = multiprocessing.get_context("forkserver")
    paths = [_kept_fingerprint(query.path, folder / "queries") for query in queries]
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_open, initargs=(references,)) as pool:
        return list(pool.map(_find, [query.name for query in queries], paths, chunksize=1))


def _open(references: Path) -> None:
    cv2.setNumThreads(1)
    faiss.omp_set_num_threads(1)
    stack = ExitStack()
    database = stack.enter_context(open_database(references))
    _OPEN.append((Matcher(database, references.name), stack))


def _find(name: str, kept: Path) -> Answer:
    matcher, _ = _OPEN[-1]
    fingerprint = pickle.loads(kept.read_bytes())  # noqa: S301  (written by an earlier run of ours)
    if fingerprint is None:
        return Answer(query=name, answer=NOT_COMPARABLE, wall_s=0.0)
    start = time.perf_counter()
    try:
        report = matcher.find(name, fingerprint, candidates=True)
    except Exception:  # noqa: BLE001  (a crash is a result: it costs this query, is named and fails the run)
        return Answer(query=name, answer=CRASHED, wall_s=0.0, crash=traceback.format_exc())
    wall_s = time.perf_counter() - start
    found = tuple(_read(match) for match in report.matches)
    return Answer(query=name, answer=report.answer, wall_s=wall_s, found=found)


def _read(match: Match) -> Found:
    segments = tuple(
        FoundSegment(
            query=(float(segment.query.start), float(segment.query.end)),
            reference=(float(segment.reference.start), float(segment.reference.end)),
            speed=segment.speed,
            mirrored=segment.mirrored,
        )
        for segment in match.segments
    )
    return Found(paths=match.reference.paths, answer=match.answer, score=match.score, segments=segments)
