"""Made-up references that were compared with a query."""

from fractions import Fraction
from typing import Any

from verify.records.looked_at import LookedAt, LookedAtTable, Stretch
from verify.records.time import Span

STRETCH = Stretch(
    query=Span(start=Fraction(3, 2), end=Fraction(6)),
    reference=Span(start=Fraction(3), end=Fraction(15, 2)),
    speed=-1.25,
    mirrored=True,
    frames_compared=25,
    frames_agreeing=24,
    points=1210,
    covered=0.08,
)


def make_kept(**changes: Any) -> LookedAt:  # noqa: ANN401
    """Give a reference that is a match, every figure measured."""
    values: dict[str, Any] = {
        "video_id": "ab" * 32,
        "path": "/refs/car.mp4",
        "answer": "same_footage",
        "why": "Kept: score 0.993, 0.5 needed; what moves does so alike.",
        "threshold": 0.5,
        "near_frames": 12,
        "score": 0.993,
        "bans": 2.152,
        "stretch": STRETCH,
        "moving_points": 8.25,
        "control_points": 0.5,
        "correlation": 0.61,
        "brightness": 0.84,
        "moving_blocks": 0.47,
    }
    return LookedAt(**(values | changes))


def make_below(score: float = 0.125, **changes: Any) -> LookedAt:  # noqa: ANN401
    """Give a reference whose score was too low."""
    values: dict[str, Any] = {
        "video_id": f"{round(score * 10**6):064x}",
        "path": "/refs/street.mp4",
        "answer": "candidate",
        "why": f"Dropped: score {score:.3f} is below the threshold 0.5.",
        "threshold": 0.5,
        "score": score,
        "bans": -0.845,
        "stretch": STRETCH,
    }
    return LookedAt(**(values | changes))


def make_unaligned(**changes: Any) -> LookedAt:  # noqa: ANN401
    """Give a reference of which nothing lines up in time, so that hardly anything was measured."""
    values: dict[str, Any] = {
        "video_id": "ef" * 32,
        "path": "/refs/sky.mp4",
        "answer": "no_match",
        "why": "Dropped: 3 pairs of frames are near, but they lie on no line in time: no points correspond,"
        " 8 are needed.",
        "threshold": 0.5,
        "near_frames": 3,
    }
    return LookedAt(**(values | changes))


def make_table(dropped: int = 1) -> LookedAtTable:
    """Give what a case keeps of one reference that was kept and some that were dropped, the last one unaligned."""
    below = [make_below(round(0.4 - number / 1000, 3)) for number in range(dropped - 1)]
    return LookedAtTable.of([make_kept(), *below, make_unaligned()])
