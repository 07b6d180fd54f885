"""One sheet for the eye: both frames with corresponding points, the one laid onto the other, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from verify.matches.drawing import draw_difference, spread_points
from verify.matches.overlay import CORNERS, Overlay, Picture, invert, place
from verify.records.explanation import AlignedPair, Map

PANEL_PX = 760
"""Longer side of a panel: two stand beside each other."""

GOLDEN_TURN = 0.381966
"""Share of the colour circle between the colours of two neighbouring numbers: none of forty are alike."""

_GAP, _MARGIN, _LINE = 10, 18, 30
_PAPER, _INK, _SOFT, _OUTLINE = (252, 251, 248), (30, 29, 26), (93, 89, 79), (255, 196, 0)
_FLAT = 0.85
_AT_BORDER = 0.02
_RING_PX, _BLACK = 4, (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture of a sheet with the words above it."""

    title: str
    picture: Picture


def colour_of(number: int) -> tuple[int, int, int]:
    """Give the RGB colour of the point with this number, from 0; neighbours differ most."""
    hue = number * GOLDEN_TURN % 1
    pixel = np.array([[(round(hue * 179), 190, 255)]], np.uint8)
    red, green, blue = (int(value) for value in cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0])
    return red, green, blue


def hex_colour_of(number: int) -> str:
    """Give the colour of the point with this number, from 1, as pages write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour_of(number - 1))


def draw_points(picture: Picture, places: Sequence[tuple[float, float]]) -> Picture:
    """Mark places, in fractions of the picture, by coloured numbers from 1."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(13)
    for number, (x, y) in enumerate(places):
        u, v, colour = x * image.width, y * image.height, colour_of(number)
        ring = (u - _RING_PX, v - _RING_PX, u + _RING_PX, v + _RING_PX)
        draw.ellipse(ring, outline=_BLACK, width=3)
        draw.ellipse(ring, outline=colour, width=2)
        beside = (u + 1.5 * _RING_PX, v - 2 * _RING_PX)
        draw.text(beside, str(number + 1), font=font, fill=colour, stroke_width=2, stroke_fill=_BLACK)
    return np.asarray(image, np.uint8)


def draw_outline(picture: Picture, corners: NDArray[np.float64]) -> Picture:
    """Draw a quadrangle, in fractions of the picture; nothing of it where it is the border of the picture."""
    if np.abs(corners - CORNERS).max() <= _AT_BORDER:
        return picture
    height, width = picture.shape[:2]
    outline = (corners * (width, height)).round().astype(np.int32)
    drawn = picture.copy()
    for colour, thickness in ((_BLACK, 4), (_OUTLINE, 2)):
        cv2.polylines(drawn, [outline], isClosed=True, color=colour, thickness=thickness, lineType=cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)


def draw_sheet(query: Picture, reference: Picture, overlay: Overlay, pair: AlignedPair, words: "SheetWords") -> Picture:
    """Draw the sheet of one pair.

    Args:
        query: (H, W, 3) uint8 RGB.
        reference: of any size.
        overlay: the reference laid onto the query, drawn at the size of the query.
        pair: what was compared.
        words: what stands above and below.

    Returns:
        (H, W, 3) uint8 RGB, four panels and the caption.
    """
    points = spread_points(overlay.points)
    shown, known = overlay.matrix, reference
    if pair.mirrored:
        known = np.ascontiguousarray(reference[:, ::-1])
        points = tuple((u, v, 1 - x, y) for u, v, x, y in points)
        shown = mirrored_map(shown)
    here = draw_outline(_fit(query), place(shown, CORNERS))
    there = draw_outline(_fit(known), place(invert(shown), CORNERS))
    panels = (
        Panel(words.query, draw_points(here, [point[:2] for point in points])),
        Panel(words.reference, draw_points(there, [point[2:] for point in points])),
        Panel(words.warped, _fit(overlay.warped)),
        Panel("What differs: red a little, yellow much", _fit(draw_difference(query, overlay))),
    )
    return _compose(panels, words.caption)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetWords:
    """The words of a sheet, in ASCII: its font has no other letters.

    Attributes:
        query, reference, warped: titles of three panels.
        caption: lines below them.
    """

    query: str
    reference: str
    warped: str
    caption: tuple[str, ...]


def mirrored_map(matrix: Map) -> Map:
    """Give the map from the mirrored reference."""
    a, b, c, d, e, f = matrix
    return (-a, b, c + a, -d, e, f + d)


def _fit(picture: Picture) -> Picture:
    scale = PANEL_PX / max(picture.shape[:2])
    size = [max(1, round(side * scale)) for side in picture.shape[1::-1]]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _compose(panels: Sequence[Panel], caption: Sequence[str]) -> Picture:
    """Set wide pictures two by two, upright ones in a row."""
    columns = 2 if panels[0].picture.shape[0] <= _FLAT * panels[0].picture.shape[1] else len(panels)
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    widths = [max(row[column].picture.shape[1] for row in rows) for column in range(columns)]
    heights = [_LINE + max(panel.picture.shape[0] for panel in row) for row in rows]
    width = 2 * _MARGIN + sum(widths) + _GAP * (columns - 1)
    height = 2 * _MARGIN + sum(heights) + _GAP * len(rows) + _LINE * len(caption)
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    top = _MARGIN
    for row, row_height in zip(rows, heights, strict=True):
        left = _MARGIN
        for panel, column_width in zip(row, widths, strict=True):
            draw.text((left, top + 4), panel.title, font=ImageFont.load_default(17), fill=_INK)
            sheet.paste(Image.fromarray(panel.picture), (left, top + _LINE))
            left += column_width + _GAP
        top += row_height + _GAP
    for line in caption:
        draw.text((_MARGIN, top + 5), line, font=ImageFont.load_default(17), fill=_SOFT)
        top += _LINE
    return np.asarray(sheet, np.uint8)
