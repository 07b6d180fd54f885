"""A case: the article, its videos with what was found, and the decisions on its claims."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.records.article import Article, Citation
from verify.records.claim import Claim
from verify.records.explanation import (
    InstantFigures,
    Map,
    Point,
    map_as_json,
    map_from_json,
    points_as_json,
    points_from_json,
)
from verify.records.keyframe import Keyframe
from verify.records.looked_at import LookedAtTable
from verify.records.match import MatchReport
from verify.records.time import exact_seconds, seconds_as_float
from verify.records.video import VideoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPicture:
    """The query and a reference at one aligned instant.

    Attributes:
        match: index of the match in the report's ``matches``.
        segment: index of the segment in the match.
        query_time, reference_time: the two instants in exact seconds.
        query_file: picture of the query, relative to the video's folder of the case.
        reference_file: picture of the reference likewise; None where it could not be had.
        missing: why there is no picture of the reference; None where there is one.
        warped_file: the reference laid onto the picture of the query, at its shape; None where it could not be.
        difference_file: the query in grey with what differs from that in colour; None likewise.
        matrix: the map by which it was laid, in fractions of both pictures; None where the whole pictures were.
        points: some of the corresponding points of the two pictures, apart from each other.
        point_count: how many there are.
        figures: what tells the instant; None where the reference was not laid.
    """

    match: int
    segment: int
    query_time: Fraction
    reference_time: Fraction
    query_file: str
    reference_file: str | None
    missing: str | None = None
    warped_file: str | None = None
    difference_file: str | None = None
    matrix: Map | None = None
    points: tuple[Point, ...] = ()
    point_count: int = 0
    figures: InstantFigures | None = None

    def as_json(self) -> dict[str, Any]:
        """Give an object of ``pictures`` of ``matches.json``."""
        return {
            "match": self.match,
            "segment": self.segment,
            "query_time_s": seconds_as_float(self.query_time),
            "reference_time_s": seconds_as_float(self.reference_time),
            "query_file": self.query_file,
            "reference_file": self.reference_file,
            "missing": self.missing,
            "warped_file": self.warped_file,
            "difference_file": self.difference_file,
            "matrix": map_as_json(self.matrix),
            "points": points_as_json(self.points),
            "point_count": self.point_count,
            "figures": self.figures and self.figures.as_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "MatchPicture":
        """Read what ``as_json`` gave; cases of earlier versions have neither maps nor points."""
        return cls(
            match=data["match"],
            segment=data["segment"],
            query_time=exact_seconds(data["query_time_s"]),
            reference_time=exact_seconds(data["reference_time_s"]),
            query_file=data["query_file"],
            reference_file=data["reference_file"],
            missing=data["missing"],
            warped_file=data.get("warped_file"),
            difference_file=data.get("difference_file"),
            matrix=map_from_json(data.get("matrix")),
            points=points_from_json(data.get("points", [])),
            point_count=data.get("point_count", 0),
            figures=InstantFigures.from_json(data["figures"]) if data.get("figures") else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVideo:
    """One video of a case.

    Attributes:
        number: from 1, in the order of citation.
        folder: its folder, relative to the case.
        citation: where the article cites it (kind ``supplied`` where it does not).
        file: the evidence file, relative to ``folder``; None where the video could not be had.
        original_name: the file's name before it was copied into the case; None likewise.
        sha256: of the evidence file; None likewise.
        size_bytes: of the evidence file; None likewise.
        missing: why there is no file, or why it could not be decoded; None where all is well.
        facts: what decoding told; None where nothing was decoded.
        keyframes: in order of time; pictures lie in ``folder``/keyframes.
        report: what matching found; None where nothing was matched.
        pictures: the match's pictures, in order of match, segment and time.
        looked_at: the references that were compared; None where nothing was matched, or an earlier version did not
            record them.
    """

    number: int
    folder: str
    citation: Citation
    file: str | None = None
    original_name: str | None = None
    sha256: str | None = None
    size_bytes: int | None = None
    missing: str | None = None
    facts: VideoFacts | None = None
    keyframes: tuple[Keyframe, ...] = ()
    report: MatchReport | None = None
    pictures: tuple[MatchPicture, ...] = ()
    looked_at: LookedAtTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as it lies in its folder.

    Attributes:
        root: the case folder.
        case_id: names the case; derived from the article's bytes.
        title: the article's title, or the name of its file where it has none.
        created_utc: when the case was opened, ISO 8601 in UTC.
        tool: name and version of the tool that made it.
        settings: the settings used, by step.
        article: the article word for word.
        videos: in order of citation, supplied ones last.
        claims: in order of the text, each with all its stances.
    """

    root: Path
    case_id: str
    title: str
    created_utc: str
    tool: str
    settings: dict[str, str]
    article: Article
    videos: tuple[CaseVideo, ...]
    claims: tuple[Claim, ...]
