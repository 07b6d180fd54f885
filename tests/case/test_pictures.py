"""The pictures of a match."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from tests.case.made_story import FIRST_INDEX, FRAMES_A_SECOND, Story, copy_story, index_at, mirror
from tests.made_videos import read_index
from verify.case.folder import read_case
from verify.case.pictures import PICTURES_A_SEGMENT
from verify.database.rows import FileStamp
from verify.database.store import open_database
from verify.fingerprints.workers import hash_bytes

if TYPE_CHECKING:
    from tests.made_videos import Picture
    from verify.records.case import CaseVideo


def _read(path: Path) -> "Picture":
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def _video(root: Path) -> "CaseVideo":
    (video,) = read_case(root).videos
    return video


def test_match_pictures_show_the_same_picture_of_query_and_reference(made_case: Path) -> None:
    """Both pictures of a pair show the very frame that their times name, and these are one picture, mirrored."""
    video = _video(made_case)
    assert 2 <= len(video.pictures) <= PICTURES_A_SEGMENT
    assert video.report is not None
    assert video.report.matches[0].segments[0].mirrored
    for pair in video.pictures:
        folder = made_case / video.folder
        assert pair.reference_file is not None
        shown = read_index(mirror(_read(folder / pair.query_file)))
        known = read_index(_read(folder / pair.reference_file))
        assert shown == FIRST_INDEX + index_at(pair.query_time)
        assert known == index_at(pair.reference_time)
        assert abs(shown - known) <= FRAMES_A_SECOND // 8


def test_reference_is_laid_onto_the_query_at_the_same_frame(made_case: Path) -> None:
    """Laid over, the mirrored reference is the query; points, map and figures are those of the pictures shown."""
    for picture in _video(made_case).pictures:
        folder = made_case / _video(made_case).folder
        assert picture.warped_file is not None
        assert picture.difference_file is not None
        query, warped = _read(folder / picture.query_file), _read(folder / picture.warped_file)
        assert warped.shape == query.shape == _read(folder / picture.difference_file).shape
        unlaid = _read(folder / str(picture.reference_file))
        assert cv2.absdiff(warped, query).mean() < cv2.absdiff(unlaid, query).mean() / 4
        assert picture.matrix == pytest.approx((-1, 0, 1, 0, 1, 0), abs=0.02)  # a frame of the pan
        assert picture.point_count >= len(picture.points) >= 10
        points = np.array(picture.points)
        assert points[:, :2] == pytest.approx(points[:, 2:] * (-1, 1) + (1, 0), abs=0.03)
        assert picture.figures is not None


def test_case_of_an_earlier_version_has_pictures_without_maps(case: Path) -> None:
    """What was added to a picture may be missing; what it had is read as before."""
    path = case / _video(case).folder / "matches.json"
    data = json.loads(path.read_text("utf-8"))
    for picture in data["pictures"]:
        for name in ("warped_file", "difference_file", "matrix", "points", "point_count", "figures"):
            del picture[name]
    path.write_text(json.dumps(data), "utf-8")
    for picture in _video(case).pictures:
        assert picture.reference_file
        assert (picture.warped_file, picture.matrix, picture.points, picture.figures) == (None, None, (), None)


def test_keyframe_pictures_show_the_frame_of_their_time(made_case: Path) -> None:
    """The number in the picture is that of the time in the table."""
    video = _video(made_case)
    assert video.keyframes
    for keyframe in video.keyframes:
        shown = read_index(mirror(_read(made_case / video.folder / "keyframes" / keyframe.file)))
        assert shown == FIRST_INDEX + index_at(keyframe.time)


def test_reference_pictures_come_from_any_path_with_the_hashed_bytes(story: Story, tmp_path: Path) -> None:
    """Where the first file of a reference was replaced, a second one with its bytes serves."""
    (tmp_path / "parts").mkdir()
    parts = copy_story(story, tmp_path / "parts")
    second = tmp_path / "parts" / "a_first_by_name.mp4"
    second.write_bytes(story.other.read_bytes())

    with open_database(parts.database, create=True) as database:
        database.add_path(second, hash_bytes(parts.older), FileStamp(size_bytes=1, mtime_ns=1))
    parts.make(tmp_path / "case")
    pictures = _video(tmp_path / "case").pictures
    assert pictures
    assert all(picture.reference_file for picture in pictures)


@pytest.mark.parametrize(("replaced", "words"), [(False, "no longer where"), (True, "has changed since")])
def test_missing_reference_is_said_and_the_match_stays(
    story: Story, tmp_path: Path, *, replaced: bool, words: str
) -> None:
    """A picture of the reference is taken from the hashed bytes only; without them the case says why."""
    (tmp_path / "parts").mkdir()
    parts = copy_story(story, tmp_path / "parts")
    if replaced:
        parts.older.write_bytes(story.other.read_bytes())
    else:
        parts.older.unlink()
    parts.make(tmp_path / "case")
    video = _video(tmp_path / "case")
    assert video.report is not None
    assert video.report.answer == "same_footage"
    assert video.pictures
    for picture in video.pictures:
        assert picture.reference_file is None
        assert words in str(picture.missing)
        assert (tmp_path / "case" / video.folder / picture.query_file).is_file()
