"""Disguises that lay something over the picture or around it: the same lettering, logo and marks in every clip."""

import cv2
import numpy as np

from benchmarks.accuracy.disguises.drawing import (
    BLACK,
    WHITE,
    Colour,
    blend,
    fitted_lettering,
    lettering,
    plain_picture,
    write_in,
)
from benchmarks.accuracy.disguises.kind import OVERLAY, Change, Kind, Props
from benchmarks.accuracy.records import Rgb

CAPTIONS = (
    "Nobody expected what happened next",
    "Watch until the very end",
    "This was filmed last night",
    "Share before it is deleted",
    "The authorities remain silent",
)
HEADLINES = ("SHOCKING FOOTAGE FROM THE SCENE", "WHAT THEY DO NOT WANT YOU TO SEE", "HAPPENING RIGHT NOW")
TICKER = (
    "BREAKING: officials confirm incident  +++  more at the top of the hour  +++  markets close lower  +++  "
    "storm warning for the coast  +++  talks to resume on Monday  +++  "
)
MEMES = (
    ("When you finally find\nthe original video", "and it is from 2014"),
    ("Nobody:\nAbsolutely nobody:", "This guy on a Tuesday morning:"),
    ("Me explaining to my mum\nwhy this is fake", "she already forwarded it"),
    ("POV: you were there", "like and follow for part 2"),
)
STICKER_RATIO = 0.25
"""Of the picture's area."""

_STICKERS: tuple[tuple[str, Colour], ...] = (
    ("WOW!", (255, 210, 40)),
    ("LOL", (240, 80, 90)),
    ("OMG", (70, 170, 240)),
    ("100", (120, 200, 90)),
    ("?!", (250, 250, 250)),
)


def caption_bars(props: Props) -> Change:
    """Draw a headline bar over the top and a bar with changing subtitles over the bottom."""
    width, height = props.width_px, props.height_px
    below, above = round(height * 0.16), round(height * 0.1)
    first, headline = int(props.chance.integers(len(CAPTIONS))), str(props.chance.choice(HEADLINES))
    bar, ink = (WHITE, BLACK) if props.chance.random() < 0.5 else (BLACK, WHITE)

    def change(rgb: Rgb, time: float) -> Rgb:
        result = rgb.copy()
        result[height - below :] = bar
        result[:above] = bar
        text = CAPTIONS[(first + int(time / 2.5)) % len(CAPTIONS)]
        write_in(result, text, round(below * 0.42), (0, height - below, width, below), ink)
        write_in(result, headline, round(above * 0.55), (0, 0, width, above), ink)
        return result

    return change


def _ticker_and_logo(props: Props) -> Change:
    """Draw a running line of news, a logo and a clock, as a news channel does."""
    width, height = props.width_px, props.height_px
    bar = max(18, round(min(height * 0.11, width * 0.12)))
    line = lettering(TICKER, round(bar * 0.62), (20, 20, 30))
    label = fitted_lettering("BREAKING", round(bar * 0.6), width // 3)
    logo = _logo(round(min(width, height) * 0.17))
    start_px, pace = float(props.chance.uniform(0, line.shape[1])), width * 0.16

    def change(rgb: Rgb, time: float) -> Rgb:
        result = rgb.copy()
        result[height - bar :] = (235, 235, 235)
        at = -int((start_px + pace * time) % line.shape[1])
        for left in (at, at + line.shape[1]):
            blend(result, line, left, height - bar + (bar - line.shape[0]) // 2)
        cv2.rectangle(result, (0, height - bar), (label.shape[1] + 10, height), (190, 20, 30), -1)
        blend(result, label, 5, height - bar + (bar - label.shape[0]) // 2)
        blend(result, logo, width - logo.shape[1] - bar // 2, bar // 2)
        _draw_clock(result, bar, time)
        return result

    return change


def _logo(side_px: int) -> Rgb:
    """Give a round logo as (side, side, 4) uint8."""
    logo = np.zeros((side_px, side_px, 4), np.uint8)
    middle = side_px // 2
    cv2.circle(logo, (middle, middle), middle - 1, (20, 60, 160, 235), -1, cv2.LINE_AA)
    cv2.circle(logo, (middle, middle), round(middle * 0.8), (255, 255, 255, 235), max(1, side_px // 24), cv2.LINE_AA)
    inner = logo[..., :3].copy()
    write_in(inner, "TV7", round(side_px * 0.34), (0, 0, side_px, side_px))
    logo[..., :3] = inner
    return logo


def _draw_clock(rgb: Rgb, bar_px: int, time: float) -> None:
    live = lettering("LIVE", round(bar_px * 0.5))
    clock = lettering(f"21:47:{int(time) % 60:02}", round(bar_px * 0.5))
    left, top = bar_px // 2, bar_px // 2
    box = (left + live.shape[1] + clock.shape[1] + 22, top + live.shape[0] + 8)
    cv2.rectangle(rgb, (left, top), box, (30, 30, 40), -1)
    cv2.rectangle(rgb, (left, top), (left + live.shape[1] + 8, box[1]), (200, 20, 30), -1)
    blend(rgb, live, left + 4, top + 4)
    blend(rgb, clock, left + live.shape[1] + 14, top + 4)


def _meme(props: Props) -> Change:
    """Put the picture on a white card between two texts."""
    width, height = props.width_px, props.height_px
    above, below = MEMES[int(props.chance.integers(len(MEMES)))]
    rim = round(width * 0.03)
    size = round(width * 0.07)
    top, bottom = round(size * 2.9), round(size * 2.0)
    canvas = plain_picture(width + 2 * rim, height + top + bottom, WHITE)
    write_in(canvas, above, size, (0, 0, canvas.shape[1], top), BLACK)
    write_in(canvas, below, size, (0, top + height, canvas.shape[1], bottom), BLACK)

    def change(rgb: Rgb, _time: float) -> Rgb:
        result = canvas.copy()
        result[top : top + height, rim : rim + width] = rgb
        return result

    return change


def _stickers(props: Props) -> Change:
    """Paste faces, stars, bubbles and arrows until a quarter of the picture is covered."""
    width, height = props.width_px, props.height_px
    layer = np.zeros((height, width, 4), np.uint8)
    number = 0
    while (layer[..., 3] > 0).mean() < STICKER_RATIO:
        radius = round(float(props.chance.uniform(0.11, 0.17)) * min(width, height) * max(1.0, _stretch(props)))
        middle = (int(props.chance.integers(radius // 2, width)), int(props.chance.integers(radius // 2, height)))
        text, colour = _STICKERS[number % len(_STICKERS)]
        (_face, _star, _bubble)[number % 3](layer, middle, radius, text, colour)
        number += 1

    def change(rgb: Rgb, _time: float) -> Rgb:
        result = rgb.copy()
        blend(result, layer, 0, 0)
        return result

    return change


def _stretch(props: Props) -> float:
    return float(np.sqrt(max(props.width_px, props.height_px) / min(props.width_px, props.height_px)))


def _face(layer: Rgb, middle: tuple[int, int], radius: int, _text: str, _colour: Colour) -> None:
    x, y = middle
    cv2.circle(layer, middle, radius, (255, 205, 50, 255), -1, cv2.LINE_AA)
    cv2.circle(layer, middle, radius, (180, 120, 20, 255), max(1, radius // 14), cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(layer, (x + side * radius // 3, y - radius // 4), (radius // 8, radius // 6), 0, 0, 360, _INK, -1)
    cv2.ellipse(layer, (x, y + radius // 8), (radius // 2, radius // 2), 0, 10, 170, _INK, max(2, radius // 9))


def _star(layer: Rgb, middle: tuple[int, int], radius: int, _text: str, colour: Colour) -> None:
    turns = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2, radius * 0.55, radius * 1.15)
    points = np.stack([middle[0] + reach * np.cos(turns), middle[1] + reach * np.sin(turns)], axis=1).astype(np.int32)
    cv2.fillPoly(layer, [points], (*colour, 255), cv2.LINE_AA)
    cv2.polylines(layer, [points], isClosed=True, color=_INK, thickness=max(1, radius // 14), lineType=cv2.LINE_AA)


def _bubble(layer: Rgb, middle: tuple[int, int], radius: int, text: str, colour: Colour) -> None:
    x, y = middle
    tail = np.array([[x - radius // 2, y], [x - radius, y + radius], [x, y + radius // 2]], np.int32)
    cv2.fillPoly(layer, [tail], (*colour, 255), cv2.LINE_AA)
    cv2.ellipse(layer, middle, (round(radius * 1.25), round(radius * 0.75)), 0, 0, 360, (*colour, 255), -1, cv2.LINE_AA)
    letters = fitted_lettering(text, round(radius * 0.8), radius * 2, BLACK)
    colours, opacity = layer[..., :3].copy(), layer[..., 3].copy()
    blend(colours, letters, x - letters.shape[1] // 2, y - letters.shape[0] // 2)
    layer[...] = np.dstack([colours, opacity])


_INK = (60, 40, 10, 255)


def _watermarks(props: Props) -> Change:
    """Repeat a slanted, half transparent mark over the whole picture."""
    width, height = props.width_px, props.height_px
    size = max(11, round(min(width, height) * 0.06))
    mark = lettering("CLIPSTOCK", size, WHITE, BLACK)
    side = int(np.hypot(width, height)) + 2 * mark.shape[1]
    sheet = np.zeros((side, side, 4), np.uint8)
    step_x, step_y = round(mark.shape[1] * 1.5), round(size * 3.4)
    for row in range(side // step_y):
        for left in range(-(row % 2) * step_x // 2, side - mark.shape[1], step_x):
            if left >= 0:
                sheet[row * step_y : row * step_y + mark.shape[0], left : left + mark.shape[1]] = mark
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), 30, 1.0)
    turned = cv2.warpAffine(sheet, turn, (side, side))
    left, top = (side - width) // 2, (side - height) // 2
    layer = np.ascontiguousarray(turned[top : top + height, left : left + width]).astype(np.uint8)
    layer[..., 3] = (layer[..., 3] * 0.45).astype(np.uint8)

    def change(rgb: Rgb, _time: float) -> Rgb:
        result = rgb.copy()
        blend(result, layer, 0, 0)
        return result

    return change


OVERLAYS = (
    Kind(name="caption bars", family=OVERLAY, build=caption_bars),
    Kind(name="ticker and logo", family=OVERLAY, build=_ticker_and_logo),
    Kind(name="meme frame", family=OVERLAY, build=_meme),
    Kind(name="stickers", family=OVERLAY, build=_stickers),
    Kind(name="watermarks", family=OVERLAY, build=_watermarks),
)
