"""What the sound says along a match of pictures: the same, another, or nothing, and where."""

from fractions import Fraction

import numpy as np
import pytest

from tests.matches.made_items import SPAN_S, STEP_S, Items, disturbed, music, unpacked
from verify.matches.sound import hear_match
from verify.matches.sound_items import CHANCE, LARGEST_ERROR, most_error
from verify.records.match import Segment
from verify.records.sound import SoundSegment, SoundWitness
from verify.records.time import Span, exact_seconds

SONG = music(1, 500)
"""A minute."""

FIRST = 100
"""The item of the song that a copy begins with."""

SILENCE = np.full(500, 0x256DF977, np.uint32)
"""What chromaprint gives for silence."""


def span(start_s: float, end_s: float) -> Span:
    """Give a span of exact seconds."""
    return Span(start=exact_seconds(start_s), end=exact_seconds(end_s))


def pictures(seconds: float, first_s: float = FIRST * STEP_S, speed: float = 1.0) -> Segment:
    """Give a match of pictures over the whole of a copy."""
    return Segment(
        query=span(0, seconds),
        reference=span(first_s, first_s + seconds * abs(speed)),
        speed=speed,
        mirrored=False,
        score=0.9,
        frames_compared=9,
        frames_agreeing=9,
    )


def hear(copy: Items, reference: Items = SONG, **changes: float) -> SoundWitness:
    """Compare the sound of a copy, whose pictures match from its first second to its last."""
    return hear_match([pictures(length_s(len(copy)), **changes)], unpacked(copy), unpacked(reference))


def length_s(count: int) -> float:
    """Give the length of a sound with so many items."""
    return (count - 1) * STEP_S + SPAN_S


def ends(segment: SoundSegment) -> list[float]:
    """Give all four ends."""
    return [*segment.query.as_json(), *segment.reference.as_json()]


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("off_s", [-0.45, 0.0, 0.3])
def test_sound_of_a_copy_is_the_same_with_its_seconds(share: float, off_s: float) -> None:
    """Whatever the pictures' alignment is off by, within half a second, the sound gives its own times."""
    copy = disturbed(SONG[FIRST : FIRST + 80], share)
    said = hear(copy, first_s=FIRST * STEP_S + off_s)
    assert said.verdict == "same_sound"
    assert said.error_rate == pytest.approx(share, abs=0.03)
    (segment,) = said.segments
    whole = length_s(80)
    assert ends(segment) == pytest.approx([0, whole, FIRST * STEP_S, FIRST * STEP_S + whole], abs=0.6)
    assert "The sound is the same too" in said.reason


def test_another_sound_is_told() -> None:
    """Pictures with other music: the second witness disagrees."""
    said = hear(music(2, 80))
    assert (said.verdict, said.segments) == ("other_sound", ())
    assert said.error_rate is not None
    assert said.error_rate > 0.4


def test_music_where_the_reference_is_silent_is_another_sound() -> None:
    """Silence is not the sound of anything."""
    assert hear(music(2, 80), SILENCE).verdict == "other_sound"
    assert hear(SILENCE[:80], SONG).verdict == "other_sound"


@pytest.mark.parametrize("held", [SILENCE, np.tile(np.array([0x214DF977, 0x214DF877], np.uint32), 250)])
def test_silence_and_held_tones_tell_nothing(held: Items) -> None:
    """Any silence agrees with any other; it is no witness."""
    said = hear(held[:80], held)
    assert (said.verdict, said.error_rate) == ("untold", None)
    assert "silent, steady" in said.reason


def test_sound_that_repeats_confirms_no_time() -> None:
    """A loop agrees with itself a bar later: it is not said to be the same at these seconds."""
    loop = np.tile(music(3, 30), 16)
    said = hear(loop[FIRST : FIRST + 80], loop)
    assert said.verdict == "untold"
    assert "repeats" in said.reason


def test_sound_that_agrees_in_part_is_told_with_that_part() -> None:
    """A narrator over the second half takes nothing from the first."""
    copy = np.concatenate([SONG[FIRST : FIRST + 60], music(4, 60)])
    said = hear(copy)
    assert said.verdict == "same_sound"
    (segment,) = said.segments
    assert segment.query.as_json() == pytest.approx([0, 60 * STEP_S + SPAN_S / 2], abs=0.5)


@pytest.mark.parametrize("speed", [0.97, 0.985, 1.015, 1.03])
def test_sound_at_a_changed_speed_is_followed(speed: float) -> None:
    """Where the speed of the pictures is known, so is the instant that each item belongs to."""
    places = np.rint(FIRST + speed * np.arange(200)).astype(int)
    said = hear(disturbed(SONG[places], 0.1), speed=speed)
    assert said.verdict == "same_sound"
    (segment,) = said.segments
    assert float(segment.reference.seconds / segment.query.seconds) == pytest.approx(speed, abs=0.01)


@pytest.mark.parametrize("speed", [1.4, 0.7, -1.0])
def test_sound_beyond_comparable_speeds_is_untold(speed: float) -> None:
    """Another pitch gives other items: nothing may be concluded from that."""
    said = hear(music(5, 80), first_s=20, speed=speed)
    assert said.verdict == "untold"
    assert "not comparable at this speed" in said.reason


def test_long_match_whose_speed_is_slightly_off_is_followed() -> None:
    """Each half minute finds its own offset: two in a thousand over five minutes are more than half a second."""
    song = music(6, 3000)
    places = np.rint(1.002 * np.arange(2400)).astype(int)
    said = hear(disturbed(song[places], 0.05), song, first_s=0, speed=1.0005)
    assert said.verdict == "same_sound"
    assert sum(float(segment.query.seconds) for segment in said.segments) > 0.4 * length_s(2400)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_little_sound_is_untold(count: int) -> None:
    """A second and a half of agreement is chance."""
    said = hear(SONG[FIRST : FIRST + count]) if count else hear_match([pictures(5)], unpacked(SONG[:0]), unpacked(SONG))
    assert said.verdict == "untold"
    assert said.segments == ()


def test_one_segment_that_agrees_makes_the_sound_the_same() -> None:
    """Of a match in two pieces, one may have kept its sound; only that is named."""
    copy = np.concatenate([SONG[:80], music(7, 80)])
    middle = 80 * STEP_S
    first, second = pictures(middle, 0.0), pictures(middle, 30.0)
    later = Segment(
        query=span(middle + SPAN_S, 2 * middle),
        reference=second.reference,
        speed=1.0,
        mirrored=False,
        score=0.9,
        frames_compared=9,
        frames_agreeing=9,
    )
    said = hear_match([first, later], unpacked(copy), unpacked(SONG))
    assert said.verdict == "same_sound"
    assert [segment.query.start < Fraction(1) for segment in said.segments] == [True]


def test_unrelated_sounds_are_never_the_same() -> None:
    """The limit keeps chance below one in ten thousand, for short and long stretches alike."""
    verdicts = {hear(music(seed, 11 + seed % 60)).verdict for seed in range(100, 400)}
    assert "same_sound" not in verdicts


def test_limit_grows_with_the_stretch_and_shrinks_with_the_search() -> None:
    """More items are surer; more trials need more of it; never more than what copies need."""
    assert most_error(8, 10) < most_error(20, 10) < most_error(80, 10) <= LARGEST_ERROR
    assert most_error(20, 1e10) < most_error(20, 1e5) < most_error(20, 1)
    assert most_error(100_000, 1) == LARGEST_ERROR
    assert CHANCE < 1e-3
