"""A case: the article, its videos with what was found, and the decisions on its claims."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from verify.records.article import Article, Citation
from verify.records.claim import Claim
from verify.records.keyframe import Keyframe
from verify.records.match import MatchReport
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
    """

    match: int
    segment: int
    query_time: Fraction
    reference_time: Fraction
    query_file: str
    reference_file: str | None
    missing: str | None = None


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
