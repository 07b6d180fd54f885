"""Disguise the videos of a folder in known ways and look for them: recall, spans, offset, speed, mirroring.

    python -m benchmarks.made_disguises FOLDER [--work DIR] [--half first|second|both]

The sources fall into two halves by a hash of their names: parameters may be chosen on the first, figures are reported
on the second. With ``--work`` the made clips and their fingerprints are kept, and a second run only matches.
"""

import argparse
import hashlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import ffmpeg
import imageio_ffmpeg
import numpy as np

from verify.database.intake import find_files, stored_fingerprint, take_files
from verify.database.store import HashDatabase, open_database
from verify.matches.find import Matcher
from verify.records.match import NOT_COMPARABLE, SAME_FOOTAGE, Match, Segment

SHORTEST_SOURCE_S = 2.5
LONGEST_COPY_S = 20.0
CAPTION = (
    "drawbox=x=iw*0.1:y=ih*0.91:w=iw*0.8:h=ih*0.07:color=white:t=fill,"
    "drawbox=x=iw*0.14:y=ih*0.93:w=iw*0.3:h=ih*0.03:color=black:t=fill,"
    "drawbox=x=iw*0.5:y=ih*0.93:w=iw*0.2:h=ih*0.03:color=black:t=fill"
)
EVEN = "scale=trunc(iw/2)*2:trunc(ih/2)*2"
LETTERBOX = f"{EVEN},pad=iw:trunc(ih*0.66)*2:0:(oh-ih)/2"
PILLARBOX = f"{EVEN},pad=trunc(iw*0.88)*2:ih:(ow-iw)/2:0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """What is done to a copy.

    Attributes:
        name: as printed.
        filters: of FFmpeg, in order.
        excerpt_s: length of the stretch taken from the middle of the source; None for its first seconds.
        speed: source seconds per second of the copy.
        bit_rate: of the video; None for a fixed quality.
    """

    name: str
    filters: tuple[str, ...] = ()
    excerpt_s: float | None = None
    speed: float = 1.0
    bit_rate: str | None = None

    @property
    def mirrored(self) -> bool:
        """Whether the copy shows the source mirrored."""
        return "hflip" in self.filters


SMALL = "scale=-2:240"
DISGUISES = (
    Disguise(name="mirror", filters=("hflip",)),
    Disguise(name="letterbox", filters=(LETTERBOX,)),
    Disguise(name="pillarbox", filters=(PILLARBOX,)),
    Disguise(name="240p, 100 kbit/s", filters=(SMALL,), bit_rate="100k"),
    Disguise(name="excerpt 4 s", excerpt_s=4.0),
    Disguise(name="excerpt 8 s", excerpt_s=8.0),
    Disguise(name="speed 0.95", speed=0.95),
    Disguise(name="speed 1.05", speed=1.05),
    Disguise(name="speed 1.1", speed=1.1),
    Disguise(name="15 frames/s", filters=("fps=15",)),
    Disguise(name="caption", filters=(CAPTION,)),
    Disguise(name="mirror + caption", filters=("hflip", CAPTION)),
    Disguise(name="mirror + letterbox", filters=("hflip", LETTERBOX)),
    Disguise(name="pillarbox + 240p", filters=(SMALL, PILLARBOX), bit_rate="100k"),
    Disguise(name="excerpt 4 s + speed 1.05", excerpt_s=4.0, speed=1.05),
    Disguise(name="mirror + excerpt 4 s", filters=("hflip",), excerpt_s=4.0),
    Disguise(name="caption + speed 0.95", filters=(CAPTION,), speed=0.95),
    Disguise(name="240p + caption", filters=(CAPTION, SMALL), bit_rate="100k"),
    Disguise(name="15 frames/s + speed 1.1", filters=("fps=15",), speed=1.1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A made clip: all of it shows ``[start_s, end_s)`` of the source."""

    path: Path
    source: Path
    disguise: Disguise
    start_s: float
    end_s: float


@dataclass(slots=True)
class Figures:
    """What came out for one kind of disguise."""

    copies: int = 0
    found: int = 0
    rightly_mirrored: int = 0
    covered: list[float] = field(default_factory=list)
    offset_errors_s: list[float] = field(default_factory=list)
    speed_errors: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def main() -> None:
    """Make the copies, match them and print the figures."""
    parser = argparse.ArgumentParser(description="Match made disguises of the videos of a folder.")
    parser.add_argument("folder", type=lambda text: Path(text).resolve())
    parser.add_argument("--work", type=Path, help="folder to keep the made clips in (default: none are kept)")
    parser.add_argument("--half", choices=("first", "second", "both"), default="both")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        with (
            open_database(work / "references.db", create=True) as references,
            open_database(work / "copies.db", create=True) as copies,
        ):
            measure(options.folder, work, references, copies, options.half)


def measure(folder: Path, work: Path, references: HashDatabase, copies: HashDatabase, half: str) -> None:
    """Measure one or both halves."""
    sources = hash_files(references, find_files([folder]).files)
    made = [copy for path, seconds in sources.items() for copy in plan_copies(path, seconds, work / "clips")]
    for name in ("first", "second") if half == "both" else (half,):
        chosen = [copy for copy in made if half_of(copy.source) == name]
        make_copies(chosen)
        hash_files(copies, [copy.path for copy in chosen])
        report(name, compare(chosen, Matcher(references, "references.db"), copies))


def half_of(source: Path) -> str:
    """Put a source into one of two halves by its name."""
    return ("first", "second")[hashlib.sha256(os.fsencode(source.name)).digest()[0] % 2]


def hash_files(database: HashDatabase, files: "tuple[Path, ...] | list[Path]") -> dict[Path, float]:
    """Hash files and give the length of each that can be used."""
    taken = take_files(database, files, jobs=os.cpu_count() or 1)
    return {entry.path: float(entry.seconds) for entry in taken if entry.seconds is not None}


def plan_copies(source: Path, seconds: float, folder: Path) -> Iterator[Copy]:
    """Name the copies to make of a source."""
    if seconds < SHORTEST_SOURCE_S:
        return
    for number, disguise in enumerate(DISGUISES):
        length = disguise.excerpt_s or min(seconds, LONGEST_COPY_S)
        if length > seconds:
            continue
        start = round((seconds - length) * 0.6, 2) if disguise.excerpt_s else 0.0
        key = hashlib.sha256(os.fsencode(source)).hexdigest()[:8]
        path = folder / f"{source.stem}-{key}-{number:02}.mp4"
        yield Copy(path=path, source=source, disguise=disguise, start_s=start, end_s=start + length)


def make_copies(copies: list[Copy]) -> None:
    """Encode the copies that are not there yet."""
    missing = [copy for copy in copies if not copy.path.exists()]
    for copy in missing:
        copy.path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(encode, missing))


def encode(copy: Copy) -> None:
    """Encode one copy."""
    disguise = copy.disguise
    length = copy.end_s - copy.start_s
    filters = ["scale='min(640,iw)':-2", "setsar=1", *disguise.filters, f"setpts=PTS/{disguise.speed}", EVEN]
    rate = {"b:v": disguise.bit_rate} if disguise.bit_rate else {"crf": 26}
    partial = copy.path.with_suffix(".part.mp4")
    # A seek to 0 starts some AVI files behind their first key picture, and the copy would show damage only.
    seek = {"ss": copy.start_s} if copy.start_s else {}
    source = ffmpeg.input(str(copy.source), t=length, protocol_whitelist="file,pipe", **seek)
    output = source.output(
        str(partial),
        vf=",".join(filters),
        an=None,
        vcodec="libx264",
        preset="veryfast",
        pix_fmt="yuv420p",
        threads=1,
        **rate,
    )
    output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True, overwrite_output=True)
    partial.replace(copy.path)


def compare(copies: list[Copy], matcher: Matcher, database: HashDatabase) -> dict[str, Figures]:
    """Match every copy and judge the match with its source."""
    figures: dict[str, Figures] = {}
    for copy in copies:
        entry = figures.setdefault(copy.disguise.name, Figures())
        fingerprint = stored_fingerprint(database, copy.path)
        if fingerprint is None:
            continue
        answer = matcher.find(copy.path.name, fingerprint)
        if answer.answer == NOT_COMPARABLE:
            continue  # black or flat from end to end: nothing to find
        entry.copies += 1
        found = [match for match in answer.matches if is_true(match, copy)]
        if found:
            judge(entry, copy, found[0])
        else:
            entry.missed.append(copy.source.name)
    return figures


def is_true(match: Match, copy: Copy) -> bool:
    """Whether a match is with the source of the copy."""
    return match.answer == SAME_FOOTAGE and str(copy.source.absolute()) in match.reference.paths


def judge(figures: Figures, copy: Copy, match: Match) -> None:
    """Compare the segments found with the one that is true."""
    speed, seconds = copy.disguise.speed, (copy.end_s - copy.start_s) / copy.disguise.speed
    longest = max(match.segments, key=lambda segment: segment.query.seconds)
    figures.found += 1
    figures.rightly_mirrored += all(segment.mirrored == copy.disguise.mirrored for segment in match.segments)
    figures.covered.append(intersection_over_union(match.segments, seconds))
    middle = float(longest.query.start + longest.query.end) / 2
    at = float(longest.reference.start if longest.speed > 0 else longest.reference.end)
    there = at + longest.speed * (middle - float(longest.query.start))
    figures.offset_errors_s.append(abs(there - (copy.start_s + speed * middle)))
    figures.speed_errors.append(abs(longest.speed - speed))


def intersection_over_union(segments: tuple[Segment, ...], seconds: float) -> float:
    """Compare the seconds of the query that were found with ``[0, seconds)``."""
    found = sum(float(segment.query.seconds) for segment in segments)
    inside = sum(max(0.0, min(float(segment.query.end), seconds) - float(segment.query.start)) for segment in segments)
    return inside / max(found + seconds - inside, 1e-9)


def report(half: str, figures: dict[str, Figures]) -> None:
    """Print one half."""
    print(f"\n{half} half of the sources")
    heads = f"{'IoU':>7}{'worst':>7}{'offset s':>10}{'p95':>7}{'speed':>8}{'p95':>7}"
    print(f"{'disguise':26}{'found':>9}{heads}  mirrored right")
    for name, entry in figures.items():
        print_row(name, entry)
    total = Figures()
    for entry in figures.values():
        total.copies += entry.copies
        total.found += entry.found
        total.rightly_mirrored += entry.rightly_mirrored
        total.covered += entry.covered
        total.offset_errors_s += entry.offset_errors_s
        total.speed_errors += entry.speed_errors
    print_row("all", total)
    for name, entry in figures.items():
        if entry.missed:
            print(f"missed, {name}: {', '.join(sorted(entry.missed))}")


def print_row(name: str, entry: Figures) -> None:
    """Print the figures of one kind of disguise; errors as mean and 95th of 100."""
    if not entry.found:
        print(f"{name:26}{0:>4}/{entry.copies:<4}")
        return
    print(
        f"{name:26}{entry.found:>4}/{entry.copies:<4}{np.mean(entry.covered):>7.3f}{min(entry.covered):>7.3f}"
        f"{np.mean(entry.offset_errors_s):>10.3f}{np.percentile(entry.offset_errors_s, 95):>7.3f}"
        f"{np.mean(entry.speed_errors):>8.4f}{np.percentile(entry.speed_errors, 95):>7.4f}"
        f"  {entry.rightly_mirrored}/{entry.found}"
    )


if __name__ == "__main__":
    main()
