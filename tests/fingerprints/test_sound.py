"""The items of a sound: how many, when, the same for any copy, and none where there is no sound."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_files import ODD_VIDEOS
from tests.made_sounds import change_sound, write_melody, write_wave, write_with_sound_of
from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.fingerprints.compute import FINGERPRINT_VERSION
from verify.fingerprints.sound import ITEM_SPAN, ITEM_STEP, SOUND_VERSION, hear, sound_of
from verify.fingerprints.workers import fingerprint_file
from verify.records.fingerprint import ITEM_BITS, Sound
from verify.videos.sound import SoundPass

SPEC = VideoSpec(footage=Footage(scenes=(Scene(frames=300),)))
"""12 s."""


def sound(path: Path) -> Sound:
    """Give the sound of a file that has one."""
    made = fingerprint_file(path, threads=1).fingerprint.sound
    assert made is not None
    return made


def sound_alone(wave: Path) -> Sound:
    """Give the sound of a WAV, which is no video."""
    with hear(change_sound(wave.with_suffix(".mka"), wave, acodec="pcm_s16le")) as heard:
        heard.start(Fraction(0))
        heard.finish(Fraction(60))
    made = sound_of(heard)
    assert made is not None
    return made


def items(made: Sound) -> NDArray[np.uint32]:
    """Give its items."""
    return np.frombuffer(made.items, "<u4")


@pytest.fixture(scope="module")
def melody(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound of 12 s."""
    path = tmp_path_factory.mktemp("melody") / "melody.wav"
    write_melody(path, 1, 12)
    return path


@pytest.fixture(scope="module")
def plain(melody: Path) -> Path:
    """Give a video with that sound."""
    return write_with_sound_of(melody.with_name("plain.mp4"), SPEC, melody)


@pytest.mark.parametrize("seconds", [2.7, 2.8, 5, 30])
def test_number_of_items_follows_from_the_length(tmp_path: Path, seconds: float) -> None:
    """An item stands for 20 windows, 1365 samples apart: the step and the span that are stored are the true ones."""
    write_melody(tmp_path / "a.wav", 3, seconds)
    made = sound_alone(tmp_path / "a.wav")
    assert (made.step, made.span) == (Fraction(13, 105), Fraction(30031, 11025))
    assert len(made) == max(
        0, int((Fraction(str(seconds)) - ITEM_SPAN) / ITEM_STEP) + (Fraction(str(seconds)) > ITEM_SPAN)
    )


def test_item_begins_to_change_when_its_stretch_meets_a_change(tmp_path: Path) -> None:
    """Item ``i`` is heard in ``[i * step, i * step + span)``: what lies outside changes nothing in it."""
    times = np.arange(20 * 22050) / 22050
    held = 0.4 * np.sin(2 * np.pi * 440 * times)
    changed = np.where((times >= 9) & (times < 10), 0.4 * np.sin(2 * np.pi * 587 * times), held)
    made = []
    for signal in (held, changed):
        write_wave(tmp_path / "a.wav", signal)
        made.append(items(sound_alone(tmp_path / "a.wav")))
    differing = np.flatnonzero(made[0] != made[1])
    # The edge of a window weighs next to nothing, so the first items that hold some of the change may not show it.
    step, span = float(ITEM_STEP), float(ITEM_SPAN)
    assert 9 - step < differing[0] * step + span < 9 + 6 * step
    assert 10 - 6 * step < differing[-1] * step < 10 + step


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "webm"])
@pytest.mark.parametrize("delay_s", [2.0, -2.0])
def test_items_of_a_shifted_sound_are_those_of_the_plain_one(
    tmp_path: Path, melody: Path, plain: Path, ending: str, delay_s: float
) -> None:
    """The time of an item is that of the player, wherever the container puts the streams."""
    spec = VideoSpec(footage=SPEC.footage, codec="libvpx-vp9") if ending == "webm" else SPEC
    before = items(sound(plain))
    after = items(sound(write_with_sound_of(tmp_path / f"a.{ending}", spec, melody, delay_s=delay_s)))
    errors = {}
    for shift in range(-40, 41):
        rows = np.arange(max(0, -shift), min(len(before), len(after) - shift))
        errors[shift] = np.bitwise_count(before[rows] ^ after[rows + shift]).mean() / ITEM_BITS
    best = min(errors, key=lambda shift: errors[shift])
    assert errors[best] < 0.1
    assert best * float(ITEM_STEP) == pytest.approx(delay_s, abs=0.15)


def test_sound_made_twice_is_the_same(plain: Path) -> None:
    """Same input, same fingerprint."""
    assert fingerprint_file(plain, threads=1) == fingerprint_file(plain, threads=2)


def test_hour_of_sound_takes_less_than_120_kilobytes() -> None:
    """Sound adds a fiftieth to what is stored of a video."""
    assert 4 * 3600 / ITEM_STEP < 120_000


def test_version_names_the_sound() -> None:
    """Fingerprints with other items are never compared."""
    assert FINGERPRINT_VERSION.split("+")[3:] == [SOUND_VERSION]


def test_video_without_sound_and_one_with_a_short_sound(tmp_path: Path) -> None:
    """No sound is None; a sound shorter than an item is a sound without items."""
    silent = fingerprint_file(write_video(tmp_path / "a.mp4", VideoSpec()).path, threads=1)
    assert (silent.fingerprint.sound, silent.facts.oddities) == (None, ())
    short = fingerprint_file(ODD_VIDEOS["sound.mp4"](tmp_path / "sound.mp4").path, threads=1)
    assert short.fingerprint.sound == Sound(step=ITEM_STEP, span=ITEM_SPAN, items=b"")


def test_sound_that_fails_costs_the_sound_and_is_told(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The video is hashed all the same, and its oddities say what is missing."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(plain.read_bytes())
    monkeypatch.setattr("verify.fingerprints.workers.hear", lambda path: SoundPass(path, {"f": "no such muxer"}))
    hashed = fingerprint_file(broken, threads=1)
    assert hashed.fingerprint.sound is None
    (oddity,) = hashed.facts.oddities
    assert "sound could not be decoded" in oddity
