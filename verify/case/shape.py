"""Whether a record read from a file holds what its fields are declared to hold."""

from collections.abc import Hashable
from dataclasses import is_dataclass
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_Record = TypeVar("_Record")
_LARGEST = 2**63


def check_shape(record: _Record) -> _Record:
    """Give a record back after making sure that each of its fields, to its depth, has a value of its declared type.

    JSON from elsewhere may hold a number where words are due; found here it is an error that names the field, found
    later it is a crash.

    Raises:
        TypeError: a field holds something else, or a number that is not finite.
    """
    declared: Any = type(record)
    for name, kind in _fields_of(declared).items():
        value = getattr(record, name)
        if not _fits(value, kind):
            message = f"{name} cannot be {value!r:.60}"
            raise TypeError(message)
    return record


@cache
def _fields_of(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401  (a type of any form)
    if is_dataclass(kind) and isinstance(value, kind):  # type: ignore[arg-type]
        check_shape(value)
        return True
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return any(_fits(value, one) for one in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(
            _fits(name, arguments[0]) and _fits(item, arguments[1]) for name, item in value.items()
        )
    return _is_plain(value, kind)


def _is_plain(value: object, kind: Any) -> bool:  # noqa: ANN401  (a type of any form)
    if kind is Any:
        return True
    if kind in {int, float}:
        numbers = (int,) if kind is int else (int, float)
        return isinstance(value, numbers) and not isinstance(value, bool) and isfinite(value) and abs(value) < _LARGEST
    return isinstance(value, kind)
