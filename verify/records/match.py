"""What was found when a query was compared with the hash database: the lines of ``verify.match/1``."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.records.sound import SoundWitness
from verify.records.time import DECIMALS, Span

SAME_FOOTAGE = "same_footage"
SAME_SCENE = "same_scene"
CANDIDATE = "candidate"
NO_MATCH = "no_match"
NOT_COMPARABLE = "not_comparable"
ANSWERS = (SAME_FOOTAGE, SAME_SCENE, CANDIDATE, NO_MATCH, NOT_COMPARABLE)

DISGUISES = (
    "mirrored",
    "negative",
    "reversed",
    "sped_up",
    "slowed_down",
    "cropped",
    "picture_in_picture",
    "bordered",
    "rotated",
    "distorted",
    "covered",
)
"""What a copy may have undergone, in the words of ``docs/vocabulary.md`` and in the order they are told."""

_SCORE_DECIMALS = _FRACTION_DECIMALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A stretch of the query that was not compared, and why."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The file that was looked for; what could not be read of it is None."""

    path: str
    video_id: str | None = None
    seconds: float | None = None
    comparable_seconds: float | None = None
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The denominator: what was searched.

    Attributes:
        database: the database as named by the user.
        state: digest of its content; equal states give equal answers.
        videos: number of reference videos.
        seconds: their length together.
        fingerprint: version of the fingerprints compared.
    """

    database: str
    state: str
    videos: int
    seconds: float
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """The earliest known sighting of a reference: an upper bound on its date, never the date of recording."""

    date: str
    url: str | None
    recorded_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A video of the hash database that matched."""

    video_id: str
    path: str
    paths: tuple[str, ...]
    seconds: float
    first_seen: FirstSeen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """How the picture of the reference lies in that of the query, over a whole segment.

    Attributes:
        crop: the rectangle of the reference that is seen: x, y, width, height as fractions of its picture.
        scale: size of a thing in the query for its size in the reference, both pictures scaled to one longer side.
        rotation_degrees: by which the query shows it turned clockwise.
        aspect: ratio of the larger to the smaller scale: 1 where nothing is squeezed or filmed at an angle.
        borders: left, top, right, bottom as fractions of the query: what lies beside the reference.
        covered: share of the seen rectangle that shows something else; None where too little tells.
    """

    crop: tuple[float, float, float, float]
    scale: float
    rotation_degrees: float
    aspect: float
    borders: tuple[float, float, float, float]
    covered: float | None

    def as_json(self) -> dict[str, Any]:
        """Give the object ``geometry`` of ``verify.match/1``."""
        return {
            "crop": [_fraction(value) for value in self.crop],
            "scale": _fraction(self.scale),
            "rotation_degrees": round(self.rotation_degrees, 1) + 0.0,
            "aspect": _fraction(self.aspect),
            "borders": [_fraction(value) for value in self.borders],
            "covered": None if self.covered is None else _fraction(self.covered),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Geometry":
        """Read what ``as_json`` gave."""
        x, y, width, height = data["crop"]
        left, top, right, bottom = data["borders"]
        return cls(
            crop=(x, y, width, height),
            scale=data["scale"],
            rotation_degrees=data["rotation_degrees"],
            aspect=data["aspect"],
            borders=(left, top, right, bottom),
            covered=data["covered"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the query that stands in a stretch of the reference.

    Attributes:
        query, reference: the two spans; both ascend, reversal shows in a negative speed only.
        speed: reference seconds per query second.
        mirrored: the query shows the reference mirrored left to right.
        score: 0 to 1.
        frames_compared, frames_agreeing: distinct pictures of the query in the span, and how many agree.
        points: corresponding points that agree on one geometry; None where not measured.
        disguise: what was done to the copy, in words of ``docs/vocabulary.md``.
        geometry: how the query lies on the reference; None where not measured.
    """

    query: Span
    reference: Span
    speed: float
    mirrored: bool
    score: float
    frames_compared: int
    frames_agreeing: int
    points: int | None = None
    disguise: tuple[str, ...] = ()
    geometry: Geometry | None = None

    def reference_time(self, query_time: Fraction) -> Fraction:
        """Give the instant of the reference that is aligned with an instant of the query, within the segment."""
        edge = self.reference.start if self.speed > 0 else self.reference.end
        aligned = edge + Fraction(self.speed) * (query_time - self.query.start)
        return min(max(aligned, self.reference.start), self.reference.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One reference that the query shares footage with, or may; ``sound`` is None where either has no sound."""

    answer: str
    score: float
    reason: str
    identical: bool
    reference: Reference
    segments: tuple[Segment, ...]
    sound: SoundWitness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundMatch:
    """A reference whose sound stands in the query though its pictures do not match."""

    reference: Reference
    sound: SoundWitness


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReport:
    """The whole answer for one query; ``matches`` and ``sounds`` have the best first, ``sounds`` raises no answer."""

    tool: str
    settings: str
    query: Query
    searched: Searched
    answer: str
    reason: str
    error: str | None = None
    matches: tuple[Match, ...] = ()
    sounds: tuple[SoundMatch, ...] = ()

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            message = f"{self.answer!r} is no answer"
            raise ValueError(message)

    def as_json(self) -> dict[str, Any]:
        """Give the object of ``verify.match/1``."""
        return {
            "schema": "verify.match/1",
            "tool": self.tool,
            "settings": self.settings,
            "query": {
                "path": self.query.path,
                "sha256": self.query.video_id,
                "seconds": _rounded(self.query.seconds),
                "comparable_seconds": _rounded(self.query.comparable_seconds),
                "skipped": [{"span": entry.span.as_json(), "why": entry.why} for entry in self.query.skipped],
            },
            "searched": {
                "database": self.searched.database,
                "state": self.searched.state,
                "videos": self.searched.videos,
                "seconds": _rounded(self.searched.seconds),
                "fingerprint": self.searched.fingerprint,
            },
            "answer": self.answer,
            "reason": self.reason,
            "error": self.error,
            "matches": [_match_as_json(match) for match in self.matches],
            "sounds": [{"reference": _reference_as_json(one.reference), **one.sound.as_json()} for one in self.sounds],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "MatchReport":
        """Read an object of ``verify.match/1``."""
        query = data["query"]
        return cls(
            tool=data["tool"],
            settings=data["settings"],
            query=Query(
                path=query["path"],
                video_id=query["sha256"],
                seconds=query["seconds"],
                comparable_seconds=query["comparable_seconds"],
                skipped=tuple(
                    Skipped(span=Span.from_json(entry["span"]), why=entry["why"]) for entry in query["skipped"]
                ),
            ),
            searched=Searched(**data["searched"]),
            answer=data["answer"],
            reason=data["reason"],
            error=data["error"],
            matches=tuple(_match_from_json(entry) for entry in data["matches"]),
            sounds=tuple(
                SoundMatch(reference=_reference_from_json(entry["reference"]), sound=SoundWitness.from_json(entry))
                for entry in data.get("sounds", [])
            ),
        )


def _fraction(value: float) -> float:
    return round(value, _FRACTION_DECIMALS) + 0.0  # no minus zero


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, DECIMALS)


def _match_as_json(match: Match) -> dict[str, Any]:
    return {
        "answer": match.answer,
        "score": round(match.score, _SCORE_DECIMALS),
        "reason": match.reason,
        "identical": match.identical,
        "reference": _reference_as_json(match.reference),
        "segments": [_segment_as_json(segment) for segment in match.segments],
        "sound": match.sound and match.sound.as_json(),
    }


def _reference_as_json(reference: Reference) -> dict[str, Any]:
    seen = reference.first_seen
    return {
        "sha256": reference.video_id,
        "path": reference.path,
        "paths": list(reference.paths),
        "seconds": _rounded(reference.seconds),
        "first_seen": seen and {"date": seen.date, "url": seen.url, "recorded_by": seen.recorded_by},
    }


def _segment_as_json(segment: Segment) -> dict[str, Any]:
    return {
        "query": segment.query.as_json(),
        "reference": segment.reference.as_json(),
        "speed": round(segment.speed, 4),
        "mirrored": segment.mirrored,
        "score": round(segment.score, _SCORE_DECIMALS),
        "evidence": {
            "frames_compared": segment.frames_compared,
            "frames_agreeing": segment.frames_agreeing,
            "points": segment.points,
        },
        "disguise": list(segment.disguise),
        "geometry": segment.geometry and segment.geometry.as_json(),
    }


def _match_from_json(data: dict[str, Any]) -> Match:
    sound = data.get("sound")
    return Match(
        answer=data["answer"],
        score=data["score"],
        reason=data["reason"],
        identical=data["identical"],
        reference=_reference_from_json(data["reference"]),
        segments=tuple(_segment_from_json(entry) for entry in data["segments"]),
        sound=SoundWitness.from_json(sound) if sound else None,
    )


def _reference_from_json(data: dict[str, Any]) -> Reference:
    return Reference(
        video_id=data["sha256"],
        path=data["path"],
        paths=tuple(data["paths"]),
        seconds=data["seconds"],
        first_seen=FirstSeen(**data["first_seen"]) if data["first_seen"] else None,
    )


def _segment_from_json(data: dict[str, Any]) -> Segment:
    return Segment(
        query=Span.from_json(data["query"]),
        reference=Span.from_json(data["reference"]),
        speed=data["speed"],
        mirrored=data["mirrored"],
        score=data["score"],
        frames_compared=data["evidence"]["frames_compared"],
        frames_agreeing=data["evidence"]["frames_agreeing"],
        points=data["evidence"]["points"],
        disguise=tuple(data["disguise"]),
        geometry=Geometry.from_json(data["geometry"]) if data["geometry"] else None,
    )
