"""Sounds that depend on their seed only, and videos with them, at any delay between sound and pictures."""

import wave
from pathlib import Path
from typing import Any

import ffmpeg
import numpy as np

from tests.made_files import open_input, run_ffmpeg
from tests.made_videos import VideoSpec, write_video

RATE_HZ = 22050
NOTE_S = 0.23
"""Length of a note; not a multiple of an item's step, so that notes fall anywhere in items."""


def write_melody(path: Path, seed: int, seconds: float) -> None:
    """Write a WAV of random chords: as different from another seed's as two pieces of music."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    notes = np.minimum((times / NOTE_S).astype(int), 100_000)
    signal = np.zeros(len(times))
    for _ in range(3):
        pitches = 220 * 2 ** (rng.integers(0, 36, notes.max(initial=0) + 1) / 12)
        signal += np.sin(2 * np.pi * np.cumsum(pitches[notes]) / RATE_HZ)
    write_wave(path, signal / 4)


def write_wave(path: Path, signal: np.ndarray[Any, Any]) -> None:
    """Write samples from -1 to 1 as a WAV of 16 bits and one channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes())


def write_with_sound_of(  # noqa: PLR0913  (each of them is what some test is about)
    path: Path, spec: VideoSpec, sound: Path, *, first_s: float = 0, delay_s: float = 0, start_s: float = 0
) -> Path:
    """Write a video with the sound of a file.

    Args:
        path: where; the ending says into which container.
        spec: its pictures.
        sound: a file with the sound.
        first_s: second of it that the sound begins with.
        delay_s: by which the sound begins after the pictures; negative, before them.
        start_s: when the clock of the file begins.
    """
    plain = write_video(path.with_name(f"{path.stem}.plain.mp4"), spec)
    pictures = open_input(plain.path, itsoffset=start_s + max(0.0, -delay_s))["v"]
    heard = open_input(sound, ss=first_s, itsoffset=start_s + max(0.0, delay_s))["a"]
    codec = "libopus" if path.suffix == ".webm" else "aac"
    run_ffmpeg([pictures, heard], path, vcodec="copy", acodec=codec, audio_bitrate="96k")
    plain.path.unlink()
    return path


def change_sound(path: Path, sound: Path, *filters: tuple[str, dict[str, Any]], **output: Any) -> Path:  # noqa: ANN401
    """Write a sound anew, through filters of ffmpeg and with options of its output."""
    stream = open_input(sound)["a"]
    for name, options in filters:
        stream = ffmpeg.filter(stream, name, **options)
    run_ffmpeg([stream], path, **output)
    return path
