"""``verify-video db`` says what the database holds and removes from it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.commands import read_lines
from verify.cli.main import main
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.workers import hash_bytes


@pytest.fixture
def folder(tmp_path: Path, made_clips: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give a folder with clips, a broken one, sightings, and footage.db made of it."""
    shutil.copytree(made_clips, tmp_path / "refs")
    table = "path,url,date,recorded_by\na.mp4,https://example.org,2019-10-03,Ada\na.mp4,,2018/..,\nb.mp4,u,,\n"
    (tmp_path / "refs" / "sightings.csv").write_text(table, "utf-8")
    assert main(["hash", str(tmp_path / "refs"), "--db", str(tmp_path / "footage.db")]) == 1
    capsys.readouterr()
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    """Run a verb and give the status, the JSON lines and the messages."""
    status = main(["db", *map(str, arguments), "--db", str(folder / "footage.db"), "--format", "json"])
    captured = capsys.readouterr()
    return status, read_lines(captured.out), captured.err


def test_list_gives_every_video_with_paths_and_sightings(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a video, by path; first seen is the earliest dated sighting, unknown where there is none."""
    status, lines, err = ask(capsys, folder, "list")
    assert (status, err) == (0, "")
    refs = folder / "refs"
    assert [line["paths"] for line in lines] == [
        [str(refs / name)] for name in ("a.mp4", "b.mp4", "black.mp4", "c.mp4")
    ]
    assert [line["sha256"] for line in lines] == [hash_bytes(Path(line["paths"][0])) for line in lines]
    assert [line["first_seen"] for line in lines] == ["2019-10-03", None, None, None]
    assert [len(line["sightings"]) for line in lines] == [2, 1, 0, 0]
    assert {line["fingerprint"] for line in lines} == {FINGERPRINT_VERSION}
    assert lines[0]["seconds"] == 2.44


def test_info_sums_up_and_names_what_failed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object."""
    status, (info,), _ = ask(capsys, folder, "info")
    assert status == 0
    assert (info["schema"], info["videos"], info["seconds"], info["undated"]) == ("verify.db-info/1", 4, 8.64, 3)
    assert info["fingerprints"] == [FINGERPRINT_VERSION]
    (failed,) = info["failed"]
    assert (failed["path"], failed["error"]) == (str(folder / "refs" / "text.mp4"), "video.not_a_video")


def test_text_output_names_the_same_for_a_person(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a video, and a summary."""
    database = str(folder / "footage.db")
    assert main(["db", "list", "--db", database]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert first.split() == [
        hash_bytes(folder / "refs" / "a.mp4")[:12],
        "2.4",
        "s",
        "2019-10-03",
        f"{folder}/refs/a.mp4",
    ]
    assert len(others) == 3
    assert all("no dated sighting" in line for line in others)
    assert main(["db", "info", "--db", database]) == 0
    out = capsys.readouterr().out
    assert f"{database}: 4 videos, 8.6 s, state " in out
    assert f"failed: {folder}/refs/text.mp4: " in out


def test_remove_takes_a_path_or_a_sha256_and_names_what_is_not_there(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was removed comes back with the next hash, its sightings with it."""
    monkeypatch.chdir(folder)
    sha256 = hash_bytes(folder / "refs" / "b.mp4")
    status, lines, err = ask(capsys, folder, "remove", "refs/a.mp4", "nobody", sha256)
    assert status == 1
    assert [(line["name"], line["sha256"]) for line in lines] == [
        ("refs/a.mp4", hash_bytes(folder / "refs" / "a.mp4")),
        (sha256, sha256),
    ]
    assert err.count("\n") == 1
    assert "nobody" in err
    assert len(ask(capsys, folder, "list")[1]) == 2
    assert ask(capsys, folder, "remove", "refs/a.mp4")[0] == 3
    assert main(["hash", "refs", "--db", "footage.db"]) == 1
    capsys.readouterr()
    assert [line["first_seen"] for line in ask(capsys, folder, "list")[1]] == ["2019-10-03", None, None, None]


@pytest.mark.parametrize("arguments", [["info"], ["list"], ["remove", "a.mp4"]])
def test_verb_on_a_missing_database_is_status_3_and_makes_none(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Looking changes nothing."""
    status, lines, err = ask(capsys, tmp_path, *arguments)
    assert (status, lines, len(err.splitlines())) == (3, [], 1)
    assert list(tmp_path.iterdir()) == []


def test_list_of_an_empty_database_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ran, whatever was found."""
    (tmp_path / "empty").mkdir()
    main(["hash", str(tmp_path / "empty"), "--db", str(tmp_path / "footage.db")])
    capsys.readouterr()
    assert ask(capsys, tmp_path, "list") == (0, [], "")
    assert ask(capsys, tmp_path, "info")[1][0]["videos"] == 0


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["list"], ["remove", "--db", "x"]])
def test_wrong_verb_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Usage goes to standard error."""
    with pytest.raises(SystemExit) as caught:
        main(["db", *arguments])
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""
