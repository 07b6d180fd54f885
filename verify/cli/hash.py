"""``verify-video hash``: bring folders of videos into a hash database."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.cli.terminal import complain, exit_status, named_path, print_json, shown
from verify.records.names import spelled

if TYPE_CHECKING:
    from verify.database.intake import Taken
    from verify.database.walk import FoundFiles
    from verify.errors import VerifyError
    from verify.records.sighting import Sighting

_COUNTED = ("added", "unchanged", "updated", "failed")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "hash",
        help="hash videos into a hash database",
        description="Hash videos into a hash database. Unchanged files cost a look at their size and time; an"
        " interrupted run goes on where it stopped. A sightings.csv beside the videos is read every time.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", type=named_path, help="a video, or a folder walked to its depth"
    )
    parser.add_argument("--db", required=True, type=Path, metavar="DB", help="the hash database; made if missing")
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: one a processor)",
    )
    parser.add_argument("--rehash", action="store_true", help="hash again what is unchanged")
    parser.add_argument(
        "--detail",
        choices=("lean", "default", "full"),
        default="default",
        help="how many local features and blocks are kept; any can be compared with any other (default: default)",
    )
    parser.add_argument(
        "--sightings",
        action="append",
        default=[],
        type=Path,
        metavar="CSV",
        help="a further table of sightings",
    )
    parser.add_argument("--url", metavar="U", help="where all these videos were seen")
    parser.add_argument(
        "--date", metavar="D", help="when they stood there, in EDTF: 2022-11-15, 2022-11~, ../2022-11-15"
    )
    parser.add_argument("--recorded-by", metavar="WHO", help="who says so")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command and give its exit status."""
    from verify.database.intake import FAILED, Taken, record_sighting, take_files  # noqa: PLC0415  (heavy)
    from verify.database.store import open_database  # noqa: PLC0415
    from verify.database.walk import find_files  # noqa: PLC0415
    from verify.fingerprints.detail import DEFAULT, FULL, LEAN  # noqa: PLC0415

    detail = {"lean": LEAN, "default": DEFAULT, "full": FULL}[options.detail]
    started = time.monotonic()
    sighting = _sighting(options)
    found = find_files(options.paths)
    counts = dict.fromkeys(_COUNTED, 0)
    video_seconds = 0.0
    report = _print_json_line if options.format == "json" else _print_text_line
    with open_database(options.db, create=True) as database:
        refused = _take_sightings(database, [*found.sightings, *options.sightings])
        for path, error in found.errors:
            if os.path.isdir(path):  # noqa: PTH112  (a folder that may not be entered is one, too)
                refused += 1
                complain(error)  # a folder is no file: it has no line of its own
            else:
                counts["failed"] += 1
                report(Taken(path=path, state=FAILED, error=error))
        with _progress(found) as progress:
            hashing = take_files(database, found.files, jobs=options.jobs, rehash=options.rehash, detail=detail)
            for taken in hashing:
                counts[taken.state] += 1
                decoded_s = float(taken.seconds or 0) if taken.state in {"added", "updated"} else 0.0
                video_seconds += float(taken.seconds or 0)
                progress.advance(_size(taken.path), decoded_s)
                if sighting:
                    record_sighting(database, taken, sighting)
                report(taken)
    summary = {
        "schema": "verify.hash-summary/1",
        **counts,
        "ignored": found.ignored,
        "video_seconds": round(video_seconds, 3),
        "wall_seconds": round(time.monotonic() - started, 3),
    }
    _print_summary(summary, as_json=options.format == "json")
    return exit_status(sum(counts.values()) - counts["failed"], counts["failed"] + refused)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is no number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _sighting(options: argparse.Namespace) -> "Sighting | None":
    from verify.records.edtf_date import parse_date  # noqa: PLC0415
    from verify.records.sighting import Sighting  # noqa: PLC0415

    if options.url is options.date is options.recorded_by is None:
        return None
    date = None if options.date is None else parse_date(options.date)
    return Sighting(url=options.url, date=date, recorded_by=options.recorded_by)


def _take_sightings(database: Any, tables: list[Path]) -> int:  # noqa: ANN401  (its type is heavy to import)
    from verify.database.intake import take_sightings  # noqa: PLC0415

    errors: list[VerifyError] = []
    take_sightings(database, tables, errors.append)
    for error in errors:
        complain(error)
    return len(errors)


def _progress(found: "FoundFiles") -> Any:  # noqa: ANN401
    from verify.cli.progress import FileProgress  # noqa: PLC0415

    return FileProgress(len(found.files), sum(_size(path) for path in found.files))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _print_json_line(taken: "Taken") -> None:
    from verify.records.time import seconds_as_float  # noqa: PLC0415

    error = taken.error
    print_json(
        {
            "schema": "verify.hash/1",
            "path": spelled(taken.path),
            "sha256": taken.video_id,
            "seconds": None if taken.seconds is None else seconds_as_float(taken.seconds),
            "state": taken.state,
            "reason": spelled(error) if error else taken.reason,
            "error": error.error_id if error else None,
        }
    )


def _print_text_line(taken: "Taken") -> None:
    if taken.error:
        print(f"failed     {shown(taken.path)}: {shown(taken.error)}", flush=True)
        return
    remark = f" ({shown(taken.reason)})" if taken.reason else ""
    print(f"{taken.state:<10} {shown(taken.path)} {float(taken.seconds or 0):.1f} s{remark}", flush=True)


def _print_summary(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    counts = ", ".join(f"{summary[name]} {name}" for name in (*_COUNTED, "ignored"))
    sys.stdout.flush()
    print(f"{counts}; {summary['video_seconds']:.1f} s of video in {summary['wall_seconds']:.1f} s")
