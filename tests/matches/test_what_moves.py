"""A copy changes at the same instants as its source; another recording of the place changes in its own way."""

import numpy as np
import pytest

from tests.matches.made_courses import excerpt, laid, passing
from tests.matches.made_frames import Bits, make_frames
from verify.fingerprints.compute import SAMPLES_PER_SECOND
from verify.matches.alignment import Alignment
from verify.matches.brightness import Courses
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


def compare_brightness(query: Courses, reference: Courses, line: Line, seconds: float) -> Movement:
    """Compare two recordings of one place by brightness alone: in the frame hashes nothing moves."""
    still = make_frames(recording(1, 1, changing=0))
    alignment = Alignment(
        video_id="reference",
        mirrored=False,
        negative=False,
        line=line,
        query_s=(0.0, seconds),
        reference_s=(0.0, seconds),
        query_frames=np.empty(0, np.int64),
        distances=np.empty(0, np.int16),
    )
    sight = Sight(lambda _fit, _shift: None, 0.0, whole=True, laid=laid(query, reference))
    return compare_movement((still, still), alignment, sight)


@pytest.mark.parametrize(("line", "off_s"), [(Line(1.0, 8.0), 0.0), (Line(1.0, 8.0), 0.3), (Line(1.2, 6.0), 0.0)])
def test_brightness_when_copy_of_a_still_place_then_alike(line: Line, off_s: float) -> None:
    """Where the camera stands still what passes tells the instant, at any speed, and a little beside it."""
    original = passing(5)
    copy = excerpt(original, line.offset_s, 9, line.speed)
    movement = compare_brightness(copy, original, Line(line.speed, line.offset_s + off_s), 9.0)
    assert movement.verdict == ALIKE
    assert movement.brightness_alike


def test_brightness_when_somebody_else_walks_through_the_place_then_otherwise() -> None:
    """The same room, and never the same steps."""
    for seed in range(6, 10):
        movement = compare_brightness(excerpt(passing(seed), 8, 9), passing(5), Line(1.0, 8.0), 9.0)
        assert movement.verdict == OTHERWISE
        assert not movement.brightness_alike


def test_brightness_when_the_same_movement_recurs_at_once_then_untold() -> None:
    """What agrees as well some seconds off, as a lamp that blinks, does not tell the instant."""
    original = passing(5)
    second = round(1 / (original.times[1] - original.times[0]))
    blinking = Courses(original.times, np.tile(original.luma[60 : 60 + second], (30, 1, 1)))
    movement = compare_brightness(excerpt(blinking, 8, 9), blinking, Line(1.0, 8.0), 9.0)
    assert movement.brightness is not None
    assert movement.brightness.correlation > 0.8
    assert movement.verdict == UNTOLD


def test_brightness_when_more_than_what_recurs_agrees_then_alike() -> None:
    """Where much recurs shifted instants agree too; at the right one hardly anything is left unexplained."""
    original = passing(5)
    second = round(1 / (original.times[1] - original.times[0]))
    blinking = np.tile(original.luma[60 : 60 + second], (30, 1, 1))
    both = Courses(original.times, (8 * blinking + original.luma).astype(np.float32))
    shifted = compare_brightness(excerpt(both, 8, 9), both, Line(1.0, 10.0), 9.0)
    assert shifted.brightness is not None
    assert shifted.brightness.correlation > 0.75
    assert compare_brightness(excerpt(both, 8, 9), both, Line(1.0, 8.0), 9.0).verdict == ALIKE


def test_brightness_when_short_and_at_another_speed_then_untold() -> None:
    """Of so many speeds one always fits two seconds; as it was played, it is told."""
    original = passing(5)
    for speed, verdict in ((1.0, ALIKE), (1.3, UNTOLD)):
        copy = excerpt(original, 8, 4, speed)
        assert compare_brightness(copy, original, Line(speed, 8.0), 2.4).verdict == verdict
