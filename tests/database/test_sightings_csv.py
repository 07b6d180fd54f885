"""A table of sightings is taken as a whole or refused with the line that is wrong."""

from pathlib import Path

import pytest

from verify.database.sightings_csv import COLUMNS, read_sightings
from verify.errors import InvalidSightingsError
from verify.records.edtf_date import parse_date
from verify.records.sighting import Sighting

HEAD = ",".join(COLUMNS)


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a table."""
    path = folder / "sightings.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_table_with_all_columns_is_read_as_written(tmp_path: Path) -> None:
    """Every field has its place; a path is relative to the table."""
    row = 'sub/a.mp4,https://example.org/1,2022-11~,Ada,2022-11-20,https://archive.example/1,"a, ""b"""'
    ((path, sighting),) = read_sightings(write(tmp_path, f"{HEAD}\n{row}\n"))
    assert path == tmp_path / "sub" / "a.mp4"
    assert sighting == Sighting(
        url="https://example.org/1",
        date=parse_date("2022-11~"),
        recorded_by="Ada",
        recorded_on=parse_date("2022-11-20"),
        archived_url="https://archive.example/1",
        note='a, "b"',
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("../b.mp4", "b.mp4"), ("./x/../c.mp4", "sub/c.mp4"), ("/abs/d.mp4", "/abs/d.mp4"), ("ü ї.mp4", "sub/ü ї.mp4")],
)
def test_path_in_a_table_is_relative_to_the_table(tmp_path: Path, written: str, meant: str) -> None:
    """Wherever the command is run, the table names the same files."""
    (tmp_path / "sub").mkdir()
    table = write(tmp_path / "sub", f"path,url\n{written},u\n")
    assert [path for path, _ in read_sightings(table)] == [tmp_path / meant]


@pytest.mark.parametrize(
    "text", ["path,date\na.mp4,2022\n", "date,path\r\n2022,a.mp4\r\n", '"path","date"\n a.mp4 , 2022 ']
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_table_with_few_columns_leaves_the_others_unknown(tmp_path: Path, text: str, encoding: str) -> None:
    """Unknown stays unknown, with or without a byte order mark, in any order of columns."""
    assert read_sightings(write(tmp_path, text, encoding)) == [(tmp_path / "a.mp4", Sighting(date=parse_date("2022")))]


def test_row_with_nothing_but_a_path_is_a_sighting_of_unknown_place_and_time(tmp_path: Path) -> None:
    """Empty fields, blank fields and missing fields are all unknown; empty lines are nothing."""
    table = write(tmp_path, f"{HEAD}\na.mp4,,,,,,\n\na.mp4, , ,,,,\na.mp4\n,,,,,,\n")
    assert read_sightings(table) == [(tmp_path / "a.mp4", Sighting())] * 3


def test_table_without_rows_is_empty(tmp_path: Path) -> None:
    """A head alone says nothing."""
    assert read_sightings(write(tmp_path, HEAD)) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "column path"),
        ("url,date\nu,2022\n", "column path"),
        ("path;date\na.mp4;2022\n", "column path"),
        ("path,when\na.mp4,2022\n", "unknown columns: when"),
        ("path,date\na.mp4,2022\nb.mp4,15.11.2022\n", "line 3.*15.11.2022"),
        ('path,note,date\na.mp4,"two\nlines",2022\nb.mp4,,nope\n', "line 4.*nope"),
        ("path,recorded_on\na.mp4,yesterday\n", "line 2.*yesterday"),
        ("path,date\n,2022\n", "line 2 names no video"),
        ("path,date\na.mp4,2022,more\n", "line 2 has more fields"),
        ("path,note\na.mp4," + "x" * 200_000 + "\n", "field"),
    ],
)
def test_table_with_a_wrong_row_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    """A person can mend what is named; nothing of the table is taken by half."""
    table = write(tmp_path, text)
    with pytest.raises(InvalidSightingsError, match=f"(?s){why}") as caught:
        read_sightings(table)
    assert str(table) in caught.value.what


@pytest.mark.parametrize("content", [b"path,note\na.mp4,\xff\xfe\n", "path,url\na.mp4,u\n".encode("utf-16")])
def test_table_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    """No character is guessed."""
    (tmp_path / "sightings.csv").write_bytes(content)
    with pytest.raises(InvalidSightingsError):
        read_sightings(tmp_path / "sightings.csv")


def test_table_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    """The error names the file."""
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(InvalidSightingsError, match=path.name):
            read_sightings(path)


def test_table_with_an_unclosed_quote_is_refused(tmp_path: Path) -> None:
    """It would swallow the rows after it: a sighting lost, and an address that never was."""
    with pytest.raises(InvalidSightingsError):
        read_sightings(write(tmp_path, 'path,url,date\na.mp4,u1,2019\nb.mp4,"u2,2019\nc.mp4,u3,2018\n'))
