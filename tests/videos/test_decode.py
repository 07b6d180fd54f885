"""Frames come out of the one pass exactly as a player shows them."""

import sys
from fractions import Fraction
from pathlib import Path

import cv2
import ffmpeg
import imageio_ffmpeg
import numpy as np
import pytest

from tests.made_files import ODD_VIDEOS, cut_file, open_input, write_index_first
from tests.made_videos import MadeVideo, VideoSpec, read_index, write_video
from verify.errors import NothingDecodedError, VideoTooLargeError
from verify.videos import decode
from verify.videos.decode import decode_video
from verify.videos.frame import Frame

OPENINGS: list[str] = []
sys.addaudithook(lambda event, args: OPENINGS.append(str(args[0])) if event == "verify.video.open" else None)


class Reader:
    """Reads the bar code of every frame, in colour and in luma."""

    def __init__(self) -> None:
        self.indices: list[int] = []
        self.luma_indices: list[int] = []
        self.times: list[Fraction] = []
        self.pts: list[int] = []
        self.end = Fraction(0)

    def take(self, frame: Frame) -> None:
        """Receive a frame."""
        assert frame.index == len(self.indices)
        self.indices.append(read_index(frame.rgb()))
        self.luma_indices.append(read_index(frame.luma(320)))
        self.times.append(frame.time)
        self.pts.append(frame.pts)

    def finish(self, end: Fraction) -> None:
        """Receive the end."""
        self.end = end


class Collector:
    """Keeps every frame."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def take(self, frame: Frame) -> None:
        """Receive a frame."""
        self.frames.append(frame)

    def finish(self, end: Fraction) -> None:
        """Receive the end."""


def test_frames_of_odd_video_are_those_a_player_shows_at_their_times(odd_video: MadeVideo) -> None:
    """Every frame shown comes once, upright, at its exact time, and the clock starts at 0."""
    reader = Reader()
    facts = decode_video(odd_video.path, [reader])
    assert tuple(reader.indices) == tuple(reader.luma_indices) == odd_video.indices
    assert tuple(reader.times) == odd_video.times
    assert facts.frames == len(odd_video.indices)
    assert facts.seconds == reader.end
    if odd_video.path.name != "vfr_b_frames.mp4":  # its muxer cannot know how long the last frame lasts
        assert facts.seconds == odd_video.seconds
    assert (facts.width_px, facts.height_px) == (320, 180)


def test_pts_are_the_decoders_own(tmp_path: Path) -> None:
    """The tick of the file is kept beside the player's time, so that any other program finds the frame."""
    reader = Reader()
    decode_video(ODD_VIDEOS["start_10s.ts"](tmp_path / "start_10s.ts").path, [reader])
    assert reader.pts[0] == 10 * 90000
    assert reader.pts[5] - reader.pts[0] == 5 * 3600


@pytest.mark.parametrize(("name", "said"), [("two_streams.mkv", "video stream 1 was not looked at"), ("cover.mp4", "")])
def test_second_stream_is_named_and_an_attached_picture_is_not(tmp_path: Path, name: str, said: str) -> None:
    """Footage that was not looked at must be said; a cover is no footage."""
    facts = decode_video(ODD_VIDEOS[name](tmp_path / name).path, [])
    assert "; ".join(facts.oddities).startswith(said)
    assert bool(facts.oddities) == bool(said)


@pytest.mark.parametrize("name", ["rotated_90.mp4", "rotated_180.mp4", "rotated_270.mov"])
def test_rotated_picture_is_turned_as_ffmpeg_turns_it(tmp_path: Path, name: str) -> None:
    """The direction of the turn is that of players."""
    made = ODD_VIDEOS[name](tmp_path / name)
    job = ffmpeg.output(open_input(made.path), "pipe:", f="rawvideo", pix_fmt="rgb24", vframes=1)
    pixels, _ = job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    collector = Collector()
    facts = decode_video(made.path, [collector])
    theirs = np.frombuffer(pixels, np.uint8).reshape(180, 320, 3).astype(int)
    assert f"rotated_{facts.rotation_degrees}" == made.path.stem
    assert np.abs(collector.frames[0].rgb().astype(int) - theirs).mean() < 3


@pytest.mark.parametrize("name", ["b_frames.mp4", "ten_bit.mp4", "rotated_90.mp4", "anamorphic.mp4", "alpha.webm"])
def test_luma_is_the_brightness_of_the_rgb_picture(tmp_path: Path, name: str) -> None:
    """What is compared and what is shown are one picture, whatever the pixel format."""
    collector = Collector()
    decode_video(ODD_VIDEOS[name](tmp_path / name).path, [collector])
    rgb = collector.frames[0].rgb()
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (64, 36), interpolation=cv2.INTER_AREA)
    assert np.abs(collector.frames[0].luma(64).astype(int) - small).mean() < 4
    assert collector.frames[0].rgb(64).shape == (36, 64, 3)


def test_frames_kept_for_long_stay_valid(tmp_path: Path) -> None:
    """A consumer may keep a frame: later frames do not overwrite it."""
    collector = Collector()
    made = write_video(tmp_path / "clip.mp4", VideoSpec())
    decode_video(made.path, [collector])
    assert tuple(read_index(frame.rgb()) for frame in collector.frames) == made.indices


def test_one_pass_opens_the_container_once(tmp_path: Path) -> None:
    """However many consumers there are, the file is opened once and read once."""
    made = write_video(tmp_path / "clip.mp4", VideoSpec(indices=range(5)))
    decode_video(made.path, [Reader(), Reader(), Collector()])
    assert OPENINGS.count(str(made.path)) == 1


@pytest.mark.parametrize("threads", [0, 1, 2, 4])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "avi", "flv"])
def test_file_cut_in_the_middle_is_used_as_far_as_it_goes_and_said(tmp_path: Path, ending: str, threads: int) -> None:
    """A file that breaks off says so, however many threads decode it."""
    spec = VideoSpec(codec="libvpx-vp9") if ending == "webm" else VideoSpec(b_frames=0)
    write = write_index_first if ending == "mp4" else write_video
    made = write(tmp_path / f"whole.{ending}", spec)
    cut_file(tmp_path / f"cut.{ending}", made.path, 0.6)
    reader = Reader()
    facts = decode_video(tmp_path / f"cut.{ending}", [reader], threads=threads)
    assert 15 < facts.frames < 40
    assert tuple(reader.indices) == made.indices[: facts.frames]
    assert tuple(reader.times) == made.times[: facts.frames]
    assert "the file breaks off; what came before was used" in facts.oddities
    assert decode_video(made.path, [], threads=threads).oddities == ()


def test_frames_after_damage_are_left_out_until_the_next_key_picture_and_said(tmp_path: Path) -> None:
    """What is predicted from a damaged picture is damaged too, even where the decoder shows it."""
    made = write_video(tmp_path / "whole.ts", VideoSpec(b_frames=0, keyframe_interval=10))
    data = bytearray(made.path.read_bytes())
    packets = len(data) // 188
    start = packets * 45 // 100
    del data[start * 188 : (start + 6) * 188]  # a gap, as bad reception leaves it
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    reader = Reader()
    facts = decode_video(path, [reader])
    missing = sorted(set(made.indices) - set(reader.indices))
    assert missing
    assert missing == list(range(missing[0], missing[-1] + 1))
    assert (missing[-1] + 1) % 10 == 0
    assert any("damaged frames were left out" in said for said in facts.oddities)
    assert all(time == made.times[index] for index, time in zip(reader.indices, reader.times, strict=True))


def test_clock_that_jumps_back_goes_on(tmp_path: Path) -> None:
    """Joined broadcasts start their clock anew; the player's time never runs backwards, and it is said."""
    parts = [
        write_video(tmp_path / f"{start}.ts", VideoSpec(indices=range(first, first + 20), start_pts=start)).path
        for first, start in ((0, 500), (20, 0))
    ]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    reader = Reader()
    facts = decode_video(path, [reader])
    assert reader.indices == list(range(40))
    assert reader.times == [Fraction(index, 25) for index in range(40)]
    assert "the clock of the file begins anew 1 times" in facts.oddities


def test_file_with_nothing_to_decode_is_refused(tmp_path: Path) -> None:
    """A container whose packets are all noise gives an error, not an empty video."""
    path = write_index_first(tmp_path / "noise.mp4", VideoSpec()).path
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = np.random.default_rng(1).integers(0, 256, len(data) - start, dtype=np.uint8).tobytes()
    path.write_bytes(data)
    with pytest.raises(NothingDecodedError):
        decode_video(path, [])


def test_video_beyond_the_frame_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes on for ever ends with an error."""
    monkeypatch.setattr(decode, "MAX_FRAMES", 10)
    with pytest.raises(VideoTooLargeError):
        decode_video(write_video(tmp_path / "clip.mp4", VideoSpec()).path, [])
