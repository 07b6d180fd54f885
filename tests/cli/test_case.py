"""``verify-video case`` as its users type it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.case.made_story import Story, bytes_of
from tests.made_files import write_audio_only
from verify.case.decisions import Decision, record_stance
from verify.case.folder import read_case
from verify.cli.main import main

Printed = pytest.CaptureFixture[str]
KHERSON = Path(__file__).parents[2] / "../shared/article/kherson_truck.txt"


def _new(story: Story, case: Path, *more: object, article: object = None) -> int:
    arguments = ["case", "new", article or story.page, "--db", story.database, "-o", case, *more]
    return main([str(argument) for argument in arguments])


def test_new_prints_the_case_on_standard_output_and_its_steps_beside(
    story: Story, tmp_path: Path, capsys: Printed
) -> None:
    """A person reads what was found and what to do next."""
    assert _new(story, tmp_path / "case") == 0
    told = capsys.readouterr()
    assert told.out.startswith("Truck flees on a rural road\n")
    for words in (
        "published 2022-11-15, as its page says",
        "video 1: clip.mp4",
        "4.0 s, ",
        "same footage",
        "older.mp4, mirrored",
        "First seen, as far as recorded: 2019-10-03, at https://example.org/old",
        "Yes. Footage in this video was seen before the article.",
        "0 with a stance",
    ):
        assert words in told.out
    assert "video 1 of 1: clip.mp4" in told.err
    assert f"verify-video ui {tmp_path / 'case'}" in told.err
    assert f"verify-video case report {tmp_path / 'case'} -o report.html" in told.err


def test_new_as_json_prints_one_object_and_nothing_else(story: Story, tmp_path: Path, capsys: Printed) -> None:
    """Scripts read one line of ``verify.case/1``."""
    assert _new(story, tmp_path / "case", "--format", "json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["schema"] == "verify.case/1"


def test_new_with_an_unusable_video_makes_the_case_and_names_it(story: Story, tmp_path: Path, capsys: Printed) -> None:
    """One input worked and one failed: status 1, the failed one named with its reason on standard error."""
    write_audio_only(tmp_path / "sound.mp4")
    status = _new(story, tmp_path / "case", "--video", tmp_path / "sound.mp4", "--video", tmp_path / "none.mp4")
    assert status == 1
    told = capsys.readouterr()
    assert "verify-video: video 2: sound.mp4 cannot be used: it holds no video stream" in told.err
    assert "verify-video: video 3: none.mp4 cannot be used: there is no such file" in told.err
    assert "video 2: sound.mp4 (supplied, not cited)" in told.out
    assert main(["case", "check", str(tmp_path / "case")]) == 0


def test_new_of_an_article_without_a_date_says_that_it_is_unknown(
    story: Story, tmp_path: Path, capsys: Printed
) -> None:
    """What nobody said is not guessed, on the terminal, in JSON and in the report."""
    if not KHERSON.is_file():
        pytest.skip("the shared article is not there")
    assert _new(story, tmp_path / "case", "--video", story.clip, article=KHERSON) == 0
    told = capsys.readouterr().out
    assert told.startswith("kherson_truck\n")
    assert "published at an unknown date" in told
    assert main(["case", "show", str(tmp_path / "case"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["article"]["published"] is None
    assert main(["case", "report", str(tmp_path / "case")]) == 0
    report = capsys.readouterr().out
    assert "the date of the article is not known" in report


def test_new_with_a_given_date_says_whose_it_is(story: Story, tmp_path: Path, capsys: Printed) -> None:
    """A date by hand is no date of the page."""
    assert _new(story, tmp_path / "case", "--published", "2022-11~") == 0
    assert "published about 2022-11, as entered by hand" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("begin", "status", "words"),
    [
        (["https://example.org/story"], 3, "https://example.org/story cannot be read: it is an address"),
        (["https://example.org/story"], 3, "Save the page in a browser"),
        (["none.html"], 3, "there is no such file"),
        (["story.html", "--published", "last Wednesday"], 2, "it is not EDTF"),
    ],
)
def test_new_that_cannot_begin_says_why_and_leaves_nothing(
    tmp_path: Path, capsys: Printed, begin: list[str], status: int, words: str
) -> None:
    """A slip is told with its remedy, and makes no folder and no hash database."""
    assert main(["case", "new", *begin, "--db", str(tmp_path / "new.db"), "-o", str(tmp_path / "case")]) == status
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_new_into_a_finished_case_is_refused_and_changes_nothing(story: Story, case: Path, capsys: Printed) -> None:
    """Decisions that were taken in a case are never overwritten."""
    record_stance(case, start=0, end=5, decision=Decision(stance="supported"))
    before = bytes_of(case)
    assert _new(story, case) == 2
    assert "it holds a case already. Choose another folder with -o." in capsys.readouterr().err
    assert bytes_of(case) == before


def test_show_says_what_the_case_holds(made_case: Path, capsys: Printed) -> None:
    """Showing a case says what making it said."""
    assert main(["case", "show", str(made_case)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Truck flees on a rural road\n  case story-")
    assert "Yes. Footage in this video was seen before the article." in told.out
    assert told.err == ""


def test_show_as_json_is_the_report_as_json(made_case: Path, capsys: Printed) -> None:
    """One object, the same by either command."""
    assert main(["case", "show", str(made_case), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert main(["case", "report", str(made_case), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == shown
    assert shown["videos"][0]["report"]["answer"] == "same_footage"


def test_stances_are_counted(case: Path, capsys: Printed) -> None:
    """The reader sees how much was decided."""
    for stance in ("supported", "unclear"):
        record_stance(case, start=0, end=5, decision=Decision(stance=stance))
    assert main(["case", "show", str(case)]) == 0
    assert "1 with a stance" in capsys.readouterr().out


def test_words_from_outside_are_escaped_on_the_terminal(story: Story, tmp_path: Path, capsys: Printed) -> None:
    """Neither a title nor a file name moves the cursor, colours text or reverses its direction."""
    page = tmp_path / "page.html"
    page.write_text(story.page.read_text("utf-8").replace("Truck flees", "Truck\u202e flees"), "utf-8")
    video = tmp_path / "evil\x1b[2J\n\u202e.mp4"
    shutil.copyfile(story.other, video)
    assert _new(story, tmp_path / "case", "--video", video, article=page) == 0
    told = capsys.readouterr()
    for text in (told.out, told.err):
        assert not {"\x1b", "\u202e", "\u2068"} & set(text)
        assert "evil\\x1b[2J\\x0a\\u202e.mp4" in text


@pytest.mark.parametrize("kind", ["html", "json"])
def test_report_goes_to_standard_output_or_to_a_file(
    made_case: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], kind: str
) -> None:
    """Both hold the same bytes."""
    assert main(["case", "report", str(made_case), "--format", kind]) == 0
    printed = capsysbinary.readouterr().out
    assert main(["case", "report", str(made_case), "--format", kind, "-o", str(tmp_path / "report")]) == 0
    assert capsysbinary.readouterr().out == b""
    assert (tmp_path / "report").read_bytes() == printed
    assert b"Truck flees on a rural road" in printed
    assert printed.startswith(b"<!DOCTYPE html>" if kind == "html" else b'{"schema": "verify.case/1"')


def test_report_that_cannot_be_written_is_status_3(made_case: Path, tmp_path: Path, capsys: Printed) -> None:
    """A folder that is not there is told, without a traceback."""
    assert main(["case", "report", str(made_case), "-o", str(tmp_path / "none/report.html")]) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_check_of_an_intact_case_is_status_0(made_case: Path, capsys: Printed) -> None:
    """The number of files that were compared is said."""
    assert main(["case", "check", str(made_case)]) == 0
    assert "files checked, intact" in capsys.readouterr().out


def test_check_of_an_altered_case_is_status_1_and_names_each_file(case: Path, capsys: Printed) -> None:
    """Scripts and people learn the same."""
    (case / "article/text.txt").write_text("other words", "utf-8")
    (case / "added\x1b.txt").write_text("", "utf-8")
    assert main(["case", "check", str(case)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["article/text.txt was altered", "added\\x1b.txt was added"]
    assert lines[2].endswith("2 problems")
    assert main(["case", "check", str(case), "--format", "json"]) == 1
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["intact"], len(told["problems"])) == ("verify.case-check/1", False, 2)


@pytest.mark.parametrize("verb", ["show", "check", "report"])
def test_folder_that_is_no_case_is_status_3(tmp_path: Path, capsys: Printed, verb: str) -> None:
    """Nothing could be used."""
    assert main(["case", verb, str(tmp_path)]) == 3
    assert "it is not a case folder" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["show", "report"])
def test_damaged_case_is_status_3_and_names_the_file(case: Path, capsys: Printed, verb: str) -> None:
    """The user learns which file is damaged and how to see the whole extent."""
    (case / "videos/01/matches.json").write_text("{", "utf-8")
    assert main(["case", verb, str(case)]) == 3
    told = capsys.readouterr().err
    assert "videos/01/matches.json" in told
    assert "verify-video case check" in told


def test_case_without_one_picture_is_still_shown_and_reported(case: Path, capsys: Printed) -> None:
    """A lost picture costs that picture; ``case check`` names it."""
    video = read_case(case).videos[0]
    name = f"{video.folder}/keyframes/{video.keyframes[0].file}"
    (case / name).unlink()
    assert main(["case", "show", str(case)]) == 0
    assert main(["case", "report", str(case), "-o", str(case.parent / "report.html")]) == 0
    capsys.readouterr()
    assert main(["case", "check", str(case)]) == 1
    assert f"{name} is missing" in capsys.readouterr().out


@pytest.mark.parametrize("name", [".", "link"])
def test_report_into_what_is_no_file_is_refused_and_replaces_nothing(
    name: str, made_case: Path, tmp_path: Path, capsys: Printed
) -> None:
    """A rename onto a link to a device would take the device away from everybody."""
    (tmp_path / "link").symlink_to("/dev/null")
    assert main(["case", "report", str(made_case), "-o", str(tmp_path / name)]) == 2
    assert "Give the name of a file" in capsys.readouterr().err
    assert (tmp_path / "link").is_symlink()
    assert [path.name for path in tmp_path.iterdir()] == ["link"]
