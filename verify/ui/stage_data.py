"""What the matches say of each instant of a video, as plain dictionaries for the desk's stage; no Streamlit."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from verify.claims.dates import OLDER, PROBABLY_OLDER
from verify.records.agreement import agreement_in_words
from verify.records.article import Article
from verify.records.case import CaseVideo, MatchPicture
from verify.records.match import NOT_COMPARABLE, FirstSeen, Match, Segment
from verify.records.time import seconds_as_float
from verify.report.content import disguise_in_words, searched_in_words, sighting_in_words, tell_dates
from verify.report.explanation_words import CASE_NAMES, instant_in_words
from verify.report.laid_pictures import explain_segment, mark_points
from verify.report.wording import ANSWER_WORDS, counted, time_code, time_range, visible
from verify.ui.wording import reference_name

SAME_INSTANT_S = Fraction(1, 1000)
"""Times of a case's pictures are kept to this."""

Give = Callable[[Path], str | None]
"""Gives the address of a picture; None where there is no such picture."""


def matches_words(video: CaseVideo, article: Article) -> list[dict[str, Any]]:
    """Give every match of the video, best first, with all that its numbers say."""
    matches = video.report.matches if video.report else ()
    return [_match_words(video, number, match, article) for number, match in enumerate(matches)]


def _match_words(video: CaseVideo, number: int, match: Match, article: Article) -> dict[str, Any]:
    return {
        "name": reference_name(match.reference),
        "answer": match.answer,
        "words": "same file" if match.identical else ANSWER_WORDS[match.answer].lower(),
        "reason": visible(match.reason),
        "score": f"{match.score:.3f}",
        **dates_words(match.reference.first_seen, article),
        "segments": [
            _segment_words(segment) | {"explained": explain_segment(video, number, index)}
            for index, segment in enumerate(match.segments)
        ],
    }


def dates_words(seen: FirstSeen | None, article: Article) -> dict[str, Any]:
    """Say when a reference was first seen, and how that stands to the date of the article."""
    dates = tell_dates(seen, article)
    return {
        "first_seen": sighting_in_words(seen) if seen else "unknown: nobody recorded a sighting",
        "dates": dates.sentence,
        "older": dates.order in {OLDER, PROBABLY_OLDER},
    }


def _segment_words(segment: Segment) -> dict[str, Any]:
    return {
        "start": seconds_as_float(segment.query.start),
        "end": seconds_as_float(segment.query.end),
        "query": time_range(segment.query),
        "reference": time_range(segment.reference),
        "speed": speed_words(segment.speed),
        "mirrored": segment.mirrored,
        "disguise": list(disguise_in_words(segment)),
        "agreeing": agreement_in_words([segment]),
        "score": f"{segment.score:.3f}",
    }


def speed_words(speed: float) -> str:
    """Say how many seconds of the reference pass in one of the query; what that means is a disguise's word."""
    return f"speed {abs(speed):.2f}x{', reversed' if speed < 0 else ''}"


def search_words(video: CaseVideo) -> dict[str, Any] | None:
    """Say how much was searched and by which settings; None where nothing was searched."""
    if video.report is None:
        return None
    return {"searched": searched_in_words(video.report), "settings": visible(video.report.settings)}


def silence_words(video: CaseVideo, time: Fraction) -> str:
    """Say why nothing stands beside the instant ``time``, which lies outside of every match."""
    report = video.report
    if report is None:
        return "No hash database was searched for this video."
    if report.answer == NOT_COMPARABLE and not report.matches:
        return visible(report.reason)
    for skipped in report.query.skipped:
        if skipped.span.contains(time):
            return f"This frame was not compared: {visible(skipped.why)}."
    return f"This frame matches nothing that was searched ({counted(report.searched.videos, 'reference')})."


def references_at(root: Path, video: CaseVideo, time: Fraction, full: Give) -> list[dict[str, Any]]:
    """Give what each match has at the instant ``time``, best match first; a match by its first segment there."""
    found = []
    for number, match in enumerate(video.report.matches if video.report else ()):
        index = next((index for index, segment in enumerate(match.segments) if segment.query.contains(time)), None)
        if index is not None:
            picture = _nearest_picture(video, number, index, time)
            aligned = time_code(match.segments[index].reference_time(time))
            place = {"match": number, "segment": index, "clock": aligned}
            drawn = _laid_data(root / video.folder, picture, time, full)
            found.append(place | _picture_data(root, video, picture, full) | drawn)
    return found


def _laid_data(folder: Path, picture: MatchPicture | None, time: Fraction, full: Give) -> dict[str, Any]:
    """Give what is drawn over the frame at ``time``; nothing where the pictures laid on each other are of another."""
    if picture is None or abs(picture.query_time - time) > SAME_INSTANT_S:
        return {"points": [], "laid": None, "instant": None}
    points = zip(mark_points(picture, "query", (1, 1)), mark_points(picture, "reference", (1, 1)), strict=True)
    return {
        "points": [
            {"number": here.number, "colour": here.colour, "here": [here.x, here.y], "there": [there.x, there.y]}
            for here, there in points
        ],
        "laid": full(folder / picture.warped_file) if picture.warped_file else None,
        "instant": instant_in_words(picture.figures, CASE_NAMES) if picture.figures else None,
    }


def _nearest_picture(video: CaseVideo, match: int, segment: int, time: Fraction) -> MatchPicture | None:
    own = [entry for entry in video.pictures if (entry.match, entry.segment) == (match, segment)]
    return min(own, key=lambda entry: abs(entry.query_time - time), default=None)


def _picture_data(root: Path, video: CaseVideo, picture: MatchPicture | None, full: Give) -> dict[str, Any]:
    url = full(root / video.folder / picture.reference_file) if picture and picture.reference_file else None
    missing = "No picture of this stretch was kept."
    if picture is not None:
        missing = visible(picture.missing or "The picture is not in the case folder.")
    return {
        "url": url,
        "picture_query_clock": time_code(picture.query_time) if picture else None,
        "picture_clock": time_code(picture.reference_time) if picture else None,
        "missing": None if url else missing,
    }
