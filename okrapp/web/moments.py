"""Days and instants in an address: such as there can be in a store, and written as one writes them."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

FIRST, LAST = 1970, 2999
"""Years; beyond them the arithmetic of days and zones runs out of calendar."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2}T[\d:.]{5,15}) ?(Z|[+-]?\d{2}:\d{2})?")


def _as_day(raw: object) -> object:
    # A number would be taken for seconds since 1970.
    if isinstance(raw, str) and not _DAY.fullmatch(raw):
        raise ValueError("expected a day such as 2026-11-22")
    return raw


def _as_instant(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    found = _INSTANT.fullmatch(raw)
    if found is None:
        raise ValueError("expected an instant such as 2026-11-23T06:00:00+01:00")
    told, offset = found[1], found[2] or ""
    # In an address a + is read as a blank, and everybody forgets it.
    return told + (f"+{offset}" if offset[:1].isdigit() else offset)


def _near(moment: date) -> date:
    if not FIRST <= moment.year <= LAST:
        raise ValueError(f"expected a year from {FIRST} to {LAST}")
    return moment


def _in_utc_too(instant: datetime) -> datetime:
    _near(instant)
    if instant.tzinfo:
        _near(instant.astimezone(UTC))
    return instant


AskedDay = Annotated[date, BeforeValidator(_as_day), AfterValidator(_near)]
"""A day, written 2026-11-22."""
AskedInstant = Annotated[datetime, BeforeValidator(_as_instant), AfterValidator(_in_utc_too)]
"""An instant, written 2026-11-23T06:00:00+01:00; without an offset it is in some zone yet to be told."""
