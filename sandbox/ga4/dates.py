"""Date ranges: text to days, in the property's time zone.

A day is an int: days since 1970-01-01 in the property's calendar.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.ga4.errors import invalid
from sandbox.ga4.messages import Message

MAX_RANGES = 4
EPOCH = date(1970, 1, 1)
BEFORE_FIRST = date(2015, 8, 13)
"""A range must start after it and before BEYOND_LAST: bounds of the service, observed."""
BEYOND_LAST = date(3000, 1, 1)
RESERVED_NAMES = ("date_range_", "RESERVED_")

_DAYS_AGO = re.compile(r"(\d{1,6})daysAgo")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class DateRange:
    """Whole days of the property's calendar, both ends included."""

    name: str
    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


def day_of(on: date) -> int:
    """The day's number."""
    return (on - EPOCH).days


def date_of(day: int) -> date:
    """The day with this number."""
    return EPOCH + timedelta(days=day)


def read_ranges(ranges: list[Message], now: datetime, zone: ZoneInfo) -> tuple[DateRange, ...]:
    """The request's date ranges in days.

    Raises:
        ApiError: 400 for none, for more than four, for dates that are malformed, out of bounds
            or reversed, and for reserved names.
    """
    if not ranges:
        raise invalid("A dateRange is required.")
    if len(ranges) > MAX_RANGES:
        raise invalid(
            f"Requests are limited to {MAX_RANGES} dateRanges.\n"
            f"  This request contains {len(ranges)} dateRanges."
        )
    today = now.astimezone(zone).date()
    return tuple(_read_range(each, index, today) for index, each in enumerate(ranges))


def _read_range(asked: Message, index: int, today: date) -> DateRange:
    first = _read_date("startDate", asked.start_date, today)
    last = _read_date("endDate", asked.end_date, today)
    for name, on in (("start_date", first), ("end_date", last)):
        if not BEFORE_FIRST < on < BEYOND_LAST:
            raise invalid(
                f"{name} = {on} must be greater than {BEFORE_FIRST} and less than {BEYOND_LAST}."
            )
    if first > last:
        raise invalid(
            "start_date must be less than or equal to end_date. "
            f"start_date = {first} and end_date = {last}"
        )
    if asked.name.startswith(RESERVED_NAMES):
        # Not attested: the rule is documented, the wording is not.
        raise invalid(f"dateRange name cannot begin with date_range_ or RESERVED_: {asked.name}")
    return DateRange(asked.name or f"date_range_{index}", day_of(first), day_of(last))


def _read_date(field: str, text: str, today: date) -> date:
    if text == "today":
        return today
    if text == "yesterday":
        return today - timedelta(days=1)
    try:
        if ago := _DAYS_AGO.fullmatch(text):
            return today - timedelta(days=int(ago[1]))
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, OverflowError):
        pass  # 2026-02-30 has the form of a date and is none: the same refusal.
    raise invalid(
        f"Invalid {field} : {text}. {field} must be YYYY-MM-DD, NdaysAgo, yesterday, or today."
    )
