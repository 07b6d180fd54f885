"""Paragraphs and sentences as stretches of the article's text."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from verify.records.article import TextSpan

if TYPE_CHECKING:
    from pysbd import Segmenter

_LONGEST_WRAPPED_CHARS = 120
"""Editors wrap at 72 to 100 characters; a paragraph on one line is nearly always longer."""

_LONGEST_SEGMENTED_CHARS = 20_000
"""pysbd takes quadratic time (0.15 s for this much, 1.9 s for four times as much); a longer paragraph is no
prose, and is cut at plain full stops."""

_LONGEST_SEGMENTED_TEXT_CHARS = 2_000_000
"""At some 300,000 characters a second, a longer text would be minutes of waiting; it is cut likewise."""

_PARAGRAPH_GAP = re.compile(r"\n[ \t\u00a0]*\n\s*")
_ENDS_SENTENCE = re.compile(r"[.!?…:][\"'”»’)\]]*$")
_MARKDOWN_MARK = re.compile(r"(?:[ \t]*(?:#{1,6}|>|[-*+]|\d{1,3}[.)])[ \t]+)+")
_MARKDOWN_ENTRY = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,3}[.)][ \t])")
_RULE = re.compile(r"[-*_=]{3,}")
_PLAIN_END = re.compile(r"(?<=[.!?…。！？])[\"'”»’)]*\s+")

_SEGMENTED_LANGUAGES = frozenset({
    "en", "hi", "mr", "zh", "es", "am", "ar", "hy", "ur", "pl", "fa", "nl", "da", "fr", "my", "el",
    "it", "ja", "de", "sk",
})  # fmt: skip
_NEEDS_MORE = re.compile(
    r"(?:^|(?<!\d)[\s(«„“\"])(?:вул|просп|пров|бул|пл|м|с|смт|р-н|ім|ген|полк|підполк|кап|лейт|ст|сол|серж|проф|акад|див|напр"
    r"|тов|гр|св|ул|пер|пос|им|г|д|стр|кв|корп|см|т\.\s?зв|т\.\s?н|о|бл)\.$",
    re.IGNORECASE,
)
"""Abbreviations that stand before a name or number, so that no sentence ends with them. razdel knows the
Russian ones before a name; the Ukrainian ones it takes for ends. After a number ("2022 г.", "5 м.") they may
well end one."""

_CLOCK_BEFORE_MINUTES = re.compile(r"\d\s?(?:год|тис|млн|млрд|грн|хв)\.$", re.IGNORECASE)
_OPENING, _CLOSING = "«„", "»“”"
_QUOTED_SENTENCES = 8
"""A quotation with more sentences than this is a passage; its sentences are given one by one."""


def find_paragraphs(text: str, *, is_markdown: bool = False) -> tuple[TextSpan, ...]:
    """Find the paragraphs of a text.

    A line is a paragraph, unless the lines are wrapped: then empty lines divide. Marks of Markdown (``#``,
    ``-``, ``>``) before a paragraph do not belong to it.

    Args:
        text: the article's text.
        is_markdown: whether line breaks and marks have Markdown's meaning.

    Raises:
        Nothing.
    """
    blocks = list(_between(text, 0, len(text), _PARAGRAPH_GAP))
    if is_markdown:
        entries = [entry for block in blocks for entry in _markdown_entries(text, block)]
        spans = [_trimmed(text, _after_mark(text, start, end), end) for start, end in entries]
    else:
        wrapped = _is_wrapped(text, blocks)
        lines = blocks if wrapped else [line for block in blocks for line in _between(text, *block, re.compile("\n"))]
        spans = [_trimmed(text, start, end) for start, end in lines]
    return tuple(span for span in spans if span.start < span.end and not _RULE.fullmatch(text[span.start : span.end]))


def find_sentences(text: str, paragraphs: Iterable[TextSpan], language: str | None) -> tuple[TextSpan, ...]:
    """Find the sentences of each paragraph; a sentence never crosses paragraphs.

    Args:
        text: the article's text.
        paragraphs: from ``find_paragraphs``.
        language: two letters, where the article says it; Cyrillic script is told by its letters in any case.

    Raises:
        Nothing.
    """
    sentences: list[TextSpan] = []
    divide = _plain_sentences if len(text) > _LONGEST_SEGMENTED_TEXT_CHARS else _sentences_of
    for paragraph in paragraphs:
        # A wrapped line's end is a space to the reader; the length stays, and so do the offsets.
        words = text[paragraph.start : paragraph.end].replace("\n", " ")
        for start, end in divide(words, language):
            span = _trimmed(text, paragraph.start + start, paragraph.start + end)
            if span.start < span.end:
                sentences.append(span)
    return tuple(sentences)


def _sentences_of(words: str, language: str | None) -> list[tuple[int, int]]:
    if len(words) > _LONGEST_SEGMENTED_CHARS:
        return _plain_sentences(words, language)
    if _is_cyrillic(words):
        return _cyrillic_sentences(words)
    pieces = _segmenter(language if language in _SEGMENTED_LANGUAGES else "en").segment(words)
    return _located(words, [piece.strip() for piece in pieces])


def _plain_sentences(words: str, _language: str | None) -> list[tuple[int, int]]:
    return list(_between(words, 0, len(words), _PLAIN_END))


@cache
def _segmenter(language: str) -> "Segmenter":
    from pysbd import Segmenter  # noqa: PLC0415  (needed for articles only)

    return Segmenter(language=language, clean=False)


def _located(words: str, pieces: list[str]) -> list[tuple[int, int]]:
    """Find the pieces in the text again: pysbd's own offsets go wrong where a sentence comes twice."""
    starts: list[int] = []
    position = 0
    for piece in pieces:
        place = words.find(piece, position) if piece else -1
        if place < 0:  # pysbd rewrote the piece: it stays with the one before
            continue
        starts.append(place)
        position = place + len(piece)
    starts = [0, *starts[1:]] if starts else [0]
    return list(zip(starts, [*starts[1:], len(words)], strict=True))


def _cyrillic_sentences(words: str) -> list[tuple[int, int]]:
    from razdel import sentenize  # noqa: PLC0415  (needed for Cyrillic articles only)

    spans = [(piece.start, piece.stop) for piece in sentenize(words)]
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _continues(words[joined[-1][0] : joined[-1][1]], words[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return _with_whole_quotes(words, joined)


def _continues(before: str, after: str) -> bool:
    if _NEEDS_MORE.search(before):
        return True
    return bool(_CLOCK_BEFORE_MINUTES.search(before)) and (after[:1].isdigit() or after[:1].islower())


def _with_whole_quotes(words: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep a short quotation in one piece, as pysbd does: half a quotation has lost who says it."""
    kept: list[tuple[int, int]] = []
    place = 0
    while place < len(spans):
        start, end = spans[place]
        ahead = place
        while _open_quotes(words[start:end]) > 0 and ahead + 1 < min(len(spans), place + _QUOTED_SENTENCES):
            ahead += 1
            end = spans[ahead][1]
        if _open_quotes(words[start:end]) > 0:  # never closed, or too long
            ahead, end = place, spans[place][1]
        kept.append((start, end))
        place = ahead + 1
    return kept


def _open_quotes(words: str) -> int:
    return sum(words.count(mark) for mark in _OPENING) - sum(words.count(mark) for mark in _CLOSING)


def _is_cyrillic(words: str) -> bool:
    cyrillic = len(re.findall("[\u0400-\u052f]", words))
    return cyrillic > len(re.findall("[A-Za-z\u00c0-\u024f]", words))


def _is_wrapped(text: str, blocks: list[tuple[int, int]]) -> bool:
    broken = [line for start, end in blocks for line in text[start:end].split("\n")[:-1]]
    if not broken or max(map(len, broken)) > _LONGEST_WRAPPED_CHARS:
        return False
    return sum(not _ENDS_SENTENCE.search(line.rstrip()) for line in broken) * 2 > len(broken)


def _markdown_entries(text: str, block: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Divide a block of Markdown: a heading or list item begins anew, other lines go on."""
    start = position = block[0]
    after_heading = False
    for line in text[block[0] : block[1]].split("\n"):
        if position > start and (after_heading or _MARKDOWN_ENTRY.match(line) or _RULE.fullmatch(line.strip())):
            yield start, position
            start = position
        after_heading = line.lstrip().startswith("#") or bool(_RULE.fullmatch(line.strip()))
        position += len(line) + 1
    yield start, block[1]


def _after_mark(text: str, start: int, end: int) -> int:
    mark = _MARKDOWN_MARK.match(text, start, end)
    return mark.end() if mark else start


def _between(text: str, start: int, end: int, gap: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in gap.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _trimmed(text: str, start: int, end: int) -> TextSpan:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return TextSpan(start=start, end=max(start, end - (len(words) - len(words.rstrip()))))
