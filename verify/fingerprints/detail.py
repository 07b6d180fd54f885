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
        blocks: blocks along the longer side of the picture whose brightness is kept.
        samples_per_block: every so many samples of the hashing clock it is kept.
    """

    side_px: int
    frames_per_second: int
    features_per_second: int
    features_per_frame: int
    blocks: int
    samples_per_block: int


LEAN = Detail(
    side_px=192, frames_per_second=1, features_per_second=24, features_per_frame=64, blocks=10, samples_per_block=3
)
DEFAULT = Detail(
    side_px=192, frames_per_second=1, features_per_second=50, features_per_frame=128, blocks=16, samples_per_block=2
)
FULL = Detail(
    side_px=256, frames_per_second=2, features_per_second=200, features_per_frame=200, blocks=24, samples_per_block=1
)
"""What ``hash`` keeps."""

QUERY = Detail(
    side_px=288, frames_per_second=3, features_per_second=900, features_per_frame=300, blocks=48, samples_per_block=1
)
"""What is taken of a query, which is not stored: a picture within its picture needs features and blocks too."""
