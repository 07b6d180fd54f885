"""What the sound says beside the pictures: a second witness, which changes no answer and no score."""

from dataclasses import dataclass
from typing import Any

from verify.records.time import Span

SAME_SOUND = "same_sound"
OTHER_SOUND = "other_sound"
UNTOLD = "untold"
SOUND_VERDICTS = (SAME_SOUND, OTHER_SOUND, UNTOLD)

_RATE_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundSegment:
    """A stretch of the query's sound that is heard in a stretch of the reference's, to about half a second."""

    query: Span
    reference: Span

    def as_json(self) -> dict[str, Any]:
        """Give an object of ``sound.segments`` of ``verify.match/1``."""
        return {"query": self.query.as_json(), "reference": self.reference.as_json()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SoundSegment":
        """Read what ``as_json`` gave."""
        return cls(query=Span.from_json(data["query"]), reference=Span.from_json(data["reference"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundWitness:
    """What comparing two sounds gave.

    Attributes:
        verdict: ``same_sound``, ``other_sound``, or ``untold`` where the sounds cannot say.
        reason: a sentence for a person.
        segments: where the sounds agree, in order of the query.
        error_rate: share of bits that differ: over the segments, or over all that was compared where there are none;
            None where nothing was compared.
    """

    verdict: str
    reason: str
    segments: tuple[SoundSegment, ...] = ()
    error_rate: float | None = None

    def __post_init__(self) -> None:
        if self.verdict not in SOUND_VERDICTS:
            message = f"{self.verdict!r} is no verdict on a sound"
            raise ValueError(message)

    def as_json(self) -> dict[str, Any]:
        """Give the object ``sound`` of ``verify.match/1``."""
        return {
            "verdict": self.verdict,
            "reason": self.reason,
            "segments": [segment.as_json() for segment in self.segments],
            "error_rate": None if self.error_rate is None else round(self.error_rate, _RATE_DECIMALS),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SoundWitness":
        """Read what ``as_json`` gave."""
        return cls(
            verdict=data["verdict"],
            reason=data["reason"],
            segments=tuple(SoundSegment.from_json(entry) for entry in data["segments"]),
            error_rate=data["error_rate"],
        )
