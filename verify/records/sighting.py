"""Where and when somebody saw a video."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from verify.records.edtf_date import EdtfDate

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One place and time at which a video was seen, with its observer; None is unknown.

    Attributes:
        url: where it was seen.
        date: when it stood there.
        recorded_by: who says so.
        recorded_on: when they looked.
        archived_url: an archived copy of the place.
        note: anything else.
    """

    url: str | None = None
    date: EdtfDate | None = None
    recorded_by: str | None = None
    recorded_on: EdtfDate | None = None
    archived_url: str | None = None
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the sighting as plain JSON."""
        return {
            "url": self.url,
            "date": self.date.text if self.date else None,
            "recorded_by": self.recorded_by,
            "recorded_on": self.recorded_on.text if self.recorded_on else None,
            "archived_url": self.archived_url,
            "note": self.note,
        }


def first_seen(sightings: Iterable[Sighting]) -> Sighting | None:
    """Choose the earliest dated sighting: the one whose latest possible instant is earliest.

    A sighting without a date, or with an open end, cannot be first. Ties go to the smaller date text and URL, so that
    the choice depends on nothing but the sightings.
    """
    dated = [sighting for sighting in sightings if sighting.date is not None and sighting.date.latest is not None]
    return min(dated, key=_order, default=None)


def _order(sighting: Sighting) -> tuple[datetime, str, str]:
    date = sighting.date
    latest = date.latest if date is not None and date.latest is not None else _NEVER
    return latest, date.text if date else "", sighting.url or ""
