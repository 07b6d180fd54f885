"""Match every file of the test footage against all others and hold the answers against what is known of them.

    python -m benchmarks.shared_pairs DATA [--db DB] [--verbose]

DATA is a folder with ``manifest.csv`` and ``offsets.csv``. Printed are the pairs of ``offsets.csv`` that were found in
either direction, each pair missed with its figures, every false match, and, in a table of its own that decides
nothing, the pairs that show one scene in two recordings: frame hashes cannot tell those from copies.
The exit status is 1 if there was a false match.
"""

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from verify.database.intake import take_files
from verify.database.store import HashDatabase, open_database
from verify.database.walk import find_files
from verify.errors import VerifyError
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_files
from verify.matches.find import Matcher
from verify.records.match import SAME_FOOTAGE, Match, MatchReport, Segment

MIN_COVERED = 0.8
"""Share of the core of a pair that the match must cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A stretch of one file that surely stands in another: instants that belong together at both ends."""

    query: str
    reference: str
    query_s: tuple[float, float]
    reference_s: tuple[float, float]
    tolerance_s: float

    def turned(self) -> "Pair":
        """Give the same pair looked for in the other direction."""
        ends = sorted(zip(self.reference_s, self.query_s, strict=True))
        return Pair(
            query=self.reference,
            reference=self.query,
            query_s=(ends[0][0], ends[1][0]),
            reference_s=(ends[0][1], ends[1][1]),
            tolerance_s=self.tolerance_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a match compares with what is known of the pair."""

    covered: float = 0.0
    error_s: float = float("inf")
    segments: int = 0
    note: str = "not found"

    def right(self, pair: Pair) -> bool:
        """Whether the match counts as found."""
        return self.error_s <= pair.tolerance_s and self.covered >= MIN_COVERED


def main() -> int:
    """Hash, match and print."""
    parser = argparse.ArgumentParser(description="Match all test footage against itself.")
    parser.add_argument("data", type=lambda text: Path(text).resolve())
    parser.add_argument("--db", type=Path, help="hash database to keep (default: none is kept)")
    parser.add_argument("--verbose", action="store_true", help="print the segments of each pair missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        path = options.db or Path(temporary) / "footage.db"
        with open_database(path, create=True) as database:
            for _ in take_files(database, find_files([options.data]).files, jobs=os.cpu_count() or 1):
                pass
            reports = match_all(database, options.data)
    print_pairs(options.data, reports, verbose=options.verbose)
    return print_others(options.data, reports)


def match_all(database: HashDatabase, data: Path) -> dict[str, MatchReport]:
    """Match every stored video of the folder, by each of its paths relative to the folder."""
    matcher = Matcher(database, "footage.db")
    reports = {}
    queries = [path for video in database.videos() for path in video.paths if path.is_relative_to(data.absolute())]
    for path, outcome in fingerprint_files(queries, detail=QUERY, jobs=os.cpu_count() or 1):
        if not isinstance(outcome, VerifyError):
            reports[str(path.relative_to(data.absolute()))] = matcher.find(
                path.name, outcome.fingerprint, candidates=True
            )
    return reports


def read_pairs(data: Path) -> Iterator[Pair]:
    """Read ``offsets.csv``, each pair in both directions."""
    with (data / "offsets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            reference_s = (float(row["reference_start_s"]), float(row["reference_end_s"]))
            pair = Pair(
                query=row["path"],
                reference=row["reference"],
                query_s=(float(row["start_s"]), float(row["end_s"])),
                reference_s=reference_s if float(row["speed"]) > 0 else (reference_s[1], reference_s[0]),
                tolerance_s=float(row["tolerance_s"]),
            )
            yield pair
            yield pair.turned()


def print_pairs(data: Path, reports: dict[str, MatchReport], *, verbose: bool) -> None:
    """Print how many pairs were found, and those that were not."""
    pairs = list(read_pairs(data))
    missed = []
    errors: list[float] = []
    for pair in pairs:
        found = find_match(reports.get(pair.query), data / pair.reference)
        verdict = judge(pair, found)
        if verdict.right(pair):
            errors.append(verdict.error_s)
        else:
            missed.append((pair, verdict, found))
    print(f"pairs of offsets.csv, in both directions: {len(errors)} of {len(pairs)} found")
    if errors:
        print(f"  error of those found, seconds: mean {sum(errors) / len(errors):.3f}, worst {max(errors):.3f}")
    for pair, verdict, found in missed:
        print(f"  missed: {pair.query} in {pair.reference}: {verdict.note}")
        for segment in found.segments if verbose and found else ():
            print(f"    {show(segment)}; true: {pair.query_s} in {pair.reference_s}")


def find_match(report: MatchReport | None, reference: Path) -> Match | None:
    """Give the match with a reference."""
    path = str(reference.absolute())
    return next((match for match in report.matches if path in match.reference.paths), None) if report else None


def judge(pair: Pair, match: Match | None) -> Verdict:
    """Hold a match against a pair: the best segment gives the error, those within the tolerance cover."""
    if match is None:
        return Verdict()
    if match.answer != SAME_FOOTAGE:
        return Verdict(note=f"candidate only, score {match.score:.3f}")
    errors = [error_of(segment, pair) for segment in match.segments]
    right = [seg for seg, error in zip(match.segments, errors, strict=True) if error <= pair.tolerance_s]
    begin, end = pair.query_s
    covered = sum(max(0.0, min(float(s.query.end), end) - max(float(s.query.start), begin)) for s in right)
    share = covered / (end - begin)
    note = f"worst error {min(errors):.2f} s, {share:.0%} covered, {len(errors)} segments"
    return Verdict(covered=share, error_s=min(errors), segments=len(errors), note=note)


def error_of(segment: Segment, pair: Pair) -> float:
    """Give the larger of the errors at both ends of the pair, in seconds of the reference."""
    origin = float(segment.reference.start if segment.speed > 0 else segment.reference.end)
    mapped = [origin + segment.speed * (time - float(segment.query.start)) for time in pair.query_s]
    return max(abs(there - true) for there, true in zip(mapped, pair.reference_s, strict=True))


def print_others(data: Path, reports: dict[str, MatchReport]) -> int:
    """Print matches that must not be, then those of one scene; give 1 if there was one of the former."""
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    false: dict[str, float] = {}
    scenes: dict[str, float] = {}
    nearest = ("", 0.0)
    for query, report in reports.items():
        for match in report.matches:
            reference = str(Path(match.reference.path).relative_to(data.absolute()))
            if match.identical or shares(rows[query], rows[reference], "copy_group"):
                continue
            line = f"{query} in {reference}: {'; '.join(show(segment) for segment in match.segments)}"
            if shares(rows[query], rows[reference], "scene_group"):
                scenes[f"{match.answer:12} {line}"] = match.score
            elif match.answer == SAME_FOOTAGE:
                false[line] = match.score
            else:
                nearest = max(nearest, (line, match.score), key=lambda entry: entry[1])
    print(f"\nfalse matches, no copy and no scene in common (must be 0): {len(false)}")
    print_scored(false)
    print(f"  nearest to one: {nearest[1]:.3f} {nearest[0]}")
    print(f"\none scene in two recordings, decides nothing: {len(scenes)} pairs matched or proposed")
    print_scored(scenes)
    return 1 if false else 0


def shares(left: dict[str, str], right: dict[str, str], column: str) -> bool:
    """Whether two files are of one group."""
    return bool(left[column]) and left[column] == right[column]


def print_scored(lines: dict[str, float]) -> None:
    """Print lines by descending score."""
    for line, score in sorted(lines.items(), key=lambda entry: (-entry[1], entry[0])):
        print(f"  {score:.3f} {line}")


def show(segment: Segment) -> str:
    """Give a segment in a few words."""
    query, reference = segment.query.as_json(), segment.reference.as_json()
    how = f"speed {segment.speed:.3f}{', mirrored' if segment.mirrored else ''}"
    return f"{query} is {reference} ({how}; {segment.frames_agreeing}/{segment.frames_compared})"


if __name__ == "__main__":
    sys.exit(main())
