"""What ``match`` and a case say of the sound: every key in JSON, a plain sentence for people."""

import json
from pathlib import Path

import pytest

from tests.commands import read_lines
from tests.made_sounds import write_melody, write_with_sound_of
from tests.made_videos import Footage, Scene, VideoSpec
from verify.cli.main import main

FILM = VideoSpec(footage=Footage(scenes=(Scene(seed=11, frames=100), Scene(seed=12, frames=100)), bar_code=False))
"""8 s."""

ELSEWHERE = VideoSpec(footage=Footage(scenes=(Scene(seed=31, frames=200),), bar_code=False))
SOUND = {"verdict", "reason", "segments", "error_rate"}

Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with footage.db of film.mp4, copy.mp4 of it, and heard.mp4 with its sound and other pictures."""
    folder = tmp_path_factory.mktemp("sound")
    write_melody(folder / "melody.wav", 1, 8)
    (folder / "refs").mkdir()
    for path, spec in (("refs/film.mp4", FILM), ("copy.mp4", FILM), ("heard.mp4", ELSEWHERE)):
        write_with_sound_of(folder / path, spec, folder / "melody.wav", first_s=0.01 * len(path))
    assert main(["hash", str(folder / "refs"), "--db", str(folder / "footage.db")]) == 0
    return folder


def test_match_as_json_has_the_sound_of_each_match(folder: Path, capsys: Printed) -> None:
    """Every key is there, with seconds on both sides."""
    assert main(["match", str(folder / "copy.mp4"), "--db", str(folder / "footage.db"), "--format", "json"]) == 0
    (line,) = read_lines(capsys.readouterr().out)
    assert (line["answer"], line["sounds"]) == ("same_footage", [])
    sound = line["matches"][0]["sound"]
    assert set(sound) == SOUND
    assert (sound["verdict"], set(sound["segments"][0])) == ("same_sound", {"query", "reference"})
    assert 0 <= sound["error_rate"] < 0.1


def test_match_as_json_lists_the_same_sound_elsewhere(folder: Path, capsys: Printed) -> None:
    """A reference that is heard only is named beside the answer, which stays what the pictures say."""
    assert main(["match", str(folder / "heard.mp4"), "--db", str(folder / "footage.db"), "--format", "json"]) == 0
    (line,) = read_lines(capsys.readouterr().out)
    assert (line["answer"], line["matches"]) == ("no_match", [])
    (heard,) = line["sounds"]
    assert set(heard) == SOUND | {"reference"}
    assert Path(heard["reference"]["path"]).name == "film.mp4"


def test_match_as_text_says_it_in_words(folder: Path, capsys: Printed) -> None:
    """For a person: one sentence a match, one a sound."""
    arguments = ["--db", str(folder / "footage.db")]
    assert main(["match", str(folder / "copy.mp4"), *arguments]) == 0
    assert "    The sound is the same too: seconds 0.0–" in capsys.readouterr().out
    assert main(["match", str(folder / "heard.mp4"), *arguments]) == 0
    out = capsys.readouterr().out
    assert "heard.mp4: no match\n" in out
    assert "  The same sound stands in film.mp4, without matching pictures: seconds 0.0–" in out


def test_case_holds_the_sound_and_its_report_says_it(folder: Path, tmp_path: Path, capsys: Printed) -> None:
    """Matches of a case carry the second witness, in the file and on the page."""
    article = tmp_path / "story.txt"
    article.write_text("A film was shown.\n", encoding="utf-8")
    videos = [word for name in ("copy.mp4", "heard.mp4") for word in ("--video", str(folder / name))]
    case = tmp_path / "case"
    assert main(["case", "new", str(article), *videos, "--db", str(folder / "footage.db"), "-o", str(case)]) == 0
    first, second = (json.loads((case / "videos" / name / "matches.json").read_text("utf-8")) for name in ("01", "02"))
    assert first["matches"][0]["sound"]["verdict"] == "same_sound"
    assert (second["answer"], len(second["sounds"])) == ("no_match", 1)
    capsys.readouterr()
    assert main(["case", "report", str(case)]) == 0
    page = capsys.readouterr().out
    assert "The sound is the same too" in page
    assert "The same sound stands in film.mp4, without matching pictures" in page
    assert main(["case", "report", str(case), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["videos"][1]["report"]["sounds"][0]["verdict"] == "same_sound"
