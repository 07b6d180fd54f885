"""The sample story from end to end, as ``make demo`` tells it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from verify.case.check import check_case
from verify.case.folder import read_case
from verify.cli.main import main

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "samples/article/depot_road.html"
REFERENCES = ROOT / "samples/reference"
OLDER = "person-bicycle-car.mp4"
"""The reference that the cited clip is made of."""
TOLERANCE_S = 0.5


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the hash database of the samples."""
    folder = tmp_path_factory.mktemp("demo")
    assert main(["hash", str(REFERENCES), "--db", str(folder / "footage.db")]) == 0
    return folder


def _matches(case: Path) -> dict[str, Any]:
    report = read_case(case).videos[0].report
    assert report is not None
    return {Path(match["reference"]["path"]).name: match for match in report.as_json()["matches"]}


def test_sample_story_tells_which_seconds_stand_in_which_older_video(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hash, case, report: the find with its seconds, and the dates that decide whether the footage is old."""
    case, report = demo / "case", demo / "report.html"
    assert main(["case", "new", str(ARTICLE), "--db", str(demo / "footage.db"), "-o", str(case)]) == 0
    told = capsys.readouterr().out
    assert "published 2026-10-15" in told
    assert "First seen, as far as recorded: about 2018-11" in told
    assert "Yes. Footage in this video was seen before the article." in told
    match = _matches(case)[OLDER]
    assert match["answer"] == "same_footage"
    assert match["reference"]["first_seen"]["date"] == "2018-11~"
    (segment,) = match["segments"]
    assert segment["mirrored"]
    assert segment["speed"] == pytest.approx(1.0, abs=0.01)
    (start, end), (reference_start, reference_end) = segment["query"], segment["reference"]
    assert (reference_start - start, reference_end - end) == pytest.approx((17.5, 17.5), abs=TOLERANCE_S)
    assert end - start > 10
    assert re.search(r"Seconds \d+\.\d–\d+\.\d of the cited video \(depot_road_clip\.mp4\)", told)
    assert check_case(case).problems == ()
    assert main(["case", "report", str(case), "-o", str(report)]) == 0
    page = report.read_text("utf-8")
    assert page.count('src="data:image/jpeg;base64,') >= 2 * len(read_case(case).videos[0].pictures)
    assert OLDER in page


def test_sample_story_without_its_true_references_finds_nothing(tmp_path: Path) -> None:
    """The find rests on the older footage and on nothing else of the samples."""
    others = [path for path in REFERENCES.glob("*.mp4") if path.name not in {OLDER, "london_roofs_360p.mp4"}]
    assert main(["hash", *map(str, others), "--db", str(tmp_path / "others.db")]) == 0
    command = ["case", "new", str(ARTICLE), "--db", str(tmp_path / "others.db"), "-o", str(tmp_path / "case")]
    assert main(command) == 0
    report = read_case(tmp_path / "case").videos[0].report
    assert report is not None
    assert (report.answer, report.matches, report.searched.videos) == ("no_match", (), len(others))


def test_sample_story_is_told_by_the_installed_command(demo: Path) -> None:
    """What a user types after installing works as it does in the tests."""
    command = Path(sys.executable).with_name("verify-video")
    if not command.is_file():
        pytest.skip("verify-video is not installed beside this Python")
    case = demo / "installed"
    options = ["--db", str(demo / "footage.db"), "-o", str(case), "--format", "json"]
    made = subprocess.run(
        [str(command), "case", "new", str(ARTICLE), *options],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert made.returncode == 0, made.stderr
    (video,) = json.loads(made.stdout)["videos"]
    assert video["report"]["answer"] == "same_footage"
    checked = subprocess.run([command, "case", "check", case], capture_output=True, check=False, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")
