"""``verify-video keyframes``: what it prints, where, and its exit status."""

import csv
import json
from pathlib import Path

import pytest

from tests.made_files import ODD_VIDEOS, write_hls_playlist
from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.cli.main import main


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Give a clip of two shots."""
    footage = Footage(scenes=(Scene(seed=1, frames=30), Scene(seed=2, frames=30)))
    return write_video(tmp_path / "clip.mp4", VideoSpec(footage=footage)).path


def test_json_lines_are_the_rows_of_the_table(tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a keyframe on standard output, with the names and the values of keyframes.csv."""
    assert main(["keyframes", str(clip), "-o", str(tmp_path / "out"), "--format", "json"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    with (tmp_path / "out" / "keyframes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(lines) == len(rows) == 2
    for line, row in zip(lines, rows, strict=True):
        assert line.pop("schema") == "verify.keyframe/1"
        assert list(line) == list(row)
        assert all(float(row[name]) == line[name] for name in ("time_s", "shot_start_s", "shot_end_s", "pts", "shot"))
        assert (row["file"], row["time_base"], row["why"]) == (line["file"], line["time_base"], line["why"])
    assert printed.err == ""


def test_text_names_time_shot_file_and_reason(tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a keyframe for a person."""
    assert main(["keyframes", str(clip), "-o", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "s  shot 1  0002_" in lines[1]
    assert "sharpest of the shot" in lines[1]


def test_oddities_go_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is odd about the file is said beside the data, not in it."""
    path = ODD_VIDEOS["two_streams.mkv"](tmp_path / "two_streams.mkv").path
    assert main(["keyframes", str(path), "-o", str(tmp_path / "out"), "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert "was not looked at" in printed.err
    assert all(json.loads(line)["schema"] == "verify.keyframe/1" for line in printed.out.splitlines())


def test_unusable_video_exits_with_3_and_prints_no_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not one input could be used."""
    write_hls_playlist(tmp_path / "hls.mp4")
    assert main(["keyframes", str(tmp_path / "hls.mp4"), "-o", str(tmp_path / "out"), "--format", "json"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "hls.mp4 is refused: it is a playlist" in printed.err


def test_command_without_folder_is_wrong_usage(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pictures are not strewn into the current folder."""
    with pytest.raises(SystemExit) as caught:
        main(["keyframes", str(clip)])
    assert caught.value.code == 2
    assert "-o" in capsys.readouterr().err


def test_control_characters_in_a_name_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file name is text from outside."""
    assert main(["keyframes", str(tmp_path / "a\x1b[31mb.mp4"), "-o", str(tmp_path / "out")]) == 3
    assert "\x1b" not in capsys.readouterr().err
