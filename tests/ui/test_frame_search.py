"""A keyframe that is looked for in a hash database, as the desk asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.made_videos import Footage, Scene, VideoSpec, draw_picture, write_video
from tests.ui.made_case import make_case, make_report
from verify.case.check import check_case
from verify.cli.main import main
from verify.ui.frame_search import search_frame

FILM = Footage(scenes=(Scene(seed=11, frames=75), Scene(seed=12, frames=75)), bar_code=False)
INDEX, CLOCK = 100, "00:00:04.000"
ASKED: dict[str, Any] = {"nonce": "n1", "video": 1, "file": "0001.jpg"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a hash database of one video, which was seen in 2019."""
    folder = tmp_path_factory.mktemp("refs")
    write_video(folder / "film.mp4", VideoSpec(footage=FILM))
    table = "path,url,date,recorded_by\nfilm.mp4,https://example.org/film,2019-10-03,Ada\n"
    (folder / "sightings.csv").write_text(table, "utf-8")
    assert main(["hash", str(folder), "--db", str(folder / "footage.db")]) == 0
    return folder / "footage.db"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a case whose keyframes show something unknown, the film, and black."""
    root = make_case(tmp_path / "case", frames=3, reports=(make_report("no_match"),)).root
    keyframes = root / "videos" / "01" / "keyframes"
    unknown = Footage(scenes=(Scene(seed=99, frames=50),), bar_code=False)
    Image.fromarray(draw_picture(unknown, 20)).save(keyframes / "0000.jpg")
    Image.fromarray(draw_picture(FILM, INDEX)).save(keyframes / "0001.jpg", quality=80)
    Image.fromarray(np.zeros((180, 320, 3), np.uint8)).save(keyframes / "0002.jpg")
    return root


def test_search_names_the_reference_the_time_and_since_when(root: Path, database: Path) -> None:
    """The analyst sees where the frame stands and what one picture leaves open."""
    found = search_frame(root, ASKED, str(database))
    assert {name: found[name] for name in ASKED} == ASKED
    assert (found["answer"], found["failed"], found["more"]) == ("same_footage", None, 0)
    (match,) = found["matches"]
    assert (match["name"], match["words"], match["clock"]) == ("film.mp4", "Same footage", CLOCK)
    assert float(match["score"]) > 0.5
    assert "another recording by a fixed camera would look alike" in match["reason"]
    assert "2019-10-03" in match["first_seen"]
    assert match["older"]
    assert "1 known video" in found["searched"]


def test_search_in_vain_says_that_it_proves_nothing(root: Path, database: Path) -> None:
    """What is not found may be old all the same; what is too plain was not looked for."""
    found = search_frame(root, {**ASKED, "file": "0000.jpg"}, str(database))
    assert (found["answer"], found["matches"]) == ("no_match", [])
    assert "does not prove the footage new" in found["reason"]
    plain = search_frame(root, {**ASKED, "file": "0002.jpg"}, str(database))
    assert (plain["answer"], plain["matches"]) == ("not_comparable", [])
    assert "black" in plain["reason"]


def test_search_writes_nothing_into_the_case(root: Path, database: Path) -> None:
    """A question is no act: the folder stays as it was."""
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    problems = check_case(root).problems
    assert search_frame(root, ASKED, str(database))["answer"] == "same_footage"
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before
    assert check_case(root).problems == problems


def test_search_without_a_database_named_takes_that_of_the_case(
    root: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened from where the case was made, the screen needs no option."""
    monkeypatch.chdir(database.parent)
    assert search_frame(root, ASKED, None)["answer"] == "same_footage"


def test_search_where_the_database_of_the_case_is_elsewhere_says_how_to_name_it(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case travels, its database does not."""
    monkeypatch.chdir(tmp_path)
    failed = search_frame(root, ASKED, None)["failed"]
    assert "footage.db, which is not here" in failed["why"]
    assert "--db DB" in failed["remedy"]
    unsearched = make_case(tmp_path / "unsearched", frames=2, reports=(None,)).root
    assert "names no hash database" in search_frame(unsearched, ASKED, None)["failed"]["why"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (None, "no such keyframe"),
        ({"nonce": "n1", "video": 1, "file": "../../../article/text.txt"}, "no such keyframe"),
        ({"nonce": "n1", "video": [1], "file": {}}, "no such keyframe"),
    ],
)
def test_search_for_what_is_no_keyframe_fails(root: Path, database: Path, sent: Any, why: str) -> None:  # noqa: ANN401
    """A browser can send anything; no other file of the machine is read."""
    assert why in search_frame(root, sent, str(database))["failed"]["why"]


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"no picture")])
def test_search_for_a_keyframe_that_cannot_be_read_says_so(
    root: Path, database: Path, spoil: Callable[[Path], object]
) -> None:
    """A file that was taken out of the case, or spoilt, is an answer, not a crash."""
    spoil(root / "videos" / "01" / "keyframes" / "0001.jpg")
    assert search_frame(root, ASKED, str(database))["failed"]["what"]


def test_search_in_a_missing_database_says_how_to_make_it(root: Path, tmp_path: Path) -> None:
    """A name that was mistyped creates nothing."""
    failed = search_frame(root, ASKED, str(tmp_path / "none.db"))["failed"]
    assert "there is no such hash database" in failed["why"]
    assert not (tmp_path / "none.db").exists()
