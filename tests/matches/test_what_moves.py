"""A copy changes at the same instants as its source; another recording of the place changes in its own way."""

import numpy as np
import pytest

from tests.matches.made_frames import Bits, make_frames
from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.alignment import Alignment
from verify.matches.frames import hash_distances
from verify.matches.lines import Line
from verify.matches.what_moves import ALIKE, OTHERWISE, UNTOLD, Movement, Sight, compare_movement

SECONDS = 12


def recording(place: int, movement: int, changing: int = 24) -> Bits:
    """Give frames of a fixed camera: one background, and bits that change every half second."""
    background = np.random.default_rng(place).random(256) < 0.5
    rng = np.random.default_rng(1000 + movement)
    bits = np.repeat(background[np.newaxis], SECONDS * SAMPLES_PER_SECOND, axis=0)
    for start in range(0, len(bits), 3):
        bits[start : start + 3, rng.integers(0, 256, changing)] ^= True
    return bits


def compare(query: Bits, reference: Bits, offset_s: float = 0.0, *, whole: bool = False) -> Movement:
    """Compare two recordings along a line at normal speed, by frame hashes alone."""
    left, right = make_frames(query), make_frames(reference)
    shift = round(offset_s * SAMPLES_PER_SECOND)
    frames = np.arange(max(0, -shift), min(len(query), len(reference) - shift))
    span = frames[0] / SAMPLES_PER_SECOND, (frames[-1] + 1) / SAMPLES_PER_SECOND
    alignment = Alignment(
        video_id="reference",
        mirrored=False,
        negative=False,
        line=Line(1.0, offset_s),
        query_s=span,
        reference_s=(span[0] + offset_s, span[1] + offset_s),
        query_frames=frames,
        distances=hash_distances(left.hashes[frames], right.hashes[frames + shift]),
    )
    return compare_movement((left, right), alignment, Sight(lambda _fit, _shift: None, 0.0, whole, None))


def test_movement_when_copy_bears_a_caption_then_alike() -> None:
    """What an overlay changes for good is no movement and hides none of what is left."""
    original = recording(1, 1)
    copy = original.copy()
    copy[:, :60] = np.random.default_rng(7).random(60) < 0.5
    copy ^= np.random.default_rng(8).random(copy.shape) < 0.03
    movement = compare(copy, original)
    assert movement.verdict == ALIKE
    assert movement.correlation is not None
    assert movement.correlation > 0.5


def test_movement_when_alignment_is_a_little_off_then_alike_all_the_same() -> None:
    """A third of a second is within what an alignment may be off by."""
    original = recording(1, 1)
    assert compare(original[2:], original).verdict == ALIKE


@pytest.mark.parametrize("offset_s", [0.0, 2.0, -3.5])
def test_movement_when_camera_filmed_at_another_time_then_otherwise(offset_s: float) -> None:
    """The same background, hardly a bit farther than a copy, and nothing that moves at the same instants."""
    assert compare(recording(1, 1), recording(1, 2), offset_s).verdict == OTHERWISE


def test_movement_when_nothing_moves_then_untold() -> None:
    """Two pictures of an empty room cannot be told from one."""
    noise = np.random.default_rng(9).random((SECONDS * SAMPLES_PER_SECOND, 256)) < 0.002
    movement = compare(recording(1, 1, changing=0) ^ noise, recording(1, 1, changing=0))
    assert (movement.verdict, movement.correlation) == (UNTOLD, None)


def test_movement_when_whole_pictures_differ_then_their_changes_do_not_speak_against() -> None:
    """Where most of the picture is hidden, changes that do not agree mean nothing."""
    assert compare(recording(1, 1), recording(2, 2)).verdict == UNTOLD


def test_movement_when_one_picture_lies_just_on_the_other_then_its_changes_speak() -> None:
    """Under one ticker or bezel the rest of two videos changes each in its own way, however far apart they look."""
    assert compare(recording(1, 1), recording(2, 2), whole=True).verdict == OTHERWISE


def test_movement_when_stretch_is_too_short_then_untold() -> None:
    """Half a second has no changes to compare."""
    short = recording(1, 1)[:4]
    assert compare(short, short).verdict == UNTOLD
