"""Make a query of a minute: six seconds of each of ten videos, each disguised in another way, one after the other.

Many videos have no sound, so that of the query is joined from what the fingerprints of its videos hold of it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from verify.records.fingerprint import ITEM_BYTES, Fingerprint, Sound

START_S, LENGTH_S = 1.0, 6.0
WIDTH, HEIGHT, RATE = 640, 360, 25

Filters = tuple[tuple[str, dict[str, Any]], ...]
_FIT = (
    ("scale", {"w": WIDTH, "h": HEIGHT, "force_original_aspect_ratio": "decrease"}),
    ("pad", {"width": WIDTH, "height": HEIGHT, "x": "(ow-iw)/2", "y": "(oh-ih)/2"}),
    ("setsar", {"sar": 1}),
    ("fps", {"fps": RATE}),
)
DISGUISES: dict[str, Filters] = {
    "encoded again": (),
    "mirrored": (("hflip", {}),),
    "cropped to 65 %": (("crop", {"out_w": "iw*0.65", "out_h": "ih*0.65", "x": "iw*0.3", "y": "ih*0.2"}),),
    "cut to 9:16": (("crop", {"out_w": "ih*9/16", "out_h": "ih"}),),
    "in 55 % of the picture": (
        ("pad", {"w": "iw/0.55", "h": "ih/0.55", "x": "iw*0.2", "y": "ih*0.5", "color": "teal"}),
    ),
    "under a caption": (("pad", {"w": "iw", "h": "ih*1.3", "x": 0, "y": "ih*0.25", "color": "white"}),),
    "turned left": (("transpose", {"dir": 2}),),
    "turned by 5 degrees": (("rotate", {"angle": 0.087}),),
    "negative": (("negate", {}),),
    "mirrored, cropped, dark": (
        ("hflip", {}),
        ("crop", {"out_w": "iw*0.75", "out_h": "ih*0.75"}),
        ("eq", {"brightness": -0.15, "contrast": 0.7}),
    ),
}
"""What is done to each of the excerpts, by name."""


def make_query(videos: Sequence[Path], clip: Path) -> None:
    """Join an excerpt of each video, as many as there are disguises."""
    parts = []
    for video, filters in zip(videos, DISGUISES.values(), strict=True):
        part = ffmpeg.input(str(video), ss=START_S, t=LENGTH_S, protocol_whitelist="file,pipe").video
        for name, options in (*filters, *_FIT):
            part = part.filter(name, **options)
        parts.append(part)
    joined = ffmpeg.concat(*parts).output(str(clip), vcodec="libx264", crf=26, pix_fmt="yuv420p", loglevel="error")
    ffmpeg.run(joined, cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True)


def join_sounds(fingerprints: Sequence[Fingerprint]) -> Sound | None:
    """Join the sound of the excerpts; None where no video has any."""
    sounds = [one.sound for one in fingerprints if one.sound is not None]
    if not sounds:
        return None
    step = sounds[0].step
    first, last = int(START_S / step), int((START_S + LENGTH_S) / step)
    items = b"".join(one.items[first * ITEM_BYTES : last * ITEM_BYTES] for one in sounds)
    return Sound(step=step, span=sounds[0].span, items=items)
