"""The sound of a video as chromaprint items, 32 bits eight times a second: a second witness beside the pictures.

An item stands for 20 windows of 4096 samples at 11,025 Hz, a third of a window apart: how strong each of twelve notes
is, and how that changes. Loudness, codec and bit rate hardly flip bits; what is said or played over it does.

Limits: footage at another pitch (tape speed off by more than 3 %), or under a voice as loud as itself, does not agree.
Source: Lukáš Lalinský, "How does Chromaprint work?" (2011), and the chromaprint library in ffmpeg.
"""

from fractions import Fraction
from pathlib import Path

from verify.records.fingerprint import ITEM_BYTES, Sound
from verify.videos.sound import RATE_HZ, SoundPass

SOUND_VERSION = "chromaprint/1"
"""Chromaprint's algorithm number 1 (its default), first sound of the file, mixed to one channel."""

_ALGORITHM = 1
_HOP_SAMPLES, _WINDOW_SAMPLES, _WINDOWS = 1365, 4096, 20

ITEM_STEP = Fraction(_HOP_SAMPLES, RATE_HZ)
"""Seconds from one item to the next: 13/105, about an eighth."""

ITEM_SPAN = Fraction((_WINDOWS - 1) * _HOP_SAMPLES + _WINDOW_SAMPLES, RATE_HZ)
"""Seconds of sound that an item stands for: 2.72. A shorter sound has no item."""


def hear(path: Path) -> SoundPass:
    """Give a consumer that takes the sound of ``path`` while its pictures are decoded; a context manager."""
    return SoundPass(path, {"f": "chromaprint", "algorithm": _ALGORITHM, "fp_format": "raw"})


def sound_of(heard: SoundPass) -> Sound | None:
    """Give the sound of a finished pass; None where the file has none that could be decoded."""
    if heard.output is None:
        return None
    whole = len(heard.output) - len(heard.output) % ITEM_BYTES
    return Sound(step=ITEM_STEP, span=ITEM_SPAN, items=heard.output[:whole])
