"""Exact times on the player's clock, and spans between them.

Inside the program a time is a ``Fraction`` of seconds: the first frame shown stands at 0, with edit lists and start
times applied. A float appears only where a time is printed.
"""

from dataclasses import dataclass
from fractions import Fraction

DECIMALS = 3
"""Seconds are printed with this many decimals."""


def seconds_as_float(time: Fraction) -> float:
    """Round an exact time in seconds to the float that is printed."""
    return round(float(time), DECIMALS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of time ``[start, end)`` in exact seconds."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if self.end < self.start:
            message = f"a span cannot end ({self.end} s) before it starts ({self.start} s)"
            raise ValueError(message)

    @property
    def seconds(self) -> Fraction:
        """Length in seconds."""
        return self.end - self.start

    def contains(self, time: Fraction) -> bool:
        """Whether ``time`` (seconds) lies in the span."""
        return self.start <= time < self.end

    def as_json(self) -> list[float]:
        """Give ``[start, end]`` in seconds with three decimals."""
        return [seconds_as_float(self.start), seconds_as_float(self.end)]

    @classmethod
    def from_json(cls, pair: list[float]) -> "Span":
        """Read ``[start, end]`` in seconds."""
        return cls(start=exact_seconds(pair[0]), end=exact_seconds(pair[1]))


def exact_seconds(seconds: float) -> Fraction:
    """Turn printed or fitted seconds into an exact time with microsecond steps.

    Raises:
        TypeError, ValueError, OverflowError: what a file gave as seconds is no number that a time can be.
    """
    # float() first: a hostile file may hold a text, which would be repeated a million times, or an endless integer.
    return Fraction(round(float(seconds) * 1_000_000), 1_000_000)


def read_fraction(text: str) -> Fraction:
    """Read ``numerator/denominator``, or a whole number, as ``str(Fraction)`` writes it.

    Raises:
        ValueError: the text is no fraction.
    """
    # Not Fraction(text): "1e999999999" from a hostile file would be computed without end.
    numerator, slash, denominator = text.partition("/")
    if slash and not int(denominator):
        message = f"{text!r} is no fraction"
        raise ValueError(message)
    return Fraction(int(numerator), int(denominator) if slash else 1)
