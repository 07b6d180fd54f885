"""One video to one fingerprint: a fixed clock, spans without gaps, one entry a picture."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.made_files import ODD_VIDEOS
from tests.made_videos import Footage, MadeVideo, Scene, VideoSpec, write_video
from verify.fingerprints.compute import FINGERPRINT_VERSION, SAMPLES_PER_SECOND, WINDOW_SAMPLES, FingerprintBuilder
from verify.fingerprints.frame_hash import BLACK, FLAT
from verify.records.fingerprint import COMPARABLE, Fingerprint
from verify.videos.decode import decode_video
from verify.videos.frame import Frame


def fingerprint(path: Path) -> tuple[Fingerprint, FingerprintBuilder]:
    """Fingerprint a file in this process."""
    builder = FingerprintBuilder(video_id="ab" * 32)
    decode_video(path, [builder])
    return builder.fingerprint(), builder


def spans(made: Fingerprint) -> list[tuple[Fraction, Fraction]]:
    """Give the spans of the hashes in exact seconds."""
    hashes = made.frame_hashes
    ticks = zip(np.frombuffer(hashes.starts, "<i8"), np.frombuffer(hashes.ends, "<i8"), strict=True)
    return [(int(start) * hashes.time_base, int(end) * hashes.time_base) for start, end in ticks]


def write_scenes(path: Path, *scenes: Scene) -> MadeVideo:
    """Write scenes joined by cuts, 25 frames a second."""
    return write_video(path, VideoSpec(footage=Footage(scenes=scenes)))


@pytest.mark.parametrize(
    "name",
    [
        "b_frames.mp4",
        "b_frames.ts",
        "vfr.mp4",
        "vfr.mkv",
        "start_10s.ts",
        "edit_list.mp4",
        "rotated_90.mp4",
        "alpha.webm",
    ],
)
def test_spans_of_any_video_cover_it_from_zero_to_its_end(tmp_path: Path, name: str) -> None:
    """Every instant of a video is in exactly one span, on the player's clock."""
    video = ODD_VIDEOS[name](tmp_path / name)
    made, _ = fingerprint(video.path)
    found = spans(made)
    assert found[0][0] == 0
    assert found[-1][1] == made.seconds
    assert abs(made.seconds - video.seconds) <= Fraction(2, 5 if name == "vfr.mp4" else 100)
    assert all(before[1] == after[0] for before, after in pairwise(found))
    assert all(start < end for start, end in found)
    assert {start for start, _ in found} <= {
        round(time / made.frame_hashes.time_base) * made.frame_hashes.time_base for time in video.times
    }


@pytest.mark.parametrize("frames_per_second", [7, 25, 60])
def test_samples_stand_on_a_clock_of_at_least_three_a_second(tmp_path: Path, frames_per_second: int) -> None:
    """The clock does not depend on the frame rate: copies at another rate are sampled at the same instants."""
    footage = Footage(scenes=(Scene(seed=51, frames=2 * frames_per_second),))
    spec = VideoSpec(footage=footage, time_base=Fraction(1, frames_per_second))
    _, builder = fingerprint(write_video(tmp_path / "a.mp4", spec).path)
    times = [start * builder._time_base for start in builder._starts]
    frame = Fraction(1, frames_per_second)
    assert max(after - before for before, after in pairwise(times)) <= Fraction(1, 3)
    assert len(times) == 2 * min(SAMPLES_PER_SECOND, frames_per_second)
    for time in times:
        tick = int(time * SAMPLES_PER_SECOND) * Fraction(1, SAMPLES_PER_SECOND)
        assert time - tick < frame


def test_neighbours_that_look_the_same_are_one_entry_with_their_span(tmp_path: Path) -> None:
    """A static shot is one vote, and none of its time is lost."""
    path = tmp_path / "a.mp4"
    scenes = (Scene(seed=52, frames=75, look="static"), Scene(seed=53, frames=50))
    write_video(path, VideoSpec(footage=Footage(scenes=scenes, bar_code=False)))
    made, builder = fingerprint(path)
    found = spans(made)
    assert len(made.frame_hashes) < len(builder._starts)
    assert found[0] == (Fraction(0), Fraction(3))
    assert found[-1][1] == 5


def test_black_and_flat_stretches_are_marked_and_keep_their_spans(tmp_path: Path) -> None:
    """What is too plain to compare votes for nothing, and the answer can say which seconds that were."""
    path = tmp_path / "a.mp4"
    black, grey = Scene(frames=25, look="black"), Scene(frames=25, look="grey")
    write_scenes(path, black, Scene(seed=54, frames=25), grey)
    made, _ = fingerprint(path)
    codes = list(made.frame_hashes.codes)
    found = spans(made)
    assert (codes[0], codes[-1]) == (BLACK, FLAT)
    assert set(codes[1:-1]) == {COMPARABLE}
    # Samples lie a sixth of a second apart; a stretch is known to that.
    assert found[0] == (Fraction(0), Fraction(1))
    assert found[-1] == (Fraction(2), Fraction(3))


def test_fingerprint_names_its_video_version_and_length(tmp_path: Path) -> None:
    """Versions are never compared, so each fingerprint says its own."""
    made, _ = fingerprint(write_scenes(tmp_path / "a.mp4", Scene(seed=55, frames=1)).path)
    assert (made.video_id, made.version, made.seconds) == ("ab" * 32, FINGERPRINT_VERSION, Fraction(1, 25))
    assert len(made.frame_hashes) == 1


def test_fingerprint_made_twice_is_the_same_for_any_number_of_threads(tmp_path: Path) -> None:
    """Same input, same answer, on any machine."""
    path = write_scenes(tmp_path / "a.mp4", Scene(seed=56, frames=60)).path
    made = []
    for threads in (1, 2, 7):
        builder = FingerprintBuilder(video_id="ab" * 32)
        decode_video(path, [builder], threads=threads)
        made.append(builder.fingerprint())
    assert made[0] == made[1] == made[2]


class _Watch:
    """Notes how many pictures a builder holds."""

    def __init__(self, builder: FingerprintBuilder) -> None:
        self.builder = builder
        self.held: list[int] = []

    def take(self, _: Frame) -> None:
        """Look after each frame."""
        self.held.append(len(self.builder._window))

    def finish(self, _: Fraction) -> None:
        """Look at the end."""
        self.held.append(len(self.builder._window))


def test_pictures_held_do_not_grow_with_the_length_of_the_video(tmp_path: Path) -> None:
    """Memory belongs to a window, not to a film."""
    footage = Footage(scenes=(Scene(seed=57, frames=150, look="locked"),))
    path = write_video(tmp_path / "a.mp4", VideoSpec(footage=footage, time_base=Fraction(1, SAMPLES_PER_SECOND))).path
    builder = FingerprintBuilder(video_id="ab" * 32)
    watch = _Watch(builder)
    decode_video(path, [builder, watch])
    assert max(watch.held) == WINDOW_SAMPLES
    assert watch.held[-1] == 0
    assert len(builder._starts) == 150
