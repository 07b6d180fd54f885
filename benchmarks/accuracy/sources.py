"""Choose the videos of a folder that can be disguised, one of each family."""

import os
import pickle
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np

from benchmarks.accuracy.families import Groups, Kinship, find_kin, join_families, read_manifest
from benchmarks.accuracy.footage import Encoding, read_pictures, write_clip
from benchmarks.accuracy.looks import LOOKS_PER_S, Look, look_at
from benchmarks.accuracy.records import Source, Spans, Stretch, chance_of, digest_of

VIDEO_ENDINGS = frozenset("mp4 m4v mov mkv webm avi flv 3gp ts mts m2ts mpg mpeg ogv wmv".split())
SHORTEST_S = 2.0
"""Shorter videos are not used at all."""

SHORTEST_SOURCE_S = 4.8
"""Shorter ones are searched among, but not disguised."""

LEAST_LIVE_RATIO = 0.4
"""Of the half seconds of a source, or of a window of a fixed camera."""

LEAST_MOVING_RATIO = 0.02
"""Of the picture, over the whole video: the running clock of a test card is less."""

LONGEST_EXCERPT_S = 7.0
"""Slowed down to 0.7 it makes a clip of ten seconds."""

SHORTEST_FIXED_S = 9.0
GAP_S = 2.0
"""Two windows of one fixed camera stand at least so far apart."""

LONGEST_SIDE_PX = 1280
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SetAside:
    """A video that is not used, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sources of a folder, and what was left out of them."""

    sources: tuple[Source, ...]
    aside: tuple[SetAside, ...]

    @property
    def disguised(self) -> tuple[Source, ...]:
        """Those long enough to be disguised."""
        return tuple(source for source in self.sources if source.seconds >= SHORTEST_SOURCE_S)


def choose_sources(folder: Path, work: Path, pool: Executor) -> Chosen:
    """Walk a folder and choose.

    Args:
        folder: walked to its depth; hidden files and links are left out.
        work: where cut references and what was seen of each file are kept.
        pool: processes that look at the files.
    """
    paths = {path.relative_to(folder).as_posix(): path for path in _videos(folder)}
    stamps = [f"{name} {path.stat().st_size} {path.stat().st_mtime_ns}" for name, path in paths.items()]
    code = digest_of(_FOLDER / name for name in ("footage.py", "looks.py", "sources.py"))
    seen = pool.map(_look_once, stamps, paths.values(), [work / "looks" / code] * len(paths))
    aside: list[SetAside] = []
    looks: dict[str, Look] = {}
    for name, look in zip(paths, seen, strict=True):
        why = look if isinstance(look, str) else _why_unusable(look)
        if why or isinstance(look, str):
            aside.append(SetAside(name, why))
        else:
            looks[name] = look
    groups = read_manifest(folder)
    kept, relatives = keep_one_of_each(looks, find_kin(looks, groups))
    made = pool.map(
        _make_source,
        kept,
        [paths[name] for name in kept],
        [looks[name] for name in kept],
        [groups.get(name, Groups()).scene for name in kept],
        [work / "references" / code] * len(kept),
    )
    return Chosen(tuple(made), (*aside, *relatives))


def _videos(folder: Path) -> list[Path]:
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if path.suffix.lower().lstrip(".") in VIDEO_ENDINGS and not name.startswith(".") and not path.is_symlink():
                found.append(path)
    return found


def _look_once(stamp: str, path: Path, folder: Path) -> Look | str:
    """Look at a file, or read what was seen of it; a text says why it cannot be used."""
    kept = folder / f"{chance_of(stamp).bytes(8).hex()}.pickle"
    if kept.is_file():
        look: Look | str = pickle.loads(kept.read_bytes())  # noqa: S301  (written by an earlier run of ours)
        return look
    try:
        look = look_at(path)
    except (av.FFmpegError, ValueError, IndexError, MemoryError) as error:
        look = f"cannot be decoded: {type(error).__name__}"
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(pickle.dumps(look))
    return look


def _why_unusable(look: Look) -> str:
    if look.seconds < SHORTEST_S:
        return f"too short: {look.seconds:.1f} s"
    if min(look.width_px, look.height_px) < 96:
        return "too small"
    if float(np.mean(look.live)) < LEAST_LIVE_RATIO or look.ever_moving_ratio < LEAST_MOVING_RATIO:
        return "flat, black or still"
    return ""


def keep_one_of_each(looks: dict[str, Look], kin: Sequence[Kinship]) -> tuple[list[str], list[SetAside]]:
    """Keep the longest video of each family, then the largest, then the first by name."""
    kept: list[str] = []
    aside: list[SetAside] = []
    for family in join_families(list(looks), kin):
        best = min(family, key=lambda name: (-round(looks[name].seconds), -looks[name].width_px, name))
        kept.append(best)
        for name in family:
            if name != best:
                why = next(pair.why for pair in kin if name in (pair.first, pair.second))
                aside.append(SetAside(name, f"shares footage ({why}) with the family of {best}"))
    return kept, aside


def _make_source(name: str, path: Path, look: Look, scene: str, folder: Path) -> Source:
    """Describe a source; of a fixed camera, cut off the first part for the hash database and keep the rest apart."""
    source = Source(
        name=name,
        path=path,
        reference=path,
        seconds=look.seconds,
        width_px=look.width_px,
        height_px=look.height_px,
        rate=look.rate,
        scene=scene,
        live=look.live,
        plain=_plain_spans(look),
    )
    if look.seconds < SHORTEST_FIXED_S or not look.fixed_camera:
        return source
    kept_s = max(5.0, round((look.seconds - GAP_S) / 2))
    cut = folder / f"{path.stem}-{chance_of(name).bytes(4).hex()}.mp4"
    if not cut.is_file():
        pictures = (rgb for _, rgb in read_pictures(path, 0.0, kept_s, LONGEST_SIDE_PX))
        write_clip(cut, pictures, min(look.rate, 30.0), Encoding(quality=18))
    later = _windows(look, kept_s + GAP_S)
    live = look.live[: int(kept_s * LOOKS_PER_S)]
    return replace(source, reference=cut, seconds=kept_s, later=later, live=live, scene=scene or f"camera of {name}")


def _plain_spans(look: Look) -> Spans:
    return tuple((number / LOOKS_PER_S, (number + 1) / LOOKS_PER_S) for number in np.flatnonzero(look.plain).tolist())


def _windows(look: Look, start_s: float) -> Spans:
    """Divide what comes after the gap into windows in which something moves."""
    count = max(1, int((look.seconds - start_s) // LONGEST_EXCERPT_S))
    length = min((look.seconds - start_s) / count, LONGEST_EXCERPT_S)
    edges = [start_s + number * length for number in range(count + 1)]
    spans = pairwise(edges)
    return tuple(span for span in spans if _share_live(look.live, *span) >= LEAST_LIVE_RATIO)


def _share_live(live: tuple[bool, ...], start_s: float, end_s: float) -> float:
    part = live[int(start_s * LOOKS_PER_S) : int(end_s * LOOKS_PER_S)]
    return sum(part) / len(part) if part else 0.0


def choose_stretch(source: Source, chance: np.random.Generator, longest_s: float = LONGEST_EXCERPT_S) -> Stretch:
    """Choose a stretch of a source by chance, among the liveliest ones, one step a half second."""
    length = min(longest_s, source.seconds)
    looks = round(length * LOOKS_PER_S)
    starts = range(max(1, len(source.live) - looks + 1))
    alive = [sum(source.live[start : start + looks]) for start in starts]
    lively = [start for start in starts if alive[start] >= max(alive) * 0.9]
    start_s = min(int(chance.choice(lively)) / LOOKS_PER_S, source.seconds - length)
    return Stretch(source=source, start_s=start_s, end_s=start_s + length)
