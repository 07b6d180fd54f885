"""Every odd file of the test footage has the outcome that its README asks for."""

from pathlib import Path

import pytest

from verify.errors import VerifyError
from verify.videos.decode import decode_video

ODD = Path(__file__).parents[3] / "shared" / "data" / "odd"

REFUSED = {
    "audio_only.mp4": "video.no_video_stream",
    "encrypted.mp4": "video.encrypted",
    "invalid_bitstream.webm": "video.nothing_decoded",
}

# Frames, seconds, width and height as shown, and the beginnings of what is odd.
DECODED: dict[str, tuple[int, float, int, int, tuple[str, ...]]] = {
    "alpha.webm": (150, 5.0, 200, 200, ()),
    "anamorphic_2x1.mp4": (150, 5.005, 960, 540, ()),
    "av1.mp4": (30, 1.001, 1080, 720, ()),
    "bad_container_earth.mkv": (150, 5.0, 480, 270, ()),
    "corrupted.mp4": (28, 2.8, 1280, 720, ("21 damaged frames were", "1 packets could not", "the header claims 5.0 s")),
    "cover.mp4": (150, 5.005, 960, 540, ()),
    "edit_list.mp4": (225, 9.0, 854, 480, ()),
    "flv.flv": (150, 5.006, 480, 270, ()),
    "fragmented_wrong_duration.mp4": (30, 1.001, 1080, 720, ()),
    "h263.3gp": (222, 15.04, 192, 144, ()),
    "h264_10bit.mkv": (150, 5.005, 960, 540, ()),
    "hevc_10bit.mp4": (30, 1.0, 200, 200, ()),
    "indeo4.avi": (110, 3.143, 256, 240, ()),
    "interlaced.mpg": (75, 5.005, 960, 540, ("interlaced: two half",)),
    "long_gop.mp4": (150, 5.005, 960, 540, ()),
    "mpegts.ts": (150, 5.005, 960, 540, ()),
    "mpegts_no_initial_keyframe.ts": (15, 0.499, 640, 360, ("the header claims 2.6 s",)),
    "nonzero_start_10s.mp4": (120, 4.0, 1137, 640, ()),
    "rotation_bbb_1080p.mp4": (45, 1.875, 1080, 1920, ()),
    "rotation_portrait.mov": (62, 2.068, 320, 568, ()),
    "segment_claims_3900s.mp4": (240, 8.0, 640, 360, ("the header claims 3900.0 s",)),
    "short_0.3s.mp4": (9, 0.3, 960, 540, ()),
    "spaces & ünïcode (1).mp4": (90, 3.002, 480, 360, ()),
    "two_video_streams.mkv": (150, 5.005, 960, 540, ("video stream 1 was not looked at",)),
    "vfr.mp4": (109, 5.005, 960, 540, ()),
    "vp9_10bit.webm": (72, 3.002, 426, 240, ()),
    "vp9_bear.webm": (82, 2.736, 320, 240, ()),
}

pytestmark = pytest.mark.skipif(not ODD.is_dir(), reason="the test footage (../shared/data) is not there")


def test_every_odd_file_is_expected_here() -> None:
    """A file added to the footage must be given an outcome."""
    assert {path.name for path in ODD.iterdir() if path.suffix != ".md"} == {*REFUSED, *DECODED}


@pytest.mark.parametrize("name", REFUSED)
def test_odd_file_that_cannot_be_used_is_refused(name: str) -> None:
    """The error id says what is wrong with it."""
    with pytest.raises(VerifyError) as caught:
        decode_video(ODD / name, [])
    assert caught.value.error_id == REFUSED[name]


@pytest.mark.parametrize("name", DECODED)
def test_odd_file_is_decoded_as_shown(name: str) -> None:
    """Frames, duration and size are a player's, and what is odd about the file is said."""
    frames, seconds, width, height, oddities = DECODED[name]
    facts = decode_video(ODD / name, [])
    assert (facts.frames, facts.width_px, facts.height_px) == (frames, width, height)
    assert float(facts.seconds) == pytest.approx(seconds, abs=0.001)
    assert len(facts.oddities) == len(oddities), facts.oddities
    assert all(said.startswith(start) for said, start in zip(facts.oddities, oddities, strict=True)), facts.oddities
