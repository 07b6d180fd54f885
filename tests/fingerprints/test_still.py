"""Pictures are read safely, whatever they are, and become a fingerprint of one frame."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.made_videos import Footage, Picture, Scene, VideoSpec, draw_picture, write_video
from verify.errors import VerifyError
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.still import fingerprint_luma, is_picture, read_luma
from verify.fingerprints.workers import fingerprint_file, fingerprint_files, fingerprint_still, hash_bytes
from verify.videos.stills import grab_pictures

FILM = Footage(scenes=(Scene(seed=11, frames=50),), bar_code=False)
WIDTH_PX, HEIGHT_PX = 320, 180


@pytest.fixture(scope="module")
def shot() -> Picture:
    """Give one picture."""
    return draw_picture(FILM, 10)


def read(path: Path) -> Picture:
    """Give the brightness of a picture file."""
    luma, _ = read_luma(path)
    return luma


def error_of(path: Path) -> VerifyError:
    """Give the error for a picture file that cannot be read."""
    with pytest.raises(VerifyError) as raised:
        read_luma(path)
    return raised.value


def write_png_header(path: Path, width: int, height: int) -> None:
    """Write a PNG that promises so many pixels and holds hardly any."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png", "a.webp", "a.bmp", "a.tif", "a.TIFF"])
def test_picture_in_any_format_gives_its_brightness(tmp_path: Path, shot: Picture, name: str) -> None:
    """The format decides nothing but a little noise of coding."""
    Image.fromarray(shot).save(tmp_path / name, quality=95)
    exact = np.asarray(Image.fromarray(shot).convert("L")).astype(int)
    luma = read(tmp_path / name)
    assert luma.shape == exact.shape
    assert np.abs(luma - exact).mean() < 2


@pytest.mark.parametrize(("mode", "name"), [("L", "a.png"), ("P", "a.png"), ("CMYK", "a.jpg"), ("LAB", "a.tif")])
def test_picture_in_other_colours_gives_its_brightness(tmp_path: Path, shot: Picture, mode: str, name: str) -> None:
    """Grey, palette, printers' colours, lightness with two hues: all have a brightness."""
    image = Image.fromarray(shot)
    grey = image.convert("L")
    flat = Image.new("L", grey.size, 128)
    made = {
        "L": grey,
        "P": image.quantize(256),
        "CMYK": image.convert("CMYK"),
        "LAB": Image.merge("LAB", (grey, flat, flat)),
    }
    made[mode].save(tmp_path / name, quality=95)
    assert np.abs(read(tmp_path / name) - np.asarray(grey).astype(int)).mean() < 5


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_picture_of_sixteen_bits_keeps_its_brightest_half_of_bits(tmp_path: Path, shot: Picture, name: str) -> None:
    """What scanners and graphics programs write."""
    grey = np.asarray(Image.fromarray(shot).convert("L"))
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / name)
    assert (read(tmp_path / name) == grey).all()


def test_picture_of_unstated_range_is_stretched(tmp_path: Path) -> None:
    """Numbers that are no brightness by themselves still show what is brighter."""
    Image.fromarray(np.array([[0.5, np.nan], [1.5, 1.0]], np.float32)).save(tmp_path / "a.tif")
    assert read(tmp_path / "a.tif").tolist() == [[85, 0], [255, 170]]


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_orientation_of_exif_turns_the_picture_upright(tmp_path: Path, shot: Picture, name: str) -> None:
    """A phone writes what its sensor saw, and how it was held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(shot).save(tmp_path / name, exif=exif, quality=95)
    upright = np.asarray(Image.fromarray(shot).convert("L").transpose(Image.Transpose.ROTATE_270)).astype(int)
    luma = read(tmp_path / name)
    assert luma.shape == (WIDTH_PX, HEIGHT_PX)
    assert np.abs(luma - upright).mean() < 2


@pytest.mark.parametrize("note", [b"II*\x00\xff\xff\xff\xff", b"XX", b"II*\x00\x08\x00\x00\x00\x09"])
def test_damaged_exif_costs_the_orientation_only(tmp_path: Path, shot: Picture, note: bytes) -> None:
    """A note beside a good picture may be broken."""
    Image.fromarray(shot).save(tmp_path / "a.jpg", exif=b"Exif\x00\x00" + note)
    assert read(tmp_path / "a.jpg").shape == (HEIGHT_PX, WIDTH_PX)


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_transparent_picture_lies_on_black(tmp_path: Path, name: str) -> None:
    """What is not there is dark, however bright the colour that is hidden."""
    pixels = np.full((40, 60, 4), 255, np.uint8)
    pixels[:, :30, 3] = 0
    Image.fromarray(pixels).save(tmp_path / name, lossless=True)
    assert (read(tmp_path / name)[:, [0, 29, 30, 59]] == [0, 0, 255, 255]).all()


@pytest.mark.parametrize("name", ["a.webp", "a.tif", "a.png"])
def test_animation_gives_its_first_picture(tmp_path: Path, shot: Picture, name: str) -> None:
    """Also the first of several pages."""
    other = Image.fromarray(shot[::-1])
    more: dict[str, Any] = {"lossless": True} if name.endswith("webp") else {}
    Image.fromarray(shot).save(tmp_path / name, save_all=True, append_images=[other], **more)
    exact = np.asarray(Image.fromarray(shot).convert("L")).astype(int)
    assert np.abs(read(tmp_path / name) - exact).mean() < 1


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp"])
def test_picture_that_breaks_off_is_refused_with_what_to_do(tmp_path: Path, shot: Picture, name: str) -> None:
    """Half a picture would be looked for as a whole one."""
    path = tmp_path / name
    Image.fromarray(shot).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    error = error_of(path)
    assert error.error_id == "picture.damaged"
    assert "Save or download it again" in error.remedy


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    """Whatever its name says."""
    (tmp_path / "text.jpg").write_text("no picture", "utf-8")
    (tmp_path / "empty.png").touch()
    assert error_of(tmp_path / "text.jpg").error_id == "picture.not_a_picture"
    assert error_of(tmp_path / "empty.png").error_id == "video.empty_file"
    assert error_of(tmp_path / "missing.png").error_id == "file.missing"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (10_000, 10_000), (8193, 8192)])
def test_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path, width: int, height: int) -> None:
    """A small file may promise gigabytes; the limit is that of videos."""
    write_png_header(tmp_path / "a.png", width, height)
    assert error_of(tmp_path / "a.png").error_id == "picture.too_large"


def test_picture_is_told_by_its_bytes_and_else_by_its_name(tmp_path: Path, made_clips: Path, shot: Picture) -> None:
    """Downloads are often misnamed."""
    for name, form in (("a", "PNG"), ("b.mp4", "JPEG"), ("c.bin", "WEBP"), ("d", "TIFF"), ("e", "BMP")):
        Image.fromarray(shot).save(tmp_path / name, format=form)
        assert is_picture(tmp_path / name)
    (tmp_path / "f.JPG").write_text("no picture", "utf-8")
    assert is_picture(tmp_path / "f.JPG")
    assert is_picture(tmp_path / "missing.png")
    assert not is_picture(made_clips / "a.mp4")
    assert not is_picture(made_clips / "text.mp4")


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (3, 3), (2, 4000)])
def test_picture_of_any_shape_gives_a_fingerprint(shape: tuple[int, int]) -> None:
    """A line, a dot: nothing to find, and nothing that hangs."""
    noise = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    assert len(fingerprint_luma(noise, "0" * 64).frame_hashes) == 1


def test_fingerprint_of_a_picture_is_one_frame_at_no_length(tmp_path: Path, shot: Picture) -> None:
    """It is looked for like a video, and holds the small picture, which no database stores."""
    Image.fromarray(shot).save(tmp_path / "a.png")
    done = fingerprint_still(tmp_path / "a.png")
    still = fingerprint_luma(read(tmp_path / "a.png"), hash_bytes(tmp_path / "a.png"))
    assert done.fingerprint == still
    assert (still.version, still.seconds) == (FINGERPRINT_VERSION, Fraction(0))
    assert (still.frame_hashes.starts, still.frame_hashes.ends, still.frame_hashes.codes) == (bytes(8),) * 2 + (b"\0",)
    assert (still.local_features.ticks, len(still.local_features.counts)) == (bytes(8), 2)
    assert still.luma().shape == (144, 256)
    assert (done.facts.width_px, done.facts.height_px, done.facts.frames) == (WIDTH_PX, HEIGHT_PX, 1)


def test_picture_of_a_frame_has_about_the_hash_of_that_frame(tmp_path: Path, shot: Picture) -> None:
    """The brightness of a picture is that of a video: a saved frame is near to itself."""
    write_video(tmp_path / "a.mp4", VideoSpec(footage=FILM))
    video = fingerprint_file(tmp_path / "a.mp4", threads=1).fingerprint
    assert shot.shape == (HEIGHT_PX, WIDTH_PX, 3)
    (frame,) = grab_pictures(tmp_path / "a.mp4", [Fraction(0)]).values()
    Image.fromarray(frame).save(tmp_path / "a.png")
    still = fingerprint_still(tmp_path / "a.png").fingerprint
    first = [np.frombuffer(one.frame_hashes.hashes[:32], np.uint8) for one in (video, still)]
    assert np.bitwise_count(first[0] ^ first[1]).sum() <= 8


def test_files_of_a_query_may_be_pictures_and_of_a_database_not(
    tmp_path: Path, made_clips: Path, shot: Picture
) -> None:
    """Each file is read as what it is; a picture among references is refused like any file that is no video."""
    Image.fromarray(shot).save(tmp_path / "a.png")
    paths = [tmp_path / "a.png", made_clips / "a.mp4"]
    for pictures, expected in ((True, [0, None]), (False, ["video.not_a_video", None])):
        outcomes = [outcome for _, outcome in fingerprint_files(paths, jobs=1, pictures=pictures)]
        first, second = outcomes
        assert (first.error_id if isinstance(first, VerifyError) else first.fingerprint.seconds) == expected[0]
        assert not isinstance(second, VerifyError)
        assert second.fingerprint.seconds > 0
