"""Make disguises of the videos of a folder, look for them, and report how well that went.

    python -m benchmarks.accuracy FOLDER [--half first|second|both] [--small] [--work DIR] [--peers] [--kinds NAME]...

Parameters may be chosen on the first half of the sources; figures are reported on the second.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from benchmarks.accuracy import ours
from benchmarks.accuracy.disguises.kinds import KIND_BY_NAME
from benchmarks.accuracy.floors import fallen
from benchmarks.accuracy.judging import Claims, Trial
from benchmarks.accuracy.making import describe_clip, make_clip
from benchmarks.accuracy.negatives import (
    Made,
    card_queries,
    decoys,
    joined_cards,
    make_all,
    original_references,
    plain_queries,
    scene_queries,
)
from benchmarks.accuracy.planning import FULL, SMALL, Scale, plan_disguises, rotate
from benchmarks.accuracy.records import HALVES, Reference, Source, seed_of
from benchmarks.accuracy.report import all_figures, print_report, write_docs, write_results
from benchmarks.accuracy.sources import Chosen, choose_sources
from benchmarks.accuracy.still_results import StillResult, judge_stills
from benchmarks.accuracy.stills import Still, make_still, plan_stills
from benchmarks.accuracy.summary import Outcome, Row, crashes

STILLS = "stills"
"""Stands among the kinds for all screenshots."""

LEAST_SOURCES = 4
LEAST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """The sources of a run.

    Attributes:
        ours: those that are disguised.
        others: those that stand in the traps.
        half: those of the chosen half, too short ones included: they are looked for as they are.
    """

    ours: tuple[Source, ...]
    others: tuple[Source, ...]
    half: tuple[Source, ...]


def main() -> int:
    """Run the suite and give its exit status.

    It is 1 where the small run falls below a floor or the matcher crashes, 3 where there are too few videos.
    """
    options = _parse()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or Path(temporary)).absolute()
        work.mkdir(parents=True, exist_ok=True)
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(
            options.jobs, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
        ) as pool:
            return run(options, work, pool)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=str(__doc__).splitlines()[0])
    parser.add_argument("folder", type=lambda text: Path(text).resolve(), metavar="FOLDER")
    parser.add_argument("--half", choices=(*HALVES, "both"), help="sources to disguise (default: second; small: both)")
    kinds = [*KIND_BY_NAME, STILLS]
    parser.add_argument(
        "--kinds", action="append", metavar="NAME", choices=kinds, help=f"only this single, or {STILLS}"
    )
    parser.add_argument("--small", action="store_true", help="a few minutes, judged by floors")
    parser.add_argument("--lower-floors", action="store_true", help="let the small run fall below its floors")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep clips and fingerprints here")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: 2)")
    parser.add_argument("--peers", action="store_true", help="run other tools over the same clips")
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/accuracy.md")
    parser.add_argument("--verbose", action="store_true", help="print every miss")
    return parser.parse_args()


def run(options: argparse.Namespace, work: Path, pool: Executor) -> int:
    """Make, hash, match, judge and report."""
    start = time.perf_counter()
    scale = SMALL if options.small else FULL
    chosen = choose_sources(options.folder, work, pool)
    _tell_set_aside(chosen)
    chosen = replace(chosen, sources=tuple(rotate(chosen.sources, "folder", scale.folder)))
    parts = divide(chosen, options.half or ("both" if options.small else "second"), scale)
    if len(parts.ours) < LEAST_SOURCES or len(parts.others) < LEAST_OTHERS:
        needed = f"at least {LEAST_SOURCES} to disguise and {LEAST_OTHERS} others"
        print(f"too few videos: {len(parts.ours)} to disguise and {len(parts.others)} others, {needed} are needed")
        return 3
    made = plan_all(chosen, parts, scale, work / "clips", options.kinds)
    _tell(f"making {len(made.queries)} queries for {len(made.references)} references")
    make_all(made, pool)
    made_s = time.perf_counter() - start
    trial = Trial(made.queries, made.references)
    # Asked for once: who changes the code while this runs must not make the rest of it look elsewhere.
    folder = ours.fingerprint_folder(work)
    outcome, costs = look_for_all(trial, (work, folder), pool, options)
    wanted = not options.kinds or STILLS in options.kinds
    stills = plan_stills(parts.half, scale.stills, work / "stills") if wanted else ()
    results = look_for_stills(stills, trial.references, folder, pool, options)
    costs.append(
        {"what": "screenshots", "seconds": round(sum(one.wall_s for one in results), 1), "per hour of video": ""}
    )
    facts = {
        "sources disguised": len(parts.ours),
        "queries": len(trial.queries),
        "references": len(trial.references),
        "hours of references": round(sum(reference.seconds for reference in trial.references) / 3600, 3),
        "half": options.half or ("both" if options.small else "second"),
        "minutes": round((time.perf_counter() - start) / 60, 1),
    }
    costs.append({"what": "making clips", "seconds": round(made_s, 1), "per hour of video": ""})
    print_report(facts, costs, outcome, results, verbose=options.verbose)
    if not options.kinds and not options.small:
        write_results("accuracy", facts, costs, outcome, results)
    if options.write_docs:
        write_docs(facts, costs, outcome, results)
    fell = bool(options.small) and _fell(all_figures(outcome, results), options)
    return 1 if fell or crashes(outcome) or any(one.crash for one in results) else 0


def divide(chosen: Chosen, half: str, scale: Scale) -> Parts:
    """Choose what is disguised; the rest of the folder stands in the traps."""
    limit = min(scale.sources, len(chosen.disguised) - LEAST_OTHERS)
    disguised = rotate([one for one in chosen.disguised if half in {"both", one.half}], "disguised", max(0, limit))
    others = tuple(one for one in chosen.disguised if one not in disguised)
    looked_for = tuple(one for one in chosen.sources if half in {"both", one.half} and one not in others)
    return Parts(tuple(disguised), others, looked_for)


def plan_all(chosen: Chosen, parts: Parts, scale: Scale, folder: Path, kinds: Sequence[str] | None) -> Made:
    """Plan every clip of the run."""
    plans = [plan for plan in plan_disguises(parts.ours, scale) if not kinds or plan.label in kinds]
    made = Made(
        tuple(partial(make_clip, plan, folder) for plan in plans),
        queries=tuple(describe_clip(plan, folder) for plan in plans),
    )
    made += original_references(chosen.sources)
    made += decoys(parts.others, scale, folder)
    made += joined_cards(parts.ours, parts.others, scale, folder)
    if kinds:
        return made
    made += plain_queries(parts.half, scale) + card_queries(folder)
    return made + scene_queries(parts.half, chosen.sources, scale, folder)


def look_for_all(
    trial: Trial, folders: tuple[Path, Path], pool: Executor, options: argparse.Namespace
) -> tuple[Outcome, list[Row]]:
    """Hash and match everything, by us and by the peers; in a folder for all that is made and one for fingerprints."""
    work, folder = folders
    paths = [one.path for one in trial.references]
    database = _database(folder, trial.references)
    references = ours.hash_references(paths, database, options.jobs)
    queries = ours.fingerprint_queries([one.path for one in trial.queries], folder, options.jobs)
    _tell("matching")
    answers = ours.match_queries(trial.queries, database, folder, options.jobs)
    spent, hours = sum(one.wall_s for one in answers), sum(one.seconds for one in trial.queries) / 3600
    costs: list[Row] = [
        _cost("hashing references", references.wall_s, references.seconds_per_hour),
        _cost("hashing queries", queries.wall_s, queries.seconds_per_hour),
        _cost("matching", spent, spent / max(hours, 1e-9)),
        {"what": "bytes of references", "seconds": "", "per hour of video": round(references.bytes_per_hour)},
    ]
    claims: list[Claims] = []
    if options.peers:
        from benchmarks.accuracy.peer_runs import run_peers  # noqa: PLC0415  (needs packages that we do not)

        _tell("running the peers")
        claims, spent_by_peers, missing = run_peers(trial, work, pool)
        print("\n".join(missing))
        costs += [_cost(f"{one.name}, fingerprints", one.fingerprint_s, 0.0) for one in spent_by_peers]
        costs += [_cost(f"{one.name}, comparing", one.compare_s, one.compare_s / hours) for one in spent_by_peers]
    return Outcome.of(trial, answers, (ours.FOUND, ours.LEAD), claims), costs


def look_for_stills(
    stills: Sequence[Still], references: Sequence[Reference], folder: Path, pool: Executor, options: argparse.Namespace
) -> list[StillResult]:
    """Take screenshots and look for each of them in the hash database of the references, which is in the folder."""
    if not stills:
        return []
    _tell(f"looking for {len(stills)} screenshots")
    list(pool.map(make_still, stills, chunksize=8))
    queries = tuple(still.query for still in stills)
    ours.fingerprint_queries([query.path for query in queries], folder, options.jobs)
    answers = ours.match_queries(queries, _database(folder, references), folder, options.jobs)
    return judge_stills(Trial(queries, tuple(references)), stills, answers, ours.FOUND)


def _database(folder: Path, references: Sequence[Reference]) -> Path:
    return folder / f"references-{seed_of(*(str(one.path) for one in references)):016x}.db"


def _cost(what: str, seconds: float, per_hour: float) -> Row:
    return {"what": what, "seconds": round(seconds, 1), "per hour of video": round(per_hour, 1)}


def _tell_set_aside(chosen: Chosen) -> None:
    for one in chosen.aside:
        _tell(f"set aside: {one.name}: {one.why}")


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _fell(figures: dict[str, float], options: argparse.Namespace) -> bool:
    problems = fallen(figures)
    for problem in problems:
        print(problem)
    return bool(problems) and not options.lower_floors


if __name__ == "__main__":
    sys.exit(main())
