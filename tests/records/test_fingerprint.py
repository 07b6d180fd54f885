"""A fingerprint is a plain value: it compares, pickles and refuses parts that do not fit together."""

import pickle
from fractions import Fraction

import pytest

from verify.records.fingerprint import (
    COMPARABLE,
    FEATURE_BYTES,
    HASH_BITS,
    HASH_BYTES,
    REASONS,
    Fingerprint,
    FrameHashes,
    LocalFeatures,
    Sound,
)


def frame_hashes(count: int, **changed: bytes) -> FrameHashes:
    """Make hashes of ``count`` frames with some fields changed."""
    fields = {
        "starts": bytes(8 * count),
        "ends": bytes(8 * count),
        "hashes": bytes(HASH_BYTES * count),
        "mirrored": bytes(HASH_BYTES * count),
        "codes": bytes(count),
    }
    return FrameHashes(time_base=Fraction(1, 25), **(fields | changed))


def local_features(count: int, **changed: bytes) -> LocalFeatures:
    """Make ``count`` frames of two features with some fields changed."""
    fields = {"ticks": bytes(8 * count), "counts": b"\2\0" * count, "features": bytes(2 * FEATURE_BYTES * count)}
    return LocalFeatures(width_px=192, height_px=108, **(fields | changed))


@pytest.mark.parametrize("field", ["ticks", "counts", "features"])
def test_local_features_when_one_field_is_short_are_refused(field: str) -> None:
    """Features that belong to no frame are no features."""
    good = local_features(3)
    with pytest.raises(ValueError, match="features"):
        local_features(3, **{field: getattr(good, field)[:-1]})
    with pytest.raises(ValueError, match="features"):
        local_features(3, features=good.features[:-FEATURE_BYTES])


@pytest.mark.parametrize("field", ["starts", "ends", "hashes", "mirrored", "codes"])
def test_frame_hashes_when_one_field_is_short_are_refused(field: str) -> None:
    """A damaged row of the database never passes for a fingerprint."""
    good = frame_hashes(3)
    with pytest.raises(ValueError, match="lengths"):
        frame_hashes(3, **{field: getattr(good, field)[:-1]})


def test_frame_hashes_count_their_frames() -> None:
    """No frame is a count too."""
    assert [len(frame_hashes(count)) for count in (0, 1, 7)] == [0, 1, 7]


def test_fingerprint_passed_between_processes_is_equal() -> None:
    """A worker hands over a value, not a likeness."""
    fingerprint = Fingerprint(
        video_id="0" * 64,
        version="phash256/1+sift128/1+blocks/2+chromaprint/1",
        seconds=Fraction(1001, 30),
        frame_hashes=frame_hashes(2),
        local_features=local_features(3),
        sound=Sound(step=Fraction(1, 8), span=Fraction(3), items=bytes(8)),
    )
    assert pickle.loads(pickle.dumps(fingerprint)) == fingerprint  # noqa: S301  (its own bytes)


@pytest.mark.parametrize(("step", "span", "items"), [(1, 3, b"abc"), (0, 3, b""), (1, 0, b"")])
def test_sound_whose_parts_do_not_fit_is_refused(step: int, span: int, items: bytes) -> None:
    """Half an item, or items without length, are no sound."""
    with pytest.raises(ValueError, match="no items of sound"):
        Sound(step=Fraction(step), span=Fraction(span), items=items)


def test_sound_counts_its_items() -> None:
    """A sound without items is a sound."""
    assert [len(Sound(step=Fraction(1, 8), span=Fraction(3), items=bytes(4 * count))) for count in (0, 5)] == [0, 5]


def test_codes_tell_comparable_frames_from_every_reason() -> None:
    """The code of a frame that can be compared means no reason."""
    assert COMPARABLE not in REASONS
    assert HASH_BITS == 256
