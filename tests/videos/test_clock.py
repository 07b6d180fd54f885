"""The player's clock."""

import pytest

from verify.videos.clock import PlayerClock


def _times(stamps: list[int | None]) -> list[int]:
    clock = PlayerClock(step=40, second=1000)
    return [clock.next(pts) for pts in stamps]


@pytest.mark.parametrize(
    ("stamps", "ticks"),
    [
        ([500, 540, 700], [0, 40, 200]),
        ([None, None, None], [0, 40, 80]),
        ([0, 40, None, 120], [0, 40, 80, 120]),
        # Packed B-frames: each pair carries the other's time.
        ([0, 80, 40, 120, 200, 160, 240], [0, 80, 120, 160, 200, 240, 280]),
        # A joined broadcast whose clock begins anew.
        ([90_000, 90_040, 0, 40, 80], [0, 40, 80, 120, 160]),
        # One wild stamp must not make years of a short video.
        ([0, 40, 3_000_000_000, 120, 160], [0, 40, 80, 120, 160]),
    ],
)
def test_clock_starts_at_zero_and_never_runs_backwards(stamps: list[int | None], ticks: list[int]) -> None:
    """Whatever the file's stamps are, each frame shown stands after the one before."""
    assert _times(stamps) == ticks


def test_clock_after_many_muddled_stamps_is_no_later_than_a_frame() -> None:
    """Muddled stamps must not add up: the end of a long film stands where a player shows it."""
    stamps: list[int | None] = []
    for start in range(0, 40 * 3000, 120):
        stamps += [start, start + 80, start + 40]
    times = _times(stamps)
    assert max(time - 40 * index for index, time in enumerate(times)) <= 40
