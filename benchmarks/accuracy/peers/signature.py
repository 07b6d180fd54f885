"""Peer: FFmpeg's ``signature`` filter, the MPEG-7 video signature."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import ffmpeg
import imageio_ffmpeg
import numpy as np

from benchmarks.accuracy.peers.peer import PeerError, pack_bits
from benchmarks.accuracy.peers.signature_lookup import (
    BAG_WORDS,
    FRAME_WORDS,
    SEGMENT_STEP,
    WORD_CHOICES,
    Signature,
    look_up,
)

_FRAME_COUNT_AT = 129
_SEGMENTS_AT = 274
_BAGS_AT = 129
_WORDS = 243
_SEGMENT_BITS = _BAGS_AT + WORD_CHOICES * _WORDS
_CONFIDENCE_AT = 33
_VALUES_AT = 81
_FRAME_BITS = 689
"""Places in bits, in a file, a segment and a frame (ISO/IEC 15938-3 Amd 4, ``VideoSignature``, uncompressed)."""

_PLACES = np.array([81, 27, 9, 3, 1], np.uint8)
"""Five ternary values share a byte."""


@dataclass(frozen=True, slots=True)
class FilterSignature:
    """FFmpeg's filter at its defaults: the number of frames that it reports as matching; 1 is a match.

    The filter of the installed FFmpeg writes the signature; releases differ in how they compare two.

    Attributes:
        name: with the release.
        coarse: whether that release compares segments by their bags of words first.
    """

    name: str
    coarse: bool
    default_threshold: float = 1.0

    def why_missing(self) -> str | None:
        """Say whether FFmpeg was built without the filter, which is under the GPL."""
        shown = ffmpeg.input("color=size=32x32:duration=0.1", f="lavfi").filter("signature").output("-", format="null")
        try:
            shown.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True)
        except (ffmpeg.Error, OSError, RuntimeError):
            return (
                f"{self.name} is left out: FFmpeg lacks the signature filter. Install it: pip install imageio-ffmpeg."
            )
        return None

    def fingerprint(self, path: Path) -> Signature:
        """Let the filter write the signature of a video, and read it."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "signature"
            write_signature(path, target)
            return read_signature(target.read_bytes())

    def compare(self, query: object, reference: object) -> float:
        """Give the number of frames that match; 0 where the filter says that nothing does."""
        found = look_up(cast("Signature", query), cast("Signature", reference), coarse=self.coarse)
        return float(found.frames) if found else 0.0


SIGNATURE_OF_FFMPEG_7 = FilterSignature("signature (FFmpeg 7)", coarse=False)
SIGNATURE_OF_FFMPEG_9 = FilterSignature("signature (FFmpeg 9)", coarse=True)


def write_signature(path: Path, target: Path) -> None:
    """Have the filter write the signature of a video's first stream of pictures.

    Raises:
        PeerError: FFmpeg gave up.
    """
    video = ffmpeg.input(f"file:{path.absolute()}", protocol_whitelist="file")["v:0"]
    output = video.filter("signature", format="binary", filename=str(target)).output("-", format="null")
    try:
        output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True)
    except ffmpeg.Error as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise PeerError(f"{path.name}: the signature filter failed ({said[-1] if said else 'no reason'})") from error
    if not target.is_file():
        raise PeerError(f"{path.name}: the signature filter saw no frame")


def read_signature(data: bytes) -> Signature:
    """Read what the filter wrote as ``format=binary``."""
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    frames = int(np.packbits(bits[_FRAME_COUNT_AT : _FRAME_COUNT_AT + 32]).view(">u4")[0])
    segments = -(-frames // SEGMENT_STEP)
    frames_at = _SEGMENTS_AT + segments * _SEGMENT_BITS + 1
    bags = bits[_SEGMENTS_AT : frames_at - 1].reshape(segments, _SEGMENT_BITS)[:, _BAGS_AT:]
    rows = bits[frames_at : frames_at + frames * _FRAME_BITS].reshape(frames, _FRAME_BITS)
    values = np.packbits(rows[:, _VALUES_AT:], axis=1)[:, :, None] // _PLACES % 3
    ladder = np.stack([values > 0, values > 1], axis=-1).reshape(frames, -1)
    return Signature(
        frames=pack_bits(ladder.astype(np.uint8), FRAME_WORDS),
        plain=np.packbits(rows[:, _CONFIDENCE_AT : _CONFIDENCE_AT + 8], axis=1)[:, 0] == 0,
        bags=pack_bits(bags.reshape(segments, WORD_CHOICES, _WORDS), BAG_WORDS),
    )
