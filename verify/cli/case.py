"""``verify-video case``: make a case of an article and its videos, show, check and report it."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verify.cli.terminal import print_json, shown

if TYPE_CHECKING:
    from verify.records.case import Case, CaseVideo


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("case", help="make, show, check or report a case")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_new(verbs)
    show = verbs.add_parser("show", help="say what a case holds")
    show.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    check = verbs.add_parser("check", help="tell whether a case was altered")
    check.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    report = verbs.add_parser("report", help="write the report of a case")
    report.add_argument("--format", choices=("html", "json"), default="html", help="default: html")
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to a file, not to standard output")
    for verb, run in ((show, run_show), (check, run_check), (report, run_report)):
        verb.add_argument("case", type=Path, metavar="CASE", help="the case folder")
        verb.set_defaults(run=run)


def _add_new(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    new = verbs.add_parser(
        "new",
        help="make a case",
        description="Make a case folder of a saved article and the videos it cites. An interrupted run goes on where it"
        " stopped.",
    )
    new.add_argument("article", metavar="ARTICLE", help="a saved HTML page, a text or a Markdown file")
    new.add_argument(
        "--video",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="file of the first cited video that has none; again for the next",
    )
    new.add_argument("--published", metavar="DATE", help="when the article was published, in EDTF")
    new.add_argument("--db", required=True, type=Path, metavar="DB", help="the hash database; made if missing")
    new.add_argument("-o", "--output", required=True, type=Path, metavar="CASE", help="the case folder to make")
    new.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    new.set_defaults(run=run_new)


def run_new(options: argparse.Namespace) -> int:
    """Make a case."""
    from verify.case.run import CaseRequest, new_case  # noqa: PLC0415  (heavy)
    from verify.records.edtf_date import parse_date  # noqa: PLC0415

    request = CaseRequest(
        article=Path(options.article),
        videos=tuple(options.video),
        published=parse_date(options.published) if options.published else None,
        database=options.db,
        database_name=str(options.db),
        folder=options.output,
    )
    case = new_case(request, lambda step: print(shown(step), file=sys.stderr, flush=True))
    _print_case(case, as_json=options.format == "json")
    supplied = [video for video in case.videos if video.file or video.original_name]
    failed = [video for video in supplied if video.missing]
    return 1 if failed else 0


def run_show(options: argparse.Namespace) -> int:
    """Say what a case holds."""
    from verify.case.folder import read_case  # noqa: PLC0415  (heavy)

    _print_case(read_case(options.case), as_json=options.format == "json")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Tell whether a case was altered: exit status 1 where it was."""
    from verify.case.check import check_case  # noqa: PLC0415  (heavy)

    check = check_case(options.case)
    if options.format == "json":
        problems = list(check.problems)
        print_json(
            {
                "schema": "verify.case-check/1",
                "case": shown(options.case),
                "files": check.files,
                "problems": problems,
            }
        )
    else:
        for problem in check.problems:
            print(shown(problem))
        noun = "problem" if len(check.problems) == 1 else "problems"
        print(f"{check.files} files checked, {len(check.problems) or 'no'} {noun}")
    return 1 if check.problems else 0


def run_report(options: argparse.Namespace) -> int:
    """Write the report of a case."""
    import json  # noqa: PLC0415

    from verify.case.folder import read_case  # noqa: PLC0415  (heavy)
    from verify.keyframes.images import write_synced  # noqa: PLC0415
    from verify.report.content import report_as_json  # noqa: PLC0415
    from verify.report.html import report_as_html  # noqa: PLC0415

    case = read_case(options.case)
    text = report_as_html(case) if options.format == "html" else json.dumps(report_as_json(case), ensure_ascii=False)
    data = text.encode("utf-8", "backslashreplace")
    if options.output:
        write_synced(options.output, data + b"\n")
    else:
        sys.stdout.buffer.write(data + b"\n")
    return 0


def _print_case(case: "Case", *, as_json: bool) -> None:
    from verify.report.content import report_as_json  # noqa: PLC0415

    if as_json:
        print_json(report_as_json(case))
        return
    published = case.article.published
    print(shown(case.title))
    print(f"  case {case.case_id} in {shown(case.root)}")
    print(f"  published {shown(published.text) if published else 'at an unknown date'}")
    for video in case.videos:
        _print_video(video)
    decided = sum(1 for claim in case.claims if claim.current)
    print(f"  {len(case.article.sentences)} sentences, {decided} with a stance")


def _print_video(video: "CaseVideo") -> None:
    print(f"  video {video.number}: {shown(video.original_name or video.citation.address or 'supplied')}")
    if video.missing:
        print(f"    {shown(video.missing)}")
    if video.facts:
        print(f"    {float(video.facts.seconds):.1f} s, {len(video.keyframes)} keyframes")
    if video.report and not video.missing:
        print(f"    {video.report.answer.replace('_', ' ')}: {shown(video.report.reason)}")
        for match in video.report.matches:
            seen = match.reference.first_seen
            date = f"first seen {shown(seen.date)}" if seen else "no dated sighting"
            print(f"    {shown(Path(match.reference.path).name)}: {date}, score {match.score:.3f}")
