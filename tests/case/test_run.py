"""What ``case new`` makes of an article and its videos."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.case.made_story import Story, bytes_of, list_case, manifest_passes
from tests.made_files import write_audio_only
from verify.case.check import check_case
from verify.case.folder import read_case
from verify.case.run import new_case
from verify.database.store import open_database
from verify.errors import (
    CaseExistsError,
    MissingFileError,
    NotADatabaseError,
    UnwritableFileError,
    UsageError,
    VerifyError,
)
from verify.records.edtf_date import parse_date

SHARED = Path(__file__).parents[2] / ".." / "shared"
KHERSON = SHARED / "article/kherson_truck.txt"
OPENED: list[str] = []
"""Every video opened in this process since the first test asked."""


@pytest.fixture(scope="module", autouse=True)
def _hook() -> None:
    """Count openings; a hook cannot be taken out again, so it is put in once."""

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "verify.video.open":
            OPENED.append(str(arguments[0]))

    sys.addaudithook(hear)


def test_case_folder_is_laid_out_as_the_architecture_says(made_case: Path) -> None:
    """Plain files at known places, and no others."""
    names = list_case(made_case)
    pictures = [name for name in names if name.endswith(".jpg")]
    keyframe = re.compile(r"videos/01/keyframes/[^/]+\.jpg")
    match = re.compile(r"videos/01/matches/[^/]+-(query|reference|warped|difference)\.jpg")
    assert sorted(set(names) - set(pictures)) == [
        "article/article.json",
        "article/source.html",
        "article/text.txt",
        "case.json",
        "journal.jsonl",
        "manifest.sha256",
        "videos/01/evidence.mp4",
        "videos/01/keyframes/keyframes.csv",
        "videos/01/matches.json",
        "videos/01/probe.json",
        "videos/01/video.json",
    ]
    assert any(keyframe.fullmatch(name) for name in pictures)
    assert any(match.fullmatch(name) for name in pictures)
    assert all(keyframe.fullmatch(name) or match.fullmatch(name) for name in pictures)


def test_case_json_names_the_case_its_tool_and_settings(made_case: Path) -> None:
    """Anyone can see what made a case and with which settings, without this software."""
    facts = json.loads((made_case / "case.json").read_text("utf-8"))
    assert list(facts) == ["schema", "id", "title", "created_utc", "tool", "settings"]
    assert re.fullmatch(r"story-[0-9a-f]{8}", facts["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", facts["created_utc"])
    assert facts["title"] == "Truck flees on a rural road"
    assert facts["tool"].startswith("verify ")
    assert set(facts["settings"]) == {"matching", "fingerprint"}


def test_finished_case_passes_both_checks(made_case: Path) -> None:
    """Our check and ``sha256sum -c`` agree on a fresh case."""
    assert check_case(made_case).problems == ()
    assert manifest_passes(made_case)


def test_article_and_evidence_are_kept_byte_for_byte(made_case: Path, story: Story) -> None:
    """The case holds what was given, the evidence read-only."""
    evidence = made_case / "videos/01/evidence.mp4"
    assert evidence.read_bytes() == story.clip.read_bytes()
    assert evidence.stat().st_mode & 0o222 == 0
    assert (made_case / "article/source.html").read_bytes() == story.page.read_bytes()


def test_case_new_opens_evidence_and_reference_once_each(story: Story, tmp_path: Path) -> None:
    """One decoding pass serves keyframes, fingerprint and pictures; a reference is opened for its pictures alone."""
    OPENED.clear()
    case = story.make(tmp_path / "case")
    assert case.videos[0].pictures
    assert sorted(OPENED) == sorted([str(tmp_path / "case/videos/01/evidence.mp4"), str(story.older)])


def test_case_new_makes_a_missing_database_and_says_how_little_was_searched(story: Story, tmp_path: Path) -> None:
    """A first case needs no preparation, and its answer does not claim more than an empty search."""
    case = story.make(tmp_path / "case", database=tmp_path / "new.db")
    report = case.videos[0].report
    assert report is not None
    assert (report.answer, report.searched.videos) == ("no_match", 0)
    with open_database(tmp_path / "new.db") as database:
        assert database.totals()[0] == 0


def test_case_new_leaves_the_database_as_it_is(story: Story, tmp_path: Path) -> None:
    """What is under test does not become a reference by being tested."""
    with open_database(story.database) as database:
        before = database.state()
    story.make(tmp_path / "case")
    with open_database(story.database) as database:
        assert database.state() == before


def _page(folder: Path, *bodies: str) -> Path:
    path = folder / "page.html"
    body = "".join(bodies)
    path.write_text(
        f"<html><head><title>A page</title></head><body><article><p>Words of the article, enough of them.</p>{body}"
        "</article></body></html>",
        "utf-8",
    )
    return path


def test_supplied_videos_fill_citations_without_file_and_further_ones_stand_for_themselves(
    story: Story, tmp_path: Path
) -> None:
    """The first ``--video`` is the first cited video that has no file; what is left over is supplied, not cited."""
    shutil.copyfile(story.clip, tmp_path / "beside.mp4")
    page = _page(
        tmp_path,
        '<video src="beside.mp4"></video><p>Then</p><video src="https://example.org/gone.mp4"></video>',
    )
    case = story.make(tmp_path / "case", story.other, story.older, article=page)
    told = [(video.citation.kind, video.citation.address, video.original_name) for video in case.videos]
    assert told == [
        ("video", "beside.mp4", "beside.mp4"),
        ("video", "https://example.org/gone.mp4", "other.mp4"),
        ("supplied", None, "older.mp4"),
    ]
    assert not any(video.missing for video in case.videos)


def test_cited_video_that_cannot_be_had_stays_with_its_reason(story: Story, tmp_path: Path) -> None:
    """A citation is part of the case whether or not its video is."""
    page = _page(tmp_path, '<video src="https://example.org/gone.mp4"></video>')
    (video,) = story.make(tmp_path / "case", article=page).videos
    assert video.citation.address == "https://example.org/gone.mp4"
    assert (video.file, video.report, video.keyframes) == (None, None, ())
    assert "none was supplied" in str(video.missing)
    assert check_case(tmp_path / "case").problems == ()


def _write_empty(path: Path) -> None:
    path.touch()


def _write_nothing(_: Path) -> None:
    pass


def _write_list(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:2.0,\n/etc/hostname\n", "utf-8")


@pytest.mark.parametrize(
    ("write", "why", "kept"),
    [
        (write_audio_only, "holds no video stream", True),
        (_write_list, "playlist", True),
        (_write_empty, "empty", False),
        (Path.mkdir, "folder", False),
        (_write_nothing, "no such file", False),
    ],
)
def test_unusable_video_is_part_of_the_case_with_its_error(
    story: Story, tmp_path: Path, write: Callable[[Path], None], why: str, *, kept: bool
) -> None:
    """One bad video never stops a case: it stays with the reason, without the folders of this machine."""
    bad = tmp_path / "bad.mp4"
    write(bad)
    case = story.make(tmp_path / "case", bad)
    good, failed = case.videos
    assert good.missing is None
    assert why in str(failed.missing)
    assert failed.original_name == "bad.mp4"
    assert str(tmp_path) not in json.dumps(failed.report.as_json() if failed.report else failed.missing)
    assert (failed.file is not None, failed.keyframes) == (kept, ())
    if failed.file:
        assert (tmp_path / "case" / failed.folder / failed.file).read_bytes() == bad.read_bytes()
        assert failed.report is not None
        assert (failed.report.answer, failed.report.error is not None) == ("not_comparable", True)
    assert check_case(tmp_path / "case").problems == ()


@pytest.mark.parametrize("name", ["encrypted.mp4", "invalid_bitstream.webm"])
def test_video_that_breaks_while_decoding_leaves_no_pictures(story: Story, tmp_path: Path, name: str) -> None:
    """Damaged pictures are no keyframes, whenever the fault shows."""
    bad = SHARED / "data/odd" / name
    if not bad.is_file():
        pytest.skip("the shared data is not there")
    failed = story.make(tmp_path / "case", bad).videos[1]
    assert failed.missing
    assert failed.file
    assert not (tmp_path / "case" / failed.folder / "keyframes").exists()
    assert check_case(tmp_path / "case").problems == ()


def test_text_without_title_date_or_citation_makes_a_complete_case(story: Story, tmp_path: Path) -> None:
    """The seed: a voice notice is no title, an unknown date stays unknown, the supplied video is not cited."""
    if not KHERSON.is_file():
        pytest.skip("the shared article is not there")
    case = story.make(tmp_path / "case", story.other, article=KHERSON)
    assert "Voice" not in case.title
    assert (case.title, case.article.title, case.article.published) == ("kherson_truck", None, None)
    assert [video.citation.kind for video in case.videos] == ["supplied"]
    assert case.videos[0].report is not None
    assert (tmp_path / "case/article/text.txt").read_text("utf-8") == case.article.text
    assert check_case(tmp_path / "case").problems == ()


def test_given_date_goes_before_the_page_and_says_so(story: Story, tmp_path: Path) -> None:
    """The user's date is marked as theirs."""
    case = story.make(tmp_path / "case", published=parse_date("2021-05~"))
    assert case.article.published is not None
    assert (case.article.published.text, case.article.published_source) == ("2021-05~", "option")


def test_markdown_makes_a_complete_case(story: Story, tmp_path: Path) -> None:
    """A note with a heading and a link to a file beside it is an article as well."""
    shutil.copyfile(story.other, tmp_path / "seen.mp4")
    note = tmp_path / "note.md"
    note.write_text("# A truck burns\n\nThe video shows a truck.\n\n[the video](seen.mp4)\n", "utf-8")
    case = story.make(tmp_path / "case", article=note)
    assert case.title == "A truck burns"
    assert [(video.original_name, video.missing) for video in case.videos] == [("seen.mp4", None)]
    assert (tmp_path / "case/article/source.md").read_bytes() == note.read_bytes()


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("spaces & ünïcode (1).MP4", "evidence.mp4"),
        ("line\nbreak.mp4", "evidence.mp4"),
        ("no suffix", "evidence"),
        ("clip.part", "evidence.part"),
        ("..mp4", "evidence.mp4"),
        ("x" * 240 + ".mp4", "evidence.mp4"),
        ("<script>alert(1)</script>".replace("/", "_") + ".mp4", "evidence.mp4"),
        ("odd.{}[]", "evidence"),
    ],
)
def test_any_file_name_is_remembered_but_names_no_file_of_the_case(
    story: Story, tmp_path: Path, name: str, evidence: str
) -> None:
    """A name from outside is data: it is kept word for word and never becomes a path."""
    video = tmp_path / name
    shutil.copyfile(story.other, video)
    made = story.make(tmp_path / "case", video).videos[1]
    assert made.original_name == name
    assert made.file == evidence
    assert (tmp_path / "case/videos/02" / evidence).read_bytes() == story.other.read_bytes()
    assert check_case(tmp_path / "case").problems == ()
    assert manifest_passes(tmp_path / "case")


@pytest.mark.parametrize("kind", ["finished", "other files", "file", "article folder"])
def test_folder_that_holds_anything_else_is_refused_and_untouched(story: Story, case: Path, kind: str) -> None:
    """Nothing of another's is overwritten, and no hash database is made on the way."""
    folder = case
    if kind != "finished":
        folder = case.with_name("taken")
        if kind == "file":
            folder.write_text("mine", "utf-8")
        else:
            inner = folder / ("article" if kind == "article folder" else "notes")
            inner.mkdir(parents=True)
            (inner / "source.html").write_text("mine", "utf-8")
    before = bytes_of(folder.parent)
    with pytest.raises(CaseExistsError, match="Choose another folder"):
        story.make(folder, database=case.parent / "new.db")
    assert bytes_of(folder.parent) == before


def test_empty_folder_is_taken(story: Story, tmp_path: Path) -> None:
    """A folder made beforehand is as good as none."""
    (tmp_path / "case").mkdir()
    story.make(tmp_path / "case")
    assert check_case(tmp_path / "case").problems == ()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda tmp: {"article": tmp / "none.html"}, MissingFileError),
        (lambda tmp: {"database": tmp / "text.db"}, NotADatabaseError),
        (lambda tmp: {"database": tmp / "case/footage.db"}, UsageError),
    ],
)
def test_what_stands_in_the_way_is_told_before_a_folder_is_made(
    story: Story, tmp_path: Path, change: Callable[[Path], dict[str, Any]], kind: type[VerifyError]
) -> None:
    """A mistake in the command leaves nothing behind that would stand in the way of the next."""
    (tmp_path / "text.db").write_text("no database" * 100, "utf-8")
    with pytest.raises(kind):
        story.make(tmp_path / "case", **change(tmp_path))
    assert not (tmp_path / "case").exists()


def test_folder_that_cannot_be_made_is_an_error_with_remedy(story: Story) -> None:
    """A file in the way of the path is told as such."""
    with pytest.raises(UnwritableFileError, match="Check the disk"):
        story.make(story.page / "case")


def test_case_moved_elsewhere_opens_without_database_and_references(story: Story, tmp_path: Path) -> None:
    """A case is self-contained: another newsroom has neither our database nor our footage."""
    parts = tmp_path / "parts"
    parts.mkdir()
    for path in (story.page, story.clip, story.older, story.database):
        shutil.copyfile(path, parts / path.name)
    made = Story(parts).make(tmp_path / "case")
    shutil.rmtree(parts)
    moved = Path(shutil.move(tmp_path / "case", tmp_path / "elsewhere"))
    again = read_case(moved)
    assert (again.videos, again.article, again.title) == (made.videos, made.article, made.title)
    assert check_case(moved).problems == ()


def test_each_step_is_told_as_it_begins(story: Story, tmp_path: Path) -> None:
    """Whoever waits sees on what."""
    told: list[str] = []
    new_case(story.request(tmp_path / "case", story.other), told.append)
    assert told == ["reading the article story.html", "video 1 of 2: clip.mp4", "video 2 of 2: other.mp4"]
