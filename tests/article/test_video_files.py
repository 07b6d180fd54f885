"""Only a regular file inside the page's own folder is ever taken."""

from pathlib import Path

import pytest

from verify.article.video_files import find_file_beside, origin_of_saved_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a page's folder with a film in it, and a film outside."""
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    made = tmp_path / "page"
    (made / "story_files").mkdir(parents=True)
    (made / "story_files" / "відео 1.mp4").write_bytes(b"film")
    (made / "100%25.mp4").write_bytes(b"film")
    return made


@pytest.mark.parametrize(
    "link",
    [
        "story_files/відео 1.mp4",
        "./story_files/%D0%B2%D1%96%D0%B4%D0%B5%D0%BE%201.mp4",
        "story_files/відео%201.mp4?token=a/b#t=3",
        "story_files/../story_files/відео 1.mp4",
        "100%25.mp4",
    ],
)
def test_relative_link_finds_the_file(folder: Path, link: str) -> None:
    """Names are percent-encoded, sometimes twice, and bear queries."""
    found = find_file_beside(folder, link)
    assert found is not None
    assert found.read_bytes() == b"film"


@pytest.mark.parametrize(
    "link",
    [
        "../secret.mp4",
        "%2e%2e/secret.mp4",
        "story_files/../../secret.mp4",
        "..%2fsecret.mp4",
        "//story_files/x.mp4",
        "https://c.example/story_files/x.mp4",
        "file:story_files/x.mp4",
        "story_files",
        "story_files/none.mp4",
        "a\x00b.mp4",
        "C:/secret.mp4",
        "x" * 5000,
        "?x=1",
        "#",
        "",
        "http://[",
    ],
)
def test_link_that_leaves_the_folder_or_names_no_file_finds_none(folder: Path, link: str) -> None:
    """A hostile page must not carry a file of this machine into a case."""
    assert find_file_beside(folder, link) is None


def test_absolute_path_finds_none(folder: Path) -> None:
    """A page from another machine names that machine's files."""
    inside = folder / "100%25.mp4"
    assert find_file_beside(folder, str(inside)) is None
    assert find_file_beside(folder, inside.as_uri()) is None
    assert find_file_beside(folder, str(folder.parent / "secret.mp4")) is None


def test_symbolic_link_out_of_the_folder_finds_none(folder: Path) -> None:
    """A link in an unpacked archive may point anywhere."""
    (folder / "link.mp4").symlink_to(folder.parent / "secret.mp4")
    (folder / "up").symlink_to(folder.parent)
    (folder / "loop.mp4").symlink_to(folder / "loop.mp4")
    for link in ("link.mp4", "up/secret.mp4", "loop.mp4"):
        assert find_file_beside(folder, link) is None


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "about:internet"])
def test_origin_that_is_no_web_address_is_unknown(address: str) -> None:
    """The note in a page is as hostile as the page."""
    assert origin_of_saved_page(f"<!-- saved from url=(0014){address} -->") is None


def test_origin_noted_by_singlefile_is_read() -> None:
    """SingleFile writes its note over several lines."""
    note = "<!--\n Page saved with SingleFile \n url: https://n.example/a \n saved date: x\n-->"
    assert origin_of_saved_page(f"<!DOCTYPE html> <html lang=en>{note}") == "https://n.example/a"
