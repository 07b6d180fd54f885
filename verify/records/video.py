"""What is known of a video file before and after decoding it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.records.time import exact_seconds, seconds_as_float


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """One video stream as shown by a player.

    Attributes:
        container, codec, pixel_format: names as FFmpeg gives them.
        coded_width_px, coded_height_px: size of the pictures in the file.
        width_px, height_px: size as shown: turned upright, pixels square.
        rotation_degrees: clockwise turn that the container asks for: 0, 90, 180 or 270.
        pixel_aspect: width over height of one coded pixel.
        seconds: from the first frame shown to the end of the last one.
        frames: number of frames that were decoded and shown.
        oddities: what is unusual about the file, a sentence each; empty for a plain one.
    """

    container: str
    codec: str
    pixel_format: str
    coded_width_px: int
    coded_height_px: int
    width_px: int
    height_px: int
    rotation_degrees: int
    pixel_aspect: Fraction
    seconds: Fraction
    frames: int
    oddities: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the facts as plain JSON."""
        return {
            "container": self.container,
            "codec": self.codec,
            "pixel_format": self.pixel_format,
            "coded_width_px": self.coded_width_px,
            "coded_height_px": self.coded_height_px,
            "width_px": self.width_px,
            "height_px": self.height_px,
            "rotation_degrees": self.rotation_degrees,
            "pixel_aspect": [self.pixel_aspect.numerator, self.pixel_aspect.denominator],
            "seconds": seconds_as_float(self.seconds),
            "frames": self.frames,
            "oddities": list(self.oddities),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "VideoFacts":
        """Read what ``as_json`` gave."""
        values = dict(data)
        # Two values: of a single text like "1e999999999" a fraction would be computed without end.
        width, height = data["pixel_aspect"]
        values["pixel_aspect"] = Fraction(width, height)
        values["seconds"] = exact_seconds(float(data["seconds"]))
        values["oddities"] = tuple(data["oddities"])
        return cls(**values)
