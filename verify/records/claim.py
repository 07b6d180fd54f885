"""A claim of the article, and what an analyst decided on it."""

from dataclasses import dataclass
from fractions import Fraction

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
UNCLEAR = "unclear"
NOT_SHOWN = "not_shown"
NOT_CHECKABLE = "not_checkable"
STANCES: dict[str, str] = {
    SUPPORTED: "supported",
    CONTRADICTED: "contradicted",
    UNCLEAR: "unclear",
    NOT_SHOWN: "not shown",
    NOT_CHECKABLE: "not checkable from this video",
}
"""What footage can say to a claim: the word in files, and the words for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedFrame:
    """The keyframe that a stance rests on.

    Attributes:
        video: number of the video in the case, from 1.
        file: name of the keyframe's picture.
        time: its time in exact seconds.
        pts: its time in the decoder's ticks.
        sha256: hash of the picture file, so that the evidence can be checked.
    """

    video: int
    file: str
    time: Fraction
    pts: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What one person decided on one claim at one time.

    Attributes:
        stance: a key of ``STANCES``.
        note: their reason, may be empty.
        frame: the keyframe it rests on, if any.
        by: who decided.
        at_utc: when, ISO 8601 in UTC.
    """

    stance: str
    note: str
    frame: PinnedFrame | None
    by: str
    at_utc: str

    def __post_init__(self) -> None:
        if self.stance not in STANCES:
            message = f"{self.stance!r} is not one of {', '.join(STANCES)}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A stretch of the article's text on which a stance was taken.

    ``stances`` holds every decision, oldest first: the last one stands, the earlier ones are never lost.
    """

    claim_id: str
    start: int
    end: int
    quote: str
    stances: tuple[Stance, ...] = ()

    @property
    def current(self) -> Stance | None:
        """The stance that stands."""
        return self.stances[-1] if self.stances else None
