"""The sound is heard on the player's clock of the pictures, from one file, and never costs the video."""

import os
import stat
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.made_files import ODD_VIDEOS, open_input, run_ffmpeg, write_two_streams
from tests.made_sounds import write_melody, write_wave, write_with_sound_of
from tests.made_videos import Footage, Scene, VideoSpec, write_video
from verify.errors import NotAVideoError
from verify.videos import sound as sound_module
from verify.videos.decode import decode_video
from verify.videos.frame import Frame
from verify.videos.sound import RATE_HZ, SoundPass

SPEC = VideoSpec(footage=Footage(scenes=(Scene(frames=200),)))
"""8 s."""

CLICK_S = 3.0
SAMPLES: dict[str, Any] = {"f": "s16le"}
"""What is heard, sample by sample."""


def hear(path: Path, muxer: dict[str, Any] | None = None) -> SoundPass:
    """Hear a video in a decoding pass."""
    with SoundPass(path, muxer or SAMPLES) as heard:
        decode_video(path, [heard])
    return heard


def samples(heard: SoundPass) -> NDArray[np.int16]:
    """Give the samples that were heard."""
    assert heard.failure is None
    assert heard.output is not None
    return np.frombuffer(heard.output, "<i2")


def click_time(heard: SoundPass) -> float:
    """Give when the sound that was silent becomes loud, in seconds."""
    return float(np.flatnonzero(np.abs(samples(heard).astype(np.int32)) > 4000)[0]) / RATE_HZ


@pytest.fixture(scope="module")
def click(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a sound of 6 s that is silent at first and a loud hiss from ``CLICK_S`` on."""
    path = tmp_path_factory.mktemp("click") / "click.wav"
    signal = np.random.default_rng(1).uniform(-0.7, 0.7, 6 * 22050)
    signal[: round(CLICK_S * 22050)] = 0
    write_wave(path, signal)
    return path


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "mov", "flv"])
@pytest.mark.parametrize(("delay_s", "start_s"), [(0, 0), (1.5, 0), (-1.3, 0), (0, 10), (2.25, 10)])
def test_sound_begins_when_the_player_plays_it(
    tmp_path: Path, click: Path, ending: str, delay_s: float, start_s: float
) -> None:
    """A late, early or shifted stream is heard at its time after the first frame shown, to a few hundredths."""
    made = write_with_sound_of(tmp_path / f"a.{ending}", SPEC, click, delay_s=delay_s, start_s=start_s)
    assert click_time(hear(made)) == pytest.approx(CLICK_S + delay_s, abs=0.08)


def test_sound_of_an_edit_list_begins_with_the_first_frame_shown(tmp_path: Path, click: Path) -> None:
    """What the container hides of the pictures is hidden of the sound, too."""
    made = write_with_sound_of(tmp_path / "a.mp4", SPEC, click)
    run_ffmpeg([open_input(made, ss=1.24)], tmp_path / "cut.mp4", c="copy")
    assert click_time(hear(tmp_path / "cut.mp4")) == pytest.approx(CLICK_S - 1.24, abs=0.08)


def test_gap_in_the_sound_is_silence_of_its_length(tmp_path: Path, click: Path) -> None:
    """A recorder that leaves out silent packets shifts nothing behind them."""
    made = write_with_sound_of(tmp_path / "a.mkv", SPEC, click)
    bits = {"bsf:a": "noise=drop='between(n,5,40)'"}
    run_ffmpeg([open_input(made)], tmp_path / "gap.mkv", c="copy", **bits)
    heard = hear(tmp_path / "gap.mkv")
    assert click_time(heard) == pytest.approx(CLICK_S, abs=0.08)
    assert len(samples(heard)) == pytest.approx(6 * RATE_HZ, rel=0.03)


def test_sound_after_a_gap_without_end_is_left_out(tmp_path: Path, click: Path) -> None:
    """A wrong stamp must not fill the memory with silence."""
    late = sound_module.LONGEST_GAP_S + 60
    made = write_with_sound_of(tmp_path / "a.mkv", SPEC, click, delay_s=late)
    assert len(samples(hear(made))) == 0


def test_file_without_sound_has_none_and_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sound is no error, and costs nothing."""
    monkeypatch.setattr(subprocess, "Popen", None)
    heard = hear(write_video(tmp_path / "a.mp4", VideoSpec()).path)
    assert (heard.output, heard.failure, heard.oddities) == (None, None, ())


def test_first_of_several_sounds_is_heard(tmp_path: Path, click: Path) -> None:
    """Which one is heard is fixed."""
    write_melody(tmp_path / "other.wav", 5, 6)
    inputs = [
        open_input(write_video(tmp_path / "v.mp4", SPEC).path)["v"],
        *(open_input(p)["a"] for p in (click, tmp_path / "other.wav")),
    ]
    run_ffmpeg(inputs, tmp_path / "a.mkv", vcodec="copy", acodec="aac")
    assert click_time(hear(tmp_path / "a.mkv")) == pytest.approx(CLICK_S, abs=0.08)


def test_sound_that_cannot_be_decoded_is_told_and_costs_nothing_else(tmp_path: Path, click: Path) -> None:
    """The pictures are the witness; a broken second one is an oddity."""
    made = write_with_sound_of(tmp_path / "a.mkv", SPEC, click)
    made.write_bytes(made.read_bytes().replace(b"A_AAC", b"A_ZZZ"))
    heard = hear(made)
    assert heard.output is None
    (oddity,) = heard.oddities
    assert "sound could not be decoded" in oddity


def test_video_whose_sound_only_is_cut_off_keeps_what_came_before(tmp_path: Path, click: Path) -> None:
    """A download that broke off is heard as far as it goes."""
    made = write_with_sound_of(tmp_path / "a.ts", SPEC, click)
    made.write_bytes(made.read_bytes()[: made.stat().st_size * 3 // 4])
    assert click_time(hear(made)) == pytest.approx(CLICK_S, abs=0.08)


@pytest.mark.parametrize("name", [b"-i.mp4", "Straße, 'so'; [0:a] \\ % :.mp4".encode(), b"\xff\xfe.mp4"])
def test_file_of_any_name_is_heard(tmp_path: Path, click: Path, name: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is never an option, a filter or an address."""
    made = write_with_sound_of(tmp_path / "a.mp4", SPEC, click)
    path = tmp_path / os.fsdecode(name)
    made.rename(path)
    monkeypatch.chdir(tmp_path)
    assert click_time(hear(Path(path.name))) == pytest.approx(CLICK_S, abs=0.08)


def test_command_opens_this_file_only(tmp_path: Path) -> None:
    """Neither addresses nor playlists: the protocols and formats are those of the pictures."""
    command = sound_module._command(tmp_path / "a.mp4", Fraction(0), SAMPLES)
    assert command[command.index("-protocol_whitelist") + 1] == "file,pipe"
    assert command[command.index("-i") + 1] == f"file:{tmp_path / 'a.mp4'}"
    assert command.count("-i") == 1
    formats = command[command.index("-format_whitelist") + 1].split(",")
    assert not {"hls", "concat", "dash", "sdp", "image2"} & set(formats)


@pytest.fixture
def make_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give a way to have a shell script run in place of ffmpeg."""

    def make(script: str) -> None:
        program = tmp_path / "ffmpeg.sh"
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(stat.S_IRWXU)
        monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: str(program))

    return make


def test_ffmpeg_that_hangs_is_ended(
    tmp_path: Path, make_program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sound that keeps its decoder busy for ever costs a limited time."""
    made = ODD_VIDEOS["sound.mp4"](tmp_path / "sound.mp4").path
    make_program("exec sleep 600")
    monkeypatch.setattr(sound_module, "LEAST_PATIENCE_S", 0.2)
    heard = hear(made)
    assert heard.output is None
    assert "takes too long" in heard.oddities[0]
    assert heard._process is not None
    assert heard._process.returncode is not None


def test_ffmpeg_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without ffmpeg hashes pictures all the same."""
    made = ODD_VIDEOS["sound.mp4"](tmp_path / "sound.mp4").path

    def missing() -> str:
        message = "No ffmpeg exe could be found."
        raise RuntimeError(message)

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", missing)
    heard = hear(made)
    assert (heard.output, len(heard.oddities)) == (None, 1)
    assert "could not be started" in heard.oddities[0]


class _Fails:
    """A consumer that the first frame is too much for."""

    def take(self, _: Frame) -> None:
        """Fail."""
        message = "a.mp4 cannot be read"
        raise NotAVideoError(message, "for a test", "None")

    def finish(self, _: Fraction) -> None:
        """Never get here."""


def test_pass_that_fails_leaves_no_process(tmp_path: Path, make_program: Callable[[str], None]) -> None:
    """An ffmpeg that nobody waits for is ended."""
    made = ODD_VIDEOS["sound.mp4"](tmp_path / "sound.mp4").path
    make_program("exec sleep 600")
    with pytest.raises(NotAVideoError), SoundPass(made, SAMPLES) as heard:
        decode_video(made, [heard, _Fails()])
    assert heard._process is not None
    assert heard._process.returncode is not None


def test_second_video_stream_changes_no_time_of_the_sound(tmp_path: Path, click: Path) -> None:
    """The clock is that of the pictures shown."""
    pictures = write_two_streams(tmp_path / "two.mkv", SPEC, SPEC).path
    inputs = [open_input(pictures, itsoffset=1)["v:0"], open_input(pictures)["v:1"], open_input(click)["a"]]
    dispositions = {"disposition:v:0": "default", "disposition:v:1": "0"}
    run_ffmpeg(inputs, tmp_path / "a.mkv", vcodec="copy", acodec="aac", **dispositions)
    assert click_time(hear(tmp_path / "a.mkv")) == pytest.approx(CLICK_S - 1, abs=0.08)
