"""``verify-video db``: look into a hash database and remove videos from it."""

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verify.cli.terminal import complain, exit_status, print_json, shown
from verify.records.names import spelled

if TYPE_CHECKING:
    from verify.database.rows import StoredVideo
    from verify.database.store import HashDatabase


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("db", help="look into a hash database, remove videos from it")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    info = verbs.add_parser("info", help="what the database holds, and which files failed")
    listing = verbs.add_parser("list", help="every video with its paths and sightings")
    remove = verbs.add_parser("remove", help="remove videos")
    remove.add_argument("videos", nargs="+", metavar="VIDEO", help="a path, or the SHA-256 of the bytes")
    for verb, run in ((info, run_info), (listing, run_list), (remove, run_remove)):
        verb.add_argument("--db", required=True, type=Path, metavar="DB", help="the hash database")
        verb.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
        verb.set_defaults(run=run)


def run_info(options: argparse.Namespace) -> int:
    """Say what the database holds."""
    from verify.database.store import open_database  # noqa: PLC0415  (heavy)

    with open_database(options.db) as database:
        facts = _info(database, str(options.db))
    if options.format == "json":
        print_json(facts)
        return 0
    print(f"{shown(facts['database'])}: {facts['videos']} videos, {facts['seconds']:.1f} s, state {facts['state']}")
    print(f"fingerprints: {', '.join(facts['fingerprints']) or 'none'}")
    print(f"without a dated sighting: {facts['undated']}")
    for failure in facts["failed"]:
        print(f"failed: {shown(failure['path'])}: {shown(failure['reason'])}")
    return 0


def run_list(options: argparse.Namespace) -> int:
    """List every video."""
    from verify.database.store import open_database  # noqa: PLC0415  (heavy)

    with open_database(options.db) as database:
        for video in database.videos():
            facts = _describe(video)
            if options.format == "json":
                print_json(facts)
                continue
            name = shown(facts["paths"][0]) if facts["paths"] else "(no path)"
            seen = facts["first_seen"] or "no dated sighting"
            print(f"{facts['sha256'][:12]}  {facts['seconds']:9.1f} s  {shown(seen):<20}  {name}")
    return 0


def run_remove(options: argparse.Namespace) -> int:
    """Remove videos; those that are not there are named."""
    from verify.database.store import open_database  # noqa: PLC0415  (heavy)
    from verify.errors import UnknownVideoError  # noqa: PLC0415

    removed = failed = 0
    with open_database(options.db) as database:
        for name in options.videos:
            try:
                video_id = database.remove(name)
            except UnknownVideoError as error:
                failed += 1
                complain(error)
                continue
            removed += 1
            if options.format == "json":
                print_json({"schema": "verify.db-remove/1", "sha256": video_id, "name": spelled(name)})
            else:
                print(f"removed {shown(name)} ({video_id[:12]})")
    return exit_status(removed, failed)


def _info(database: "HashDatabase", name: str) -> dict[str, Any]:
    from verify.records.time import seconds_as_float  # noqa: PLC0415

    videos = list(database.videos())
    return {
        "schema": "verify.db-info/1",
        "database": spelled(name),
        "state": database.state(),
        "videos": len(videos),
        "seconds": seconds_as_float(sum((video.facts.seconds for video in videos), Fraction(0))),
        "fingerprints": sorted({video.fingerprint for video in videos}),
        "undated": sum(1 for video in videos if _describe(video)["first_seen"] is None),
        "failed": [
            {"path": spelled(failure.path), "error": failure.error_id, "reason": failure.why}
            for failure in database.failures()
        ],
    }


def _describe(video: "StoredVideo") -> dict[str, Any]:
    from verify.records.sighting import first_seen  # noqa: PLC0415
    from verify.records.time import seconds_as_float  # noqa: PLC0415

    seen = first_seen(video.sightings)
    return {
        "schema": "verify.db-list/1",
        "sha256": video.video_id,
        "seconds": seconds_as_float(video.facts.seconds),
        "paths": [spelled(path) for path in video.paths],
        "fingerprint": video.fingerprint,
        "first_seen": seen.date.text if seen and seen.date else None,
        "sightings": [sighting.as_json() for sighting in video.sightings],
        "oddities": list(video.facts.oddities),
    }
