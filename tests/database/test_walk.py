"""Which files are meant by the paths of a command line."""

from pathlib import Path

import pytest

from verify.database.walk import find_files


def test_walk_takes_video_endings_of_any_case_and_counts_the_rest(tmp_path: Path) -> None:
    """Hidden files and links are not followed; a sightings.csv is no ignored file."""
    for name in ("b.MP4", "a.webm", "sub/c.Mkv", "sub/deep/d.gif", "note.txt", ".hidden.mp4", ".git/e.mp4", "mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "sub" / "sightings.csv").touch()
    (tmp_path / "link.mp4").symlink_to(tmp_path / "a.webm")
    (tmp_path / "linked").symlink_to(tmp_path / "sub")
    found = find_files([tmp_path])
    assert [str(path.relative_to(tmp_path)) for path in found.files] == [
        "a.webm",
        "b.MP4",
        "sub/c.Mkv",
        "sub/deep/d.gif",
    ]
    assert found.sightings == (tmp_path / "sub" / "sightings.csv",)
    assert found.ignored == 5
    assert found.errors == ()


def test_walk_names_what_it_cannot_use(tmp_path: Path) -> None:
    """A file named is tried whatever its name, even a link; what is not there is said."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "clip").touch()
    (tmp_path / "link").symlink_to(tmp_path / "clip")
    names = ("empty", "clip", "link", "missing", "clip/inside")
    found = find_files([tmp_path / name for name in names])
    assert [path.name for path in found.files] == ["clip", "link"]
    assert [(path.name, error.error_id) for path, error in found.errors] == [
        ("empty", "file.empty_folder"),
        ("missing", "file.missing"),
        ("inside", "file.missing"),
    ]


def test_walk_for_queries_takes_pictures_and_for_references_never(tmp_path: Path) -> None:
    """A folder of screenshots can be looked for; hashed it would hold nothing."""
    for name in ("a.JPG", "b.jpeg", "c.png", "d.webp", "e.bmp", "f.tif", "g.TIFF", "h.svg"):
        (tmp_path / name).touch()
    found = find_files([tmp_path], pictures=True)
    assert "".join(path.name[0] for path in found.files) == "abcdefg"
    assert found.ignored == 1
    without = find_files([tmp_path])
    assert (without.files, without.ignored) == ((), 8)
    assert [error.error_id for _, error in without.errors] == ["file.empty_folder"]


def test_file_met_twice_is_taken_once_under_its_first_name(made_clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naming a folder and a file in it decodes nothing twice."""
    monkeypatch.chdir(made_clips)
    found = find_files([Path("a.mp4"), made_clips, Path("..") / made_clips.name])
    assert [path.name for path in found.files].count("a.mp4") == 1
    assert found.files[0] == Path("a.mp4")
