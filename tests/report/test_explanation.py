"""The folder of an explanation: what it holds, whether its pictures say the truth, and what may go wrong."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.made_videos import Picture, write_video
from tests.matches.disguised import ANOTHER_TAKE, COPY, FIRST_INDEX, MAP, ORIGINAL
from verify.database.intake import take_files
from verify.database.store import open_database
from verify.errors import MissingFileError, UnwritableFileError, UsageError
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.matches.find import Matcher
from verify.records.explanation import Examination
from verify.records.time import Span
from verify.report.explanation import COLUMNS, ExplanationFolder

KINDS = {"sheet", "query", "reference", "warped", "difference"}


@dataclass(frozen=True)
class Explained:
    """An examined copy and its explanation."""

    examination: Examination
    query: Path
    reference: Path
    folder: Path

    @property
    def page(self) -> Path:
        """The page of the query."""
        return self.folder / "001-copy-of-it" / "index.html"

    @property
    def data(self) -> dict[str, Any]:
        """What stands beside the page as data."""
        return dict(json.loads((self.page.parent / "explanation.json").read_text("utf-8")))

    def picture(self, name: str) -> Picture:
        """Decode a picture."""
        bgr = cv2.imread(str(self.page.parent / name))
        assert bgr is not None, name
        return np.asarray(bgr[:, :, ::-1], np.uint8)


def examine(database_path: Path, query: Path) -> Examination:
    """Examine a file."""
    fingerprint = fingerprint_file(query, detail=QUERY, threads=1).fingerprint
    with open_database(database_path) as database:
        return Matcher(database, "footage.db").examine(str(query), fingerprint)


def aligned_rightly(examination: Examination) -> Examination:
    """Give an examination with the true alignment: how exactly matching finds it is not tried here."""
    match = examination.report.matches[0]
    off = Fraction(FIRST_INDEX, 25)
    query = match.segments[0].query
    reference = Span(start=query.start + off, end=query.end + off)
    segment = replace(match.segments[0], reference=reference, speed=1.0)
    matches = (replace(match, segments=(segment, *match.segments[1:])), *examination.report.matches[1:])
    return replace(examination, report=replace(examination.report, matches=matches))


def explain(folder: Path, examination: Examination, query: Path, references: Sequence[Path]) -> Explained:
    """Explain one query."""
    with ExplanationFolder(folder) as explained:
        explained.add(examination, query, lambda _: references)
    return Explained(examination, query, references[0] if references else query, folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with film.mp4, footage.db made of it, and copy_of_it.mp4, disguised."""
    folder = tmp_path_factory.mktemp("explained")
    write_video(folder / "film.mp4", ORIGINAL)
    write_video(folder / "copy_of_it.mp4", COPY)
    with open_database(folder / "footage.db", create=True) as database:
        for taken in take_files(database, [folder / "film.mp4"], jobs=1):
            assert taken.error is None
    return folder


@pytest.fixture(scope="module")
def explained(made: Path) -> Explained:
    """Give the explanation of the copy."""
    query = made / "copy_of_it.mp4"
    examination = aligned_rightly(examine(made / "footage.db", query))
    return explain(made / "out", examination, query, [made / "film.mp4"])


def test_folder_holds_page_data_table_and_every_picture_named(explained: Explained) -> None:
    """What the data names lies there, and nothing else does."""
    (segment,) = explained.data["segments"]
    named = {name for pair in segment["pairs"] for name in pair["files"].values()}
    assert all(set(pair["files"]) == KINDS for pair in segment["pairs"])
    assert {path.name for path in explained.page.parent.iterdir()} == named | {"index.html", "explanation.json"}
    assert {path.name for path in explained.folder.iterdir()} == {"index.html", "candidates.csv", "001-copy-of-it"}
    assert 'href="001-copy-of-it/index.html"' in (explained.folder / "index.html").read_text("utf-8")


def test_warped_picture_is_nearer_to_the_query_than_the_reference(explained: Explained) -> None:
    """The pictures as anybody decodes them: laid over, the reference is the query but for the caption."""
    for pair in explained.data["segments"][0]["pairs"]:
        query, reference, warped = (explained.picture(pair["files"][kind]) for kind in ("query", "reference", "warped"))
        assert query.shape == warped.shape == explained.picture(pair["files"]["difference"]).shape
        seen = slice(0, int(query.shape[0] * 0.85))
        unwarped = cv2.resize(reference, query.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert cv2.absdiff(warped, query)[seen].mean() < cv2.absdiff(unwarped, query)[seen].mean() / 4
        assert explained.picture(pair["files"]["sheet"]).shape[1] > 1500


def test_data_gives_times_map_and_figures_that_hold(explained: Explained) -> None:
    """Whoever reads the data can lay the pictures over each other, and sees which instant they are of."""
    data = explained.data
    assert data["schema"] == "verify.explanation/1"
    assert data["match"] == explained.examination.report.as_json()
    (segment,) = data["segments"]
    assert segment["map_spread"] < 0.02
    comparisons = [other for pair in segment["pairs"] for other in pair["figures"]["other_instants"]]
    told = [other for other in comparisons if other["difference_here"] is not None]
    assert len(told) >= 4
    assert all(2 * other["difference_here"] < other["difference_there"] for other in told)
    for pair in segment["pairs"]:
        assert pair["matrix"] == pytest.approx(MAP, abs=0.02)
        assert pair["reference_s"] - pair["query_s"] == pytest.approx(FIRST_INDEX / 25, abs=0.05)
        assert pair["compared"]["points"]
        assert pair["points"]


def test_page_says_what_the_figures_say_and_loads_nothing(explained: Explained) -> None:
    """One file: no script, no address, every picture inside."""
    page = explained.page.read_text("utf-8")
    assert "hardly any are so" in page
    assert "to within" in page
    assert "differs in every pair, as under a caption" in page
    assert "Kept: score" in page
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|src=\"(?!data:)", page)
    assert page.count("<img") == 5 * len(explained.data["segments"][0]["pairs"])


def test_table_has_a_line_for_each_reference(explained: Explained) -> None:
    """The table can be read by anything that reads CSV."""
    with (explained.folder / "candidates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(explained.examination.looked_at)
    assert (rows[0]["answer"], rows[0]["kept"], rows[0]["query"]) == ("same_footage", "True", str(explained.query))
    assert float(rows[0]["query_end_s"]) > float(rows[0]["query_start_s"])
    assert 0.5 <= float(rows[0]["brightness"]) <= 1
    assert f"their brightness correlates by {float(rows[0]['brightness']):.2f}" in rows[0]["why"]


def test_another_take_is_not_shown_as_the_same_instant(made: Path, tmp_path: Path) -> None:
    """The pictures of a lead show that it is one: the place agrees, what moves does not."""
    query = tmp_path / "copy_of_it.mp4"
    write_video(query, ANOTHER_TAKE)
    fingerprint = fingerprint_file(query, detail=QUERY, threads=1).fingerprint
    with open_database(made / "footage.db") as database:
        examination = Matcher(database, "footage.db").examine(str(query), fingerprint, candidates=True)
    explained = explain(tmp_path / "out", aligned_rightly(examination), query, [made / "film.mp4"])
    pairs = [pair for segment in explained.data["segments"] for pair in segment["pairs"]]
    told = [other for pair in pairs for other in pair["figures"]["other_instants"] if other["change"] is not None]
    assert pairs
    assert sum(2 * other["difference_here"] < other["difference_there"] for other in told) <= len(told) / 10


@pytest.mark.parametrize("lost", ["query", "reference", "changed"])
def test_missing_file_is_said_in_the_page_and_stops_nothing(
    explained: Explained, made: Path, tmp_path: Path, lost: str
) -> None:
    """A file that went away, or no longer holds the bytes that were compared, costs its pictures only."""
    query, reference = explained.query, made / "film.mp4"
    if lost == "query":
        query = tmp_path / "copy_of_it.mp4"
    elif lost == "reference":
        reference = tmp_path / "film.mp4"
    else:
        reference = tmp_path / "film.mp4"
        reference.write_bytes(explained.query.read_bytes())
    again = explain(tmp_path / "out", explained.examination, query, [reference])
    page = again.page.read_text("utf-8")
    assert "No pictures" in page
    assert ("has changed since it was hashed" if lost == "changed" else "no longer where it was hashed") in page
    assert again.data["segments"][0]["pairs"] == []
    assert again.data["segments"][0]["missing"]


def test_refused_query_has_a_page_with_the_reason(tmp_path: Path, made: Path) -> None:
    """Every query stands in the list, read or not."""
    with open_database(made / "footage.db") as database:
        report = Matcher(database, "footage.db").refuse("gone.mp4", MissingFileError("gone.mp4", "it is gone", "No"))
    with ExplanationFolder(tmp_path / "out") as folder:
        folder.add_refused(report, Path("gone.mp4"))
    page = (tmp_path / "out" / "001-gone" / "index.html").read_text("utf-8")
    assert "it is gone" in page
    assert "could not be read" in page


def test_names_from_outside_are_escaped_on_every_page(explained: Explained, tmp_path: Path) -> None:
    """A file name is shown, never run; a spreadsheet takes it for text."""
    nasty = "=<script>alert(1)\u202e.mp4"
    report = explained.examination.report
    match = replace(report.matches[0], reference=replace(report.matches[0].reference, path=nasty))
    looked_at = tuple(replace(one, path=nasty) for one in explained.examination.looked_at)
    query = replace(report.query, path=nasty)
    changed = Examination(report=replace(report, query=query, matches=(match,)), looked_at=looked_at)
    explain(tmp_path / "out", changed, tmp_path / nasty, [])
    pages = [path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.html")]
    assert len(pages) == 2
    for page in pages:
        assert "<script" not in page
        assert "\u202e" not in page
        assert "&lt;script&gt;" in page
    with (tmp_path / "out" / "candidates.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["path"] == f"'{nasty}" == row["query"] for row in csv.DictReader(file))


def test_folder_must_be_new_or_empty(tmp_path: Path) -> None:
    """Nothing that lies there is written over or mixed up with."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds files already"):
        ExplanationFolder(tmp_path / "full")
    with pytest.raises(UsageError, match="a file of this name"):
        ExplanationFolder(tmp_path / "file")
    with ExplanationFolder(tmp_path / "empty"):
        pass
    assert "No query was given" in (tmp_path / "empty" / "index.html").read_text("utf-8")
    with pytest.raises(UnwritableFileError):
        ExplanationFolder(tmp_path / "file" / "below")
