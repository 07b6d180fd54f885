"""Text from outside on the screen: what would hide or reorder is shown by its code, as in the report."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.made_looked_at import make_kept
from tests.ui.made_case import make_article, make_case, make_match, make_report
from tests.ui.test_page_data import NamedPictures
from verify.errors import UnreadableFileError
from verify.records.article import Article, Citation
from verify.records.case import Case
from verify.records.claim import Claim, Stance
from verify.records.looked_at import LookedAtTable
from verify.records.match import FirstSeen, MatchReport, Skipped, SoundMatch
from verify.records.sound import SoundWitness
from verify.records.time import Span
from verify.ui.match_data import case_row, header_data, matches_data
from verify.ui.page_data import desk_data
from verify.ui.wording import error_words

EVIL = "a\u202egpj\x07\u2066\x00z"
SHOWN = "a[U+202E]gpj[U+0007][U+2066][U+0000]z"
RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u061c\u202a-\u202e\u2066\u2067]")
"""What no text may hold; U+2068 and U+2069 are the signs by which the report's sentences keep names apart."""


def evil_report(video: str) -> MatchReport:
    """Make a report of which every text from outside is evil."""
    match = make_match()
    seen = FirstSeen(date="2019", url=EVIL, recorded_by=EVIL)
    reference = replace(match.reference, path=f"/refs/{EVIL}", paths=(EVIL,), first_seen=seen)
    segment = replace(match.segments[0], disguise=(EVIL,))
    sound = SoundWitness(verdict="same_sound", reason=EVIL)
    found = replace(match, reason=f"{video} {EVIL}", reference=reference, segments=(segment,), sound=sound)
    report = replace(make_report("same_footage", found), sounds=(SoundMatch(reference=reference, sound=sound),))
    skipped = (Skipped(span=Span(start=segment.query.end, end=segment.query.end + 9), why=EVIL),)
    return replace(report, reason=EVIL, settings=EVIL, tool=EVIL, query=replace(report.query, skipped=skipped))


def evil_article() -> Article:
    """Make an article with direction overrides and control characters in its first sentence and between sentences."""
    article = make_article(title=EVIL)
    text = article.text.replace("Officials", "Off\u202eici\x07s", 1).replace(" 🎥 ", " \u2067 ")
    assert len(text) == len(article.text)
    return replace(article, text=text, author=EVIL, publisher=EVIL)


@pytest.fixture
def evil(tmp_path: Path) -> Case:
    """Make a case in which every text from outside is evil; its records alone, as no such case is ever written."""
    case = make_case(tmp_path / "case", reports=(evil_report("one"), None), frames=24)
    article = evil_article()
    first = article.sentences[0]
    stance = Stance(stance="unclear", note=EVIL, frame=None, by=EVIL, at_utc=EVIL)
    claim = Claim(claim_id="c", start=first.start, end=first.end, quote=article.quote(first), stances=(stance,))
    found, lost = case.videos
    frames = tuple(replace(frame, why=EVIL) for frame in found.keyframes)
    pictures = tuple(replace(picture, missing=EVIL) for picture in found.pictures)
    looked_at = LookedAtTable(entries=(make_kept(path=f"/refs/{EVIL}", why=f"Kept: {EVIL}"),))
    found = replace(found, original_name=EVIL, keyframes=frames, pictures=pictures, looked_at=looked_at)
    cited = Citation(address=EVIL, kind="video", label=EVIL)
    lost = replace(lost, original_name=None, citation=cited, missing=EVIL, file=None)
    return replace(case, title=EVIL, article=article, claims=(claim,), videos=(found, lost))


def texts(data: Any) -> Iterator[str]:  # noqa: ANN401  (any JSON)
    """Give every text of nested data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from texts(list(data.values()))
    elif isinstance(data, list | tuple):
        for entry in data:
            yield from texts(entry)
    elif hasattr(type(data), "__dataclass_fields__"):
        yield from texts([getattr(data, name) for name in type(data).__dataclass_fields__])


def test_no_text_of_the_screen_hides_or_reorders(evil: Case) -> None:
    """A name that reads backwards can pass for another; the screen shows it as the report does."""
    pictures = NamedPictures()
    parts: list[Any] = [desk_data(evil, pictures), header_data(evil), matches_data(evil, pictures)]
    for part in [*parts, case_row(evil.root.with_name(EVIL), evil) | {"folder": "is an address"}]:
        told = list(texts(part))
        assert [text for text in told if RAW.search(text)] == []
        assert any(SHOWN in text for text in told)


def test_article_keeps_the_places_of_its_sentences(evil: Case) -> None:
    """A code is longer than what it stands for; a decision still names characters of the article's own text."""
    pieces = [piece for pieces in desk_data(evil, NamedPictures())["paragraphs"] for piece in pieces]
    sentences = [piece for piece in pieces if "start" in piece]
    spans = evil.article.sentences
    assert [(piece["start"], piece["end"]) for piece in sentences] == [(span.start, span.end) for span in spans]
    assert sentences[0]["text"].startswith("Off[U+202E]ici[U+0007]s shared")
    assert sentences[0]["claims"][0]["quote"] == sentences[0]["text"]
    assert "[U+2067]" in pieces[1]["text"]


def test_errors_quote_names_visibly() -> None:
    """An error names files, and files are named by strangers."""
    told = error_words(UnreadableFileError(EVIL, EVIL, EVIL))
    assert told == {"what": SHOWN, "why": SHOWN, "remedy": SHOWN}
