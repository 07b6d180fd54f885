"""Brightness of blocks over time: what is kept follows what is shown."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.fingerprints.block_luma import STEPS_LUMA, BlockPicker, read_courses
from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.fingerprints.detail import DEFAULT, FULL, LEAN, QUERY, Detail
from verify.fingerprints.workers import fingerprint_file
from verify.records.fingerprint import LARGEST_STEP, BlockLuma


def pick(pictures: list[NDArray[np.uint8]], detail: Detail = FULL) -> BlockLuma:
    """Collect the blocks of pictures."""
    picker = BlockPicker(detail)
    for tick, picture in enumerate(pictures):
        picker.take(tick, picture, tick, 1.0)
    return picker.blocks()


@pytest.mark.parametrize(
    ("shape", "grid"), [((144, 256), (24, 14)), ((256, 144), (14, 24)), ((256, 256), (24, 24)), ((4, 256), (24, 2))]
)
def test_blocks_are_about_square(shape: tuple[int, int], grid: tuple[int, int]) -> None:
    """A picture held upright has upright blocks; a strip still has two rows."""
    blocks = pick([np.zeros(shape, np.uint8)])
    assert (blocks.columns, blocks.rows) == grid


@pytest.mark.parametrize(("detail", "kept"), [(LEAN, 4), (DEFAULT, 6), (FULL, 12), (QUERY, 12)])
def test_detail_says_how_often_brightness_is_kept(detail: Detail, kept: int) -> None:
    """Of twelve samples each setting keeps its share, the first one included."""
    blocks = pick([np.zeros((90, 160), np.uint8)] * 12, detail)
    ticks = np.frombuffer(blocks.ticks, "<i8")
    assert (len(ticks), ticks[0], set(np.diff(ticks))) == (kept, 0, {detail.samples_per_block})


def test_course_follows_a_bright_spot_to_its_block_and_instant() -> None:
    """Only the block that a spot passes changes, and only while it is there."""
    pictures = [np.full((144, 256), 60, np.uint8) for _ in range(12)]
    for at in (4, 5):
        pictures[at][:48, :64] = 160
    courses = read_courses(pick(pictures)) - 60
    assert np.abs(courses[[4, 5], :4, :5] - 100).max() <= 40
    assert np.abs(courses[:, 8:]).max() == 0
    assert np.abs(courses[:4]).max() == 0


def test_what_a_step_leaves_over_is_made_up_for_later() -> None:
    """Steps are coarse for large changes, yet a course that stands still comes to its true brightness."""
    pictures = [np.full((90, 160), 20, np.uint8)] + [np.full((90, 160), 133, np.uint8)] * 8
    course = read_courses(pick(pictures))[:, 0, 0]
    assert abs(course[1] - 133) > 5
    assert abs(course[-1] - 133) <= STEPS_LUMA[1]


def test_noise_that_averages_out_is_not_kept() -> None:
    """A block is the mean of some hundred pixels: what compression and sensors add seldom makes a step."""
    rng = np.random.default_rng(1)
    noisy = [(100 + rng.normal(0, 1, (144, 256))).clip(0, 255).astype(np.uint8) for _ in range(30)]
    blocks = pick(noisy, DEFAULT)
    changes = np.frombuffer(blocks.changes, np.int8)[blocks.columns * blocks.rows :]
    assert (changes != 0).mean() < 0.3


def test_fingerprint_of_a_video_holds_brightness_for_its_whole_length(tmp_path: Path) -> None:
    """Samples are those of the hashing clock, every second one."""
    path = write_video(tmp_path / "a.mp4", VideoSpec(footage=Footage(scenes=(Scene(seed=1, frames=75),)))).path
    blocks = fingerprint_file(path, threads=1).fingerprint.block_luma
    assert blocks is not None
    samples = len(blocks.ticks) // 8
    assert abs(samples - 3 * SAMPLES_PER_SECOND / DEFAULT.samples_per_block) <= 1
    assert read_courses(blocks).shape == (samples, 9, 16)
    assert np.ptp(read_courses(blocks), axis=0).max() > 1


def test_every_step_is_kept_and_read_again() -> None:
    """The largest change that a block can make, either way, is within the steps that a record allows."""
    pictures = [np.full((90, 160), luma, np.uint8) for luma in (0, 255, 0)]
    blocks = pick(pictures)
    assert len(STEPS_LUMA) == LARGEST_STEP + 1
    steps = np.frombuffer(blocks.changes, np.int8)[blocks.columns * blocks.rows :]
    assert set(steps.tolist()) == {LARGEST_STEP, -LARGEST_STEP}
    assert read_courses(blocks)[:, 0, 0].tolist() == [0, STEPS_LUMA[-1], 0]


@pytest.mark.parametrize("step", [LARGEST_STEP + 1, -LARGEST_STEP - 1, -128])
def test_record_when_a_step_is_not_known_then_refused(step: int) -> None:
    """A damaged or forged row must not stumble over it later, nor read another step for it."""
    changes = np.array([0] * 23 + [step], np.int8).tobytes()
    with pytest.raises(ValueError, match="more than step 9"):
        BlockLuma(columns=4, rows=3, ticks=bytes(16), changes=changes)


@pytest.mark.parametrize("luma", [0, 1, 127, 128, 255])
def test_first_brightness_is_kept_to_a_step(luma: int) -> None:
    """A course begins at the luma shown, not at nothing."""
    assert read_courses(pick([np.full((90, 160), luma, np.uint8)])) == pytest.approx(luma)


@pytest.mark.parametrize(("columns", "rows"), [(0, 3), (4, 0), (-4, -3), (-1, 0)])
def test_record_when_there_are_no_blocks_then_refused(columns: int, rows: int) -> None:
    """Samples of nothing cannot be laid."""
    with pytest.raises(ValueError, match="are no 1 samples of"):
        BlockLuma(columns=columns, rows=rows, ticks=bytes(8), changes=bytes(max(0, columns * rows)))


@pytest.mark.parametrize(("detail", "every"), [(DEFAULT, 2), (QUERY, 1)])
def test_slow_video_holds_each_picture_until_shortly_before_the_next(detail: Detail, every: int) -> None:
    """At a picture a second nothing moves for most of it: a slope from one to the next would be wrong."""
    picker = BlockPicker(detail)
    for second, luma in enumerate((20, 120, 20)):
        picker.take(600 * second, np.full((90, 160), luma, np.uint8), 6 * second, 100.0)
    blocks = picker.blocks()
    assert np.frombuffer(blocks.ticks, "<i8").tolist() == [0, 600 - 100 * every, 600, 1200 - 100 * every, 1200]
    course = read_courses(blocks)[:, 0, 0]
    assert course[1] == course[0]
    assert course[3] == course[2] > 60


@pytest.mark.parametrize("changes", [b"", b"\0" * 11, b"\0" * 13])
def test_record_when_blocks_and_samples_do_not_fit_then_refused(changes: bytes) -> None:
    """A damaged row is told as such."""
    with pytest.raises(ValueError, match="are no 1 samples of 4x3 blocks"):
        BlockLuma(columns=4, rows=3, ticks=bytes(8), changes=changes)
