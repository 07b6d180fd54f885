"""The table of the references that were compared, in words."""

from dataclasses import replace

import pytest

from tests.made_looked_at import make_below, make_kept, make_table, make_unaligned
from tests.report.made_cases import make_match, make_report
from verify.records.looked_at import MOST_DROPPED, LookedAtTable
from verify.records.match import MatchReport
from verify.report.looked_at_words import DASH, FIGURES, looked_at_in_words, looked_at_rows

REPORT = make_report(make_match())


def test_rows_stand_in_the_order_of_the_entries_with_decision_figure_and_times() -> None:
    """One look tells which were kept, on what, and how far the others were from it."""
    kept, below, unaligned = looked_at_rows([make_kept(), make_below(), make_unaligned()])
    assert (kept.name, kept.kept, kept.decision) == ("car.mp4", True, "Kept: same footage")
    assert kept.why == "Score 0.993, 0.5 needed; what moves does so alike."
    assert kept.score == "0.993 (0.5\N{NO-BREAK SPACE}needed)"
    assert (kept.query, kept.reference) == ("00:00:01.500 – 00:00:06.000", "00:00:03.000 – 00:00:07.500")
    assert (below.kept, below.decision, below.score.split()[0]) == (False, "Dropped", "0.125")
    assert (unaligned.decision, unaligned.score, unaligned.query, unaligned.reference) == ("Dropped", DASH, DASH, DASH)
    assert unaligned.why.startswith("3 pairs of frames are near, but")


def test_figures_have_a_head_each_and_a_dash_where_nothing_was_measured() -> None:
    """What was not measured is not a nought."""
    kept, unaligned = looked_at_rows([make_kept(correlation=0.0), make_unaligned()])
    assert kept.figures == ("24 of 25", "1210", "8.25", "0.5", "0", "0.84", "0.08")
    assert unaligned.figures == (DASH,) * len(FIGURES)


def test_lead_is_not_told_as_the_same_footage() -> None:
    """Kept is not yet a copy."""
    (row,) = looked_at_rows([make_kept(answer="same_scene")])
    assert row.decision == "Kept: same scene, another recording"


def test_names_and_reasons_from_outside_hide_nothing() -> None:
    """A reason may quote a name."""
    (row,) = looked_at_rows([make_kept(path="/refs/\u202egpj.mp4", why="Kept: \u202eas asked.")])
    assert (row.name, row.path, row.why) == ("[U+202E]gpj.mp4", "/refs/[U+202E]gpj.mp4", "[U+202E]as asked.")


def test_sentence_counts_what_was_compared_among_what_was_searched() -> None:
    """The denominator stands beside the number; what is not listed is said."""
    told = looked_at_in_words(make_table(dropped=3), REPORT)
    assert told == "Of 412 known videos, 4 were near enough to be compared: 1 kept, 3 dropped."
    many = looked_at_in_words(make_table(dropped=MOST_DROPPED + 7), REPORT)
    assert f"{MOST_DROPPED + 8} were near enough to be compared: 1 kept, {MOST_DROPPED + 7} dropped." in many
    assert "7 of those dropped are not listed; none of them has a higher score" in many


@pytest.mark.parametrize(
    ("table", "report", "says"),
    [
        (None, REPORT, "was not recorded"),
        (LookedAtTable(), make_report(), "nothing that was searched is near to it"),
        (LookedAtTable(), make_report(answer="not_comparable"), "too little of the video can be compared"),
        (LookedAtTable(), replace(make_report(answer="not_comparable"), error="video.gone"), "could not be read"),
    ],
)
def test_empty_table_says_why(table: LookedAtTable | None, report: MatchReport, says: str) -> None:
    """Nothing near, nothing compared and nothing recorded are three things."""
    assert says in looked_at_in_words(table, report)
