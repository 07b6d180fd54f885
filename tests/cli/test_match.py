"""``verify-video match`` prints one answer a query, as the contract says, and only reads the database."""

import json
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.commands import read_lines
from tests.made_videos import Footage, Scene, VideoSpec, draw_picture, write_video
from verify.cli.main import main
from verify.database.store import open_database
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.workers import hash_bytes
from verify.matches.find import Matcher
from verify.records.match import MatchReport

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FILM = Footage(scenes=(Scene(seed=11, frames=60), Scene(seed=12, frames=60)))

TOP = set("schema tool settings query searched answer reason error matches sounds".split())
QUERY = set("path sha256 seconds comparable_seconds skipped".split())
SEARCHED = set("database state videos seconds fingerprint".split())
MATCH = set("answer score reason identical reference segments sound".split())
REFERENCE = set("sha256 path paths seconds first_seen".split())
SEGMENT = set("query reference speed mirrored score evidence disguise geometry".split())
EVIDENCE = set("frames_compared frames_agreeing points".split())

Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with refs/film.mp4, seen in 2019, footage.db made of it, and excerpt.mp4. Only copy."""
    folder = tmp_path_factory.mktemp("match")
    (folder / "refs").mkdir()
    write_video(folder / "refs" / "film.mp4", VideoSpec(footage=FILM))
    table = "path,url,date,recorded_by\nfilm.mp4,https://example.org/film,2019-10-03,Ada\n"
    (folder / "refs" / "sightings.csv").write_text(table, "utf-8")
    assert main(["hash", str(folder / "refs"), "--db", str(folder / "footage.db")]) == 0
    write_video(folder / "excerpt.mp4", VideoSpec(footage=FILM, indices=range(30, 100)))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, capsys: Printed) -> Path:
    """Give a copy of the folder; the stored path stays that of the original."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    capsys.readouterr()
    return tmp_path


def ask(capsys: Printed, folder: Path, *arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    """Match and give the status, the JSON lines and the messages."""
    status = main(["match", *map(str, arguments), "--db", str(folder / "footage.db"), "--format", "json"])
    captured = capsys.readouterr()
    return status, read_lines(captured.out), captured.err


def numbers_in(value: object) -> list[float]:
    """Give every number with decimals in a JSON value."""
    if isinstance(value, dict):
        return [number for entry in value.values() for number in numbers_in(entry)]
    if isinstance(value, list):
        return [number for entry in value for number in numbers_in(entry)]
    return [value] if isinstance(value, float) else []


def test_match_as_json_has_every_key_of_the_contract(folder: Path, capsys: Printed) -> None:
    """Every key is there, what was not measured is null or empty, and seconds have three decimals."""
    status, (line,), err = ask(capsys, folder, folder / "excerpt.mp4")
    assert (status, err) == (0, "")
    (match,) = line["matches"]
    (segment,) = match["segments"]
    parts = (line, line["query"], line["searched"], match, match["reference"], segment, segment["evidence"])
    assert [set(part) for part in parts] == [TOP, QUERY, SEARCHED, MATCH, REFERENCE, SEGMENT, EVIDENCE]
    assert (line["schema"], line["answer"], line["error"]) == ("verify.match/1", "same_footage", None)
    assert match["reference"]["first_seen"] == {
        "date": "2019-10-03",
        "url": "https://example.org/film",
        "recorded_by": "Ada",
    }
    assert set(segment["geometry"]) == {"crop", "scale", "rotation_degrees", "aspect", "borders", "covered"}
    assert segment["geometry"]["crop"] == pytest.approx([0, 0, 1, 1], abs=0.02)
    assert segment["evidence"]["points"] > 20
    assert segment["disguise"] == []
    assert (segment["mirrored"], match["identical"], line["query"]["skipped"]) == (False, False, [])
    assert type(segment["speed"]) is type(segment["score"]) is type(line["query"]["seconds"]) is float
    assert all(number == round(number, 4) for number in numbers_in(line))


def test_match_says_what_was_searched_and_found(folder: Path, capsys: Printed) -> None:
    """The denominator, the bytes of both files, and the seconds of either."""
    _, (line,), _ = ask(capsys, folder, folder / "excerpt.mp4")
    assert line["query"]["path"] == str(folder / "excerpt.mp4")
    assert line["query"]["sha256"] == hash_bytes(folder / "excerpt.mp4")
    assert line["query"]["seconds"] == line["query"]["comparable_seconds"] == 2.8
    searched = line["searched"]
    assert (searched["database"], searched["videos"]) == (str(folder / "footage.db"), 1)
    assert (searched["seconds"], searched["fingerprint"]) == (4.8, FINGERPRINT_VERSION)
    segment = line["matches"][0]["segments"][0]
    assert segment["query"] == pytest.approx([0, 2.8], abs=0.1)
    assert segment["reference"] == pytest.approx([1.2, 4.0], abs=0.1)
    assert line["matches"][0]["reference"]["sha256"] == hash_bytes(folder / "refs" / "film.mp4")


def test_match_of_several_prints_one_line_each_failed_ones_too(folder: Path, made_clips: Path, capsys: Printed) -> None:
    """Good, unreadable and missing files have a line each; one that worked and one that failed is status 1."""
    queries = (folder / "excerpt.mp4", made_clips / "text.mp4", folder / "missing.mp4")
    status, lines, err = ask(capsys, folder, *queries)
    assert (status, err) == (1, "")
    answers = {Path(line["query"]["path"]).name: (line["answer"], line["error"]) for line in lines}
    assert len(lines) == len(queries)
    assert answers == {
        "excerpt.mp4": ("same_footage", None),
        "text.mp4": ("not_comparable", "video.not_a_video"),
        "missing.mp4": ("not_comparable", "file.missing"),
    }
    for line in lines[:2]:
        assert (set(line), set(line["query"])) == (TOP, QUERY)
        assert line["reason"]


def test_match_of_nothing_usable_is_status_3(folder: Path, made_clips: Path, capsys: Printed) -> None:
    """Only unreadable files: each has its line; a folder without videos is named beside and has none."""
    status, (line,), err = ask(capsys, folder, made_clips / "text.mp4")
    assert (status, line["matches"], line["query"]["seconds"], err) == (3, [], None, "")
    (folder / "empty").mkdir()
    status, lines, err = ask(capsys, folder, folder / "empty")
    assert (status, lines) == (3, [])
    assert "no file with a video or picture ending" in err


def test_match_of_a_folder_walks_it_and_lists_equal_bytes_first(folder: Path, capsys: Printed) -> None:
    """A folder is walked to its depth; a copy of a stored file is identical, whatever its path."""
    (folder / "deep" / "er").mkdir(parents=True)
    shutil.copy(folder / "refs" / "film.mp4", folder / "deep" / "er" / "copy.MP4")
    (folder / "deep" / "notes.txt").write_text("no video", "utf-8")
    status, (line,), _ = ask(capsys, folder, folder / "deep")
    assert status == 0
    assert line["query"]["path"] == str(folder / "deep" / "er" / "copy.MP4")
    assert (line["matches"][0]["identical"], line["matches"][0]["score"]) == (True, 1.0)


def test_match_of_a_picture_says_which_reference_shows_it_and_when(folder: Path, capsys: Printed) -> None:
    """A screenshot has no length; the answer says what one picture leaves open."""
    Image.fromarray(draw_picture(FILM, 75)).save(folder / "shot.jpg", quality=60)
    status, (line,), err = ask(capsys, folder, folder / "shot.jpg")
    assert (status, err, line["answer"], line["query"]["seconds"]) == (0, "", "same_footage", 0.0)
    assert (set(line), set(line["query"])) == (TOP, QUERY)
    (match,) = line["matches"]
    assert match["reference"]["first_seen"]["date"] == "2019-10-03"
    (segment,) = match["segments"]
    assert (segment["query"], segment["speed"], segment["mirrored"]) == ([0, 0], 1.0, False)
    start, end = segment["reference"]
    assert start - 0.1 <= 3.0 <= end + 0.1
    assert "another recording by a fixed camera would look alike" in line["reason"]


def test_match_of_a_folder_takes_its_pictures_and_names_a_damaged_one(folder: Path, capsys: Printed) -> None:
    """Screenshots are gathered in folders like videos are; one bad file does not stop the rest."""
    (folder / "shots").mkdir()
    Image.fromarray(draw_picture(FILM, 20)).save(folder / "shots" / "a.PNG")
    (folder / "shots" / "b.jpg").write_bytes(b"no picture")
    (folder / "shots" / "c.txt").write_text("neither", "utf-8")
    status, lines, err = ask(capsys, folder, folder / "shots")
    assert (status, err) == (1, "")
    answers = {Path(line["query"]["path"]).name: (line["answer"], line["error"]) for line in lines}
    assert answers == {"a.PNG": ("same_footage", None), "b.jpg": ("not_comparable", "picture.not_a_picture")}


def test_match_explained_prints_the_same_line_and_writes_pictures(
    folder: Path, made_clips: Path, capsys: Printed
) -> None:
    """Explaining changes no answer; every query has its folder, an unreadable one with the reason."""
    queries = (folder / "excerpt.mp4", made_clips / "text.mp4")
    _, plain, _ = ask(capsys, folder, *queries)
    status, lines, err = ask(capsys, folder, *queries, "--explain", folder / "why")
    assert (status, lines, err) == (1, plain, "")
    assert sorted(path.name for path in (folder / "why").iterdir()) == [
        "001-excerpt",
        "002-text",
        "candidates.csv",
        "index.html",
    ]
    data = json.loads((folder / "why" / "001-excerpt" / "explanation.json").read_text("utf-8"))
    assert data["match"] == lines[0]
    assert all((folder / "why" / "001-excerpt" / pair["files"]["sheet"]).is_file() for pair in all_pairs(data))
    assert "no video file" in (folder / "why" / "002-text" / "index.html").read_text("utf-8")


def all_pairs(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the pairs of an explanation; there are some."""
    pairs = [pair for segment in data["segments"] for pair in segment["pairs"]]
    assert pairs
    return pairs


def test_match_explains_into_a_new_or_empty_folder_only(folder: Path, capsys: Printed) -> None:
    """What lies in the folder is not mixed with what is written: wrong usage, before any work."""
    status, lines, err = ask(capsys, folder, folder / "excerpt.mp4", "--explain", folder / "refs")
    assert (status, lines) == (2, [])
    assert "holds files already" in err


def test_match_without_a_database_is_status_3_and_creates_nothing(folder: Path, capsys: Printed) -> None:
    """A wrong name must not become an empty database that matches nothing."""
    before = sorted(folder.rglob("*"))
    status = main(["match", str(folder / "excerpt.mp4"), "--db", str(folder / "other.db")])
    captured = capsys.readouterr()
    assert (status, captured.out) == (3, "")
    assert "no such hash database" in captured.err
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [("PRAGMA user_version = 99", "newer"), ("UPDATE fingerprint SET version = 'phash256/0'", "hash --rehash")],
)
def test_match_refuses_a_database_it_cannot_compare(folder: Path, capsys: Printed, change: str, words: str) -> None:
    """A newer schema or other fingerprints: status 3 with the remedy, and no line that looks like an answer."""
    with sqlite3.connect(folder / "footage.db") as connection:
        connection.execute(change)
    connection.close()
    status, lines, err = ask(capsys, folder, folder / "excerpt.mp4")
    assert (status, lines) == (3, [])
    assert words in err


def test_match_only_reads_the_database(folder: Path, capsys: Printed) -> None:
    """Not a byte of it changes."""
    before = (folder / "footage.db").read_bytes()
    ask(capsys, folder, folder / "excerpt.mp4", "--all")
    assert (folder / "footage.db").read_bytes() == before


def test_match_goes_on_when_a_reference_is_removed_meanwhile(
    folder: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer is that of the database as it stood at the start, whatever another process does to it."""
    find = Matcher.find

    def remove_then_find(matcher: Matcher, *arguments: Any, **options: Any) -> MatchReport:  # noqa: ANN401
        with open_database(folder / "footage.db") as other:
            for video in list(other.videos()):
                other.remove(video.video_id)
        return find(matcher, *arguments, **options)

    monkeypatch.setattr(Matcher, "find", remove_then_find)
    status, (line,), _ = ask(capsys, folder, folder / "excerpt.mp4")
    assert (status, line["answer"], len(line["matches"])) == (0, "same_footage", 1)


def test_match_threshold_and_all_move_matches_to_candidates(folder: Path, capsys: Printed) -> None:
    """Below the threshold nothing is a match; ``--all`` shows it as a candidate, which raises no answer."""
    excerpt = folder / "short.mp4"
    write_video(excerpt, VideoSpec(footage=FILM, indices=range(30, 55)))
    for arguments, answers in (((), []), (("--all",), ["candidate"])):
        status, (line,), _ = ask(capsys, folder, excerpt, "--threshold", "1", *arguments)
        assert (status, line["answer"]) == (0, "no_match")
        assert [match["answer"] for match in line["matches"]] == answers
    assert "below the threshold 1" in line["matches"][0]["reason"]
    assert "threshold 1" in line["settings"]


@pytest.mark.parametrize("threshold", ["1.5", "-1", "nan", "half"])
def test_match_with_a_senseless_threshold_is_wrong_usage(folder: Path, capsys: Printed, threshold: str) -> None:
    """A score lies between 0 and 1."""
    with pytest.raises(SystemExit) as stopped:
        ask(capsys, folder, folder / "excerpt.mp4", f"--threshold={threshold}")
    assert stopped.value.code == 2


def test_match_prints_names_that_are_not_utf8_with_escapes(folder: Path, capsys: Printed) -> None:
    """Any name that the file system allows is printed, in the query and in the reference."""
    name = os.fsdecode(b"caf\xe9.mp4")
    (folder / "new").mkdir()
    shutil.copy(folder / "refs" / "film.mp4", folder / "new" / name)
    shutil.copy(folder / "excerpt.mp4", folder / name)
    main(["hash", str(folder / "new"), "--db", str(folder / "footage.db")])
    capsys.readouterr()
    status, (line,), _ = ask(capsys, folder, folder / name)
    assert (status, line["query"]["path"]) == (0, f"{folder}/caf\\xe9.mp4")
    assert f"{folder}/new/caf\\xe9.mp4" in line["matches"][0]["reference"]["paths"]


def test_match_as_text_says_why_and_since_when(folder: Path, capsys: Printed) -> None:
    """For a person: the answer, which seconds, first seen when and by whom, and what was searched."""
    assert main(["match", str(folder / "excerpt.mp4"), "--db", str(folder / "footage.db")]) == 0
    out = capsys.readouterr().out
    assert "excerpt.mp4: same footage" in out
    assert "Seconds 0.0–2.8 are seconds 1.2–4.0 of film.mp4" in out
    assert "first seen 2019-10-03 at https://example.org/film, recorded by Ada" in out
    assert "searched: 1 video, 5 s" in out


def test_match_of_the_sample_names_both_sources_and_nothing_without_them(tmp_path: Path, capsys: Printed) -> None:
    """The cited clip is two older ones, mirrored; with those left out of the database there is no match."""
    database = tmp_path / "footage.db"
    assert main(["hash", str(SAMPLES / "reference"), "--db", str(database)]) == 0
    capsys.readouterr()
    clip = SAMPLES / "article" / "depot_road_files" / "depot_road_clip.mp4"
    _, (line,), _ = ask(capsys, tmp_path, clip)
    found = {Path(match["reference"]["path"]).name: match["segments"] for match in line["matches"]}
    truth = {
        "person-bicycle-car.mp4": ([5.5, 18.5], [23.0, 36.0]),
        "london_roofs_360p.mp4": ([1.5, 5.5], [8.5, 12.5]),
    }
    assert set(found) == set(truth)
    for name, (query, reference) in truth.items():
        (segment,) = found[name]
        assert segment["query"] == pytest.approx(query, abs=0.1)
        assert segment["reference"] == pytest.approx(reference, abs=0.1)
        assert (segment["mirrored"], segment["speed"]) == (True, 1.0)
    with open_database(database) as opened:
        for name in truth:
            opened.remove(str(SAMPLES / "reference" / name))
    status, (line,), _ = ask(capsys, tmp_path, clip)
    assert (status, line["answer"], line["searched"]["videos"]) == (0, "no_match", 5)
