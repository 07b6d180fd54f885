"""What the stage says of each instant: which reference stands there, and with what evidence."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.ui.made_case import make_article, make_case, make_match, make_report
from verify.records.match import MatchReport, Query, Skipped
from verify.records.time import Span
from verify.ui.page_data import desk_data
from verify.ui.stage_data import matches_words, silence_words


class NamedPictures:
    """Gives each picture its file name as its address."""

    def full(self, path: Path) -> str | None:
        """Give the name of the picture."""
        return path.name if path.is_file() else None

    def thumbnail(self, path: Path) -> str | None:
        """Give no small copy."""


def video_of(tmp_path: Path, report: MatchReport | None) -> dict[str, Any]:
    """Give the video of a case with one report, as the desk is told of it."""
    video: dict[str, Any] = desk_data(make_case(tmp_path / "case", reports=(report,)), NamedPictures())["videos"][0]
    return video


def test_reference_beside_a_matched_frame_is_the_nearest_picture_with_both_times(tmp_path: Path) -> None:
    """The picture shown was taken at another instant than the frame: both are said."""
    frames = video_of(tmp_path, make_report("same_footage", make_match()))["frames"]
    assert frames[2]["references"] == [], "1.0 s lies before the match"
    assert frames[12]["references"] == [], "6.0 s is the first instant after the match"
    reference = frames[3]["references"][0]
    assert reference["url"] == "r0.jpg"
    assert reference["clock"] == "00:00:03.000", "aligned with 1.5 s"
    assert (reference["picture_query_clock"], reference["picture_clock"]) == ("00:00:02.000", "00:00:03.500")


def test_what_is_laid_over_a_frame_was_measured_at_that_frame(tmp_path: Path) -> None:
    """Points and the laid reference belong to one instant: over any other frame they would lie."""
    video = video_of(tmp_path, make_report("same_footage", make_match()))
    here, beside = video["frames"][4]["references"][0], video["frames"][3]["references"][0]
    assert here["laid"] == "w0.jpg"
    assert [(point["number"], point["here"], point["there"]) for point in here["points"]] == [
        (1, [0.25, 0.5], [0.7, 0.5]),
        (2, [0.75, 0.25], [0.3, 0.3]),
    ]
    assert "clearly less in 1 of 1 comparison" in here["instant"]
    assert (beside["laid"], beside["points"], beside["instant"]) == (None, [], None)
    assert any("8% of the picture differs" in words for words in video["matches"][0]["segments"][0]["explained"])


def test_reference_picture_that_could_not_be_had_says_why(tmp_path: Path) -> None:
    """An empty place beside the frame would look like a fault of the screen."""
    reference = video_of(tmp_path, make_report("same_footage", make_match()))["frames"][11]["references"][0]
    assert (reference["url"], reference["missing"]) == (None, "the reference file has moved")


def test_every_match_at_an_instant_can_be_chosen_best_first(tmp_path: Path) -> None:
    """A lead must not hide the footage itself, nor the footage the lead."""
    video = video_of(tmp_path, make_report("same_footage", make_match(), make_match("same_scene", seen=None)))
    assert [(entry["match"], entry["segment"]) for entry in video["frames"][4]["references"]] == [(0, 0), (1, 0)]
    assert [match["answer"] for match in video["matches"]] == ["same_footage", "same_scene"]


def test_match_tells_its_numbers_and_dates_as_the_report_does(tmp_path: Path) -> None:
    """An editor must find the same facts on the screen and in the report."""
    case = make_case(tmp_path / "case")
    match = matches_words(case.videos[0], case.article)[0]
    assert (match["name"], match["score"], match["older"]) == ("car.mp4", "0.993", True)
    assert match["dates"].startswith(
        "If that sighting is right, the footage is older than the article by at least 1,138 days"
    )
    assert "2019-10-03" in match["first_seen"]
    assert "example.org archive" in match["first_seen"]
    segment = match["segments"][0]
    assert segment["agreeing"] == "24 of 25 distinct pictures agree"
    assert (segment["mirrored"], segment["speed"]) == (True, "speed 1.00x")
    assert ["cropped" in word or "mirrored" in word for word in segment["disguise"]] == [True, True]


def test_match_without_a_sighting_is_never_called_older(tmp_path: Path) -> None:
    """Unknown stays unknown."""
    case = make_case(tmp_path / "case", reports=(make_report("same_footage", make_match(seen=None)),))
    match = matches_words(case.videos[0], case.article)[0]
    assert match["older"] is False
    assert "nobody recorded a sighting" in match["first_seen"]


def test_frame_outside_of_every_match_names_what_was_searched(tmp_path: Path) -> None:
    """Silence beside a frame would leave open whether anything was compared."""
    frames = video_of(tmp_path, make_report("same_footage", make_match()))["frames"]
    assert frames[0]["silence"] == "This frame matches nothing that was searched (7 references)."
    assert frames[4]["silence"] is None


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (None, "No hash database was searched for this video."),
        (replace(make_report("not_comparable"), reason="Too dark throughout."), "Too dark throughout."),
        (make_report("no_match"), "This frame matches nothing that was searched (7 references)."),
    ],
)
def test_frame_that_was_not_compared_says_so_and_why(tmp_path: Path, report: MatchReport | None, expected: str) -> None:
    """Not compared is another thing than compared in vain."""
    video = make_case(tmp_path / "case", article=make_article(), reports=(report,), frames=1).videos[0]
    assert silence_words(video, Fraction(0)) == expected


def test_frame_in_a_skipped_stretch_was_not_compared(tmp_path: Path) -> None:
    """A black frame matches nothing because nothing was asked."""
    skipped = (Skipped(span=Span(start=Fraction(0), end=Fraction(1)), why="black"),)
    query = Query(path="q.mp4", video_id="cd" * 32, seconds=12.0, comparable_seconds=11.0, skipped=skipped)
    frames = video_of(tmp_path, replace(make_report("no_match"), query=query))["frames"]
    assert frames[1]["silence"] == "This frame was not compared: black."
    assert frames[2]["silence"] == "This frame matches nothing that was searched (7 references)."
