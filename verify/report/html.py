"""A case as one HTML file: read without a network, printable, no script, every picture inside.

All text of a case is foreign and may be hostile: the template escapes it, ``visible`` shows what would hide
or reorder it, ``bdi`` elements keep its direction to itself, and addresses stand as text, never as links.
"""

import base64
import hashlib
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from verify.claims.dates import date_in_words
from verify.records.agreement import agreement_in_words
from verify.records.article import Article, TextSpan
from verify.records.case import Case, CaseVideo, MatchPicture
from verify.records.claim import STANCES, Claim, PinnedFrame
from verify.records.edtf_date import EdtfDate
from verify.report.content import (
    CHECKS,
    END,
    ISOLATE,
    claims_on,
    disguise_in_words,
    judge_case,
    searched_in_words,
    sighting_in_words,
    tell_dates,
)
from verify.report.laid_pictures import explain_picture, explain_segment, mark_points
from verify.report.looked_at_words import FIGURES, HANDFUL, looked_at_in_words, looked_at_rows
from verify.report.wording import ANSWER_WORDS, published_in_words, time_code, time_range, visible
from verify.videos.probe import MAX_PIXELS

GEOMETRY = {
    "crop": "part of the known picture that is shown (x, y, width, height)",
    "scale": "scale",
    "rotation_degrees": "turned by degrees",
    "aspect": "ratio of its two scales (1 is undistorted)",
    "borders": "borders added (left, top, right, bottom)",
    "covered": "share of the picture covered",
}
KEYFRAME_WIDTH_PX = 640
MATCH_WIDTH_PX = 900
LAID_WIDTH_PX = 640
_JPEG_QUALITY = 82
_PICTURE_FORMATS = ("JPEG", "PNG", "WEBP")
_LARGEST_PICTURE_BYTES = 32 * 2**20
"""A case writes pictures of some hundred kilobytes; one larger than this was put there by somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to embed; ``problem`` says why there is none."""

    source: str = ""
    width_px: int = 0
    height_px: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of the article's text under the same claims; ``ending`` are the claims whose last words it holds.

    Claims are given by their place in the case, from 0.
    """

    text: str
    claims: tuple[int, ...]
    ending: tuple[int, ...]


def report_as_html(case: Case) -> str:
    """Give the report as one HTML file, with the pictures that lie in the case folder."""
    pictures = _CasePictures(case)
    return (
        template_environment()
        .get_template("report.html.j2")
        .render(
            case=case,
            verdict=judge_case(case),
            paragraphs=marked_paragraphs(case.article, case.claims),
            pictures=pictures,
        )
    )


def marked_paragraphs(article: Article, claims: tuple[Claim, ...]) -> tuple[tuple[Piece, ...], ...]:
    """Cut the text into paragraphs, and these where a claim starts or ends; no word is left out."""
    borders = {edge for span in article.paragraphs for edge in (span.start, span.end)}
    edges = sorted({0, len(article.text)} | borders)
    blocks = (TextSpan(start=start, end=end) for start, end in pairwise(edges))
    return tuple(_pieces(article, block, claims) for block in blocks if article.quote(block).strip())


def _pieces(article: Article, block: TextSpan, claims: tuple[Claim, ...]) -> tuple[Piece, ...]:
    on_block = claims_on(block, claims)
    inside = {edge for claim in on_block for edge in (claim.start, claim.end) if block.start < edge < block.end}
    edges = sorted({block.start, block.end, *inside})
    pieces = []
    for start, end in pairwise(edges):
        span = TextSpan(start=start, end=end)
        on_span = claims_on(span, on_block)
        numbers = tuple(index for index, claim in enumerate(claims) if claim in on_span)
        ending = tuple(index for index in numbers if min(claims[index].end, block.end) == end)
        pieces.append(Piece(text=article.quote(span), claims=numbers, ending=ending))
    return tuple(pieces)


class _CasePictures:
    """The pictures of a case, read from its folder as the template asks for them."""

    def __init__(self, case: Case) -> None:
        self._root = case.root
        self._folders = {video.number: video.folder for video in case.videos}

    def keyframe(self, video: CaseVideo, name: str) -> Picture:
        """Give a keyframe's picture."""
        return embed_picture(self._root, f"{video.folder}/keyframes/{name}", KEYFRAME_WIDTH_PX)

    def pinned(self, frame: PinnedFrame) -> Picture:
        """Give the picture that a stance rests on, if it is still the one that was pinned."""
        if frame.video not in self._folders:
            return Picture(problem=f"The case holds no video {frame.video}.")
        name = f"{self._folders[frame.video]}/keyframes/{frame.file}"
        return embed_picture(self._root, name, KEYFRAME_WIDTH_PX, sha256=frame.sha256)

    def query(self, video: CaseVideo, picture: MatchPicture) -> Picture:
        """Give the cited video at an aligned instant."""
        return embed_picture(self._root, f"{video.folder}/{picture.query_file}", MATCH_WIDTH_PX)

    def laid(self, video: CaseVideo, name: str) -> Picture:
        """Give a picture that shows how the two lie on each other."""
        return embed_picture(self._root, f"{video.folder}/{name}", LAID_WIDTH_PX)

    def reference(self, video: CaseVideo, picture: MatchPicture) -> Picture:
        """Give the known video at an aligned instant."""
        if picture.reference_file is None:
            return Picture(problem=picture.missing or "It could not be had; the case does not say why.")
        return embed_picture(self._root, f"{video.folder}/{picture.reference_file}", MATCH_WIDTH_PX)


def embed_picture(root: Path, name: str, widest_px: int, sha256: str | None = None) -> Picture:
    """Read a picture of the case folder, scale it down to ``widest_px`` and write it as a ``data:`` address.

    Args:
        root: the case folder; nothing outside of it is read, wherever a name or a link may point.
        name: path relative to ``root``.
        widest_px: width that the picture is scaled down to; a smaller one is left as it is.
        sha256: hash that the file must have, None where any will do.
    """
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()):
            return Picture(problem="The picture is named as lying outside the case folder, so it was not read.")
        if path.stat().st_size > _LARGEST_PICTURE_BYTES:
            return Picture(problem="The picture file is too large to be one of this case.")
        content = path.read_bytes()
    except FileNotFoundError:
        return Picture(problem="The picture file is missing from the case folder.")
    except (OSError, ValueError):
        return Picture(problem="The picture file cannot be read.")
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        return Picture(problem="The picture file has changed since it was pinned, so it is not shown.")
    return _scaled(content, widest_px)


def _scaled(content: bytes, widest_px: int) -> Picture:
    problem = _problem_in_header(content)
    if problem is not None:
        return Picture(problem=problem)
    try:
        bgr = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        if bgr is None:
            return Picture(problem="The picture file is damaged.")
        height_px, width_px = bgr.shape[:2]
        if width_px > widest_px:
            height_px, width_px = max(1, round(height_px * widest_px / width_px)), widest_px
            bgr = cv2.resize(bgr, (width_px, height_px), interpolation=cv2.INTER_AREA)
        jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
    except cv2.error:  # raised for no bytes at all and for pictures of absurd size
        return Picture(problem="The picture file is damaged.")
    source = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"
    return Picture(source=source, width_px=width_px, height_px=height_px)


def _problem_in_header(content: bytes) -> str | None:
    """Refuse what would fill the memory before it is decoded: OpenCV goes up to a thousand megapixels."""
    too_large = "The picture has more pixels than any picture of a case."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_PICTURE_FORMATS) as header:
                return too_large if header.width * header.height > MAX_PIXELS else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return too_large
    except (OSError, ValueError, SyntaxError):
        return "The picture file is damaged."


@cache
def template_environment() -> Environment:
    """Give the environment of the templates: all text is escaped, and what would hide or reorder it is shown."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        time_code=time_code,
        time_range=time_range,
        published=published_in_words,
        parts=_sentence_parts,
        date=_date,
        sighting=sighting_in_words,
        searched=searched_in_words,
        disguise=disguise_in_words,
        numbers=_numbers,
    )
    environment.globals.update(
        ANSWERS=ANSWER_WORDS,
        GEOMETRY=GEOMETRY,
        STANCES=STANCES,
        CHECKS=CHECKS,
        tell_dates=tell_dates,
        agreement=agreement_in_words,
        explain_segment=explain_segment,
        explain_picture=explain_picture,
        mark_points=mark_points,
        FIGURES=FIGURES,
        HANDFUL=HANDFUL,
        looked_at_in_words=looked_at_in_words,
        looked_at_rows=looked_at_rows,
    )
    return environment


def _shown(value: Any) -> Any:  # noqa: ANN401  (Jinja2 passes whatever an expression gives)
    if value is None:
        return ""
    # Only what macros of the template itself made is Markup; all else passes here before it is escaped.
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _sentence_parts(sentence: str) -> Iterable[tuple[str, str]]:
    """Divide a sentence into pairs: our words, then the words from outside that follow them."""
    words = [*re.split(f"[{ISOLATE}{END}]", sentence), ""]
    return zip(words[::2], words[1::2], strict=False)


def _date(date: EdtfDate | None) -> str:
    return date_in_words(date.text) if date else "not known"


def _numbers(value: Any) -> str:  # noqa: ANN401  (a measurement of a match's geometry: a number or a list of them)
    return ", ".join(_numbers(entry) for entry in value) if isinstance(value, list | tuple) else str(value)
