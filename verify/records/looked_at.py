"""Every reference that was compared with a query, with the figures on which it was kept or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verify.records.figures import figure
from verify.records.match import ANSWERS, SAME_FOOTAGE, SAME_SCENE, Segment
from verify.records.time import Span

MOST_DROPPED = 50
"""References that were dropped, listed in a case beside all that were kept; of more it gives the number.

A search compares several hundred at most. Fewer would hide near misses; more are read by nobody, and
``match --explain`` lists all of them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The stretch of a reference by which it was judged, the best it has.

    Attributes:
        query, reference: the two spans; both ascend.
        speed: reference seconds per query second, negative where reversed.
        mirrored: the query shows the reference mirrored left to right.
        frames_compared, frames_agreeing: distinct pictures of the query in the span, and how many agree.
        points: corresponding points that agree on one geometry; None where not measured.
        covered: share of the common picture that shows something else; None likewise.
    """

    query: Span
    reference: Span
    speed: float
    mirrored: bool
    frames_compared: int
    frames_agreeing: int
    points: int | None = None
    covered: float | None = None

    @classmethod
    def of(cls, segment: Segment) -> "Stretch":
        """Take what is told of a segment."""
        return cls(
            query=segment.query,
            reference=segment.reference,
            speed=segment.speed,
            mirrored=segment.mirrored,
            frames_compared=segment.frames_compared,
            frames_agreeing=segment.frames_agreeing,
            points=segment.points,
            covered=segment.geometry.covered if segment.geometry else None,
        )

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Stretch":
        """Read what ``LookedAt.as_json`` gave where there is a stretch."""
        return cls(
            query=Span.from_json(data["query"]),
            reference=Span.from_json(data["reference"]),
            speed=data["speed"],
            mirrored=data["mirrored"],
            frames_compared=data["frames_compared"],
            frames_agreeing=data["frames_agreeing"],
            points=data["points"],
            covered=data["covered"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A reference that was compared with the query, and what decided on it.

    Figures are those of its best stretch; what was not measured is None.

    Attributes:
        video_id, path: the reference.
        answer: ``same_footage``, ``same_scene``, ``candidate``, or ``no_match`` where nothing of it lines up in time.
        why: one sentence: why it was kept or dropped.
        threshold: score that a match needs.
        score: 0 to 1.
        bans: evidence beyond the threshold in powers of ten, negative below it.
        stretch: where it lies in the query, and what agrees there.
        near_frames: pairs of frames with near frame hashes by which the reference was proposed; 0 where it was proposed
            by features alone.
        moving_points, control_points: points a frame that do not stand still and agree; the same some seconds off.
        correlation: of what changes over time in both, -1 to 1.
        brightness: correlation of the brightness of blocks over time, -1 to 1.
        moving_blocks: share of the blocks that move in the reference.
    """

    video_id: str
    path: str
    answer: str
    why: str
    threshold: float
    near_frames: int = 0
    score: float | None = None
    bans: float | None = None
    stretch: Stretch | None = None
    moving_points: float | None = None
    control_points: float | None = None
    correlation: float | None = None
    brightness: float | None = None
    moving_blocks: float | None = None

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            message = f"{self.answer!r} is no answer"
            raise ValueError(message)

    @property
    def kept(self) -> bool:
        """Whether it is a match or a lead."""
        return self.answer in {SAME_FOOTAGE, SAME_SCENE}

    def as_json(self) -> dict[str, Any]:
        """Give an object of ``looked_at`` of ``verify.explanation/1`` and of ``matches.json``."""
        stretch = self.stretch
        return {
            "sha256": self.video_id,
            "path": self.path,
            "answer": self.answer,
            "kept": self.kept,
            "why": self.why,
            "score": figure(self.score),
            "threshold": self.threshold,
            "bans": figure(self.bans),
            "near_frames": self.near_frames,
            "query": stretch and stretch.query.as_json(),
            "reference": stretch and stretch.reference.as_json(),
            "speed": stretch and round(stretch.speed, 4),
            "mirrored": stretch and stretch.mirrored,
            "frames_compared": stretch and stretch.frames_compared,
            "frames_agreeing": stretch and stretch.frames_agreeing,
            "points": stretch and stretch.points,
            "moving_points": figure(self.moving_points),
            "control_points": figure(self.control_points),
            "correlation": figure(self.correlation),
            "covered": figure(stretch.covered) if stretch else None,
            "brightness": figure(self.brightness),
            "moving_blocks": figure(self.moving_blocks),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "LookedAt":
        """Read what ``as_json`` gave."""
        return cls(
            video_id=data["sha256"],
            path=data["path"],
            answer=data["answer"],
            why=data["why"],
            threshold=data["threshold"],
            near_frames=data["near_frames"],
            score=data["score"],
            bans=data["bans"],
            stretch=None if data["query"] is None else Stretch.from_json(data),
            moving_points=data["moving_points"],
            control_points=data["control_points"],
            correlation=data["correlation"],
            brightness=data["brightness"],
            moving_blocks=data["moving_blocks"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAtTable:
    """What a case keeps of the references that were compared with a video.

    Attributes:
        entries: those listed, those kept first.
        left_out: how many more there were; all of them were dropped, none with a higher score than those listed.
    """

    entries: tuple[LookedAt, ...] = ()
    left_out: int = 0

    def __post_init__(self) -> None:
        if self.left_out < 0:
            message = f"{self.left_out} is no number of references"
            raise ValueError(message)

    @classmethod
    def of(cls, looked_at: Sequence[LookedAt]) -> "LookedAtTable":
        """Take all that were kept and the first ``MOST_DROPPED`` of the others.

        Args:
            looked_at: all of them in the order of an ``Examination``.
        """
        kept = [entry for entry in looked_at if entry.kept]
        dropped = [entry for entry in looked_at if not entry.kept]
        return cls(entries=(*kept, *dropped[:MOST_DROPPED]), left_out=max(0, len(dropped) - MOST_DROPPED))

    def as_json(self) -> dict[str, Any]:
        """Give the keys that ``matches.json`` has beyond ``verify.match/1``."""
        return {
            "looked_at": [entry.as_json() for entry in self.entries],
            "looked_at_left_out": self.left_out,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "LookedAtTable":
        """Read what ``as_json`` gave."""
        entries = tuple(LookedAt.from_json(entry) for entry in data["looked_at"])
        return cls(entries=entries, left_out=data["looked_at_left_out"])
