"""Pictures without footage: black, flat, titles, test cards, countdowns; the same ones in every run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.accuracy.disguises.drawing import WHITE, blend, fit_on, lettering, plain_picture, write_in
from benchmarks.accuracy.footage import Encoding, read_footage, write_clip
from benchmarks.accuracy.records import Rgb, Stretch

WIDTH_PX, HEIGHT_PX = 640, 360
RATE = 25.0
CARD_S = 5.0
IN_FRONT_S = 4.0
BEHIND_S = 6.0
CREDITS = "\n".join(f"{role}\n{name}\n" for role, name in zip(
    ("Directed by", "Written by", "Camera", "Sound", "Editing", "Music", "Colour", "Production"),
    ("A. Harrow", "B. Lindqvist", "C. Moreau", "D. Okafor", "E. Petrov", "F. Quinn", "G. Rossi", "H. Sato"),
    strict=True,
))  # fmt: skip
_BARS = ((192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0), (192, 0, 192), (192, 0, 0), (0, 0, 192))


@dataclass(frozen=True, slots=True)
class Card:
    """A card: its name and its pictures by time in seconds."""

    name: str
    picture: Callable[[float], Rgb]


def _plain(colour: tuple[int, int, int], _time: float) -> Rgb:
    return plain_picture(WIDTH_PX, HEIGHT_PX, colour)


def _title(text: str, colour: tuple[int, int, int], _time: float) -> Rgb:
    card = plain_picture(WIDTH_PX, HEIGHT_PX, colour)
    write_in(card, text, 40, (0, 0, WIDTH_PX, HEIGHT_PX))
    return card


def _gradient(_time: float) -> Rgb:
    shade = np.linspace(30, 200, WIDTH_PX, dtype=np.uint8)
    return np.ascontiguousarray(np.broadcast_to(shade[None, :, None], (HEIGHT_PX, WIDTH_PX, 3)))


def _snow(time: float) -> Rgb:
    """Give the noise of a television without a signal."""
    chance = np.random.default_rng(round(time * RATE))
    small = chance.integers(0, 256, (HEIGHT_PX // 2, WIDTH_PX // 2), np.uint8)
    grey = cv2.resize(small, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_NEAREST)
    return np.repeat(grey[..., None], 3, axis=2)


def _test_card(_time: float) -> Rgb:
    """Give colour bars over a grid with a circle, as broadcasters do."""
    card = plain_picture(WIDTH_PX, HEIGHT_PX, (90, 90, 90))
    for x in range(0, WIDTH_PX, 40):
        cv2.line(card, (x, 0), (x, HEIGHT_PX), WHITE, 1)
    for y in range(0, HEIGHT_PX, 40):
        cv2.line(card, (0, y), (WIDTH_PX, y), WHITE, 1)
    for number, colour in enumerate(_BARS):
        cv2.rectangle(card, (110 + number * 60, 90), (169 + number * 60, 240), colour, -1)
    for number in range(7):
        cv2.rectangle(card, (110 + number * 60, 240), (169 + number * 60, 280), (number * 42,) * 3, -1)
    cv2.circle(card, (WIDTH_PX // 2, HEIGHT_PX // 2), 170, WHITE, 2, cv2.LINE_AA)
    write_in(card, "TEST 625", 22, (220, 40, 200, 40))
    return card


def _colour_bars(_time: float) -> Rgb:
    return np.ascontiguousarray(np.repeat(np.array(_BARS, np.uint8), WIDTH_PX // 7 + 1, 0)[None, :WIDTH_PX]).repeat(
        HEIGHT_PX, axis=0
    )


def _countdown(time: float) -> Rgb:
    """Give a film leader: a number that changes every second under a hand that goes round."""
    card = plain_picture(WIDTH_PX, HEIGHT_PX, (150, 150, 145))
    middle = (WIDTH_PX // 2, HEIGHT_PX // 2)
    sweep = (time % 1) * 360
    cv2.ellipse(card, middle, (400, 400), -90, 0, sweep, (110, 110, 106), -1)
    for radius in (110, 130):
        cv2.circle(card, middle, radius, WHITE, 3, cv2.LINE_AA)
    cv2.line(card, (0, middle[1]), (WIDTH_PX, middle[1]), (20, 20, 20), 1)
    cv2.line(card, (middle[0], 0), (middle[0], HEIGHT_PX), (20, 20, 20), 1)
    write_in(card, str(5 - int(time) % 5), 150, (0, 0, WIDTH_PX, HEIGHT_PX), (15, 15, 15))
    return card


def _credits(time: float) -> Rgb:
    card = plain_picture(WIDTH_PX, HEIGHT_PX)
    letters = lettering(CREDITS, 24)
    blend(card, letters, (WIDTH_PX - letters.shape[1]) // 2, HEIGHT_PX - round(time * 90) - 40)
    return card


def _ident(time: float) -> Rgb:
    """Give the ident of a channel: a ring that grows around its name."""
    card = plain_picture(WIDTH_PX, HEIGHT_PX, (12, 30, 80))
    cv2.circle(card, (WIDTH_PX // 2, HEIGHT_PX // 2), 40 + round(30 * time), (230, 180, 40), 10, cv2.LINE_AA)
    write_in(card, "CHANNEL 7 NEWS", 46, (0, 0, WIDTH_PX, HEIGHT_PX))
    return card


CARDS = (
    Card("black", partial(_plain, (0, 0, 0))),
    Card("white", partial(_plain, (255, 255, 255))),
    Card("blue screen", partial(_plain, (0, 40, 200))),
    Card("gradient", _gradient),
    Card("snow", _snow),
    Card("test card", _test_card),
    Card("colour bars", _colour_bars),
    Card("title", partial(_title, "THE EVENING NEWS", (0, 0, 0))),
    Card("title on red", partial(_title, "BREAKING NEWS", (150, 10, 20))),
    Card(
        "warning", partial(_title, "Viewer discretion is advised.\nThe following images\nmay be disturbing.", (0, 0, 0))
    ),
    Card("credits", _credits),
    Card("countdown", _countdown),
    Card("ident", _ident),
)
JOINED = ("countdown", "title", "ident", "test card", "black")
"""Cards that stand in front of several unrelated clips."""


def make_card(card: Card, path: Path) -> Path:
    """Make a clip that shows a card, unless it is there already."""
    if not path.is_file():
        write_clip(path, _card_pictures(card, CARD_S), RATE, Encoding())
    return path


def join_card(card: Card, behind: Stretch, path: Path) -> Path:
    """Make a clip that shows a card, then footage, unless it is there already."""
    if not path.is_file():
        write_clip(path, _joined_pictures(card, behind), RATE, Encoding())
    return path


def _card_pictures(card: Card, seconds: float) -> Iterator[Rgb]:
    return (card.picture(number / RATE) for number in range(round(seconds * RATE)))


def _joined_pictures(card: Card, behind: Stretch) -> Iterator[Rgb]:
    yield from _card_pictures(card, IN_FRONT_S)
    footage = read_footage(behind.source.path, behind.start_s, behind.end_s)
    canvas = plain_picture(WIDTH_PX, HEIGHT_PX)
    for number in range(round(behind.seconds * RATE)):
        yield fit_on(footage.at(behind.start_s + number / RATE), canvas)
