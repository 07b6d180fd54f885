"""The frame hash is that of imagehash, for every picture at once."""

from pathlib import Path

import imagehash
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.made_videos import Footage, Scene, draw_picture
from verify.fingerprints.frame_hash import BLACK, FLAT, hash_pictures, mirror_hashes
from verify.records.fingerprint import COMPARABLE, HASH_BYTES
from verify.videos.decode import decode_video
from verify.videos.frame import Frame

Luma = NDArray[np.uint8]
SIZES = [(1, 1), (2, 300), (300, 2), (17, 23), (63, 65), (64, 64), (128, 128), (144, 256), (256, 144), (480, 641)]


def hash_by_imagehash(picture: Luma) -> bytes:
    """Hash one picture as imagehash does."""
    bits: NDArray[np.bool_] = imagehash.phash(Image.fromarray(picture), hash_size=16).hash
    return np.packbits(bits).tobytes()


def drawn_luma(seed: int, height: int, width: int) -> Luma:
    """Draw a scene and scale it."""
    picture = Image.fromarray(draw_picture(Footage(scenes=(Scene(seed=seed, frames=1),)), 0)).convert("L")
    return np.asarray(picture.resize((width, height)), dtype=np.uint8)


class _Sampler:
    """Keeps the luma of every tenth frame."""

    def __init__(self) -> None:
        self.pictures: list[Luma] = []

    def take(self, frame: Frame) -> None:
        """Keep one frame in ten."""
        if frame.index % 10 == 0:
            self.pictures.append(frame.luma(256))

    def finish(self, end: object) -> None:
        """Nothing is left to do."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[1]}x{size[0]}")
def test_hash_of_random_and_drawn_pictures_is_that_of_imagehash_bit_for_bit(size: tuple[int, int]) -> None:
    """Anyone with imagehash can check a hash of the database."""
    rng = np.random.default_rng(size)
    pictures = [rng.integers(0, 256, size, dtype=np.uint8) for _ in range(10)]
    pictures += [drawn_luma(seed, *size) for seed in range(5)]
    pictures += [np.full(size, level, np.uint8) for level in (0, 1, 255)]
    hashes = hash_pictures(pictures).hashes
    assert [row.tobytes() for row in hashes] == [hash_by_imagehash(picture) for picture in pictures]


@pytest.mark.parametrize(
    "name",
    ["free/flower.mp4", "copies/stream-of-water-audioless.webm", "odd/rotation_portrait.mov", "odd/edit_list.mp4"],
)
def test_hash_of_real_frames_is_that_of_imagehash_bit_for_bit(shared_data: Path, name: str) -> None:
    """What holds for made pictures holds for footage."""
    sampler = _Sampler()
    decode_video(shared_data / name, [sampler])
    assert len(sampler.pictures) > 2
    hashes = hash_pictures(sampler.pictures).hashes
    assert [row.tobytes() for row in hashes] == [hash_by_imagehash(picture) for picture in sampler.pictures]


def test_hash_does_not_depend_on_the_pictures_hashed_with_it() -> None:
    """A window is hashed at once; a frame of it must not change with its neighbours."""
    pictures = [drawn_luma(seed, 144, 256) for seed in range(6)]
    together = hash_pictures(pictures)
    for number, picture in enumerate(pictures):
        alone = hash_pictures([picture])
        assert alone.hashes.tobytes() == together.hashes[number].tobytes()
        assert alone.mirrored.tobytes() == together.mirrored[number].tobytes()


@pytest.mark.parametrize("seed", range(8))
def test_mirrored_twin_is_the_hash_of_the_mirrored_picture(seed: int) -> None:
    """A mirrored copy is found by comparing hashes alone; only a coefficient that equals the median may differ."""
    picture = drawn_luma(seed, 64, 64)
    expected = hash_pictures([np.ascontiguousarray(picture[:, ::-1])])
    given = hash_pictures([picture])
    assert np.bitwise_count(given.mirrored ^ expected.hashes).sum() <= 2
    assert np.bitwise_count(given.hashes ^ expected.mirrored).sum() <= 2
    assert np.bitwise_count(given.hashes ^ given.mirrored).sum() > 60


def test_hash_is_mirrored_nearly_where_its_picture_is_gone() -> None:
    """Of a stored video the mirrored hash is made of the hash: off by some bits, and back again without a loss."""
    given = hash_pictures([drawn_luma(seed, 64, 64) for seed in range(16)])
    made = mirror_hashes(given.hashes)
    assert np.bitwise_count(made ^ given.mirrored).sum(axis=1).mean() < 12
    assert (mirror_hashes(made) == given.hashes).all()


def test_hash_of_no_pictures_is_empty() -> None:
    """Nothing in, nothing out."""
    nothing = hash_pictures([])
    assert (nothing.hashes.shape, nothing.mirrored.shape, nothing.codes.shape) == (
        (0, HASH_BYTES),
        (0, HASH_BYTES),
        (0,),
    )


def test_pictures_too_plain_to_compare_are_marked_with_the_reason() -> None:
    """Where noise decides the bits, a hash would agree or differ by chance."""
    rng = np.random.default_rng(1)
    dark_noise = rng.integers(0, 8, (144, 256)).astype(np.uint8)
    grey_noise = (126 + rng.integers(-4, 5, (144, 256))).astype(np.uint8)
    white = np.full((144, 256), 255, np.uint8)
    night = (drawn_luma(3, 144, 256) // 8).astype(np.uint8)
    codes = hash_pictures([dark_noise, grey_noise, white, drawn_luma(3, 144, 256), np.clip(night * 2, 0, 60)]).codes
    assert codes.tolist() == [BLACK, FLAT, FLAT, COMPARABLE, COMPARABLE]
