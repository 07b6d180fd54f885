"""Cases for the tests of the screen, written as ``case new`` would write them."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw

from tests.made_looked_at import make_table
from verify.case.folder import (
    ARTICLE,
    CASE,
    KEYFRAMES,
    MATCHES,
    TEXT,
    VIDEO,
    list_files,
    matches_as_json,
    read_case,
    video_as_json,
    write_json,
    write_manifest,
)
from verify.case.journal import record_act
from verify.keyframes.images import TABLE, keyframes_table
from verify.records.article import Article, Citation, TextSpan
from verify.records.case import Case, CaseVideo, MatchPicture
from verify.records.edtf_date import parse_date
from verify.records.explanation import InstantFigures, OtherInstant
from verify.records.keyframe import Keyframe
from verify.records.looked_at import LookedAtTable
from verify.records.match import FirstSeen, Match, MatchReport, Query, Reference, Searched, Segment
from verify.records.time import Span

TITLE = "Officials share video of truck fleeing strikes"
PARAGRAPHS = (
    ("Officials shared a new video on Tuesday. 🎥 It purportedly shows a truck on a rural road.",),
    ("The truck stops along a treeline.", " By the end of the clip it has caught fire."),
)
SHOTS_S = 3
SEARCHED = Searched(database="footage.db", state="5f1e" * 16, videos=7, seconds=130.0, fingerprint="verify.fp/1")


def make_article(*, title: str | None = TITLE, published: str | None = "2022-11-15") -> Article:
    """Make an article of two paragraphs and four sentences, an emoji between the first two."""
    text = "\n\n".join("".join(parts) for parts in PARAGRAPHS)
    paragraphs, position = [], 0
    for parts in PARAGRAPHS:
        end = position + len("".join(parts))
        paragraphs.append(TextSpan(start=position, end=end))
        position = end + 2
    words = (
        "Officials shared a new video on Tuesday.",
        "It purportedly shows a truck on a rural road.",
        "The truck stops along a treeline.",
        "By the end of the clip it has caught fire.",
    )
    return Article(
        source_name="article.html",
        text=text,
        paragraphs=tuple(paragraphs),
        sentences=tuple(TextSpan(start=text.index(word), end=text.index(word) + len(word)) for word in words),
        title=title,
        author="A. Writer",
        publisher="Example News",
        published=parse_date(published) if published else None,
        published_source="page" if published else None,
    )


def make_picture(path: Path, words: str, *, hue: int = 0) -> None:
    """Draw a small picture that bears ``words``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("HSV", (320, 180), (hue % 256, 150, 190)).convert("RGB")
    ImageDraw.Draw(picture).text((20, 80), words, fill="white")
    picture.save(path, "JPEG", quality=80)


def make_keyframes(root: Path, video_folder: str, count: int) -> tuple[Keyframe, ...]:
    """Make ``count`` keyframes, one each 0.5 s, with their pictures."""
    frames = []
    for index in range(count):
        time = Fraction(index, 2)
        shot = int(time // SHOTS_S)
        span = Span(start=Fraction(shot * SHOTS_S), end=Fraction((shot + 1) * SHOTS_S))
        file = f"{index:04}.jpg"
        make_picture(root / video_folder / "keyframes" / file, f"frame {index}", hue=index * 7)
        frames.append(
            Keyframe(
                file=file,
                time=time,
                pts=int(time * 12800),
                time_base=Fraction(1, 12800),
                shot=shot,
                shot_span=span,
                why="first frame of the shot" if time == span.start else "the picture changed",
            )
        )
    return tuple(frames)


def make_match(answer: str = "same_footage", *, seen: str | None = "2019-10-03") -> Match:
    """Make a match of the seconds 1.5 to 6."""
    first = FirstSeen(date=seen, url="https://archive.example/1", recorded_by="example.org archive") if seen else None
    segment = Segment(
        query=Span(start=Fraction(3, 2), end=Fraction(6)),
        reference=Span(start=Fraction(3), end=Fraction(15, 2)),
        speed=1.0,
        mirrored=True,
        score=0.993,
        frames_compared=25,
        frames_agreeing=24,
        points=1210,
        disguise=("mirrored", "cropped"),
    )
    reference = Reference(
        video_id="ab" * 32, path="/refs/car.mp4", paths=("/refs/car.mp4",), seconds=18.0, first_seen=first
    )
    return Match(
        answer=answer,
        score=0.993,
        reason="24 of 25 distinct pictures agree, mirrored.",
        identical=False,
        reference=reference,
        segments=(segment,),
    )


def make_report(answer: str, *matches: Match) -> MatchReport:
    """Make a report that searched 7 videos, 2 min 10 s."""
    return MatchReport(
        tool="verify 0.1.0",
        settings="default",
        query=Query(path="q.mp4", video_id="cd" * 32, seconds=12.0, comparable_seconds=12.0),
        searched=SEARCHED,
        answer=answer,
        reason="nothing agreed" if not matches else "24 of 25 distinct pictures agree",
        matches=matches,
    )


def make_video(root: Path, number: int, report: MatchReport | None, *, keyframes: int = 24) -> CaseVideo:
    """Make a video of the case; a match has one whole pair of pictures and one without its reference."""
    video_folder = f"videos/{number:02}"
    pictures: tuple[MatchPicture, ...] = ()
    if report is not None and report.matches:
        for name in ("q0", "r0", "q1", "w0"):
            make_picture(root / video_folder / "matches" / f"{name}.jpg", name, hue=120)
        pictures = (
            replace(
                _pair(Fraction(2), "matches/q0.jpg", "matches/r0.jpg"),
                warped_file="matches/w0.jpg",
                matrix=(-1.25, 0.0, 1.125, 0.0, 1.25, -0.125),
                points=((0.25, 0.5, 0.7, 0.5), (0.75, 0.25, 0.3, 0.3)),
                point_count=37,
                figures=InstantFigures(
                    difference=1.5,
                    covered=0.08,
                    others=(OtherInstant(shift=-1.0, changed=0.05, change=60.0, here=4.0, there=58.0),),
                ),
            ),
            _pair(Fraction(5), "matches/q1.jpg", None),
        )
    return CaseVideo(
        number=number,
        folder=video_folder,
        citation=Citation(address="clip.mp4", kind="video", label="A clip"),
        file="clip.mp4",
        original_name=f"clip-{number}.mp4",
        sha256="cd" * 32,
        size_bytes=1,
        keyframes=make_keyframes(root, video_folder, keyframes),
        report=report,
        pictures=pictures,
        looked_at=(make_table() if pictures else LookedAtTable()) if report else None,
    )


def _pair(time: Fraction, query_file: str, reference_file: str | None) -> MatchPicture:
    return MatchPicture(
        match=0,
        segment=0,
        query_time=time,
        reference_time=time + Fraction(3, 2),
        query_file=query_file,
        reference_file=reference_file,
        missing=None if reference_file else "the reference file has moved",
    )


def make_case(
    root: Path,
    *,
    article: Article | None = None,
    reports: tuple[MatchReport | None, ...] | None = None,
    frames: int = 24,
) -> Case:
    """Write a case with a video for each report (by default one, of older footage) and read it."""
    article = article or make_article()
    reports = (make_report("same_footage", make_match()),) if reports is None else reports
    (root / "article").mkdir(parents=True)
    (root / TEXT).write_text(article.text, encoding="utf-8")
    write_json(root / ARTICLE, article.as_json())
    facts = {"id": f"made-{root.name}", "title": article.title or article.source_name}
    write_json(root / CASE, {**facts, "created_utc": "2022-11-20T09:30:00Z", "tool": "verify 0.1.0", "settings": {}})
    for number, report in enumerate(reports, start=1):
        write_video(root, make_video(root, number, report, keyframes=frames))
    write_manifest(root, list_files(root))
    record_act(root, "case_completed", "test")
    return read_case(root)


def write_video(root: Path, video: CaseVideo) -> None:
    """Write the records of a video beside its pictures."""
    video_folder = root / video.folder
    (video_folder / "clip.mp4").write_bytes(b"0")
    (video_folder / KEYFRAMES / TABLE).write_text(keyframes_table(video.keyframes), encoding="utf-8")
    if video.report is not None and video.looked_at is not None:
        write_json(video_folder / MATCHES, matches_as_json(video.report, video.pictures, video.looked_at))
    write_json(video_folder / VIDEO, video_as_json(video))
