"""Records of made-up cases, and tiny pictures for them."""

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.made_looked_at import make_table
from verify.records.article import Article, Citation, TextSpan
from verify.records.case import CaseVideo, MatchPicture
from verify.records.claim import Claim, PinnedFrame, Stance
from verify.records.edtf_date import parse_date
from verify.records.explanation import InstantFigures, OtherInstant
from verify.records.keyframe import Keyframe
from verify.records.match import FirstSeen, Geometry, Match, MatchReport, Query, Reference, Searched, Segment
from verify.records.time import Span
from verify.records.video import VideoFacts

TEXT = "A new video shows a truck. It flees along a road.\n\nBy the end it burns."
SENTENCES = ("A new video shows a truck.", "It flees along a road.", "By the end it burns.")


def span(start: float, end: float) -> Span:
    """Give a stretch of time."""
    return Span(start=Fraction(str(start)), end=Fraction(str(end)))


def make_article(text: str = TEXT, published: str | None = "2022-11-15", **changes: Any) -> Article:  # noqa: ANN401
    """Give an article of two paragraphs and three sentences, or of one where ``text`` is another."""
    sentences = SENTENCES if text == TEXT else (text,)
    starts = [text.index(sentence) for sentence in sentences]
    spans = tuple(TextSpan(start=start, end=start + len(words)) for start, words in zip(starts, sentences, strict=True))
    paragraphs = (TextSpan(start=0, end=49), TextSpan(start=51, end=71)) if text == TEXT else spans
    values: dict[str, Any] = {
        "source_name": "story.html",
        "title": "A truck in flames",
        "published": parse_date(published) if published else None,
        "published_source": "page" if published else None,
    }
    return Article(text=text, paragraphs=paragraphs, sentences=spans, **(values | changes))


def make_match(first_seen: str | None = "2019-10-03", **changes: Any) -> Match:  # noqa: ANN401
    """Give a match of the first 8.4 seconds, mirrored."""
    seen = FirstSeen(date=first_seen, url="https://example.org/old", recorded_by="R. Roe") if first_seen else None
    reference = Reference(
        video_id="b" * 64, path="/footage/old.mp4", paths=("/footage/old.mp4",), seconds=18.0, first_seen=seen
    )
    segment = Segment(
        query=span(0, 8.4),
        reference=span(3.2, 11.6),
        speed=1.0,
        mirrored=True,
        score=0.993,
        frames_compared=25,
        frames_agreeing=24,
        points=1210,
        disguise=("mirrored", "cropped"),
        geometry=Geometry(
            crop=(0.1, 0.0, 0.65, 0.65),
            scale=1.3,
            rotation_degrees=0.0,
            aspect=1.0,
            borders=(0.0, 0.0, 0.0, 0.0),
            covered=0.08,
        ),
    )
    values: dict[str, Any] = {"answer": "same_footage", "score": 0.993, "reason": "24 of 25 distinct pictures agree"}
    values |= {"identical": False, "reference": reference, "segments": (segment,)}
    return Match(**(values | changes))


def make_report(*matches: Match, answer: str | None = None, **changes: Any) -> MatchReport:  # noqa: ANN401
    """Give what a search among 412 known videos found."""
    values: dict[str, Any] = {
        "tool": "verify 0.1.0",
        "settings": "threshold 0.6",
        "query": Query(path="clip.mp4", video_id="a" * 64, seconds=8.4, comparable_seconds=8.1),
        "searched": Searched(database="footage.db", state="5a7e", videos=412, seconds=88211.4, fingerprint="fp/1"),
        "answer": answer or (matches[0].answer if matches else "no_match"),
        "reason": "a reason for a person",
        "matches": matches,
    }
    return MatchReport(**(values | changes))


def make_video(report: MatchReport | None = None, **changes: Any) -> CaseVideo:  # noqa: ANN401
    """Give a video with two keyframes, and a pair of pictures where the report has a match."""
    number = changes.get("number", 1)
    keyframes = tuple(
        Keyframe(
            file=f"{index}.jpg",
            time=Fraction(index * 1001, 1000),
            pts=index * 90090,
            time_base=Fraction(1, 90000),
            shot=index,
            shot_span=span(index, index + 1),
            why="middle of the shot",
        )
        for index in (0, 1)
    )
    values: dict[str, Any] = {
        "number": 1,
        "folder": f"videos/{number:02}",
        "citation": Citation(address="https://example.com/post/1", kind="video", platform="facebook"),
        "file": "clip.mp4",
        "original_name": "clip.mp4",
        "sha256": "a" * 64,
        "size_bytes": 1234567,
        "facts": make_facts(),
        "keyframes": keyframes,
        "report": report,
        "pictures": (_make_pair(),) if report and report.matches else (),
        "looked_at": make_table() if report else None,
    }
    return CaseVideo(**(values | changes))


def _make_pair() -> MatchPicture:
    return MatchPicture(
        match=0,
        segment=0,
        query_time=Fraction(1),
        reference_time=Fraction("4.2"),
        query_file="matches/q.jpg",
        reference_file="matches/r.jpg",
        warped_file="matches/w.jpg",
        difference_file="matches/d.jpg",
        matrix=(-1.25, 0.0, 1.125, 0.0, 1.25, -0.125),
        points=((0.25, 0.5, 0.7, 0.5), (0.75, 0.25, 0.3, 0.3)),
        point_count=37,
        figures=InstantFigures(
            difference=1.5,
            covered=0.08,
            others=(
                OtherInstant(shift=-1.0, changed=0.05, change=60.0, here=4.0, there=58.0),
                OtherInstant(shift=1.0, changed=0.0),
            ),
        ),
    )


def make_facts(**changes: Any) -> VideoFacts:  # noqa: ANN401
    """Give the facts of a small MP4."""
    values: dict[str, Any] = {"container": "mov,mp4", "codec": "h264", "pixel_format": "yuv420p"}
    values |= {"coded_width_px": 64, "coded_height_px": 36, "width_px": 64, "height_px": 36}
    values |= {"rotation_degrees": 0, "pixel_aspect": Fraction(1), "seconds": Fraction("8.4"), "frames": 252}
    return VideoFacts(**(values | changes))


def missing_video(number: int = 1, why: str = "The page asks for a login.") -> CaseVideo:
    """Give a cited video that could not be had."""
    nothing: dict[str, Any] = dict.fromkeys(("file", "original_name", "sha256", "size_bytes", "facts"))
    return make_video(number=number, missing=why, keyframes=(), **nothing)


def make_claim(quote: str = SENTENCES[1], *stances: Stance, text: str = TEXT) -> Claim:
    """Give a claim on words of the text."""
    start = text.index(quote)
    return Claim(claim_id="c1", start=start, end=start + len(quote), quote=quote, stances=stances)


def make_stance(stance: str = "supported", **changes: Any) -> Stance:  # noqa: ANN401
    """Give a decision without a frame."""
    values: dict[str, Any] = {"note": "seen at the treeline", "frame": None, "by": "A. Analyst"}
    return Stance(stance=stance, **(values | {"at_utc": "2022-11-16T09:00:00Z"} | changes))


def pin(root: Path, file: str = "1.jpg") -> PinnedFrame:
    """Pin a keyframe of video 1 as it lies in the case folder."""
    content = (root / "videos/01/keyframes" / file).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return PinnedFrame(video=1, file=file, time=Fraction("1.001"), pts=90090, sha256=digest)


def write_pictures(root: Path, video: CaseVideo) -> None:
    """Write a tiny JPEG for every picture that the video names."""
    names = [f"keyframes/{keyframe.file}" for keyframe in video.keyframes]
    for picture in video.pictures:
        files = (picture.query_file, picture.reference_file, picture.warped_file, picture.difference_file)
        names += [name for name in files if name]
    for number, name in enumerate(names):
        path = root / video.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rgb = np.full((36, 64, 3), 40 * number + 40, np.uint8)
        path.write_bytes(cv2.imencode(".jpg", rgb)[1].tobytes())
