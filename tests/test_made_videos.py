"""The generated clips are what they are said to be, checked with plain PyAV and ffmpeg."""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import cast

import av
import cv2
import ffmpeg
import imagehash
import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from tests.made_files import (
    EDIT_LIST_FIRST,
    LETTERBOX_PX,
    NO_VIDEOS,
    ODD_VIDEOS,
    PILLARBOX_PX,
    SECOND_STREAM_FIRST,
    SPECS,
    VFR_PTS,
    cut_file,
    open_input,
    write_index_first,
)
from tests.made_videos import (
    INDEX_BITS,
    Footage,
    MisreadError,
    Picture,
    Scene,
    VideoSpec,
    _cells_of,
    draw_picture,
    read_index,
    stamp_index,
    write_video,
)

SCENES = tuple(Scene(seed=seed, frames=10) for seed in range(1, 6))
FLAT = Footage(scenes=(Scene(look="black", frames=5), Scene(look="grey", frames=5)))


def decode(path: Path, stream: int = 0, **options: str) -> Iterator[tuple[Fraction, Picture]]:
    """Give time and upright RGB picture of each whole frame, until the end or the first error."""
    with av.open(str(path), options=options) as container:
        try:
            for frame in container.decode(video=stream):
                if frame.is_corrupt:
                    continue
                picture = frame.to_ndarray(format="rgb24")
                time = cast("int", frame.pts) * cast("Fraction", frame.time_base)
                yield time, np.rot90(picture, frame.rotation // 90)
        except av.error.FFmpegError:
            return


def read_all(path: Path, stream: int = 0, **options: str) -> tuple[int, ...]:
    """Read the index of each frame."""
    return tuple(read_index(picture) for _, picture in decode(path, stream, **options))


def test_bar_codes_of_two_indices_differ_in_four_cells_at_least() -> None:
    """Fewer than four wrong cells can never turn one index into another."""
    codes = np.stack([_cells_of(index).ravel() for index in range(1 << INDEX_BITS)])
    # The check is linear: the distances between any two are those from the code of 0.
    distances = (codes[1:] != codes[0]).sum(axis=1)
    assert distances.min() == 4


@pytest.mark.parametrize("index", [0, 1, 255, 256, 21845, 65535])
def test_index_after_halving_and_jpeg_is_read_back(index: int) -> None:
    """The bar code survives what previews and keyframe files do to a picture."""
    for scene in SCENES:
        picture = draw_picture(Footage(scenes=(scene,)), 3)
        stamp_index(picture, index)
        half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        jpeg = cv2.imencode(".jpg", half, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
        for mode in ("RGB", "L"):
            assert read_index(np.asarray(Image.open(BytesIO(jpeg.tobytes())).convert(mode))) == index


@pytest.mark.parametrize("scale", [(0.5, 1.0), (1.0, 0.5), (3.0, 3.0), (0.75, 0.75)])
def test_index_after_scaling_is_read_back(scale: tuple[float, float]) -> None:
    """Squeezed and enlarged pictures are read as well."""
    footage = Footage(scenes=SCENES)
    for index in range(0, footage.frames, 7):
        picture = draw_picture(footage, index)
        scaled = cv2.resize(picture, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_AREA)
        assert read_index(scaled.astype(np.uint8)) == index


def test_index_of_noise_raises() -> None:
    """A reader that guesses would make tests pass that should fail."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        with pytest.raises(MisreadError):
            read_index(rng.integers(0, 256, (180, 320, 3), dtype=np.uint8))
        blocks = rng.integers(0, 2, (24, 40), dtype=np.uint8) * 255  # random cells: the check must decide
        with pytest.raises(MisreadError):
            read_index(cv2.resize(blocks, (320, 192), interpolation=cv2.INTER_NEAREST)[:180].astype(np.uint8))


def test_index_with_one_cell_flipped_or_grey_raises() -> None:
    """Damage of any one cell is seen."""
    for row in (8, 16):
        for left in range(8, 136, 8):
            picture = draw_picture(Footage(), 37)
            cell = picture[row : row + 8, left : left + 8]
            cell[:] = 255 - cell
            with pytest.raises(MisreadError):
                read_index(picture)
            cell[:] = 128
            with pytest.raises(MisreadError):
                read_index(picture)


def test_index_of_wrong_picture_raises() -> None:
    """Mirrored, turned, negative, cropped, tiny, flat and unmarked pictures are no upright ones."""
    picture = draw_picture(Footage(), 37)
    bare = draw_picture(Footage(bar_code=False), 37)
    flats = [draw_picture(FLAT, 0), draw_picture(FLAT, 5)]
    turned = [picture[:, ::-1], picture[::-1], np.rot90(picture), 255 - picture]
    for wrong in (*turned, picture[8:, 8:], picture[::60, ::60], picture[:0], bare, *flats):
        with pytest.raises(MisreadError):
            read_index(wrong)


def test_index_too_large_for_the_bar_code_raises() -> None:
    """A number that would wrap is refused."""
    with pytest.raises(ValueError, match="0 to 65535"):
        stamp_index(draw_picture(Footage(), 0), 65536)


def test_pictures_of_two_scenes_have_distant_hashes() -> None:
    """Scenes differ as unrelated videos do; frames of one scene stand close, no two the same."""
    footage = Footage(scenes=SCENES, bar_code=False)
    pictures = [draw_picture(footage, index) for index in range(footage.frames)]
    hashes = [imagehash.phash(Image.fromarray(picture), hash_size=16) for picture in pictures]
    starts = (0, *footage.cuts)
    apart = [hashes[first] - hashes[other] for first in starts for other in starts if first < other]
    steps = [hashes[index] - hashes[index - 1] for index in range(1, footage.frames) if index not in starts]
    assert min(apart) > 90
    assert 0 < np.mean(steps) < 40
    assert all((pictures[index] != pictures[index - 1]).any() for index in range(1, footage.frames))


def test_takes_of_one_place_share_the_place_and_not_the_motion() -> None:
    """A locked camera sees the same place in both takes, with other discs crossing it."""
    takes = [draw_picture(Footage(scenes=(Scene(look="locked", take=take),), bar_code=False), 30) for take in (0, 1)]
    changed_ratio = (takes[0] != takes[1]).any(axis=2).mean()
    assert 0.01 < changed_ratio < 0.3


def test_static_scene_changes_by_noise_only() -> None:
    """Every frame is new, none shows motion."""
    footage = Footage(scenes=(Scene(look="static"),), bar_code=False)
    first, later = (draw_picture(footage, index).astype(np.int16) for index in (0, 40))
    assert 1 < np.abs(first - later).mean() < 6


def test_flat_scenes_are_black_and_grey() -> None:
    """They hold one level and no bar code."""
    assert not draw_picture(FLAT, 4).any()
    assert (draw_picture(FLAT, 5) == 126).all()


@pytest.mark.parametrize(("borders", "size"), [(LETTERBOX_PX, (240, 320)), (PILLARBOX_PX, (180, 400))])
def test_borders_stand_around_the_whole_picture(
    tmp_path: Path, borders: tuple[int, int, int, int], size: tuple[int, int]
) -> None:
    """Without its borders the picture is the one of the same footage without borders."""
    footage = Footage(borders_px=borders)
    made = write_video(tmp_path / "borders.mp4", VideoSpec(footage=footage, indices=range(5)))
    pictures = [picture for _, picture in decode(made.path)]
    assert all(picture.shape[:2] == size for picture in pictures)
    assert tuple(read_index(footage.crop(picture)) for picture in pictures) == made.indices
    assert (footage.crop(draw_picture(footage, 3)) == draw_picture(Footage(), 3)).all()


def test_footage_without_that_picture_raises() -> None:
    """An index beyond the last scene is a mistake of the test."""
    with pytest.raises(IndexError):
        draw_picture(Footage(), 50)


@pytest.mark.parametrize("pts", [(0, 1, 1), (0, 2, 1), (0, 1)])
def test_spec_with_unordered_or_missing_pts_raises(pts: tuple[int, ...]) -> None:
    """Three frames need three ascending ticks."""
    with pytest.raises(ValueError, match="ascending"):
        VideoSpec(indices=range(3), pts=pts).list_pts()


def test_same_spec_gives_same_bytes(tmp_path: Path) -> None:
    """Results of tests do not depend on when the clip was made."""
    first = write_video(tmp_path / "first.mp4", VideoSpec()).path.read_bytes()
    assert write_video(tmp_path / "second.mp4", VideoSpec()).path.read_bytes() == first


@pytest.mark.parametrize("name", ODD_VIDEOS)
def test_video_decoded_by_pyav_shows_the_indices_at_their_times(tmp_path: Path, name: str) -> None:
    """Every frame that a player shows is there, in order, at its exact time, and no other."""
    made = ODD_VIDEOS[name](tmp_path / name)
    frames = [(time, read_index(picture)) for time, picture in decode(made.path)]
    assert tuple(index for _, index in frames) == made.indices
    assert tuple(time - frames[0][0] for time, _ in frames) == made.times
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_excerpt_in_reverse_shows_the_same_footage_backwards(tmp_path: Path) -> None:
    """Reused footage is a choice of indices, in any order and speed."""
    made = write_video(tmp_path / "reverse.mp4", VideoSpec(indices=range(40, 20, -2)))
    assert read_all(made.path) == tuple(range(40, 20, -2))


def test_b_frames_are_in_the_file(tmp_path: Path) -> None:
    """Packets stand in another order than frames."""
    with av.open(str(ODD_VIDEOS["b_frames.mp4"](tmp_path / "b_frames.mp4").path)) as container:
        ticks = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert ticks != sorted(ticks)


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr_b_frames.mp4", "vfr.mkv"])
def test_variable_rate_keeps_every_pts(tmp_path: Path, name: str) -> None:
    """Times are those asked for, to the millisecond and without an offset."""
    made = ODD_VIDEOS[name](tmp_path / name)
    assert [time * 1000 for time, _ in decode(made.path)] == list(VFR_PTS)


def test_edit_list_is_in_effect(tmp_path: Path) -> None:
    """The hidden frames are in the file: packets to discard, shown by a reader that ignores the list."""
    made = ODD_VIDEOS["edit_list.mp4"](tmp_path / "edit_list.mp4")
    with av.open(str(made.path)) as container:
        discarded = sum(packet.is_discard for packet in container.demux(video=0))
    assert discarded == EDIT_LIST_FIRST
    assert made.indices == tuple(range(EDIT_LIST_FIRST, 50))
    assert read_all(made.path, ignore_editlist="1") == tuple(range(50))


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr.mkv", "edit_list.mp4", "start_10s.ts", "alpha.webm"])
def test_last_frame_ends_where_the_video_does(tmp_path: Path, name: str) -> None:
    """The duration of the last frame is in the file."""
    made = ODD_VIDEOS[name](tmp_path / name)
    with av.open(str(made.path)) as container:
        last = list(container.decode(video=0))[-1]
    assert last.duration * cast("Fraction", last.time_base) == made.seconds - made.times[-1]


@pytest.mark.parametrize("name", ["start_10s.mp4", "start_10s.ts"])
def test_start_time_is_ten_seconds(tmp_path: Path, name: str) -> None:
    """The stream's clock does not begin at 0."""
    assert next(decode(ODD_VIDEOS[name](tmp_path / name).path))[0] == 10


@pytest.mark.parametrize("name", ["rotated_90.mp4", "rotated_180.mp4", "rotated_270.mov"])
def test_rotated_video_turned_by_ffmpeg_is_upright(tmp_path: Path, name: str) -> None:
    """The direction of the turn is that of a player, not that of our own reading of the matrix."""
    made = ODD_VIDEOS[name](tmp_path / name)
    job = ffmpeg.output(open_input(made.path), "pipe:", f="rawvideo", pix_fmt="rgb24")
    pixels, _ = job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    pictures = np.frombuffer(pixels, np.uint8).reshape(-1, 180, 320, 3)
    assert tuple(read_index(picture) for picture in pictures) == made.indices
    with av.open(str(made.path)) as container:
        stored = container.streams.video[0]
        assert (stored.height > stored.width) == ("180" not in name)


def test_streams_are_as_odd_as_their_names(tmp_path: Path) -> None:
    """Aspect, bit depth and keyframes are in the file and not only in the spec."""
    names = ("anamorphic.mp4", "ten_bit.mp4", "long_gop.mp4")
    paths = [ODD_VIDEOS[name](tmp_path / name).path for name in names]
    with av.open(str(paths[0])) as container:
        stream = container.streams.video[0]
        assert stream.width == 160
        assert stream.sample_aspect_ratio == Fraction(2)
    with av.open(str(paths[1])) as container:
        assert container.streams.video[0].format.name == "yuv420p10le"
    with av.open(str(paths[2])) as container:
        assert sum(packet.is_keyframe for packet in container.demux(video=0)) == 1


def test_alpha_is_in_the_file(tmp_path: Path) -> None:
    """The decoder that knows alpha finds the right half transparent."""
    made = ODD_VIDEOS["alpha.webm"](tmp_path / "alpha.webm")
    source = open_input(made.path, vcodec="libvpx-vp9")
    job = ffmpeg.output(source, "pipe:", f="rawvideo", pix_fmt="rgba", vframes=1)
    pixels, _ = job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    alpha = np.frombuffer(pixels, np.uint8).reshape(180, 320, 4)[..., 3]
    assert alpha[:, :150].min() > 240
    assert alpha[:, 170:].max() < 15


def test_second_streams_are_there(tmp_path: Path) -> None:
    """A cover is marked as attached; a second video shows other frames; a tone accompanies the video."""
    names = ("cover.mp4", "two_streams.mkv", "sound.mp4")
    cover, two, sound = (ODD_VIDEOS[name](tmp_path / name).path for name in names)
    with av.open(str(cover)) as container:
        attached = [bool(s.disposition & av.stream.Disposition.attached_pic) for s in container.streams.video]
    assert attached == [False, True]
    assert read_all(two, 1) == tuple(range(SECOND_STREAM_FIRST, SECOND_STREAM_FIRST + 50))
    with av.open(str(sound)) as container:
        assert len(container.streams.audio) == 1
        assert float(cast("int", container.duration)) / av.time_base == pytest.approx(2.0, abs=0.05)


def test_joined_scenes_change_most_at_the_cuts(tmp_path: Path) -> None:
    """The cuts are at frames 20 and 45 of 60, and nowhere else."""
    made = ODD_VIDEOS["joined.mp4"](tmp_path / "joined.mp4")
    pictures = [picture.astype(np.int16) for _, picture in decode(made.path)]
    steps = [np.abs(later - before).mean() for before, later in pairwise(pictures)]
    assert SPECS["joined.mp4"].footage.cuts == (20, 45)
    assert sorted(int(step) + 1 for step in np.argsort(steps)[-2:]) == [20, 45]


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv", "cut.ts"])
def test_cut_file_decodes_to_the_first_frames(tmp_path: Path, name: str) -> None:
    """About half is left. Only the frame whose packet was cut may be missing, between the last whole ones."""
    write = write_index_first if name.endswith("mp4") else write_video
    made = write(tmp_path / f"whole_{name}", VideoSpec())
    cut_file(tmp_path / name, made.path, 0.5)
    frames = [(time, read_index(picture)) for time, picture in decode(tmp_path / name)]
    indices = tuple(index for _, index in frames)
    assert 10 < len(indices) < 40
    assert indices[:-1] == made.indices[: len(indices) - 1]
    assert indices[-1] - indices[-2] in {1, 2}
    assert [time - frames[0][0] for time, _ in frames] == [made.times[index] for index in indices]


@pytest.mark.parametrize("name", NO_VIDEOS)
def test_no_video_has_no_frame_to_decode(tmp_path: Path, name: str) -> None:
    """FFmpeg on its own defaults gives nothing, but for the PNG and the list that it takes for video."""
    NO_VIDEOS[name](tmp_path / name)
    try:
        with av.open(str(tmp_path / name), timeout=3) as container:
            kind, count = container.format.name, len(list(container.decode(video=0)))
    except (av.error.FFmpegError, IndexError):
        kind, count = "unreadable", 0
    followed = {"picture.mp4": ("png_pipe", 1), "concat.mp4": ("concat", 50)}
    assert (kind, count) == followed.get(name, ("unreadable", 0))
