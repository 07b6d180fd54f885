"""``verify-video case``: make a case of an article and its videos, show, check and report it."""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from verify.cli.terminal import print_json, shown
from verify.records.names import spelled

if TYPE_CHECKING:
    from verify.records.case import Case, CaseVideo


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("case", help="make, show, check or report a case")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")
    _add_new(verbs)
    show = verbs.add_parser("show", help="say what a case holds")
    show.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    check = verbs.add_parser(
        "check",
        help="tell whether a case was altered",
        description="Compare every file of a case with its manifest and every line of its logs with the line before."
        " Exit status 0 means intact, 1 that something was altered, is missing or was added.",
    )
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
    new.add_argument(
        "--published",
        metavar="DATE",
        help="when the article was published, as 2022-11-15 or 2022-11~ (EDTF); goes before what the page says",
    )
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
        published=None if options.published is None else parse_date(options.published),
        database=options.db,
        database_name=str(options.db),
        folder=options.output,
    )
    case = new_case(request, lambda step: print(shown(step), file=sys.stderr, flush=True))
    _print_case(case, as_json=options.format == "json")
    sys.stdout.flush()
    failed = [video for video in case.videos if video.missing and video.original_name]
    for video in failed:
        print(f"verify-video: video {video.number}: {shown(video.missing)}", file=sys.stderr)
    folder = shlex.quote(str(case.root))
    print(f"open the screen:   verify-video ui {shown(folder)}", file=sys.stderr)
    print(f"write the report:  verify-video case report {shown(folder)} -o report.html", file=sys.stderr)
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
                "case": spelled(options.case),
                "files": check.files,
                "intact": not problems,
                "problems": problems,
            }
        )
    else:
        for problem in check.problems:
            print(shown(problem))
        noun = "problem" if len(check.problems) == 1 else "problems"
        told = f"{len(check.problems)} {noun}" if check.problems else "intact"
        print(f"{shown(options.case)}: {check.files} files checked, {told}")
    return 1 if check.problems else 0


def run_report(options: argparse.Namespace) -> int:
    """Write the report of a case."""
    import json  # noqa: PLC0415

    from verify.case.folder import read_case  # noqa: PLC0415  (heavy)
    from verify.errors import UsageError  # noqa: PLC0415
    from verify.keyframes.images import write_synced  # noqa: PLC0415
    from verify.report.content import report_as_json  # noqa: PLC0415
    from verify.report.html import report_as_html  # noqa: PLC0415

    case = read_case(options.case)
    text = report_as_html(case) if options.format == "html" else json.dumps(report_as_json(case), ensure_ascii=False)
    data = text.encode("utf-8", "backslashreplace")
    if options.output:
        output = options.output.resolve()  # renaming onto a link such as /dev/stdout would replace the link
        if output.exists() and not output.is_file():
            raise UsageError(
                f"{options.output} cannot be written", "it is a folder, a pipe or a device", "Give the name of a file"
            )
        write_synced(output, data + b"\n")
    else:
        sys.stdout.buffer.write(data + b"\n")
    return 0


def _print_case(case: "Case", *, as_json: bool) -> None:
    from verify.report.content import judge_case, report_as_json  # noqa: PLC0415

    if as_json:
        print_json(report_as_json(case))
        return
    print(shown(case.title))
    print(f"  case {shown(case.case_id)} in {shown(case.root)}")
    print(f"  published {_published(case)}")
    for video, verdict in zip(case.videos, judge_case(case).videos, strict=True):
        _print_video(video)
        for sentence in verdict.sentences if video.report and not video.missing else ():
            print(f"    {_plain(sentence)}")
        _print_matches(video)
    print(f"  {_plain(judge_case(case).headline)}")
    decided = sum(1 for claim in case.claims if claim.current)
    print(f"  {len(case.article.sentences)} sentences, {decided} with a stance")


def _published(case: "Case") -> str:
    from verify.report.wording import published_in_words  # noqa: PLC0415

    unknown = "at an unknown date (no date was found in the article; --published gives it when the case is made)"
    return shown(published_in_words(case.article) or unknown)


def _print_video(video: "CaseVideo") -> None:
    cited = "" if video.citation.kind != "supplied" else " (supplied, not cited)"
    print(f"  video {video.number}: {shown(video.original_name or video.citation.address or 'without a name')}{cited}")
    if video.missing:
        print(f"    missing: {shown(video.missing)}")
    if video.facts:
        print(f"    {float(video.facts.seconds):.1f} s, {len(video.keyframes)} keyframes")
        for oddity in video.facts.oddities:
            print(f"    {shown(oddity)}")
    if video.report and not video.missing:
        print(f"    {video.report.answer.replace('_', ' ')}")


def _print_matches(video: "CaseVideo") -> None:
    """List the matches where there are several; a single one stands in the verdict."""
    from verify.report.content import sighting_in_words  # noqa: PLC0415

    matches = video.report.matches if video.report else ()
    for number, match in enumerate(matches if len(matches) > 1 else (), start=1):
        seen = match.reference.first_seen
        told = f"First seen {_plain(sighting_in_words(seen))}." if seen else "No dated sighting is on record."
        print(f"    match {number}: {shown(match.reason)} {told}")


def _plain(sentence: str) -> str:
    """Give a sentence of the report for a terminal: without the signs that keep directions of writing apart."""
    from verify.report.content import END, ISOLATE  # noqa: PLC0415

    return shown(sentence.replace(ISOLATE, "").replace(END, ""))
