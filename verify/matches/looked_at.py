"""Say of each reference that was compared on which figure it was kept or dropped."""

import math
from collections.abc import Sequence

from verify.matches.feature_alignment import STRONG_POINTS
from verify.matches.judge import OVERLAY_COVERED, Judged, Scored
from verify.matches.what_moves import ALIKE, OTHERWISE, Movement
from verify.records.looked_at import LookedAt, Stretch
from verify.records.match import CANDIDATE, NO_MATCH, SAME_FOOTAGE, Match, Reference


def describe_judged(judged: Judged, threshold: float, near_frames: int) -> LookedAt:
    """Describe a reference of which a stretch was aligned."""
    match = judged.match
    best = max(range(len(judged.segments)), key=lambda number: judged.segments[number].score)
    scored = judged.segments[best]
    movement = scored.movement
    brightness = movement.brightness if movement else None
    return LookedAt(
        video_id=match.reference.video_id,
        path=match.reference.path,
        answer=match.answer,
        why=_why(match, scored, threshold),
        threshold=threshold,
        near_frames=near_frames,
        score=scored.score,
        bans=_odds(scored.score) - _odds(threshold),
        stretch=Stretch.of(match.segments[best]),
        moving_points=movement.points if movement else None,
        control_points=movement.control_points if movement else None,
        correlation=movement.correlation if movement else None,
        brightness=brightness.correlation if brightness else None,
        moving_blocks=brightness.moving if brightness else None,
    )


def describe_unaligned(reference: Reference, threshold: float, near_frames: int, points: int | None) -> LookedAt:
    """Describe a reference that resembles the query here and there, but along no line in time.

    Args:
        reference: it.
        threshold: score that a match needs.
        near_frames: pairs of near frame hashes.
        points: the most corresponding points of any pair of frames; None of a still, which has no line in time.
    """
    what = f"{near_frames} pairs of frames are near" if near_frames else "some local features are near"
    most = f"at most {points} points correspond in a pair of frames" if points else "no points correspond"
    why = f"Dropped: {what}, but they lie on no line in time: {most}, {STRONG_POINTS} are needed."
    if points is None:
        why = f"Dropped: {what}, but no picture of it agrees with the still."
    return LookedAt(
        video_id=reference.video_id,
        path=reference.path,
        answer=NO_MATCH,
        why=why,
        threshold=threshold,
        near_frames=near_frames,
    )


def describe_identical(match: Match, threshold: float) -> LookedAt:
    """Describe a reference with the very bytes of the query."""
    return LookedAt(
        video_id=match.reference.video_id,
        path=match.reference.path,
        answer=match.answer,
        why="Kept: the bytes are the same.",
        threshold=threshold,
        score=match.score,
        stretch=Stretch.of(match.segments[0]),
    )


def order_looked_at(entries: Sequence[LookedAt]) -> tuple[LookedAt, ...]:
    """Order what was kept first, each part by score."""
    ranks = {SAME_FOOTAGE: 0, CANDIDATE: 2, NO_MATCH: 3}
    return tuple(
        sorted(
            entries,
            key=lambda one: (ranks.get(one.answer, 1), -(one.score or 0.0), -one.near_frames, one.video_id),
        )
    )


def _why(match: Match, scored: Scored, threshold: float) -> str:
    movement = scored.movement
    if scored.score < threshold:
        why = f"Dropped: score {scored.score:.3f} is below the threshold {threshold:g}"
        return f"{why}; what agrees recurs in unrelated references." if scored.recurring else f"{why}."
    if match.answer == CANDIDATE:
        return f"Dropped: {_other_picture(match, scored)}"
    kept = f"Kept: score {scored.score:.3f}, {threshold:g} needed"
    if movement is None:
        return f"{kept}; it is one picture, in which nothing moves."
    if movement.verdict == ALIKE:
        return f"{kept}; what moves does so alike{_figures(movement)}."
    if movement.verdict == OTHERWISE:
        return f"{kept}; but only as the same scene: what moves does so otherwise{_figures(movement)}."
    return f"{kept}; but only as the same scene: nothing tells whether it is the same instant{_figures(movement)}."


def _other_picture(match: Match, scored: Scored) -> str:
    if scored.movement is None and not scored.overlay:
        return match.reason
    share = "most" if scored.other_picture is None else f"{scored.other_picture:.0%}"
    return (
        f"{share} of the common picture differs, more than the {OVERLAY_COVERED:.0%} allowed: what agrees may be a"
        " caption or a logo on other footage."
    )


def _figures(movement: Movement) -> str:
    figures = []
    if movement.brightness is not None:
        seen = movement.brightness
        figures.append(f"{seen.moving:.0%} of the blocks move, their brightness correlates by {seen.correlation:.2f}")
    if movement.correlation is not None:
        figures.append(f"changes correlate by {movement.correlation:.2f}")
    if movement.points is not None:
        at_others = "" if movement.control_points is None else f", {movement.control_points:.1f} some seconds off"
        figures.append(f"{movement.points:.1f} moving points a frame agree at the aligned instants{at_others}")
    return f" ({'; '.join(figures)})" if figures else ""


def _odds(score: float) -> float:
    """Give the odds of a score in powers of ten, within what arithmetic tells apart."""
    bounded = min(max(score, 1e-12), 1 - 1e-12)
    return math.log10(bounded / (1 - bounded))
