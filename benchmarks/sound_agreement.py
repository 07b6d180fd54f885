"""What chromaprint makes of disguised sounds: copies known as such, and other sounds taken for them.

Of each file with sound 12 seconds are cut out and disguised. Along pictures: the excerpt against its source at the true
time, give or take 0.15 s, and against every other source at a random one. Alone: it is looked for among all sources.
Files that may share sound, as one speaker's do, are named by ``--same``. Parameters were chosen on the first half of
the sources, by a hash of their names; figures of both halves are printed.

    python -m benchmarks.sound_agreement FOLDER [--seconds S] [--kinds NAME]... [--same PREFIX]...
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import ffmpeg
import imageio_ffmpeg
import numpy as np

from benchmarks.accuracy.records import half_of
from benchmarks.figures import Row, print_table
from verify.database.sound_index import SoundIndexBuilder
from verify.fingerprints.sound import hear, sound_of
from verify.matches.sound import hear_match
from verify.matches.sound_items import SoundItems, unpack_sound
from verify.matches.sound_search import search_sounds
from verify.records.fingerprint import Fingerprint, Sound
from verify.records.match import Segment
from verify.records.sound import SAME_SOUND
from verify.records.time import Span, exact_seconds

if TYPE_CHECKING:
    from verify.database.search import SearchIndex

AIM = "copies at 64 kbit/s: 95 of 100 known; other sounds taken for the same: at most one in 10,000 pairs"
LONGEST_S, SHORTEST_S = 120, 4.0
OFF_S = 0.15
HERTZ = 22050

AAC: dict[str, Any] = {"acodec": "aac", "audio_bitrate": "64k"}
Filters = tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A disguise of a sound; ``speed`` is seconds of the source for one of the copy, ``noise_db`` under the sound."""

    filters: Filters = ()
    output: tuple[tuple[str, Any], ...] = tuple(AAC.items())
    speed: float = 1.0
    noise_db: float | None = None


def _played_at(speed: float) -> Kind:
    return Kind((("asetrate", {"sample_rate": HERTZ * speed}), ("aresample", {"sample_rate": HERTZ})), speed=speed)


def _stretched_to(speed: float) -> Kind:
    return Kind((("atempo", {"tempo": speed}),), speed=speed)


KINDS: dict[str, Kind] = {
    "AAC 64 kbit/s": Kind(),
    "MP3 64 kbit/s": Kind(output=(("acodec", "libmp3lame"), ("audio_bitrate", "64k"))),
    "Opus 64 kbit/s": Kind(output=(("acodec", "libopus"), ("audio_bitrate", "64k"))),
    "18 dB quieter": Kind((("volume", {"volume": "-18dB"}),)),
    "low-pass 1.5 kHz": Kind((("lowpass", {"f": 1500}),)),
    "telephone 0.3 to 3.4 kHz": Kind((("highpass", {"f": 300}), ("lowpass", {"f": 3400}))),
    "echo": Kind((("aecho", {"delays": "40|90", "decays": "0.4|0.3"}),)),
    "compressed": Kind((("acompressor", {"threshold": 0.05, "ratio": 8, "makeup": 4}),)),
    "noise 12 dB below": Kind(noise_db=-12),
    "noise as loud": Kind(noise_db=0),
    "speed 0.97, pitch too": _played_at(0.97),
    "speed 1.03, pitch too": _played_at(1.03),
    "speed 0.9, pitch kept": _stretched_to(0.9),
    "speed 1.1, pitch kept": _stretched_to(1.1),
    "speed 1.25, pitch kept": _stretched_to(1.25),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file with sound; the excerpt begins at ``start_s`` and is ``seconds`` long."""

    path: Path
    sound: SoundItems
    packed: Sound
    start_s: float
    seconds: float


def encode(stream: Any, path: Path, **output: Any) -> Path:  # noqa: ANN401  (a stream of ffmpeg-python)
    """Write a stream of sound, one channel."""
    job = ffmpeg.output(stream, str(path), ac=1, **output).global_args("-nostdin")
    job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), quiet=True, overwrite_output=True)
    return path


def open_sound(path: Path, **options: Any) -> Any:  # noqa: ANN401  (likewise)
    """Open the first sound of a file that cannot reach the network."""
    return ffmpeg.input(str(path), protocol_whitelist="file,pipe", **options)["a:0"]


def items_of(path: Path) -> Sound:
    """Give the sound of a Matroska file without pictures."""
    with hear(path) as heard:
        heard.start(Fraction(0))
        heard.finish(Fraction(LONGEST_S))
    made = sound_of(heard)
    assert made is not None, heard.failure
    return made


def read_sources(folder: Path, seconds: float, work: Path) -> Iterator[Source]:
    """Give every file of a folder that has some seconds of sound which tells anything."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            packed = items_of(encode(open_sound(path, t=LONGEST_S), work / "whole.mka", acodec="pcm_s16le"))
        except ffmpeg.Error:
            continue  # no sound in it
        sound = unpack_sound(packed)
        length = len(sound) * sound.step + sound.span
        excerpt = min(seconds, length)
        if sound.telling.sum() > len(sound) / 2 and excerpt >= SHORTEST_S:
            yield Source(path, sound, packed, round((length - excerpt) / 3, 2), excerpt)


def disguise(source: Source, kind: Kind, work: Path) -> SoundItems:
    """Give the disguised excerpt of a source."""
    stream = open_sound(source.path, ss=source.start_s, t=source.seconds)
    stream = stream.filter("aresample", sample_rate=HERTZ).filter("aformat", channel_layouts="mono")
    for name, options in kind.filters:
        stream = stream.filter(name, **options)
    if kind.noise_db is not None:
        plain = encode(stream, work / "plain.mka", acodec="pcm_s16le")
        amplitude = 4 * _loudness(plain) * 10 ** (kind.noise_db / 20)
        noise = ffmpeg.input(f"anoisesrc=r={HERTZ}:c=pink:seed=3:a={min(1.0, amplitude)}:d={source.seconds}", f="lavfi")
        stream = ffmpeg.filter([open_sound(plain), noise], "amix", inputs=2, normalize=0, duration="first")
    return unpack_sound(items_of(encode(stream, work / "copy.mka", **dict(kind.output))))


def _loudness(path: Path) -> float:
    """Give the root mean square of a file's samples, 0 to 1. Pink noise of amplitude 1 has a quarter."""
    job = open_sound(path).output("pipe:", f="s16le").global_args("-nostdin")
    samples, _ = job.run(cmd=imageio_ffmpeg.get_ffmpeg_exe(), capture_stdout=True, capture_stderr=True)
    return float(np.sqrt(np.mean((np.frombuffer(samples, "<i2") / 32768) ** 2)))


def pictures(source: Source, start_s: float, speed: float) -> Segment:
    """Give a match of pictures of the whole excerpt with a source from ``start_s`` on."""
    start_s = max(0.0, start_s)
    return Segment(
        query=Span(start=Fraction(0), end=exact_seconds(source.seconds / speed)),
        reference=Span(start=exact_seconds(start_s), end=exact_seconds(start_s + source.seconds)),
        speed=speed,
        mirrored=False,
        score=1.0,
        frames_compared=1,
        frames_agreeing=1,
    )


class Suite:
    """Every source, with an index of them all."""

    def __init__(self, sources: Sequence[Source], same: Sequence[str]) -> None:
        self.sources = {str(source.path): source for source in sources}
        self._same = same
        self._rng = np.random.default_rng(0)
        builder = SoundIndexBuilder()
        for source in sources:
            builder.add(cast("Fingerprint", SimpleNamespace(sound=source.packed)))
        self._index = cast("SearchIndex", SimpleNamespace(video_ids=tuple(self.sources), sounds=builder.build()))

    def related(self, one: Source, other: Source) -> bool:
        """Whether two files may share sound: they are one, or their names begin alike as the user says."""
        names = one.path.name, other.path.name
        return one is other or any(all(name.startswith(prefix) for name in names) for prefix in self._same)

    def measure(self, name: str, kind: Kind, work: Path) -> Iterator[Row]:
        """Give a row for each half of the sources."""
        counts = {half: Counter[str]() for half in ("first", "second")}
        for source in self.sources.values():
            counts[half_of(source.path.name)].update(self._count(source, kind, disguise(source, kind, work)))
        for half, found in counts.items():
            copies, pairs = max(1, found["copies"]), found["pairs"]
            yield {
                "kind": name,
                "half": half,
                "copies": found["copies"],
                "same_sound": round(found["same_sound"] / copies, 3),
                "other_sound": found["other_sound"],
                "found_alone": round(found["alone"] / copies, 3),
                "unrelated_pairs": pairs,
                "unrelated_same": found["false"],
                "unrelated_alone": found["false alone"],
            }

    def _count(self, source: Source, kind: Kind, copy: SoundItems) -> Counter[str]:
        start_s = source.start_s + self._rng.uniform(-OFF_S, OFF_S)
        verdict = hear_match([pictures(source, start_s, kind.speed)], copy, source.sound).verdict
        counts = Counter({"copies": 1, verdict: 1})
        for found in search_sounds(copy, self._index, lambda name: self.sources[name].sound):
            other = self.sources[found.video_id]
            counts["alone"] += other is source
            counts["false alone"] += not self.related(source, other)
        for other in self.sources.values():
            if not self.related(source, other):
                start_s = self._rng.uniform(0, max(0.0, len(other.sound) * other.sound.step - source.seconds))
                said = hear_match([pictures(source, start_s, kind.speed)], copy, other.sound)
                counts.update({"pairs": 1, "false": int(said.verdict == SAME_SOUND)})
        return counts


def main() -> None:
    """Measure every kind of disguise."""
    parser = argparse.ArgumentParser(description=AIM)
    parser.add_argument("folder", type=Path, help="files with sound, searched to its depth")
    parser.add_argument("--seconds", type=float, default=12.0, help="length of an excerpt (default: 12)")
    parser.add_argument("--kinds", action="append", choices=KINDS, metavar="NAME", help="default: all")
    parser.add_argument("--same", action="append", default=[], metavar="PREFIX", help="files so named may share sound")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verify-") as scratch:
        work = Path(scratch)
        suite = Suite(list(read_sources(options.folder, options.seconds, work)), options.same)
        chosen = options.kinds or list(KINDS)
        rows = [row for name in chosen for row in suite.measure(name, KINDS[name], work)]
    print(f"sound_agreement: {AIM}")
    print_table(rows)


if __name__ == "__main__":
    main()
