"""Keyframes stand for what the video shows: every shot, every change for good, nothing twice."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.keyframes.conftest import FREE, JoinedClip, choose, encode, first_pictures
from tests.made_videos import Footage, Picture, Scene, VideoSpec, draw_picture, read_index, write_video
from verify.keyframes.select import KeyframeSelector
from verify.videos.decode import decode_video
from verify.videos.frame import Frame

SCENES = Footage(scenes=tuple(Scene(seed=seed, frames=frames) for seed, frames in ((1, 30), (2, 45), (3, 20), (4, 60))))


def _write(path: Path, *scenes: Scene, rate: int = 25) -> Path:
    return write_video(path, VideoSpec(footage=Footage(scenes=scenes), time_base=Fraction(1, rate))).path


def _distances(numbers: list[int], cuts: tuple[int, ...]) -> list[int]:
    """Give how many frames each lies from the nearest cut; the frames on both sides of it are 0 away."""
    return [min(min(abs(number - cut), abs(number - (cut - 1))) for cut in cuts) for number in numbers]


def test_joined_scenes_give_each_shot_a_keyframe_and_none_near_a_cut(tmp_path: Path) -> None:
    """A shot without a keyframe is not looked at; a frame at a cut shows the smear of two shots."""
    made = write_video(tmp_path / "joined.mp4", VideoSpec(footage=SCENES))
    keyframes, pictures = choose(made.path)
    indices = [read_index(picture) for picture in pictures]
    assert [made.times[index] for index in indices] == [keyframe.time for keyframe in keyframes]
    starts = (0, *SCENES.cuts)
    assert {keyframe.shot_span.start for keyframe in keyframes} == {made.times[start] for start in starts}
    assert min(_distances(indices, SCENES.cuts)) >= 2
    for keyframe in keyframes:
        assert keyframe.shot_span.contains(keyframe.time)


def test_ten_real_clips_joined_give_each_shot_a_keyframe_and_none_near_a_cut(ten_clips: JoinedClip) -> None:
    """Real shots too, with similar ones next to each other."""
    keyframes, _ = choose(ten_clips.path)
    numbers = [int(keyframe.time * ten_clips.rate) for keyframe in keyframes]
    for first in ten_clips.firsts:
        assert any(first <= number < first + 60 for number in numbers), first
    assert min(_distances(numbers, ten_clips.firsts[1:])) >= 2
    assert len({keyframe.shot for keyframe in keyframes}) == 10
    assert len(numbers) <= 25


@pytest.mark.parametrize("bar_code", [False, True])
def test_static_minute_gives_a_handful(tmp_path: Path, bar_code: bool) -> None:
    """Noise is no event, and neither is a counter that runs in a corner."""
    footage = Footage(scenes=(Scene(look="static", frames=480),), bar_code=bar_code)
    made = write_video(tmp_path / "static.mp4", VideoSpec(footage=footage, time_base=Fraction(1, 8)))
    keyframes, _ = choose(made.path)
    assert made.seconds == 60
    assert 1 <= len(keyframes) <= 6


def test_blinking_light_in_a_static_minute_gives_a_handful(tmp_path: Path) -> None:
    """A siren light is seen on one picture, or on one with and one without it."""
    still = draw_picture(Footage(scenes=(Scene(look="locked"),), bar_code=False), 0)
    pictures = [still.copy() for _ in range(480)]
    for number, picture in enumerate(pictures):
        picture[40:80, 100:140] = (30, 60, 255) if number % 8 < 4 else (20, 20, 20)
    assert 1 <= len(choose(encode(tmp_path / "light.mp4", pictures, rate=8))[0]) <= 6


def test_handheld_minute_gives_a_few_and_not_sixty(tmp_path: Path) -> None:
    """A hand that shakes and a slow turn are shown by a handful to a few dozen pictures."""
    rng = np.random.default_rng(3)
    place = draw_picture(Footage(scenes=(Scene(seed=5),), bar_code=False), 0).repeat(2, axis=0).repeat(2, axis=1)
    steps = np.cumsum(rng.normal(0, 2, (480, 2)), axis=0)
    shake = np.clip(90 + 30 * np.sin(np.arange(480) / 40)[:, None] + steps - steps.mean(axis=0), 0, 175).astype(int)
    pictures = [np.ascontiguousarray(place[y : y + 180, x : x + 320]) for y, x in shake]
    assert 2 <= len(choose(encode(tmp_path / "hand.mp4", pictures, rate=8))[0]) <= 30


def test_person_who_comes_and_goes_is_shown(tmp_path: Path) -> None:
    """What changes for good in a fixed view has a keyframe of its own, and the empty view is not shown twice."""
    still = draw_picture(Footage(scenes=(Scene(look="locked"),), bar_code=False), 0)
    pictures = [still.copy() for _ in range(25 * 12)]
    for picture in pictures[100:200]:
        picture[90:150, 150:175] = (250, 240, 60)
    keyframes, shown = choose(encode(tmp_path / "visit.mp4", pictures))
    assert [100 <= keyframe.time * 25 < 200 for keyframe in keyframes] == [False, True]
    assert shown[1][100:140, 155:170].mean(axis=(0, 1)) == pytest.approx((250, 240, 60), abs=25)


def test_black_video_gives_one_keyframe_that_says_blank(tmp_path: Path) -> None:
    """There is nothing to see, and the reason says so."""
    keyframes, _ = choose(_write(tmp_path / "black.mp4", Scene(look="black")))
    assert [keyframe.why for keyframe in keyframes] == ["the whole shot is blank"]


def test_blank_opening_is_not_chosen_where_the_shot_shows_more(tmp_path: Path) -> None:
    """A fade from black is shown by what it becomes."""
    scene = draw_picture(Footage(scenes=(Scene(),), bar_code=False), 0)
    pictures = [np.clip(scene * min(1.0, number / 40), 0, 255).astype(np.uint8) for number in range(100)]
    keyframes, shown = choose(encode(tmp_path / "fade.mp4", pictures))
    assert max(picture.std() for picture in shown) > 0.9 * scene.std()
    assert len(keyframes) <= 3


@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_video_of_few_frames_gives_one_keyframe(tmp_path: Path, frames: int) -> None:
    """However short, a video is shown."""
    keyframes, pictures = choose(_write(tmp_path / "short.mp4", Scene(frames=frames)))
    assert len(keyframes) == 1
    assert 0 <= read_index(pictures[0]) < frames
    assert keyframes[0].shot_span.end == Fraction(frames, 25)


@pytest.mark.parametrize("frames", [5, 6, 7, 9])
def test_short_shot_between_two_others_is_shown_by_its_middle(tmp_path: Path, frames: int) -> None:
    """A shot too short to keep away from its cuts still has a keyframe, as far from both as can be."""
    scenes = (Scene(seed=1, frames=30), Scene(seed=2, frames=frames), Scene(seed=3, frames=30))
    _, pictures = choose(_write(tmp_path / "short.mp4", *scenes))
    indices = [read_index(picture) for picture in pictures]
    assert any(30 + 2 <= index < 30 + frames - 2 for index in indices)
    assert min(_distances(indices, (30, 30 + frames))) >= 2


def test_three_frames_between_two_shots_leave_both_shots_their_keyframes(tmp_path: Path) -> None:
    """An insert of a flash's length is no shot; no keyframe shows its edges."""
    scenes = (Scene(seed=1, frames=30), Scene(seed=2, frames=3), Scene(seed=3, frames=30))
    _, pictures = choose(_write(tmp_path / "insert.mp4", *scenes))
    indices = [read_index(picture) for picture in pictures]
    assert any(index < 30 for index in indices)
    assert any(index >= 33 for index in indices)
    assert min(_distances([index for index in indices if index >= 33 or index < 30], (30, 33))) >= 2


@pytest.mark.parametrize("white_frames", [1, 2, 3])
def test_flash_is_no_keyframe_and_at_most_one_cut(tmp_path: Path, white_frames: int) -> None:
    """A photographer's flash does not chop a shot into pieces."""
    footage = Footage(scenes=(Scene(look="locked", frames=75),), bar_code=False)
    pictures = [draw_picture(footage, number) for number in range(75)]
    for number in range(36, 36 + white_frames):
        pictures[number][:] = 255
    keyframes, shown = choose(encode(tmp_path / "flash.mp4", pictures))
    assert max(picture.mean() for picture in shown) < 200
    assert len({keyframe.shot for keyframe in keyframes}) <= 2
    assert len(keyframes) <= 3


@pytest.mark.parametrize("seconds", [Fraction(1, 2), Fraction(1)])
@pytest.mark.skipif(not FREE.is_dir(), reason="the test footage (../shared/data) is not there")
def test_dissolve_of_real_clips_has_no_keyframe_in_its_middle(tmp_path: Path, seconds: Fraction) -> None:
    """Two pictures over each other are evidence of nothing; each pure side is shown."""
    names = ("highway_lanes.mp4", "flower.mp4", "friday.mp4", "london_roofs_360p.mp4")
    clips = [first_pictures(name, 75) for name in names]
    length = int(25 * seconds)
    pictures: list[Picture] = list(clips[0])
    spans = []
    for clip in clips[1:]:
        start = len(pictures) - length
        spans.append((start, len(pictures)))
        for step in range(length):
            share = (step + 1) / (length + 1)
            pictures[start + step] = np.rint(pictures[start + step] * (1 - share) + clip[step] * share).astype(np.uint8)
        pictures.extend(clip[length:])
    numbers = [int(keyframe.time * 25) for keyframe in choose(encode(tmp_path / "dissolve.mp4", pictures))[0]]
    for start, end in spans:
        quarter = (end - start) / 4
        assert not [number for number in numbers if start + quarter <= number <= end - quarter]
    pure = zip((0, *(end for _, end in spans)), (*(start for start, _ in spans), len(pictures)), strict=True)
    for start, end in pure:
        assert any(start <= number < end for number in numbers)


def test_neighbours_of_one_shot_are_not_alike(tmp_path: Path) -> None:
    """A view that returns is shown once."""
    views = [draw_picture(Footage(scenes=(Scene(seed=seed, look="locked"),), bar_code=False), 0) for seed in (1, 2)]
    blends = np.linspace(0, 1, 30)
    there = [np.rint(views[0] * (1 - w) + views[1] * w).astype(np.uint8) for w in blends]
    pictures = [*[views[0]] * 50, *there, *[views[1]] * 50, *there[::-1], *[views[0]] * 50]
    assert len(choose(encode(tmp_path / "return.mp4", pictures))[0]) == 2


class _HeldFrames:
    """Counts the frames that a selector holds, after each one it was given."""

    def __init__(self, selector: KeyframeSelector) -> None:
        self._selector = selector
        self.most = 0

    def take(self, frame: Frame) -> None:
        """Receive a frame."""
        self._selector.take(frame)
        held: set[int] = set()
        _count_frames(self._selector, held, set())
        self.most = max(self.most, len(held))

    def finish(self, end: Fraction) -> None:
        """Receive the end."""
        self._selector.finish(end)


def _count_frames(thing: object, held: set[int], seen: set[int]) -> None:
    """Collect the ids of all frames that can be reached from ``thing`` within its own package."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Frame):
        held.add(id(thing))
    elif isinstance(thing, dict):
        _count_frames(list(thing.values()), held, seen)
    elif isinstance(thing, list | tuple | set | frozenset) or type(thing).__name__ == "deque":
        for part in thing:  # type: ignore[attr-defined]
            _count_frames(part, held, seen)
    elif type(thing).__module__.startswith("verify."):
        names = [*getattr(thing, "__dict__", ()), *getattr(type(thing), "__slots__", ())]
        for name in names:
            _count_frames(getattr(thing, name, None), held, seen)


def test_frames_held_do_not_grow_with_the_length(tmp_path: Path) -> None:
    """A video of hours takes no more memory than one of seconds, however much happens in it."""
    most = []
    for frames in (100, 600):
        made = write_video(
            tmp_path / f"{frames}.mp4",
            VideoSpec(footage=Footage(scenes=(Scene(frames=frames),)), time_base=Fraction(1, 8)),
        )
        counter = _HeldFrames(KeyframeSelector(lambda *_: None))
        decode_video(made.path, [counter])
        most.append(counter.most)
    assert most[0] == most[1]
    assert most[0] < 25
