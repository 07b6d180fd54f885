"""The table of the references that were compared, in words: for ``match --explain``, the report and the screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from verify.records.looked_at import LookedAt, LookedAtTable
from verify.records.match import NOT_COMPARABLE, MatchReport
from verify.report.wording import ANSWER_WORDS, counted, time_range, visible

HANDFUL = 5
"""A table of no more rows than this stands open; a longer one opens when it is asked for."""

DASH = "\N{EN DASH}"
"""Stands for what was not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtRow:
    """A reference as a table shows it; text from outside has passed ``visible``.

    Attributes:
        name, path: of its file.
        kept: whether it is a match or a lead.
        decision: kept or dropped, and as what.
        why: the figures that decided it.
        score: with the score that was needed.
        query, reference: the stretches that were compared.
        figures: what was measured, in the order of ``FIGURES``.
    """

    name: str
    path: str
    kept: bool
    decision: str
    why: str
    score: str
    query: str
    reference: str
    figures: tuple[str, ...]


FIGURES = (
    "Pictures that agree",
    "Points",
    "Moving points a frame",
    "Some seconds off",
    "Correlation of changes",
    "Of brightness",
    "Covered",
)
"""Heads of the columns that only who asks for every figure sees."""


def looked_at_rows(entries: Iterable[LookedAt]) -> tuple[LookedAtRow, ...]:
    """Give the rows of the table in the order in which the entries stand: those kept first."""
    return tuple(_row(entry) for entry in entries)


def looked_at_in_words(table: LookedAtTable | None, report: MatchReport) -> str:
    """Say how many references were compared and kept, or why the table is empty.

    Args:
        table: what is known of them; None where it was not recorded.
        report: the answer.
    """
    if table is None:
        return "Which known videos were compared was not recorded: the case was made by an earlier version."
    total, kept = len(table.entries) + table.left_out, sum(entry.kept for entry in table.entries)
    if not total:
        return f"No known video was compared: {_nothing_in_words(report)}."
    were = "was" if total == 1 else "were"
    says = f"Of {counted(report.searched.videos, 'known video')}, {total:,} {were} near enough to be compared:"
    says = f"{says} {kept:,} kept, {total - kept:,} dropped."
    if table.left_out:
        says = f"{says} {table.left_out:,} of those dropped are not listed; none of them has a higher score than these."
    return says


def _nothing_in_words(report: MatchReport) -> str:
    if report.error:
        return "the video could not be read"
    if report.answer == NOT_COMPARABLE:
        return "too little of the video can be compared"
    return "nothing that was searched is near to it"


def _row(entry: LookedAt) -> LookedAtRow:
    stretch = entry.stretch
    why = entry.why.removeprefix("Kept: ").removeprefix("Dropped: ")  # it has a column of its own
    return LookedAtRow(
        name=visible(PurePath(entry.path).name or entry.path),
        path=visible(entry.path),
        kept=entry.kept,
        decision=f"Kept: {ANSWER_WORDS[entry.answer].lower()}" if entry.kept else "Dropped",
        why=visible(why[:1].upper() + why[1:]),
        score=DASH if entry.score is None else f"{entry.score:.3f} ({entry.threshold:g}\N{NO-BREAK SPACE}needed)",
        query=time_range(stretch.query) if stretch else DASH,
        reference=time_range(stretch.reference) if stretch else DASH,
        figures=_figures(entry),
    )


def _figures(entry: LookedAt) -> tuple[str, ...]:
    data = entry.as_json()
    names = ("points", "moving_points", "control_points", "correlation", "brightness", "covered")
    agreeing = f"{data['frames_agreeing']} of {data['frames_compared']}" if entry.stretch else DASH
    return (agreeing, *(DASH if data[name] is None else f"{data[name]:g}" for name in names))
