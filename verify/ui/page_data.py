"""A case as the plain dictionary that the desk (article, keyframes, decision form) shows; no Streamlit.

Texts are cut into pieces here: characters count as code points in a case, but as UTF-16 units in a
browser, which would slip at the first emoji if it cut by offset. What is shown passes ``visible``; the places
``start`` and ``end`` are those of the article's own text.
"""

from pathlib import Path
from typing import Any, Protocol

from verify.records.article import Article, TextSpan
from verify.records.case import Case, CaseVideo
from verify.records.claim import STANCES, Claim, Stance
from verify.records.keyframe import Keyframe
from verify.records.time import seconds_as_float
from verify.report.wording import time_code, time_range, visible
from verify.ui.stage_data import matches_words, references_at, search_words, silence_words
from verify.ui.wording import reference_name, video_name


class PictureAddresses(Protocol):
    """Gives pictures of a case an address for the browser; None where there is no such picture."""

    def full(self, path: Path) -> str | None:
        """Give the address of the picture as it lies in the case."""

    def thumbnail(self, path: Path) -> str | None:
        """Give the address of a small copy."""


def desk_data(case: Case, pictures: PictureAddresses) -> dict[str, Any]:
    """Give all that the desk shows of a case."""
    return {
        "case": case.case_id,
        "language": case.article.language,
        "paragraphs": article_pieces(case.article, case.claims),
        "videos": [video_data(case, video, pictures) for video in case.videos],
        "stances": [{"stance": stance, "label": label} for stance, label in STANCES.items()],
    }


def article_pieces(article: Article, claims: tuple[Claim, ...]) -> list[list[dict[str, Any]]]:
    """Cut each paragraph into sentences and what stands between them.

    A sentence has ``start``, ``end`` and the ``claims`` that overlap it; other text has ``text`` only.
    """
    return [_paragraph_pieces(article, paragraph, claims) for paragraph in article.paragraphs]


def _paragraph_pieces(article: Article, paragraph: TextSpan, claims: tuple[Claim, ...]) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    position = paragraph.start
    for sentence in article.sentences:
        if sentence.start < position or sentence.end > paragraph.end or sentence.start == sentence.end:
            continue
        if sentence.start > position:
            pieces.append({"text": visible(article.text[position : sentence.start])})
        pieces.append(
            {
                "text": visible(article.quote(sentence)),
                "start": sentence.start,
                "end": sentence.end,
                "claims": [claim_data(claim) for claim in claims if _overlap(claim, sentence)],
            }
        )
        position = sentence.end
    if position < paragraph.end:
        pieces.append({"text": visible(article.text[position : paragraph.end])})
    return pieces


def _overlap(claim: Claim, sentence: TextSpan) -> bool:
    return claim.start < sentence.end and sentence.start < claim.end


def claim_data(claim: Claim) -> dict[str, Any]:
    """Give a claim with its stances, oldest first."""
    return {
        "start": claim.start,
        "end": claim.end,
        "quote": visible(claim.quote),
        "stances": [_stance_data(stance) for stance in claim.stances],
    }


def _stance_data(stance: Stance) -> dict[str, Any]:
    frame = stance.frame
    return {
        "stance": stance.stance,
        "note": visible(stance.note),
        "by": visible(stance.by),
        "at": visible(stance.at_utc),
        "frame": frame and {"video": frame.video, "file": frame.file, "clock": time_code(frame.time)},
    }


def video_data(case: Case, video: CaseVideo, pictures: PictureAddresses) -> dict[str, Any]:
    """Give one video: its keyframes in order, and where matches lie in it."""
    return {
        "number": video.number,
        "name": video_name(video),
        "missing": visible(video.missing) if video.missing else None,
        "seconds": _video_seconds(video),
        "frames": [_frame_data(case.root, video, frame, pictures) for frame in video.keyframes],
        "spans": match_spans(video),
        "matches": matches_words(video, case.article),
        "search": search_words(video),
    }


def _video_seconds(video: CaseVideo) -> float:
    if video.facts is not None:
        return seconds_as_float(video.facts.seconds)
    return seconds_as_float(video.keyframes[-1].shot_span.end) if video.keyframes else 0.0


def match_spans(video: CaseVideo) -> list[dict[str, Any]]:
    """Give every matched stretch of the video, best match first."""
    matches = video.report.matches if video.report else ()
    return [
        {
            "start": seconds_as_float(segment.query.start),
            "end": seconds_as_float(segment.query.end),
            "answer": match.answer,
            "label": f"{reference_name(match.reference)}: {time_range(segment.query)}",
        }
        for match in matches
        for segment in match.segments
    ]


def _frame_data(root: Path, video: CaseVideo, frame: Keyframe, pictures: PictureAddresses) -> dict[str, Any]:
    path = root / video.folder / "keyframes" / frame.file
    references = references_at(root, video, frame.time, pictures.full)
    return {
        "file": frame.file,
        "name": visible(frame.file),
        "url": pictures.full(path),
        "thumbnail": pictures.thumbnail(path),
        "seconds": seconds_as_float(frame.time),
        "clock": time_code(frame.time),
        "pts": frame.pts,
        "time_base": f"{frame.time_base.numerator}/{frame.time_base.denominator}",
        "shot": frame.shot,
        "shot_span": time_range(frame.shot_span),
        "why": visible(frame.why),
        "references": references,
        "silence": None if references else silence_words(video, frame.time),
    }
