"""How much is kept of a video: fingerprints of any detail can be compared with any other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much is kept of a video.

    Attributes:
        side_px: longer side of the luma that features are found in.
        frames_per_second: frames looked at, where the picture moves.
        features_per_second: features kept, over all.
        features_per_frame: at most, where frames were left out before.
        same_luma: mean change of luma since the last frame looked at, up to which a frame is left out for a while.
        blocks: blocks along the longer side of the picture whose brightness is kept.
        samples_per_block: every so many samples of the hashing clock it is kept.
    """

    side_px: int
    frames_per_second: int
    features_per_second: int
    features_per_frame: int
    same_luma: float
    blocks: int
    samples_per_block: int


SAME_LUMA = 1.5

LEAN = Detail(
    side_px=192,
    frames_per_second=1,
    features_per_second=24,
    features_per_frame=64,
    same_luma=SAME_LUMA,
    blocks=10,
    samples_per_block=3,
)
DEFAULT = Detail(
    side_px=192,
    frames_per_second=1,
    features_per_second=50,
    features_per_frame=128,
    same_luma=SAME_LUMA,
    blocks=16,
    samples_per_block=2,
)
FULL = Detail(
    side_px=256,
    frames_per_second=2,
    features_per_second=200,
    features_per_frame=200,
    same_luma=SAME_LUMA,
    blocks=24,
    samples_per_block=1,
)
"""What ``hash`` keeps."""

QUERY = Detail(
    side_px=288,
    frames_per_second=3,
    features_per_second=900,
    features_per_frame=300,
    same_luma=0.3,
    blocks=48,
    samples_per_block=1,
)
"""What is taken of a query, which is not stored: a picture within its picture needs features and blocks too, and moves
but little of the whole."""
