"""Join one 3 s ident to unrelated clips and match them all against each other: how many take the ident for a copy?

    python -m benchmarks.joined_idents DATA

DATA holds the folders ``free`` and ``other``. The ident stands in front, in the middle or at the end of every clip, or
at changing places; it moves, or it is a still. The exit status is 1 if there was a match.
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import ffmpeg
import imageio_ffmpeg

from verify.database.intake import take_files
from verify.database.store import open_database
from verify.matches.find import Matcher
from verify.records.match import SAME_FOOTAGE

CLIPS = 20
CLIP_S = 5.0
SPLIT_S = 2.0
IDENT_S = 3.0
IDENT_CLIPS = {"moving": Path("free") / "bbb_1080p_24s.mp4", "static": Path("free") / "london_roofs_360p.mp4"}
IDENT_START_S = 8.0
PLACES = ("front", "middle", "end")


def main() -> int:
    """Make, match and print."""
    parser = argparse.ArgumentParser(description="Matches among clips that share an ident only.")
    parser.add_argument("data", type=lambda text: Path(text).resolve())
    data = parser.parse_args().data
    clips = choose_clips(data)
    print(f"{len(clips)} clips of {CLIP_S:g} s, each with the same ident of {IDENT_S:g} s")
    print(f"{'ident':8}{'place':10}{'matches (must be 0)':>20}")
    worst = 0
    for kind, place in product(IDENT_CLIPS, (*PLACES, "changing")):
        with tempfile.TemporaryDirectory() as folder:
            found = count_matches(join_all(data, clips, (kind, place), Path(folder)), Path(folder) / "footage.db")
        print(f"{kind:8}{place:10}{found:>20}", flush=True)
        worst = max(worst, found)
    return 1 if worst else 0


def choose_clips(data: Path) -> list[Path]:
    """Take clips that share nothing with each other nor with the idents."""
    found = [path for folder in ("free", "other") for path in sorted((data / folder).glob("*.mp4"))]
    idents = {path.name for path in IDENT_CLIPS.values()}
    return [path for path in found if path.name not in idents][:CLIPS]


def join_all(data: Path, clips: list[Path], variant: tuple[str, str], folder: Path) -> list[Path]:
    """Write the joined clips."""
    kind, place = variant
    places = [PLACES[number % 3] if place == "changing" else place for number in range(len(clips))]
    made = [folder / f"{number:02}.mp4" for number in range(len(clips))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(join_clip, clips, [data / IDENT_CLIPS[kind]] * len(clips), places, made))
    return made


def join_clip(clip: Path, ident: Path, place: str, made: Path) -> None:
    """Write one clip with the ident; that of roofs is one picture held."""
    shown = prepare(ident, IDENT_START_S, IDENT_S)
    if ident == ident.with_name(IDENT_CLIPS["static"].name):
        shown = shown.filter("trim", end_frame=1).filter("loop", loop=int(IDENT_S * 25) - 1, size=1)
        shown = shown.filter("setpts", "N/25/TB")
    if place == "middle":
        parts = [prepare(clip, 0, SPLIT_S), shown, prepare(clip, SPLIT_S, CLIP_S - SPLIT_S)]
    else:
        parts = [shown, prepare(clip, 0, CLIP_S)]
    joined = ffmpeg.concat(*(parts[::-1] if place == "end" else parts), v=1, a=0)
    output = joined.output(str(made), vcodec="libx264", preset="ultrafast", crf=26, threads=1)
    output.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True, overwrite_output=True)


def prepare(path: Path, start_s: float, seconds: float) -> ffmpeg.nodes.FilterableStream:
    """Open a stretch of a clip in the size and rate that all have."""
    source = ffmpeg.input(str(path), ss=start_s, t=seconds, protocol_whitelist="file,pipe")
    return source.video.filter("scale", 320, 180).filter("setsar", 1).filter("fps", 25).filter("format", "yuv420p")


def count_matches(clips: list[Path], path: Path) -> int:
    """Match every clip against all others and count those called the same footage."""
    with open_database(path, create=True) as database:
        for taken in take_files(database, clips, jobs=os.cpu_count() or 1):
            if taken.error is not None:
                raise taken.error
        matcher = Matcher(database, path.name)
        reports = [matcher.find("", database.fingerprint(video.video_id)) for video in database.videos()]
    found = [match for report in reports for match in report.matches if not match.identical]
    return sum(match.answer == SAME_FOOTAGE for match in found)


if __name__ == "__main__":
    sys.exit(main())
