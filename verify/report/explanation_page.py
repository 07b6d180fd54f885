"""The pages of an explanation: read without a network, no script, every picture of a query inside its page."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import cv2
import numpy as np

from verify.keyframes.images import encode_jpeg
from verify.matches.drawing import draw_difference, spread_points
from verify.matches.overlay import CORNERS, Picture, invert, place
from verify.matches.seen_pairs import SeenPair, SeenSegment
from verify.records.explanation import Examination, Map, OtherInstant
from verify.records.looked_at import LookedAtTable
from verify.report.explanation_words import (
    changes_in_words,
    instant_in_words,
    points_in_words,
    segment_in_words,
    times_in_words,
)
from verify.report.html import template_environment
from verify.report.sheet import hex_colour_of, mirrored_map

WIDEST_PX = 640
QUALITY = 80
"""Of pictures in the page; those in files of their own are larger."""

AT_BORDER = 0.02


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered place in a picture, in pixels of it."""

    x: float
    y: float
    number: int
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A picture of the page with what is drawn on it.

    Attributes:
        title: what it is.
        source: its ``data:`` address.
        width_px, height_px: its size.
        marks: corresponding points.
        outline: corners of the other picture's border, as SVG writes points; empty where it is this one's border.
    """

    title: str
    source: str
    width_px: int
    height_px: int
    marks: tuple[Mark, ...] = ()
    outline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A pair as the page shows it.

    Attributes:
        title: both instants.
        query, reference, warped, difference: its pictures.
        sentences: what they show.
        others: the instants around it.
        files: names of the pictures in files of their own, by kind.
    """

    title: str
    query: Panel
    reference: Panel
    warped: Panel
    difference: Panel
    sentences: tuple[str, ...]
    others: tuple[OtherInstant, ...]
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSegment:
    """A segment as the page shows it; its place in the report, and why there are no pictures where there are none."""

    match: int
    segment: int
    missing: str | None
    sentences: tuple[str, ...]
    pairs: tuple[ShownPair, ...]


def show_segment(seen: SeenSegment, files: Sequence[dict[str, str]]) -> ShownSegment:
    """Prepare a segment for the page.

    Args:
        seen: its pictures.
        files: for each pair, the names of its pictures by kind.
    """
    figures = [pair.figures for pair in seen.pairs]
    return ShownSegment(
        match=seen.match,
        segment=seen.segment,
        missing=seen.missing,
        sentences=tuple(segment_in_words(figures, found_maps(seen))) if figures else (),
        pairs=tuple(_show_pair(pair, names) for pair, names in zip(seen.pairs, files, strict=True)),
    )


def found_maps(seen: SeenSegment) -> list[Map]:
    """Give the maps that points of the pictures tell."""
    return [pair.overlay.matrix for pair in seen.pairs if pair.overlay.points]


def query_page(examination: Examination, segments: Sequence[ShownSegment]) -> str:
    """Give the page of one query."""
    shown = {(segment.match, segment.segment): segment for segment in segments}
    why = {entry.video_id: entry.why for entry in examination.looked_at}
    looked_at = LookedAtTable(entries=examination.looked_at)
    return _render("explanation.html.j2", examination=examination, shown=shown, why=why, looked_at=looked_at)


def index_page(entries: Sequence[tuple[str, Examination]]) -> str:
    """Give the page that lists the queries by their folders."""
    return _render("explanation_index.html.j2", entries=entries)


def file_name(path: str) -> str:
    """Give the last part of a path."""
    return PurePath(path).name or path


def _render(template: str, **values: object) -> str:
    environment = template_environment()
    environment.filters.update(file_name=file_name)
    return environment.get_template(template).render(values)


def _show_pair(seen: SeenPair, files: dict[str, str]) -> ShownPair:
    points = spread_points(seen.overlay.points)
    matrix, known = seen.overlay.matrix, seen.reference
    if seen.pair.mirrored:
        known = np.ascontiguousarray(known[:, ::-1])
        matrix = mirrored_map(matrix)
        points = tuple((u, v, 1 - x, y) for u, v, x, y in points)
    mirrored = ", shown mirrored left to right" if seen.pair.mirrored else ""
    laid = "Reference laid onto the query" if seen.overlay.fitted else "Reference over the whole query"
    query = seen.query
    return ShownPair(
        title=times_in_words(seen),
        query=_panel("Query", query, [point[:2] for point in points], place(matrix, CORNERS)),
        reference=_panel(
            f"Reference{mirrored}", known, [point[2:] for point in points], place(invert(matrix), CORNERS)
        ),
        warped=_panel(f"{laid}{changes_in_words(seen)}", seen.overlay.warped),
        difference=_panel("What differs: red a little, yellow much", draw_difference(query, seen.overlay)),
        sentences=(points_in_words(seen), instant_in_words(seen.figures)),
        others=seen.figures.others,
        files=files,
    )


def _panel(
    title: str,
    rgb: Picture,
    places: Sequence[tuple[float, float]] = (),
    corners: np.ndarray[tuple[int, int], np.dtype[np.float64]] = CORNERS,
) -> Panel:
    scale = min(1.0, WIDEST_PX / rgb.shape[1])
    width, height = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    small = np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    outline = ""
    if np.abs(corners - CORNERS).max() > AT_BORDER:
        outline = " ".join(f"{x * width:.1f},{y * height:.1f}" for x, y in corners.tolist())
    return Panel(
        title=title,
        source=f"data:image/jpeg;base64,{base64.b64encode(encode_jpeg(small, QUALITY)).decode('ascii')}",
        width_px=width,
        height_px=height,
        marks=tuple(
            Mark(round(x * width, 1), round(y * height, 1), number, hex_colour_of(number))
            for number, (x, y) in enumerate(places, start=1)
        ),
        outline=outline,
    )
