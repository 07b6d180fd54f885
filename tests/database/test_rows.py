"""Rows of a hash database that was forged or cut off are told as such."""

import zlib

import pytest

from tests.database.made_records import make_fingerprint
from verify.database.rows import FINGERPRINT_COLUMNS, fingerprint_of, fingerprint_values
from verify.errors import NotADatabaseError

CHANGES = FINGERPRINT_COLUMNS.index("block_changes")


def row_with(packed: bytes) -> tuple[object, ...]:
    """Give a row in which the brightness of blocks is another."""
    row = list(fingerprint_values(make_fingerprint(1)))
    row[CHANGES] = packed
    return tuple(row)


def test_row_is_read_as_it_was_written() -> None:
    """What is packed comes back whole."""
    assert fingerprint_of(fingerprint_values(make_fingerprint(1))) == make_fingerprint(1)


@pytest.mark.parametrize("packed", [zlib.compress(bytes(1000))[:-6], b"no zlib"], ids=["cut off", "not packed"])
def test_packed_column_that_is_no_good_is_refused(packed: bytes) -> None:
    """The error says which file to make anew, not which byte surprised the program."""
    with pytest.raises(NotADatabaseError, match="a row of it is damaged"):
        fingerprint_of(row_with(packed))


def test_packed_column_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes unpack to gigabytes: nobody reads on to see how much."""
    monkeypatch.setattr("verify.database.rows._MOST_BYTES", 10_000)
    row = row_with(zlib.compress(bytes(12 * 10_000)))
    with pytest.raises(NotADatabaseError, match="a row of it is damaged"):
        fingerprint_of(row)
