"""Rebuild the videos of the samples: the references, and the old footage in disguise that the article cites.

    python samples/make_samples.py [SOURCES] [--output FOLDER]

SOURCES is a folder that holds the clips of ``REFERENCES`` (default: ../shared/data/free from the root).
The article and ``sightings.csv`` are written by hand and stay as they are. The same ffmpeg binary gives the
same bytes each time.
"""

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

SAMPLES = Path(__file__).resolve().parent
DEFAULT_SOURCES = SAMPLES.parent.parent / "shared" / "data" / "free"
CITED_VIDEO = Path("article") / "depot_road_files" / "depot_road_clip.mp4"

REFERENCES = {
    "bottle-detection.mp4": "d52ba94aedf8a923c342fe9ea1d2bd85f712c4cc0f49a6de1bac43eebe3a48ff",
    "car-detection.mp4": "815e8827b3185f771756fd683633153f77d6a9ae94dc3f92663811719285f4c0",
    "city_night.mp4": "936cf5941734bc8847c54582de1a7152554853ea92b03d2e17ca1c64fc9d9731",
    "highway_lanes.mp4": "37d8c49ee291415e09d47e17791903ab4dfe5ebabe2ef5e0c9397a279c46991b",
    "london_roofs_360p.mp4": "16cf8d7c282cbe986354edf962c319219026815b2fbe98a2ba67f2607711c2f5",
    "person-bicycle-car.mp4": "26ea5e524ef92cc437ce687104b1cb934c18c55ca0469767cbe157b1d044b1d4",
    "person-room_000-040.mp4": "979074ac2399c98aa3bbe448f80875f6436f9e5bbaede258538dff71bfea8dc7",
}
"""SHA-256 of each clip: another version of a clip would make another cited video."""

WIDTH_PX = 704
HEIGHT_PX = 396
FRAMES_PER_S = 24
"""Twice the rate of person-bicycle-car.mp4, so that each of its frames stands at the very time it had."""
CAPTION_HEIGHT_PX = HEIGHT_PX // 10
CARD_S = Fraction(3, 2)
CARD_TEXT = ("DEPOT ROAD", "Veldrin, Tuesday morning")
CAPTION_TEXT = "VELDRIN   DEPOT ROAD   13.10.   watch to the end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Seconds ``[start, end)`` of one reference."""

    name: str
    start: Fraction
    end: Fraction


EXCERPTS = (
    Excerpt(name="london_roofs_360p.mp4", start=Fraction(17, 2), end=Fraction(25, 2)),
    Excerpt(name="person-bicycle-car.mp4", start=Fraction(23), end=Fraction(36)),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Check the sources, then write the references and the cited video."""
    parser = argparse.ArgumentParser(description="Rebuild the videos of the samples.")
    parser.add_argument("sources", nargs="?", type=Path, default=DEFAULT_SOURCES, help="folder of the free clips")
    parser.add_argument("--output", type=Path, default=SAMPLES, help="folder to write to (default: samples/)")
    options = parser.parse_args(arguments)
    check_sources(options.sources)
    copy_references(options.sources, options.output / "reference")
    make_cited_video(options.output / "reference", options.output / CITED_VIDEO)
    print(f"{len(REFERENCES)} references and {CITED_VIDEO} written to {options.output}")
    for line in describe_truth():
        print(line)


def check_sources(folder: Path) -> None:
    """Stop with a reason unless the folder holds every clip with the bytes expected."""
    if not folder.is_dir():
        raise SystemExit(
            f"The samples cannot be rebuilt: there is no folder {folder}. "
            "Give the folder of the free clips: python samples/make_samples.py FOLDER."
        )
    for name, expected in REFERENCES.items():
        path = folder / name
        if not path.is_file():
            raise SystemExit(f"The samples cannot be rebuilt: {path} is missing. Give a folder that holds it.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(
                f"The samples cannot be rebuilt: {path} has SHA-256 {found}, not {expected}. "
                "Give the clip that samples/README.md names."
            )


def copy_references(sources: Path, folder: Path) -> None:
    """Copy the clips byte for byte; the times of the files say nothing and are not kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in REFERENCES:
        if (sources / name).resolve() != (folder / name).resolve():
            shutil.copyfile(sources / name, folder / name)


def make_cited_video(references: Path, target: Path) -> None:
    """Join a title card with the mirrored excerpts, lay the caption over them and encode the whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        card, caption, video = (Path(made) / name for name in ("card.png", "caption.png", "clip.mp4"))
        draw_card(card)
        draw_caption(caption)
        parts = [show_card(card)]
        parts += [show_mirrored(references, excerpt) for excerpt in EXCERPTS]
        joined = ffmpeg.concat(*parts, v=1, a=0)
        captioned = joined.overlay(
            open_input(caption), x=0, y=HEIGHT_PX - CAPTION_HEIGHT_PX, enable=f"gte(t,{float(CARD_S)})"
        )
        encode(captioned, video)
        # Renamed last: a run that was broken off leaves the former video.
        video.replace(target)


def open_input(path: Path, **options: Any) -> Any:  # noqa: ANN401  (ffmpeg-python has no types)
    """Name an input of an ffmpeg command line that may open local files only."""
    return ffmpeg.input(str(path), protocol_whitelist="file,pipe", **options)


def show_card(card: Path) -> Any:  # noqa: ANN401
    """Show the title card for ``CARD_S``."""
    stream = open_input(card, loop=1, framerate=FRAMES_PER_S).trim(end_frame=int(CARD_S * FRAMES_PER_S))
    return fit(stream)


def show_mirrored(references: Path, excerpt: Excerpt) -> Any:  # noqa: ANN401
    """Show an excerpt mirrored left to right, on the clock of the cited video."""
    start, end = (int(time * FRAMES_PER_S) for time in (excerpt.start, excerpt.end))
    stream = open_input(references / excerpt.name).video.filter("fps", fps=FRAMES_PER_S)
    # Cut after the change of rate: whole frames are counted, so nothing shifts against the times given.
    stream = stream.trim(start_frame=start, end_frame=end).setpts("PTS-STARTPTS")
    return fit(stream).hflip()


def fit(stream: Any) -> Any:  # noqa: ANN401
    """Bring pictures to the size, shape and colours of the cited video."""
    scaled = stream.filter(
        "scale",
        WIDTH_PX,
        HEIGHT_PX,
        flags="bicubic+accurate_rnd+bitexact",
        out_color_matrix="bt709",
        out_range="tv",
    )
    return scaled.filter("setsar", 1).filter("format", "yuv420p")


def encode(stream: Any, video: Path) -> None:  # noqa: ANN401
    """Encode as a site would serve it.

    One thread and the bitexact flags keep the bytes the same on any number of cores.
    """
    command = ffmpeg.output(
        stream,
        str(video),
        vcodec="libx264",
        preset="slow",
        crf=27,
        pix_fmt="yuv420p",
        threads=1,
        map_metadata=-1,
        movflags="+faststart",
        fflags="+bitexact",
        **{"flags:v": "+bitexact"},
    )
    try:
        command.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    except ffmpeg.Error as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise SystemExit(f"The cited video cannot be made: ffmpeg says {said[-1:]}.") from error


def draw_card(path: Path) -> None:
    """Draw the title card with the font that Pillow carries: no font of the system is needed."""
    card = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (22, 30, 44))
    pen = ImageDraw.Draw(card)
    pen.rectangle((64, 152, 72, 244), fill=(214, 158, 46))
    pen.text((92, 146), CARD_TEXT[0], font=ImageFont.load_default(size=56), fill=(240, 240, 236))
    pen.text((94, 216), CARD_TEXT[1], font=ImageFont.load_default(size=24), fill=(176, 184, 196))
    card.save(path)


def draw_caption(path: Path) -> None:
    """Draw the caption that covers part of the lowest tenth of the picture."""
    caption = Image.new("RGBA", (WIDTH_PX, CAPTION_HEIGHT_PX), (0, 0, 0, 0))
    pen = ImageDraw.Draw(caption)
    font = ImageFont.load_default(size=17)
    left, top, right, bottom = pen.textbbox((24, 9), CAPTION_TEXT, font=font)
    pen.rectangle((left - 8, top - 6, right + 8, bottom + 6), fill=(12, 16, 24, 200))
    pen.text((24, 9), CAPTION_TEXT, font=font, fill=(255, 255, 255, 255))
    caption.save(path)


def describe_truth() -> list[str]:
    """Say, a line each, which seconds of the cited video are which seconds of a reference."""
    lines = [f"cited 0.0-{float(CARD_S)} s: title card, in no reference"]
    time = CARD_S
    for excerpt in EXCERPTS:
        end = time + excerpt.end - excerpt.start
        lines.append(
            f"cited {float(time)}-{float(end)} s: {excerpt.name} "
            f"{float(excerpt.start)}-{float(excerpt.end)} s, mirrored, speed 1"
        )
        time = end
    return lines


if __name__ == "__main__":
    main()
