"""Keyframes in a folder: pictures, exact times, and nothing of others touched."""

import csv
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.made_files import ODD_VIDEOS, write_text
from tests.made_videos import Footage, MadeVideo, Scene, VideoSpec, read_index, write_video
from verify.errors import MissingFileError, NotAVideoError, UnwritableFileError, UsageError
from verify.keyframes.write import write_keyframes

COLUMNS = ["file", "time_s", "pts", "time_base", "shot", "shot_start_s", "shot_end_s", "why"]


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "keyframes.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        rows = list(table)
    assert table.fieldnames == COLUMNS
    return rows


@pytest.mark.parametrize("name", ODD_VIDEOS)
def test_written_keyframes_show_the_frames_of_their_times(tmp_path: Path, name: str) -> None:
    """The bar code of every picture is that of the frame shown at the row's exact time, whatever the container does."""
    made = ODD_VIDEOS[name](tmp_path / name)
    write_keyframes(made.path, tmp_path / "out")
    rows = _rows(tmp_path / "out")
    assert rows
    starts = {int(row["pts"]) * Fraction(row["time_base"]) - _time_of(made, tmp_path / "out", row) for row in rows}
    assert len(starts) == 1  # the file's clock differs from the player's by one constant


def _time_of(made: MadeVideo, folder: Path, row: dict[str, str]) -> Fraction:
    """Give the exact time of the frame whose picture was written, after comparing it with the row's."""
    picture = cv2.imdecode(np.fromfile(folder / row["file"], np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (180, 320)
    time = made.times[made.indices.index(read_index(picture.astype(np.uint8)))]
    assert row["time_s"] == f"{float(time):.3f}"
    assert float(row["shot_start_s"]) <= float(row["time_s"]) < float(row["shot_end_s"])
    return time


def test_written_rows_are_the_returned_keyframes_in_order(tmp_path: Path) -> None:
    """The table and the Python API say the same."""
    footage = Footage(scenes=(Scene(seed=1, frames=40), Scene(seed=2, frames=40)))
    made = write_video(tmp_path / "clip.mp4", VideoSpec(footage=footage))
    written = write_keyframes(made.path, tmp_path / "out")
    rows = _rows(tmp_path / "out")
    assert [row["file"] for row in rows] == [keyframe.file for keyframe in written.keyframes]
    assert [row["shot"] for row in rows] == ["0", "1"]
    assert [(row["shot_start_s"], row["shot_end_s"]) for row in rows] == [("0.000", "1.600"), ("1.600", "3.200")]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"keyframes.csv", *(row["file"] for row in rows)}


def test_second_run_replaces_the_first_and_leaves_other_files_alone(tmp_path: Path) -> None:
    """Pictures of an earlier video do not stay among the new ones; what a person put there does."""
    out = tmp_path / "out"
    long = Footage(scenes=tuple(Scene(seed=seed, frames=40) for seed in range(1, 4)))
    write_keyframes(write_video(tmp_path / "long.mp4", VideoSpec(footage=long)).path, out)
    (out / "notes.txt").write_text("mine", "utf-8")
    (out / "0001_mine.jpg").write_bytes(b"mine")
    write_keyframes(write_video(tmp_path / "short.mp4", VideoSpec()).path, out)
    files = {row["file"] for row in _rows(out)}
    assert {path.name for path in out.iterdir()} == {"keyframes.csv", "notes.txt", "0001_mine.jpg", *files}
    assert (out / "0001_mine.jpg").read_bytes() == b"mine"


def test_table_of_another_program_is_not_overwritten(tmp_path: Path) -> None:
    """A keyframes.csv that is not ours is a person's work."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "keyframes.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UsageError):
        write_keyframes(write_video(tmp_path / "clip.mp4", VideoSpec()).path, out)
    assert (out / "keyframes.csv").read_text("utf-8") == "a,b\n1,2\n"


def test_table_that_names_a_file_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    """A prepared keyframes.csv does not make us delete files outside of the folder."""
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious.jpg").write_bytes(b"x")
    row = "../precious.jpg,0.000,0,1/25,0,0.000,1.000,because"
    (out / "keyframes.csv").write_text(",".join(COLUMNS) + f"\n{row}\n", "utf-8")
    write_keyframes(write_video(tmp_path / "clip.mp4", VideoSpec()).path, out)
    assert (tmp_path / "precious.jpg").exists()


def test_video_that_cannot_be_used_leaves_earlier_keyframes_in_place(tmp_path: Path) -> None:
    """A mistyped name does not cost the keyframes of the last run."""
    out = tmp_path / "out"
    write_keyframes(write_video(tmp_path / "clip.mp4", VideoSpec()).path, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(MissingFileError):
        write_keyframes(tmp_path / "missing.mp4", out)
    write_text(tmp_path / "text.mp4")
    with pytest.raises(NotAVideoError):
        write_keyframes(tmp_path / "text.mp4", out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The error says what stands in the way."""
    (tmp_path / "out").write_text("x", "utf-8")
    with pytest.raises(UnwritableFileError):
        write_keyframes(write_video(tmp_path / "clip.mp4", VideoSpec()).path, tmp_path / "out")
