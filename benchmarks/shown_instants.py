"""Does the explanation of a match tell copies from other recordings of a place, and right instants from wrong ones?

    python -m benchmarks.shown_instants FOLDER

Of each video of FOLDER nine seconds are cut out, edited in one of four ways and looked for among all. Wherever matching
lines one up with a reference, candidates included, its pictures are laid on each other as ``match --explain`` does it.
Counted is in how many comparisons they are clearly of the aligned instant.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ffmpeg
import imageio_ffmpeg

from benchmarks.figures import Row, print_table
from verify.database.intake import take_files
from verify.database.store import HashDatabase, open_database
from verify.database.walk import find_files
from verify.errors import VerifyError
from verify.fingerprints.detail import QUERY
from verify.fingerprints.workers import fingerprint_file
from verify.matches.find import Matcher
from verify.matches.seen_pairs import SeenPair, see_segments

AIM = "all comparisons of copies aligned as they were made, at most one in twenty of other videos"
START_S, LENGTH_S = 2.0, 9.0
RIGHT_S = 0.25
EVEN = {"width": "trunc(iw/2)*2", "height": "trunc(ih/2)*2"}
BAR = {"x": 0, "y": "ih*0.86", "width": "iw", "height": "ih*0.14", "color": "black", "thickness": "fill"}

Pairs = tuple[SeenPair, ...]
Filters = tuple[tuple[str, dict[str, Any]], ...]
EDITS: tuple[Filters, ...] = (
    (("crop", {"out_w": "iw*0.8", "out_h": "ih*0.8"}), ("hflip", {})),
    (("drawbox", BAR), ("eq", {"brightness": 0.05, "contrast": 0.85})),
    (("crop", {"out_w": "iw*0.75", "out_h": "ih*0.8", "x": 0, "y": "ih*0.15"}),),
    (("pad", {"width": "iw*1.4", "height": "ih*1.3", "x": "iw*0.1", "y": "ih*0.1", "color": "gray"}),),
)
COPY, MISALIGNED, OTHER = "copies, aligned as made", "copies, aligned otherwise", "other videos"


def main() -> None:
    """Edit, match, lay over and print."""
    parser = argparse.ArgumentParser(description="Pictures laid on each other: of the aligned instant or not.")
    parser.add_argument("folder", type=lambda text: Path(text).resolve())
    files = find_files([parser.parse_args().folder]).files
    print(f"{len(files)} videos; aim: {AIM}")
    told: dict[str, list[bool]] = defaultdict(list)
    stretches: dict[str, int] = defaultdict(int)
    with tempfile.TemporaryDirectory() as name, open_database(Path(name) / "footage.db", create=True) as database:
        for _ in take_files(database, list(files), jobs=1):
            pass
        for kind, pairs in compare(database, files, Path(name)):
            stretches[kind] += 1
            told[kind] += [other.nearer_here for pair in pairs for other in pair.figures.telling]
    print_table([count(kind, stretches[kind], told[kind]) for kind in (COPY, MISALIGNED, OTHER)])


def compare(database: HashDatabase, files: Iterable[Path], scratch: Path) -> Iterator[tuple[str, Pairs]]:
    """Give the pairs of every stretch in which a copy was lined up with a reference, and what kind of stretch it is."""
    matcher = Matcher(database, "footage.db")
    for number, source in enumerate(files):
        copy = scratch / f"{number}.mp4"
        try:
            edit(source, copy, EDITS[number % len(EDITS)])
            examination = matcher.examine(copy.name, fingerprint_file(copy, detail=QUERY).fingerprint, candidates=True)
        except (ffmpeg.Error, VerifyError):
            continue  # too short for an excerpt
        for seen in see_segments(examination, copy, lambda match: database.paths_of(match.reference.video_id)):
            own = source in database.paths_of(examination.report.matches[seen.match].reference.video_id)
            yield kind_of(seen.pairs) if own else OTHER, seen.pairs


def kind_of(pairs: Pairs) -> str:
    """Tell whether a copy was lined up with its own source as it was cut out of it."""
    off = (abs(float(pair.reference_time - pair.pair.query_time) - START_S) for pair in pairs)
    return COPY if all(one <= RIGHT_S for one in off) else MISALIGNED


def edit(source: Path, copy: Path, filters: Filters) -> None:
    """Write an edited excerpt."""
    stream = ffmpeg.input(str(source), ss=START_S, t=LENGTH_S).video
    for name, values in (*filters, ("scale", EVEN)):
        stream = stream.filter(name, **values)
    output = stream.output(str(copy), vcodec="libx264", crf=30, pix_fmt="yuv420p")
    output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True, overwrite_output=True)


def count(kind: str, stretches: int, told: list[bool]) -> Row:
    """Give a row of the table."""
    return {"stretches": kind, "number": stretches, "comparisons": len(told), "clearly the aligned instant": sum(told)}


if __name__ == "__main__":
    main()
