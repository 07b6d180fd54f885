"""The same instant, or only the same place: told by pictures around the aligned instant."""

from fractions import Fraction

import numpy as np
import pytest

from tests.made_videos import Footage, Picture, Scene, draw_picture
from tests.matches.disguised import ANOTHER_TAKE, FILM, FIRST_INDEX, disguise
from verify.matches.instants import Instant, PairPictures, find_instants, shifts_of
from verify.records.explanation import AlignedPair, map_spread

FRAMES_A_SECOND = 25
QUERY_INDICES = (30, 45, 60, 75)


def pair(index: int) -> AlignedPair:
    """Give a pair without a map, at the time of a frame of the reference."""
    time = Fraction(index, FRAMES_A_SECOND)
    return AlignedPair(match=0, segment=0, query_time=time, reference_time=time, mirrored=True, negative=False)


def look(footage: Footage, off: int = 0) -> list[Instant]:
    """Compare disguised pictures of some footage with the film, aligned wrongly by a number of frames."""
    pairs = []
    for index in QUERY_INDICES:
        around = {}
        for shift in shifts_of(1.0):
            there = index + off + round(shift * FRAMES_A_SECOND)
            if 0 <= there < 100:
                around[shift] = draw_picture(FILM, there)
        pairs.append(PairPictures(pair(index), disguise(draw_picture(footage, index)), around))
    return find_instants(pairs, 1.0)


def tally(instants: list[Instant]) -> tuple[int, int]:
    """Count the comparisons that tell instants apart, and those that tell for the one that is shown."""
    told = [other for instant in instants for other in instant.figures.telling]
    return len(told), sum(other.nearer_here for other in told)


def test_copy_is_clearly_of_its_instant() -> None:
    """What moves agrees at the aligned instant and at none of those around it; the caption is left out."""
    instants = look(FILM)
    told, nearer = tally(instants)
    assert told >= 6
    assert nearer == told
    assert [instant.shift for instant in instants] == [0] * len(instants)
    for instant in instants:
        assert instant.figures.covered == pytest.approx(18 / 144, abs=0.05)
        assert instant.figures.difference < 3
    spread = map_spread(instant.fitted.matrix for instant in instants if instant.fitted)
    assert spread is not None
    assert spread < 0.01


def test_another_take_is_of_no_instant() -> None:
    """The place is laid on itself as well as in a copy, but what moves agrees nowhere."""
    told, nearer = tally(look(ANOTHER_TAKE.footage))
    assert told >= 6
    assert nearer == 0


def test_alignment_off_by_frames_is_put_right() -> None:
    """A few frames are within what matching can tell; the frame that is shown is found."""
    telling = [instant for instant in look(FILM, -3) if instant.figures.telling]
    assert telling
    for instant in telling:
        assert instant.shift * FRAMES_A_SECOND == pytest.approx(3, abs=1)


def test_place_without_movement_tells_no_instant() -> None:
    """Where nothing moves, nothing is claimed."""
    still = Footage(scenes=(Scene(seed=91, look="static", frames=60),), bar_code=False)
    picture = draw_picture(still, 0)
    around = {shift: draw_picture(still, 30 + round(shift * FRAMES_A_SECOND)) for shift in shifts_of(1.0)}
    (instant,) = find_instants([PairPictures(pair(30), mirrored(picture), around)], 1.0)
    assert instant.figures.telling == ()
    assert len(instant.figures.others) == 4
    assert map_spread([(1.0, 0.0, 0.0, 0.0, 1.0, 0.0)]) is None


def test_shifts_follow_the_speed() -> None:
    """A second of a copy played at double speed is two of the reference."""
    assert shifts_of(1.0)[0] == -1
    assert shifts_of(2.0)[0] == shifts_of(-2.0)[0] == -2
    assert Fraction(0) in shifts_of(1.37)
    assert QUERY_INDICES[0] > FIRST_INDEX


def mirrored(picture: Picture) -> Picture:
    """Swap left and right."""
    return np.ascontiguousarray(picture[:, ::-1])
