"""Case folders as they come from anyone."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from verify.case.check import check_case
from verify.case.decisions import Decision, record_stance
from verify.case.folder import find_cases, read_case, replace_file, video_folders
from verify.case.journal import CLAIMS
from verify.case.plain_files import LARGEST_RECORD_BYTES
from verify.errors import DamagedCaseError, NotACaseError

VIDEO = "videos/01/video.json"
MATCHES = "videos/01/matches.json"
TABLE = "videos/01/keyframes/keyframes.csv"
PROBE = "videos/01/probe.json"
ARTICLE = "article/article.json"
RECORDS = ("case.json", ARTICLE, VIDEO, MATCHES, PROBE)


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def _rename_keyframe(case: Path, name: str) -> None:
    lines = (case / TABLE).read_text("utf-8").splitlines()
    lines[1] = f'"{name}",' + lines[1].partition(",")[2]
    (case / TABLE).write_text("\n".join(lines) + "\n", "utf-8")


def test_case_is_read_as_it_was_made(made_case: Path) -> None:
    """Reading gives the records of every file, with exact times."""
    case = read_case(made_case)
    (video,) = case.videos
    assert case.title == "Truck flees on a rural road"
    assert case.article.text == (made_case / "article/text.txt").read_bytes().decode()
    assert (video.number, video.folder, video.original_name) == (1, "videos/01", "clip.mp4")
    assert video.facts is not None
    assert video.facts.frames == 100
    assert video.report is not None
    assert video.report.matches[0].reference.first_seen is not None
    assert [keyframe.time for keyframe in video.keyframes] == sorted(keyframe.time for keyframe in video.keyframes)


def test_references_that_were_compared_are_kept_and_sealed(case: Path) -> None:
    """What was looked at is part of the evidence: it survives, and a change to it shows."""
    looked_at = read_case(case).videos[0].looked_at
    assert looked_at is not None
    assert Path(looked_at.entries[0].path).name == "older.mp4"
    assert looked_at.entries[0].kept
    assert looked_at.left_out == 0
    _edit(case / MATCHES, lambda data: data["looked_at"][0].update(why="Kept: because."))
    assert check_case(case).problems == (f"{MATCHES} was altered",)


def test_case_without_a_list_of_what_was_compared_opens(case: Path) -> None:
    """Cases of earlier versions have none; not recorded is not the same as empty."""
    _edit(case / MATCHES, lambda data: [data.pop(name) for name in ("looked_at", "looked_at_left_out")])
    assert read_case(case).videos[0].looked_at is None


def test_text_comes_back_to_the_last_character(case: Path) -> None:
    """Spans count characters: a line end that is turned into another moves all that follow."""
    text = (case / "article/text.txt").read_bytes()
    (case / "article/text.txt").write_bytes(text + b"\rline\r\nline\n")
    assert read_case(case).article.text.endswith("\rline\r\nline\n")


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "a/../../b.jpg", "..\\secret.jpg", "", "a\0b.jpg"])
@pytest.mark.parametrize(
    "place",
    [
        lambda case, name: _edit(case / MATCHES, lambda data: data["pictures"][0].update(query_file=name)),
        lambda case, name: _edit(case / MATCHES, lambda data: data["pictures"][0].update(reference_file=name)),
        lambda case, name: _edit(case / MATCHES, lambda data: data["pictures"][0].update(warped_file=name)),
        lambda case, name: _edit(case / MATCHES, lambda data: data["pictures"][0].update(difference_file=name)),
        lambda case, name: _edit(case / VIDEO, lambda data: data.update(file=name)),
        _rename_keyframe,
    ],
)
def test_name_that_leads_out_of_the_case_is_refused(
    case: Path, name: str, place: Callable[[Path, str], object]
) -> None:
    """No picture and no evidence is taken from outside the folder, whatever a record names."""
    place(case, name)
    with pytest.raises(DamagedCaseError):
        read_case(case)


@pytest.mark.parametrize(
    "name",
    [
        "case.json",
        "article/text.txt",
        "videos/01/evidence.mp4",
        "videos/01/keyframes",
        "videos/01/matches",
        "videos/01",
        "videos",
        CLAIMS,
        "nothing that is read",
    ],
)
def test_link_in_a_case_is_refused_and_not_followed(case: Path, tmp_path: Path, name: str) -> None:
    """A case that points out of its folder shows nothing of this machine, on the screen or in a report."""
    target = tmp_path / "elsewhere"
    if (case / name).exists():
        (case / name).rename(target)
    else:
        target.write_text("", "utf-8")
    (case / name).symlink_to(target)
    with pytest.raises(DamagedCaseError, match="link"):
        read_case(case)
    with pytest.raises(DamagedCaseError):
        record_stance(case, start=0, end=5, decision=Decision(stance="supported"))
    assert any("is a link" in problem for problem in check_case(case).problems)


def test_pipe_in_a_case_is_refused_and_not_opened(case: Path) -> None:
    """A reader that opened it would wait for ever."""
    (case / PROBE).unlink()
    os.mkfifo(case / PROBE)
    with pytest.raises(DamagedCaseError, match="pipe"):
        read_case(case)


@pytest.mark.parametrize("name", [*RECORDS, TABLE, "article/text.txt", CLAIMS])
@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\0",
        b"[]\n",
        b'{"file": "a"\n',
        b"[" * 200_000 + b"\n",
        b'{"number": 1e999, "id": NaN}\n',
        b'{"number": ' + b"9" * 5000 + b"}\n",
    ],
)
def test_damaged_record_is_an_error_that_names_the_file(case: Path, name: str, data: bytes) -> None:
    """Whatever stands in a record, the user learns which one, never a traceback."""
    if name == "article/text.txt" and data != b"\xff\xfe\0":
        data = b"short"  # any text is a text, but not one that the spans fit
    if name == CLAIMS:
        data = data.rstrip() + b"\n"  # a last line without end is a torn one, which is no damage
    if name == TABLE:
        data = b"file,time_s\n" + data
    (case / name).write_bytes(data)
    with pytest.raises(DamagedCaseError) as caught:
        read_case(case)
    assert Path(name).name in str(caught.value) or name.startswith("article/")


@pytest.mark.parametrize("name", ["case.json", "article/text.txt", MATCHES, TABLE, CLAIMS])
def test_huge_record_is_refused_unread(case: Path, name: str) -> None:
    """A record larger than any of ours is not taken into memory."""
    with (case / name).open("ab") as file:
        file.truncate(LARGEST_RECORD_BYTES + 1)
    with pytest.raises(DamagedCaseError, match="larger than"):
        read_case(case)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("case.json", lambda data: data.update(title=7)),
        ("case.json", lambda data: data.update(settings=[])),
        ("case.json", lambda data: data.pop("id")),
        (ARTICLE, lambda data: data.update(title=["a"])),
        (ARTICLE, lambda data: data.update(published="last Wednesday")),
        (ARTICLE, lambda data: data.update(published=2022)),
        (ARTICLE, lambda data: data["sentences"][0].update(end=10**9)),
        (ARTICLE, lambda data: data["sentences"][0].update(start="0")),
        (VIDEO, lambda data: data.update(number=2)),
        (VIDEO, lambda data: data.update(number=True)),
        (VIDEO, lambda data: data.update(original_name=3)),
        (VIDEO, lambda data: data.update(size_bytes=10**400)),
        (VIDEO, lambda data: data.update(citation="x")),
        (VIDEO, lambda data: data["citation"].update(label={})),
        (MATCHES, lambda data: data.update(reason=None)),
        (MATCHES, lambda data: data.update(answer="surely")),
        (MATCHES, lambda data: data["matches"][0].update(score="high")),
        (MATCHES, lambda data: data["matches"][0]["segments"][0].update(query=[])),
        (MATCHES, lambda data: data["matches"][0]["reference"].update(path=5)),
        (MATCHES, lambda data: data["pictures"][0].update(match=7)),
        (MATCHES, lambda data: data["pictures"][0].update(segment=-1)),
        (MATCHES, lambda data: data["pictures"][0].update(query_time_s="1e999999999")),
        (MATCHES, lambda data: data.update(looked_at=None)),
        (MATCHES, lambda data: data["looked_at"][0].update(answer="surely")),
        (MATCHES, lambda data: data["looked_at"][0].update(path=5)),
        (MATCHES, lambda data: data["looked_at"][0].update(score="high")),
        (MATCHES, lambda data: data["looked_at"][0].update(reference=None)),
        (MATCHES, lambda data: data.update(looked_at_left_out=-1)),
        (MATCHES, lambda data: data.pop("looked_at_left_out")),
        (PROBE, lambda data: data.update(pixel_aspect=[1, 0])),
        (PROBE, lambda data: data.update(codec=None)),
        (PROBE, lambda data: data.update(extra=1)),
    ],
)
def test_value_of_another_kind_is_an_error_and_not_a_later_crash(
    case: Path, name: str, change: Callable[[dict[str, Any]], object]
) -> None:
    """Report and screen rely on the records: what does not fit them is refused at the door."""
    _edit(case / name, change)
    with pytest.raises(DamagedCaseError, match=f"damaged: {name}"):
        read_case(case)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line.update(quote="The truck was empty"),
        lambda line: line.update(claim="c1"),
        lambda line: line.update(end=10**9),
        lambda line: line.update(stance="surely"),
        lambda line: line.update(note=None),
        lambda line: line.update(frame={"video": 1}),
    ],
)
def test_claim_that_does_not_fit_the_article_is_an_error(
    case: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    """A forged line cannot put words into the article's mouth."""
    record_stance(case, start=0, end=5, decision=Decision(stance="supported"))
    _edit(case / CLAIMS, change)
    with (case / CLAIMS).open("a", encoding="utf-8") as log:
        log.write("\n")
    with pytest.raises(DamagedCaseError, match=CLAIMS):
        read_case(case)


def test_file_missing_from_a_finished_case_is_damage(case: Path) -> None:
    """``case new`` would refuse a finished case, so running it again is no remedy here."""
    (case / ARTICLE).unlink()
    with pytest.raises(DamagedCaseError, match="Restore the case"):
        read_case(case)


def test_file_missing_from_an_unfinished_case_is_no_damage(case: Path) -> None:
    """An interrupted case is continued by the command that made it."""
    (case / "journal.jsonl").unlink()
    (case / ARTICLE).unlink()
    with pytest.raises(NotACaseError, match="goes on where it stopped"):
        read_case(case)


@pytest.mark.parametrize("name", ["none", "empty", "file"])
def test_folder_that_is_no_case_is_told_as_such(tmp_path: Path, name: str) -> None:
    """A slip in the path is no damage."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(NotACaseError, match="case new"):
        read_case(tmp_path / name)


def test_cases_of_a_folder_are_found_by_name(tmp_path: Path) -> None:
    """What is no case is left out."""
    for name in ("b", "a", "c"):
        (tmp_path / name).mkdir()
    for name in ("b", "a"):
        (tmp_path / name / "case.json").write_text("{}", "utf-8")
    (tmp_path / "file").write_text("", "utf-8")
    assert find_cases(tmp_path) == (tmp_path / "a", tmp_path / "b")
    assert find_cases(tmp_path / "none") == ()


def test_videos_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    """The hundredth comes after the ninety-ninth."""
    for name in ("100", "02", "99"):
        (tmp_path / "videos" / name).mkdir(parents=True)
        (tmp_path / "videos" / name / "video.json").write_text("{}", "utf-8")
    assert [path.name for path in video_folders(tmp_path)] == ["02", "99", "100"]


def test_file_with_the_same_bytes_is_not_written_again(tmp_path: Path) -> None:
    """A rerun leaves alone what is right already."""
    replace_file(tmp_path, "a/b.txt", b"words")
    before = (tmp_path / "a/b.txt").stat()
    replace_file(tmp_path, "a/b.txt", b"words")
    assert (tmp_path / "a/b.txt").stat() == before
