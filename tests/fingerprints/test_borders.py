"""Borders are what stays black; a dark scene is no border."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.made_files import LETTERBOX_PX, PILLARBOX_PX
from tests.made_videos import Footage, Picture, Scene, VideoSpec, write_video
from verify.fingerprints.borders import MAX_BORDER_RATIO, Borders, find_borders
from verify.fingerprints.compute import FingerprintBuilder
from verify.videos.decode import decode_video

HEIGHT_PX, WIDTH_PX = 144, 256
NONE = Borders(left=0, top=0, right=0, bottom=0)


def lit_picture(left: int = 0, top: int = 0, right: int = 0, bottom: int = 0) -> Picture:
    """Give a bright noisy picture with black borders."""
    picture = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    inside = picture[top : HEIGHT_PX - bottom, left : WIDTH_PX - right]
    inside[...] = np.random.default_rng(2).integers(40, 256, inside.shape)
    return picture


@pytest.mark.parametrize(
    "sides", [(0, 0, 0, 0), (0, 18, 0, 18), (32, 0, 32, 0), (20, 10, 30, 5), (0, 0, 0, 40), (1, 1, 1, 1)]
)
def test_borders_of_any_sides_are_found_to_the_pixel(sides: tuple[int, int, int, int]) -> None:
    """Letterbox, pillarbox, both, one side or none."""
    left, top, right, bottom = sides
    found = find_borders(lit_picture(left, top, right, bottom))
    assert found == Borders(left=left, top=top, right=right, bottom=bottom)
    rest = found.remove(lit_picture(left, top, right, bottom))
    assert rest.shape == (HEIGHT_PX - top - bottom, WIDTH_PX - left - right)
    assert rest.min() >= 40


def test_border_with_specks_of_noise_is_still_a_border() -> None:
    """Compression leaves specks; they must not hold a border open."""
    picture = lit_picture(top=20)
    picture[5, [3, 90, 200]] = 90
    assert find_borders(picture) == replace(NONE, top=20)


def test_night_scene_with_a_dark_sky_is_not_eaten() -> None:
    """The brightest value over a stretch of time shows the noise of a camera where a border stays black."""
    rng = np.random.default_rng(3)
    sky = 18 + rng.normal(0, 4, (60, HEIGHT_PX, WIDTH_PX))
    sky[:, 100:] += 40
    brightest = np.clip(sky, 0, 255).astype(np.uint8).max(axis=0)
    assert find_borders(brightest) == NONE


def test_black_stretch_keeps_a_picture() -> None:
    """Where all is black there is nothing to find, and still something to hash."""
    black = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    height, width = find_borders(black).remove(black).shape
    assert height >= HEIGHT_PX * (1 - 2 * MAX_BORDER_RATIO)
    assert width >= WIDTH_PX * (1 - 2 * MAX_BORDER_RATIO)


@pytest.mark.parametrize("shape", [(1, 1), (1, 256), (256, 1), (2, 3)])
def test_borders_of_the_smallest_pictures_leave_at_least_a_pixel(shape: tuple[int, int]) -> None:
    """A ribbon of a picture is a picture."""
    black = np.zeros(shape, np.uint8)
    assert find_borders(black).remove(black).size


@pytest.mark.parametrize("borders_px", [LETTERBOX_PX, PILLARBOX_PX, (40, 30, 40, 30)])
def test_hashes_of_a_video_with_borders_are_those_of_the_video_without(
    tmp_path: Path, borders_px: tuple[int, int, int, int]
) -> None:
    """Borders added to a copy do not hide it: what is left of them flips few of 256 bits."""
    plain = Footage(scenes=(Scene(seed=41, frames=60),))
    hashes = []
    for name, footage in (("plain.mp4", plain), ("boxed.mp4", replace(plain, borders_px=borders_px))):
        write_video(tmp_path / name, VideoSpec(footage=footage))
        builder = FingerprintBuilder(video_id="0" * 64)
        decode_video(tmp_path / name, [builder])
        hashes.append(np.concatenate([part.hashes for part in builder._hashed]))
    differing = np.bitwise_count(hashes[0] ^ hashes[1]).sum(axis=1)
    assert len(hashes[0]) == len(hashes[1]) > 10
    assert np.median(differing) <= 20
    assert differing.max() <= 40


def test_borders_that_come_with_a_cut_are_found_on_their_own_side_of_it(tmp_path: Path) -> None:
    """A letterboxed clip joined to a full picture loses its borders alone."""
    first, second = Footage(scenes=(Scene(seed=42, frames=50),)), Footage(scenes=(Scene(seed=43, frames=50),))

    def box_second(picture: Picture) -> Picture:
        index = counter.pop(0)
        if index >= 50:
            picture[:36], picture[-36:] = 0, 0
        return picture

    counter = [0, *range(100)]  # the encoder is opened with a drawing of the first picture
    joined = Footage(scenes=(*first.scenes, *second.scenes))
    write_video(tmp_path / "joined.mp4", VideoSpec(footage=joined, change=box_second))
    builder = FingerprintBuilder(video_id="0" * 64)
    tops: list[int] = []
    original = find_borders

    def watch(brightest: Picture) -> Borders:
        found = original(brightest)
        tops.append(found.top)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("verify.fingerprints.compute.find_borders", watch)
        decode_video(tmp_path / "joined.mp4", [builder])
    assert tops[0] == 0
    assert abs(tops[-1] - 36 * 256 / 320) <= 1
