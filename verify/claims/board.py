"""The board of claims: built from its log, so that no decision is ever lost.

Each line of ``claims.jsonl`` is one decision of one person on one stretch of the article's text. The board is what all
lines together say; a later decision on the same stretch stands, the earlier ones stay visible.
"""

from collections.abc import Iterable
from typing import Any

from verify.records.article import Article
from verify.records.claim import Claim, PinnedFrame, Stance
from verify.records.time import exact_seconds, seconds_as_float

SCHEMA = "verify.stance/1"


def name_claim(start: int, end: int) -> str:
    """Name the claim that stands in characters ``[start, end)`` of the text."""
    return f"c{start}-{end}"


def stance_entry(article: Article, start: int, end: int, stance: Stance) -> dict[str, Any]:
    """Give the line of ``claims.jsonl`` for a decision.

    Raises:
        ValueError: the stretch lies outside the article's text or is empty.
    """
    if not 0 <= start < end <= len(article.text):
        message = f"characters [{start}, {end}) are no stretch of a text of {len(article.text)}"
        raise ValueError(message)
    frame = stance.frame
    return {
        "schema": SCHEMA,
        "claim": name_claim(start, end),
        "start": start,
        "end": end,
        "quote": article.text[start:end],
        "stance": stance.stance,
        "note": stance.note,
        "frame": frame
        and {
            "video": frame.video,
            "file": frame.file,
            "time_s": seconds_as_float(frame.time),
            "pts": frame.pts,
            "sha256": frame.sha256,
        },
        "by": stance.by,
        "at_utc": stance.at_utc,
    }


def build_board(entries: Iterable[dict[str, Any]]) -> tuple[Claim, ...]:
    """Build the board from the lines of ``claims.jsonl``, in order.

    Returns:
        Claims in the order of the text, each with all its stances, oldest first.

    Raises:
        KeyError, TypeError, ValueError: a line is not one that ``stance_entry`` gives.
    """
    stances: dict[tuple[int, int, str], list[Stance]] = {}
    for entry in entries:
        start, end = entry["start"], entry["end"]
        if entry["claim"] != name_claim(start, end):
            message = f"the claim {entry['claim']!r} does not stand in characters [{start}, {end})"
            raise ValueError(message)
        stances.setdefault((start, end, entry["quote"]), []).append(_stance(entry))
    return tuple(
        Claim(claim_id=name_claim(start, end), start=start, end=end, quote=quote, stances=tuple(taken))
        for (start, end, quote), taken in sorted(stances.items(), key=lambda item: item[0])
    )


def _stance(entry: dict[str, Any]) -> Stance:
    frame = entry["frame"]
    return Stance(
        stance=entry["stance"],
        note=entry["note"],
        frame=frame
        and PinnedFrame(
            video=frame["video"],
            file=frame["file"],
            time=exact_seconds(frame["time_s"]),
            pts=frame["pts"],
            sha256=frame["sha256"],
        ),
        by=entry["by"],
        at_utc=entry["at_utc"],
    )
