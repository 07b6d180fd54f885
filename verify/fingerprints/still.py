"""A picture file (a screenshot, a saved keyframe) as a fingerprint of one frame, which is looked for like a video."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from verify.errors import DamagedPictureError, NotAPictureError, PictureTooLargeError, VerifyError
from verify.fingerprints.borders import find_borders
from verify.fingerprints.compute import FINGERPRINT_VERSION, PICTURE_SIDE_PX
from verify.fingerprints.frame_hash import hash_pictures
from verify.fingerprints.local_features import describe_picture
from verify.records.fingerprint import FEATURE_BYTES, Fingerprint, FrameHashes, LocalFeatures
from verify.records.video import VideoFacts
from verify.videos.probe import MAX_PIXELS, check_regular_file

PICTURE_ENDINGS = frozenset("jpg jpeg png webp bmp tif tiff".split())
"""Files with these endings are taken from a folder that is walked for queries."""

FEATURES_BY_SIDE_PX = {192: 300, 384: 400}
"""How many features are sought in the luma of which longer side: that of stored features, and a larger one for what is
small in the still. Of 400 screenshots half agree with their reference in 41 points or more, with 600 features at 384 px
in 36, with 300 at 288 px in 33 (``benchmarks/accuracy/stills.py``, first half)."""

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"MM\x00*")
_WEBP_MARK = (b"RIFF", b"WEBP")
_SNIFF_BYTES = 16
_BLACK = (0, 0, 0, 255)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by the orientation that Exif gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still(Fingerprint):
    """The fingerprint of a picture, with the small picture itself, which is not stored.

    Attributes:
        picture_width_px, picture_height_px: of the small picture.
        picture: its full-range luma, row by row, a byte a pixel.
    """

    picture_width_px: int
    picture_height_px: int
    picture: bytes

    def luma(self) -> NDArray[np.uint8]:
        """Give the small picture, (H, W) uint8."""
        return np.frombuffer(self.picture, np.uint8).reshape(self.picture_height_px, self.picture_width_px)


def is_picture(path: Path) -> bool:
    """Whether a file is taken for a picture: by its first bytes, whatever its name says, or else by its ending."""
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFF_BYTES)
    except OSError:
        head = b""
    if head.startswith(_MARKS) or (head[:4], head[8:12]) == _WEBP_MARK:
        return True
    return path.suffix.lower().removeprefix(".") in PICTURE_ENDINGS


def read_luma(path: Path) -> tuple[NDArray[np.uint8], VideoFacts]:
    """Read the brightness of a picture; of an animation or of several pages the first.

    Returns:
        (H, W) uint8, full-range luma 0-255 by ITU-R BT.601, turned upright, on black where it is transparent; and
        what is known of the file.

    Raises:
        FileAccessError, EmptyFileError: there is no file to read.
        NotAPictureError, DamagedPictureError, PictureTooLargeError: the file is no picture that can be used.
    """
    check_regular_file(path)
    with _open(path) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise _too_large(path, f"it has {width}x{height} pixels, more than {MAX_PIXELS} in all")
        image.load()
        # Only after loading: a TIFF turns itself then, and says so.
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        luma = _brightness(image)
        upright = luma.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else luma
        pixels = np.array(upright, np.uint8)
        return pixels, _facts(image, pixels.shape)


def fingerprint_luma(luma: NDArray[np.uint8], video_id: str) -> Still:
    """Fingerprint one picture as a video of no length.

    Args:
        luma: (H, W) uint8, full-range luma.
        video_id: SHA-256 of the bytes that it was read from.
    """
    small = _shrink(luma, PICTURE_SIDE_PX)
    hashed = hash_pictures([find_borders(small).remove(small)])
    features = b"".join(describe_picture(_shrink(luma, side), count) for side, count in FEATURES_BY_SIDE_PX.items())
    instant = np.zeros(1, "<i8").tobytes()
    return Still(
        video_id=video_id,
        version=FINGERPRINT_VERSION,
        seconds=Fraction(0),
        frame_hashes=FrameHashes(
            time_base=Fraction(1),
            starts=instant,
            ends=instant,
            hashes=hashed.hashes.tobytes(),
            mirrored=hashed.mirrored.tobytes(),
            codes=hashed.codes.tobytes(),
        ),
        local_features=LocalFeatures(
            width_px=small.shape[1],
            height_px=small.shape[0],
            ticks=instant,
            counts=np.array([len(features) // FEATURE_BYTES], "<u2").tobytes(),
            features=features,
        ),
        picture_width_px=small.shape[1],
        picture_height_px=small.shape[0],
        picture=small.tobytes(),
    )


@contextmanager
def _open(path: Path) -> Iterator[Image.Image]:
    """Open a picture and turn whatever goes wrong with it into our errors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as image:
                yield image
    except VerifyError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, f"it has more than {MAX_PIXELS} pixels") from error
    except MemoryError as error:
        raise _too_large(path, "decoding it takes too much memory") from error
    except UnidentifiedImageError as error:
        raise NotAPictureError(
            f"{path.name} cannot be read",
            "it is no picture that could be opened",
            "Give a JPEG, PNG, WebP, BMP or TIFF file, or a video with a video's ending",
        ) from error
    except Exception as error:
        raise DamagedPictureError(
            f"{path.name} cannot be used",
            f"the picture breaks off or is damaged ({type(error).__name__})",
            "Save or download it again",
        ) from error


def _too_large(path: Path, why: str) -> PictureTooLargeError:
    return PictureTooLargeError(f"{path.name} is refused", why, "Scale it down first")


def _brightness(image: Image.Image) -> Image.Image:
    """Give the picture in shades of grey, 8 bits each."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in {"I", "F"}:
        return Image.fromarray(_stretch(np.asarray(image)))
    if image.mode == "LAB":
        return image.getchannel(0)
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, _BLACK), image.convert("RGBA"))
    return image.convert("L")


def _stretch(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Bring values of a range that nobody states to 0-255; what is no number becomes black."""
    numbers = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    return np.asarray((numbers - low) * (255 / (high - low) if high > low else 0.0), np.uint8)


def _shrink(luma: NDArray[np.uint8], longer_side_px: int) -> NDArray[np.uint8]:
    height, width = luma.shape
    scale = longer_side_px / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def _facts(image: Image.Image, shape: tuple[int, ...]) -> VideoFacts:
    return VideoFacts(
        container=image.format or "",
        codec=image.format or "",
        pixel_format=image.mode,
        coded_width_px=image.width,
        coded_height_px=image.height,
        width_px=shape[1],
        height_px=shape[0],
        rotation_degrees=0,
        pixel_aspect=Fraction(1),
        seconds=Fraction(0),
        frames=1,
    )
