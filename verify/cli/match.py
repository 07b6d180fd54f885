"""``verify-video match``: find where the footage of files stands in a hash database already."""

import argparse
import math
import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from verify.cli.terminal import complain, exit_status, named_path, print_json, shown
from verify.records.names import spelled

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from verify.database.store import HashDatabase
    from verify.errors import VerifyError
    from verify.matches.find import Matcher
    from verify.records.fingerprint import Fingerprint
    from verify.records.match import Match, MatchReport
    from verify.report.explanation import ExplanationFolder


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "match",
        help="find older copies of videos, or the source of a picture, in a hash database",
        description="Find every second of the given videos that stands in a hash database, and the frame that a picture"
        " shows. The database is only read.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=named_path, help="a video, a picture, or a folder walked to its depth"
    )
    parser.add_argument("--db", required=True, type=Path, metavar="DB", help="the hash database")
    parser.add_argument("--all", action="store_true", help="list what stays below the threshold too, as candidates")
    parser.add_argument(
        "--threshold", type=_ratio, metavar="X", help="score from 0 to 1 that a match needs (default: 0.5)"
    )
    parser.add_argument(
        "--explain",
        type=named_path,
        metavar="DIR",
        help="write pictures, figures and every reference looked at into this folder, which must be new or empty",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from verify.database.store import open_database  # noqa: PLC0415  (heavy)
    from verify.database.walk import find_files  # noqa: PLC0415
    from verify.errors import VerifyError  # noqa: PLC0415
    from verify.fingerprints.detail import QUERY  # noqa: PLC0415
    from verify.fingerprints.workers import fingerprint_files  # noqa: PLC0415
    from verify.matches.find import Matcher  # noqa: PLC0415
    from verify.matches.settings import MatchSettings  # noqa: PLC0415

    settings = MatchSettings() if options.threshold is None else MatchSettings(threshold=options.threshold)
    worked = failed = 0
    # One snapshot for all: while another process writes, or removes a video, answers stay those of one state.
    with open_database(options.db) as database, database.snapshot(), _explained_in(options.explain) as explained:
        answers = _Answers(Matcher(database, spelled(options.db), settings), database, explained, options)
        found = find_files(options.paths, pictures=True)
        for path, error in found.errors:
            failed += 1
            if os.path.isdir(path):  # noqa: PTH112  (a folder that may not be entered is one, too)
                complain(error)  # a folder is no query: it has no line of its own
            else:
                answers.refuse(path, error)
        jobs = os.cpu_count() or 1
        for path, outcome in fingerprint_files(found.files, detail=QUERY, jobs=jobs, pictures=True):
            if isinstance(outcome, VerifyError):
                failed += 1
                answers.refuse(path, outcome)
            else:
                worked += 1
                answers.find(path, outcome.fingerprint)
    return exit_status(worked, failed)


class _Answers:
    """Prints the answer for each query, and then explains it where that was asked for."""

    def __init__(
        self,
        matcher: "Matcher",
        database: "HashDatabase",
        explained: "ExplanationFolder | None",
        options: argparse.Namespace,
    ) -> None:
        self._matcher = matcher
        self._database = database
        self._explained = explained
        self._candidates: bool = options.all
        self._print = _print_json_line if options.format == "json" else _print_text

    def find(self, path: Path, fingerprint: "Fingerprint") -> None:
        """Look for a query."""
        if self._explained is None:
            self._print(self._matcher.find(spelled(path), fingerprint, candidates=self._candidates))
            return
        examination = self._matcher.examine(spelled(path), fingerprint, candidates=self._candidates)
        self._print(examination.report)
        self._explained.add(examination, path, lambda match: self._database.paths_of(match.reference.video_id))

    def refuse(self, path: Path, error: "VerifyError") -> None:
        """Say of a query that it could not be read."""
        report = self._matcher.refuse(spelled(path), error)
        self._print(report)
        if self._explained is not None:
            self._explained.add_refused(report, path)


def _explained_in(folder: Path | None) -> "AbstractContextManager[ExplanationFolder | None]":
    if folder is None:
        return nullcontext()
    from verify.report.explanation import ExplanationFolder  # noqa: PLC0415  (heavy)

    return ExplanationFolder(folder)


def _ratio(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        message = f"{text!r} is no score between 0 and 1"
        raise argparse.ArgumentTypeError(message)
    return number


def _print_json_line(report: "MatchReport") -> None:
    print_json(report.as_json())


def _print_text(report: "MatchReport") -> None:
    print(f"{shown(report.query.path)}: {report.answer.replace('_', ' ')}")
    if not report.matches:
        print(f"  {shown(report.reason)}")
    for match in report.matches:
        print(f"  {shown(match.reason)}")
        print(f"    {match.answer.replace('_', ' ')}, score {match.score:.3f}: {shown(match.reference.path)}")
        print(f"    {_first_seen(match)}")
        if match.sound:
            print(f"    {match.sound.reason}")
    for heard in report.sounds:
        print(f"  {shown(heard.sound.reason)}")
        print(f"    no match of pictures: {shown(heard.reference.path)}")
    skipped = sum(float(entry.span.seconds) for entry in report.query.skipped)
    if skipped:
        print(f"  not compared: {skipped:.1f} s, too plain")
    searched = report.searched
    videos = "1 video" if searched.videos == 1 else f"{searched.videos} videos"
    print(f"  searched: {videos}, {searched.seconds:.0f} s, state {searched.state}")


def _first_seen(match: "Match") -> str:
    seen = match.reference.first_seen
    if seen is None:
        return "no dated sighting recorded"
    by = f", recorded by {shown(seen.recorded_by)}" if seen.recorded_by else ""
    at = f" at {shown(seen.url)}" if seen.url else ""
    return f"first seen {shown(seen.date)}{at}{by}"
