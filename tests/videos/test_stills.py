"""Single pictures are those that a player shows at their times."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.made_files import ODD_VIDEOS, open_input, run_ffmpeg
from tests.made_videos import Footage, MadeVideo, Scene, VideoSpec, read_index, write_video
from verify.videos.stills import grab_pictures

LONG = VideoSpec(
    footage=Footage(scenes=(Scene(seed=1, frames=150),)), time_base=Fraction(1, 5), keyframe_interval=15, b_frames=3
)


def _shown_at(made: MadeVideo, time: Fraction) -> int:
    shown = [index for index, start in zip(made.indices, made.times, strict=True) if start <= time]
    return shown[-1] if shown else made.indices[0]


def _check_grabbed(made: MadeVideo, times: list[Fraction]) -> None:
    pictures = grab_pictures(made.path, times)
    assert {time: read_index(picture) for time, picture in pictures.items()} == {
        time: _shown_at(made, time) for time in times
    }


def test_grabbed_pictures_are_those_shown_at_the_times(odd_video: MadeVideo) -> None:
    """On a frame's time, a millisecond around it, before the start and after the end: the frame that a player shows."""
    step = Fraction(1, 1000)
    times = {time + shift for time in odd_video.times[::5] for shift in (-step, Fraction(0), step)}
    _check_grabbed(odd_video, sorted(times | {Fraction(-1), odd_video.times[-1], odd_video.seconds + 1}))


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi"])
def test_grabbed_pictures_far_apart_are_exact(tmp_path: Path, ending: str) -> None:
    """Jumping in the file lands on the same frames as decoding all of it."""
    made = write_video(tmp_path / f"long.{ending}", replace(LONG, b_frames=0 if ending == "avi" else 3))
    for time in (made.times[7], made.times[44], made.times[45], made.times[46], made.times[149]):
        _check_grabbed(made, [time])
    _check_grabbed(made, [made.times[3], made.times[60] + Fraction(1, 10), made.times[61], made.times[131]])


def test_grabbed_pictures_behind_an_edit_list_are_exact(tmp_path: Path) -> None:
    """Hidden frames are never taken, however far the jump."""
    made = write_video(tmp_path / "plain.mp4", LONG)
    start = made.times[22]
    run_ffmpeg([open_input(made.path, ss=float(start))], tmp_path / "edit.mp4", c="copy")
    hidden = replace(
        made,
        path=tmp_path / "edit.mp4",
        indices=made.indices[22:],
        times=tuple(time - start for time in made.times[22:]),
    )
    _check_grabbed(hidden, [Fraction(0), hidden.times[50], hidden.times[52] + Fraction(1, 50), hidden.times[120]])


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_grabbed_pictures_of_a_video_of_few_frames_are_exact(tmp_path: Path, frames: int) -> None:
    """Frames that decoder threads give all at once at the end are not lost."""
    made = write_video(tmp_path / "short.mp4", replace(VideoSpec(), indices=range(frames)))
    _check_grabbed(made, list(made.times))


def test_closing_a_video_before_its_end_returns(tmp_path: Path) -> None:
    """Leaving a threaded decoder early must not wait for ever for its threads."""
    made = ODD_VIDEOS["alpha.webm"](tmp_path / "alpha.webm")
    for _ in range(40):
        picture = grab_pictures(made.path, [Fraction(0)])[Fraction(0)]
        assert read_index(picture) == 0
