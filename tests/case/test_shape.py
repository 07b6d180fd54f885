"""Records from files whose fields may hold anything."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from verify.case.folder import read_case
from verify.case.shape import check_shape
from verify.records.claim import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inner:
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    count: int = 1
    ratio: float = 0.5
    words: str | None = None
    inner: _Inner | None = None
    many: tuple[_Inner, ...] = ()
    named: dict[str, str] | None = None
    any_json: dict[str, Any] | None = None


def test_record_of_its_declared_types_passes(made_case: Path) -> None:
    """Whatever this program writes fits."""
    check_shape(read_case(made_case))
    check_shape(_Record(ratio=1, inner=_Inner(words=""), many=(_Inner(words="a"),), named={"a": "b"}))
    check_shape(_Record(any_json={"a": [1, None, {"b": 2.5}]}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("count", True),
        ("count", 1.0),
        ("count", 2**63),
        ("ratio", "0.5"),
        ("ratio", float("nan")),
        ("ratio", float("inf")),
        ("words", 1),
        ("words", b"a"),
        ("inner", {"words": "a"}),
        ("inner", _Inner(words=5)),  # type: ignore[arg-type]
        ("many", [_Inner(words="a")]),
        ("many", (_Inner(words="a"), None)),
        ("named", {"a": 1}),
        ("named", {1: "a"}),
        ("any_json", []),
    ],
)
def test_field_of_another_type_is_named(field: str, value: object) -> None:
    """The error says which field is wrong."""
    record = replace(_Record(), **{field: value})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=f"{field}|words"):
        check_shape(record)


def test_long_value_is_cut_in_the_message() -> None:
    """An error is for a person, whatever the file held."""
    claim = Claim(claim_id="c0-1", start=0, end=1, quote=["x" * 10_000])  # type: ignore[arg-type]
    with pytest.raises(TypeError) as caught:
        check_shape(claim)
    assert len(str(caught.value)) < 100
