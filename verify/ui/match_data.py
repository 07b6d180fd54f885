"""A case's header, matches and row in the list, as plain dictionaries for the templates; no Streamlit."""

from pathlib import Path
from typing import Any

from verify.records.agreement import agreement_in_words
from verify.records.case import Case, CaseVideo, MatchPicture
from verify.records.match import Match, Segment, Skipped
from verify.records.time import seconds_as_float
from verify.report.content import searched_in_words, sighting_in_words
from verify.report.looked_at_words import looked_at_in_words, looked_at_rows
from verify.report.wording import ANSWER_WORDS, counted, time_code, time_range, visible
from verify.ui.page_data import PictureAddresses
from verify.ui.stage_data import speed_words
from verify.ui.verdicts import Verdict, judge_case, strongest
from verify.ui.wording import age_words, length, published_words, reference_name, video_name


def header_data(case: Case) -> dict[str, Any]:
    """Give the head of the case page: what the article is, and the verdict on each video."""
    article = case.article
    verdicts = judge_case(case)
    return {
        "title": visible(case.title),
        "published": published_words(article),
        "author": visible(article.author or ""),
        "publisher": visible(article.publisher or ""),
        "verdicts": verdicts,
        "several": len(verdicts) > 1,
        "dated": any(verdict.dates for verdict in verdicts),
        "matches": sum(len(video.report.matches) for video in case.videos if video.report),
    }


def case_row(folder: Path, case: Case) -> dict[str, Any]:
    """Give the row of a case in the list."""
    best: Verdict | None = strongest(judge_case(case))
    return {
        "folder": folder.name,
        "folder_name": visible(folder.name),
        "title": visible(case.title),
        "published": published_words(case.article),
        "videos": counted(len(case.videos), "video"),
        "answer": best.answer if best else "not_searched",
        "words": best.words if best else "No video",
        "sentence": best.sentence if best else "the article cites no video",
        "older": best.older if best else None,
        "stances": sum(claim.current is not None for claim in case.claims),
    }


def matches_data(case: Case, pictures: PictureAddresses) -> list[dict[str, Any]]:
    """Give, video by video, what was searched, what was skipped and every match."""
    return [_video_matches(case, video, pictures) for video in case.videos if video.report]


def _video_matches(case: Case, video: CaseVideo, pictures: PictureAddresses) -> dict[str, Any]:
    report = video.report
    assert report is not None
    searched = report.searched
    return {
        "name": video_name(video),
        # The reason of a report is that of its best match, which tells it itself.
        "reason": None if report.matches and report.reason == report.matches[0].reason else visible(report.reason),
        "searched": searched_in_words(report),
        "database": visible(searched.database),
        "state": visible(searched.state),
        "tool": visible(report.tool),
        "skipped": [_skipped_words(entry) for entry in report.query.skipped],
        "matches": [_match_data(case, video, index, pictures) for index in range(len(report.matches))],
        "sounds": [visible(heard.sound.reason) for heard in report.sounds],
        "looked_at": looked_at_rows(video.looked_at.entries if video.looked_at else ()),
        "looked_at_words": looked_at_in_words(video.looked_at, report),
    }


def _skipped_words(entry: Skipped) -> str:
    return f"{time_range(entry.span)}: {visible(entry.why)}"


def _match_data(case: Case, video: CaseVideo, index: int, pictures: PictureAddresses) -> dict[str, Any]:
    assert video.report is not None
    match: Match = video.report.matches[index]
    seen = match.reference.first_seen
    return {
        "answer": match.answer,
        "words": "Same file" if match.identical else ANSWER_WORDS[match.answer],
        "reason": visible(match.reason),
        "sound": match.sound and visible(match.sound.reason),
        "score": f"{match.score:.3f}",
        "reference": reference_name(match.reference),
        "paths": [visible(path) for path in match.reference.paths or (match.reference.path,)],
        "sha256": visible(match.reference.video_id),
        "length": length(match.reference.seconds),
        "first_seen": seen and sighting_in_words(seen),
        "older": age_words(seen, case.article.published),
        "segments": [
            _segment_data(segment)
            | {
                "video": video.number,
                "pairs": [
                    _pair_data(case.root / video.folder, entry, pictures)
                    for entry in video.pictures
                    if (entry.match, entry.segment) == (index, number)
                ],
            }
            for number, segment in enumerate(match.segments)
        ],
    }


def _segment_data(segment: Segment) -> dict[str, Any]:
    return {
        "start_s": seconds_as_float(segment.query.start),
        "query": time_range(segment.query),
        "reference": time_range(segment.reference),
        "speed": speed_words(segment.speed),
        "mirrored": segment.mirrored,
        "disguise": [visible(word.replace("_", " ")) for word in segment.disguise if word != "mirrored"],
        "agreeing": agreement_in_words([segment]),
        "points": None if segment.points is None else counted(segment.points, "point"),
        "score": f"{segment.score:.3f}",
    }


def _pair_data(folder: Path, picture: MatchPicture, pictures: PictureAddresses) -> dict[str, Any]:
    reference = picture.reference_file and pictures.full(folder / picture.reference_file)
    return {
        "query_url": pictures.full(folder / picture.query_file),
        "query_clock": time_code(picture.query_time),
        "reference_url": reference,
        "reference_clock": time_code(picture.reference_time),
        "missing": None if reference else visible(picture.missing or "the picture is not in the case folder"),
    }
