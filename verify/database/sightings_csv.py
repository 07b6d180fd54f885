"""Read a sightings.csv that lies beside videos."""

import csv
import os
import stat
from pathlib import Path

from verify.errors import InvalidDateError, InvalidSightingsError
from verify.records.edtf_date import EdtfDate, parse_date
from verify.records.sighting import Sighting

FILE_NAME = "sightings.csv"
COLUMNS = ("path", "url", "date", "recorded_by", "recorded_on", "archived_url", "note")
_MAX_BYTES = 64 * 1024 * 1024


def read_sightings(file: Path) -> list[tuple[Path, Sighting]]:
    """Read where and when videos were seen.

    Args:
        file: a CSV with at least the columns ``path`` and ``date`` or ``url``; paths are relative to its folder.

    Returns:
        The absolute path of a video and its sighting, in the order of the file.

    Raises:
        InvalidSightingsError: the file is no such table, or a row of it is wrong; nothing of it is taken.
    """
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _invalid(file, "it is a folder, a pipe or a device")
        if status.st_size > _MAX_BYTES:
            raise _invalid(file, "it is larger than 64 MB")
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, strict=True)  # an unclosed quote would swallow the rows after it
            _check_columns(file, rows.fieldnames)
            return [_sighting(file, row, rows.line_num) for row in rows if any(row.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _invalid(file, str(error)) from error


def _check_columns(file: Path, names: object) -> None:
    present = set(names) if isinstance(names, list) else set()
    if "path" not in present:
        raise _invalid(file, "its first line does not name the column path")
    unknown = sorted(str(name) for name in present - set(COLUMNS))
    if unknown:
        raise _invalid(file, f"it has unknown columns: {', '.join(unknown)}")


def _sighting(file: Path, row: dict[str, str], line: int) -> tuple[Path, Sighting]:
    if None in row:
        raise _invalid(file, f"line {line} has more fields than the first line names")
    text = {name: (row.get(name) or "").strip() or None for name in COLUMNS}
    if text["path"] is None:
        raise _invalid(file, f"line {line} names no video")
    path = Path(os.path.abspath(file.parent / text["path"]))  # noqa: PTH100  (resolve() would follow links)
    return path, Sighting(
        url=text["url"],
        date=_date(file, text["date"], line),
        recorded_by=text["recorded_by"],
        recorded_on=_date(file, text["recorded_on"], line),
        archived_url=text["archived_url"],
        note=text["note"],
    )


def _date(file: Path, text: str | None, line: int) -> EdtfDate | None:
    if text is None:
        return None
    try:
        return parse_date(text)
    except InvalidDateError as error:
        raise _invalid(file, f"line {line}: {error.what}, {error.why}") from error


def _invalid(file: Path, why: str) -> InvalidSightingsError:
    return InvalidSightingsError(
        f"{file} cannot be read", why, f"Give a CSV with the columns {','.join(COLUMNS)} and dates in EDTF"
    )
