"""A file that ends too soon is told from one that is whole, whatever follows its end."""

from pathlib import Path

import pytest

from tests.made_files import write_text
from tests.made_videos import VideoSpec, write_video
from verify.videos.cut_off import is_cut_off

ENDINGS = ["mp4", "mov", "mkv", "webm", "avi"]


def _whole(folder: Path, ending: str) -> Path:
    spec = VideoSpec(codec="libvpx-vp9" if ending == "webm" else "libx264", b_frames=0, indices=range(10))
    return write_video(folder / f"clip.{ending}", spec).path


@pytest.mark.parametrize("ending", ENDINGS)
def test_file_is_cut_off_as_soon_as_one_byte_is_missing(tmp_path: Path, ending: str) -> None:
    """Whole files are not suspected, and the last byte counts."""
    path = _whole(tmp_path, ending)
    data = path.read_bytes()
    assert not is_cut_off(path)
    path.write_bytes(data[:-1])
    assert is_cut_off(path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("tail", [b"\0", b"\xff" * 40, b"made with a phone, 2022"])
def test_bytes_after_the_end_are_not_a_cut(tmp_path: Path, ending: str, tail: bytes) -> None:
    """Phones and sites append notes of their own."""
    path = _whole(tmp_path, ending)
    path.write_bytes(path.read_bytes() + tail)
    assert not is_cut_off(path)


def test_recording_of_unknown_length_is_not_a_cut(tmp_path: Path) -> None:
    """A live recording in Matroska does not know where it will end."""
    path = _whole(tmp_path, "mkv")
    data = path.read_bytes()
    length = data.index(b"\x18\x53\x80\x67") + 4
    path.write_bytes(data[:length] + b"\x01" + b"\xff" * 7 + data[length + 8 : -50])
    assert not is_cut_off(path)


def test_other_files_are_not_judged(tmp_path: Path) -> None:
    """Where a container states no size there is nothing to compare."""
    write_text(tmp_path / "note.mp4")
    assert not is_cut_off(tmp_path / "note.mp4")
    (tmp_path / "short.mkv").write_bytes(b"\x1a\x45\xdf\xa3")
    assert not is_cut_off(tmp_path / "short.mkv")
