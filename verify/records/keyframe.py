"""A picture that stands for a shot."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.records.time import Span, exact_seconds, read_fraction, seconds_as_float


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyframe:
    """One frame chosen to stand for (a part of) a shot.

    Attributes:
        file: name of the picture within its folder.
        time: presentation time in exact seconds on the player's clock.
        pts: the decoder's own time in ticks of ``time_base``.
        time_base: seconds per tick.
        shot: number of the shot, from 0.
        shot_span: from the shot's first frame to the next shot's.
        why: why this frame was kept, for a person.
    """

    file: str
    time: Fraction
    pts: int
    time_base: Fraction
    shot: int
    shot_span: Span
    why: str

    def as_json(self) -> dict[str, Any]:
        """Give the row of ``keyframes.csv``, by its columns."""
        return {
            "file": self.file,
            "time_s": seconds_as_float(self.time),
            "pts": self.pts,
            "time_base": f"{self.time_base.numerator}/{self.time_base.denominator}",
            "shot": self.shot,
            "shot_start_s": seconds_as_float(self.shot_span.start),
            "shot_end_s": seconds_as_float(self.shot_span.end),
            "why": self.why,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Keyframe":
        """Read a row of ``keyframes.csv``; times come back with the three decimals that it keeps."""
        return cls(
            file=data["file"],
            time=exact_seconds(float(data["time_s"])),
            pts=int(data["pts"]),
            time_base=read_fraction(data["time_base"]),
            shot=int(data["shot"]),
            shot_span=Span(
                start=exact_seconds(float(data["shot_start_s"])), end=exact_seconds(float(data["shot_end_s"]))
            ),
            why=data["why"],
        )
