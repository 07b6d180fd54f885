"""Times are exact; spans are half-open."""

from fractions import Fraction

import pytest

from verify.records.time import Span, exact_seconds, seconds_as_float


def test_span_holds_its_start_and_not_its_end() -> None:
    """A frame belongs to one span only."""
    span = Span(start=Fraction(1, 3), end=Fraction(2, 3))
    assert span.contains(Fraction(1, 3))
    assert not span.contains(Fraction(2, 3))
    assert span.seconds == Fraction(1, 3)


def test_span_that_ends_before_it_starts_is_refused() -> None:
    """Spans ascend; reversal shows in a speed."""
    with pytest.raises(ValueError, match="cannot end"):
        Span(start=Fraction(2), end=Fraction(1))


def test_span_printed_and_read_again_is_the_same_to_a_millisecond() -> None:
    """Seconds are printed with three decimals."""
    printed = Span(start=Fraction(1, 3), end=Fraction(1001, 30000) + 1).as_json()
    assert printed == [0.333, 1.033]
    assert Span.from_json(printed).as_json() == printed


def test_seconds_are_rounded_only_where_they_are_printed() -> None:
    """A float of seconds turns into the exact microsecond it means."""
    assert exact_seconds(0.1) == Fraction(1, 10)
    assert seconds_as_float(Fraction(1001, 24000)) == 0.042
