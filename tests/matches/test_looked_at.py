"""A reference that lines up nowhere is told with the figure on which it was dropped."""

import pytest

from verify.matches.looked_at import describe_unaligned
from verify.records.match import Reference

REFERENCE = Reference(video_id="a" * 64, path="street.mp4", paths=("street.mp4",), seconds=12.0)


@pytest.mark.parametrize(
    ("near_frames", "points", "why"),
    [
        (3, 6, "3 pairs of frames are near, but they lie on no line in time: at most 6 points correspond"),
        (0, 7, "some local features are near, but they lie on no line in time: at most 7 points correspond"),
        (2, 0, "2 pairs of frames are near, but they lie on no line in time: no points correspond, 8 are needed."),
        (0, None, "some local features are near, but no picture of it agrees with the still."),
    ],
)
def test_unaligned_reference_is_dropped_on_a_figure(near_frames: int, points: int | None, why: str) -> None:
    """How much was near, and how far that is from what is needed."""
    said = describe_unaligned(REFERENCE, 0.5, near_frames, points)
    assert said.why.startswith(f"Dropped: {why}")
    assert (said.kept, said.score, said.near_frames) == (False, None, near_frames)
