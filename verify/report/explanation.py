"""A folder that explains matches: pictures to look at, a table of what was looked at, and a page for each query.

DIR/index.html                     the queries
DIR/candidates.csv                 every reference that was looked at for every query
DIR/001-name/index.html            one query, all pictures inside
DIR/001-name/explanation.json      the same as data, ``verify.explanation/1``
DIR/001-name/m1-s1-p1-sheet.jpg    match 1, segment 1, pair 1: the sheet, and its pictures apart
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Self

from verify.errors import UnwritableFileError, UsageError
from verify.keyframes.images import encode_jpeg
from verify.matches.drawing import draw_difference
from verify.matches.overlay import Picture
from verify.matches.seen_pairs import FindFiles, SeenPair, SeenSegment, see_segments
from verify.records.explanation import Examination, map_as_json, map_spread, points_as_json
from verify.records.figures import figure
from verify.records.match import MatchReport
from verify.records.names import spelled
from verify.records.time import seconds_as_float
from verify.report.explanation_page import ShownSegment, found_maps, index_page, query_page, show_segment
from verify.report.explanation_words import sheet_words
from verify.report.sheet import draw_sheet

TABLE, INDEX, DATA = "candidates.csv", "index.html", "explanation.json"
SCHEMA = "verify.explanation/1"
COLUMNS = tuple(
    "query path sha256 answer kept why score threshold bans near_frames query_start_s query_end_s reference_start_s"
    " reference_end_s speed mirrored frames_compared frames_agreeing points moving_points control_points correlation"
    " covered brightness moving_blocks".split()
)
"""Of ``candidates.csv``."""

_FORMULA = ("=", "+", "-", "@")
"""First letters by which a spreadsheet takes a name from outside for a formula."""


class ExplanationFolder:
    """Explains one query after another; what is finished stays whatever happens to the next.

    Raises:
        UsageError: the folder holds something already.
        UnwritableFileError: it cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries: list[tuple[str, Examination]] = []
        try:
            if root.exists() and (not root.is_dir() or any(root.iterdir())):
                why = "it holds files already" if root.is_dir() else "there is a file of this name"
                raise UsageError(f"nothing is explained in {root}", why, "Give a new or an empty folder")
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(root, error) from error

    def __enter__(self) -> Self:
        self._write(TABLE, f"{','.join(COLUMNS)}\n".encode())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or not issubclass(kind, OSError):
            self._write(INDEX, index_page(self._entries).encode("utf-8", "backslashreplace"))

    def add(self, examination: Examination, query: Path, find_files: FindFiles) -> None:
        """Explain one query.

        Args:
            examination: what was found.
            query: its file; pictures of it are taken only while it holds the bytes that were compared.
            find_files: gives the paths at which a match's reference was hashed.
        """
        name = f"{len(self._entries) + 1:03d}-{_slug(query)}"
        shown: list[ShownSegment] = []
        data: list[dict[str, Any]] = []
        for segment in see_segments(examination, query, find_files):
            # One segment at a time: its pictures take half a hundred megabytes, what is kept of them a hundredth.
            files = [self._draw(name, examination, segment, number) for number in range(len(segment.pairs))]
            shown.append(show_segment(segment, files))
            data.append(_segment_as_json(segment, files))
        self._write(f"{name}/{INDEX}", query_page(examination, shown).encode("utf-8", "backslashreplace"))
        self._write(f"{name}/{DATA}", _data(examination, data))
        self._tabulate(examination)
        self._entries.append((name, examination))

    def add_refused(self, report: MatchReport, query: Path) -> None:
        """Say of a query that it could not be read, and why."""
        self.add(Examination(report=report), query, lambda _: ())

    def _draw(self, name: str, examination: Examination, segment: SeenSegment, number: int) -> dict[str, str]:
        prefix = f"m{segment.match + 1}-s{segment.segment + 1}-p{number + 1}"
        files = {}
        for kind, picture in _pictures(examination, segment, segment.pairs[number]).items():
            files[kind] = f"{prefix}-{kind}.jpg"
            self._write(f"{name}/{files[kind]}", encode_jpeg(picture))
        return files

    def _tabulate(self, examination: Examination) -> None:
        try:
            with (self._root / TABLE).open("a", encoding="utf-8", errors="backslashreplace", newline="") as file:
                csv.DictWriter(file, COLUMNS, lineterminator="\n").writerows(_rows(examination))
        except OSError as error:
            raise _unwritable(self._root / TABLE, error) from error

    def _write(self, name: str, data: bytes) -> None:
        path = self._root / name
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise _unwritable(path, error) from error


def _pictures(examination: Examination, segment: SeenSegment, pair: SeenPair) -> dict[str, Picture]:
    words = sheet_words(examination.report, segment, pair)
    return {
        "sheet": draw_sheet(pair.query, pair.reference, pair.overlay, pair.pair, words),
        "query": pair.query,
        "reference": pair.reference,
        "warped": pair.overlay.warped,
        "difference": draw_difference(pair.query, pair.overlay),
    }


def _data(examination: Examination, segments: list[dict[str, Any]]) -> bytes:
    data = {
        "schema": SCHEMA,
        "match": examination.report.as_json(),
        "looked_at": [entry.as_json() for entry in examination.looked_at],
        "segments": segments,
    }
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def _segment_as_json(segment: SeenSegment, files: Sequence[dict[str, str]]) -> dict[str, Any]:
    return {
        "match": segment.match,
        "segment": segment.segment,
        "missing": segment.missing,
        "map_spread": figure(map_spread(found_maps(segment))),
        "pairs": [
            {
                "query_s": seconds_as_float(pair.pair.query_time),
                "reference_s": seconds_as_float(pair.reference_time),
                "matrix": map_as_json(pair.overlay.matrix) if pair.overlay.fitted else None,
                "points": points_as_json(pair.overlay.points),
                "figures": pair.figures.as_json(),
                "files": names,
                "compared": pair.pair.as_json(),
            }
            for pair, names in zip(segment.pairs, files, strict=True)
        ],
    }


def _rows(examination: Examination) -> Iterable[dict[str, Any]]:
    for entry in examination.looked_at:
        row = entry.as_json()
        spans = {
            f"{side}_{edge}_s": row[side] and row[side][place]
            for side in ("query", "reference")
            for place, edge in enumerate(("start", "end"))
        }
        row |= spans | {"query": _cell(examination.report.query.path), "path": _cell(row["path"])}
        yield {name: row[name] for name in COLUMNS}


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _slug(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", PurePath(spelled(path)).stem.lower()).strip("-")[:40] or "query"


def _unwritable(path: Path, error: OSError) -> UnwritableFileError:
    return UnwritableFileError(
        f"{path} cannot be written", str(error.strerror or error), "Check the disk and its permissions"
    )
