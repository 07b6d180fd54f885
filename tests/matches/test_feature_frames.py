"""Packed features come back as they were found, and those of a mirrored or negative copy need no second look."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_videos import Footage, Scene, draw_picture
from verify.fingerprints import local_features
from verify.fingerprints.local_features import describe_picture
from verify.matches.feature_frames import UNIT, FeatureFrames, unpack_features
from verify.records.fingerprint import FEATURE_BYTES, SIZE_STEPS, Fingerprint, FrameHashes, LocalFeatures

COUNT = 100
SAME_BITS = 20
Luma = NDArray[np.uint8]


def draw_luma(seed: int, side_px: int = 192) -> Luma:
    """Draw a picture of a place and give its luma, small."""
    luma = cv2.cvtColor(draw_picture(Footage(scenes=(Scene(seed=seed),), bar_code=False), 0), cv2.COLOR_RGB2GRAY)
    size = (side_px, round(side_px * 180 / 320))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def pack(*pictures: Luma) -> FeatureFrames:
    """Describe pictures as frames of a video, a second and a third apart, and unpack what was packed."""
    packed = [describe_picture(luma, COUNT) for luma in pictures]
    height, width = pictures[0].shape if pictures else (1, 1)
    fingerprint = Fingerprint(
        video_id="0" * 64,
        version="test",
        seconds=Fraction(4 * len(pictures), 3),
        frame_hashes=FrameHashes(time_base=Fraction(1, 30), starts=b"", ends=b"", hashes=b"", mirrored=b"", codes=b""),
        local_features=LocalFeatures(
            width_px=width,
            height_px=height,
            ticks=(40 * np.arange(len(pictures), dtype="<i8")).tobytes(),
            counts=np.array([len(part) // FEATURE_BYTES for part in packed], "<u2").tobytes(),
            features=b"".join(packed),
        ),
    )
    return unpack_features(fingerprint)


@pytest.mark.parametrize("side_px", [192, 288])
def test_unpacked_features_are_those_that_were_found(side_px: int) -> None:
    """Place, size and direction to half a step of what is kept, the strongest first: as OpenCV finds them."""
    luma = draw_luma(1, side_px)
    found = pack(luma)
    settings = local_features.OCTAVE_LAYERS, local_features.CONTRAST_THRESHOLD, local_features.EDGE_THRESHOLD
    keypoints = cv2.SIFT.create(local_features.SPARE * COUNT, *settings).detect(local_features._stretch(luma), None)
    known = np.array([(*one.pt, one.size, one.angle, one.response) for one in keypoints])
    known[:, :3] *= UNIT / side_px
    off = np.abs(found.points[:, np.newaxis] - known[:, :2])
    octaves = np.abs(np.log2(found.sizes[:, np.newaxis] / known[:, 2]))
    turn = np.abs((found.turns[:, np.newaxis] - np.radians(known[:, 3]) + np.pi) % (2 * np.pi) - np.pi)
    steps = np.stack([off[..., 0], off[..., 1], octaves * SIZE_STEPS, turn / (2 * np.pi / 256)])
    fits = steps.max(axis=0) <= 0.501
    assert len(found.points) == COUNT
    assert fits.any(axis=1).all()
    response = np.where(fits, known[:, 4], -np.inf).max(axis=1)
    assert (np.diff(response) <= 0).all()


def test_unpacked_frames_know_their_features_and_times() -> None:
    """Every feature belongs to one frame, also where a frame has none."""
    black = np.zeros((108, 192), np.uint8)
    frames = pack(draw_luma(1), black, draw_luma(2))
    assert frames.times == pytest.approx([0, 4 / 3, 8 / 3])
    assert frames.seconds == 4.0
    assert frames.extent == (256.0, 144.0)
    assert np.diff(frames.first).tolist() == [COUNT, 0, COUNT]
    assert [frames.of_frame(number) for number in range(3)] == [
        slice(0, COUNT),
        slice(COUNT, COUNT),
        slice(COUNT, 2 * COUNT),
    ]
    assert frames.frame_numbers().tolist() == [0] * COUNT + [2] * COUNT
    alone = pack(draw_luma(2))
    assert np.array_equal(frames.descriptors[frames.of_frame(2)], alone.descriptors)
    assert np.array_equal(frames.points[frames.of_frame(2)], alone.points)


def test_unpacked_descriptors_keep_every_bit() -> None:
    """Distances between 64-bit words are those between the packed bits."""
    packed = np.frombuffer(describe_picture(draw_luma(3), COUNT), np.uint8).reshape(-1, FEATURE_BYTES)[:, -16:]
    words = pack(draw_luma(3)).descriptors
    by_bytes = np.bitwise_count(packed[:, np.newaxis] ^ packed).sum(axis=2)
    assert np.array_equal(np.bitwise_count(words[:, np.newaxis] ^ words).sum(axis=2), by_bytes)


def test_unpacked_features_of_a_portrait_reach_its_lower_edge() -> None:
    """Units are those of the longer side, whichever that is."""
    frames = pack(np.ascontiguousarray(np.rot90(draw_luma(1))))
    assert frames.extent == (144.0, 256.0)
    assert 144 < frames.points[:, 1].max() < 256
    assert frames.points[:, 0].max() < 144


def test_unpacked_fingerprint_without_features_is_empty() -> None:
    """Nothing found is an empty answer, changed or not."""
    nothing = pack()
    for frames in (nothing, nothing.changed(mirrored=True, negative=True)):
        assert (len(frames.times), len(frames.points), len(frames.frame_numbers())) == (0, 0, 0)
    assert len(pack(np.zeros((108, 192), np.uint8)).changed(mirrored=True, negative=False).points) == 0


@pytest.mark.parametrize(("seed", "quarter_turns"), [(1, 0), (2, 1)], ids=["landscape", "portrait"])
@pytest.mark.parametrize(("mirrored", "negative"), [(False, False), (True, False), (False, True), (True, True)])
def test_changed_features_are_those_of_the_changed_picture(
    seed: int, quarter_turns: int, mirrored: bool, negative: bool
) -> None:
    """Of the mirrored, the negative and the mirrored negative picture: place, size, direction and descriptor."""
    luma = np.ascontiguousarray(np.rot90(draw_luma(seed), quarter_turns))
    copy = luma[:, ::-1] if mirrored else luma
    wanted = pack(luma).changed(mirrored=mirrored, negative=negative)
    found = pack(np.ascontiguousarray(255 - copy if negative else copy))
    away = np.abs(wanted.points[:, np.newaxis] - found.points).max(axis=2)
    octaves = np.abs(np.log2(wanted.sizes[:, np.newaxis] / found.sizes))
    turn = np.abs((wanted.turns[:, np.newaxis] - found.turns + np.pi) % (2 * np.pi) - np.pi)
    bits = np.bitwise_count(wanted.descriptors[:, np.newaxis] ^ found.descriptors).sum(axis=2)
    same = (away <= 2) & (octaves <= 2 / SIZE_STEPS) & (turn <= 0.15) & (bits <= SAME_BITS)
    assert same.any(axis=1).mean() >= 0.8


def test_changed_twice_gives_the_features_back() -> None:
    """A mirrored mirror image is the picture; directions return to the same turn."""
    frames = pack(draw_luma(1), draw_luma(2))
    for mirrored, negative in ((True, False), (False, True), (True, True)):
        again = frames.changed(mirrored=mirrored, negative=negative).changed(mirrored=mirrored, negative=negative)
        assert np.array_equal(again.descriptors, frames.descriptors)
        assert again.points == pytest.approx(frames.points, abs=1e-4)
        assert np.cos(again.turns - frames.turns) == pytest.approx(1, abs=1e-5)
    assert frames.changed(mirrored=False, negative=False) is frames
