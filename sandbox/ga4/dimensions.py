"""The dimensions that the sandbox answers: what each makes of a session, and its metadata."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from sandbox.company.tables import CHANNELS, COUNTRIES, LANDINGS, Ints
from sandbox.ga4.dates import date_of
from sandbox.ga4.sessions import Columns

HOST = "www.okrsync.example"
NOT_SET = "(not set)"

Grain = Literal["day", "time", "session"]


@dataclass(frozen=True)
class Dimension:
    """One dimension: `key` gives an integer a session, `text` the value it stands for."""

    name: str
    ui_name: str
    category: str
    grain: Grain
    """day: a property of the day alone; time: finer than a day; session: anything else."""
    key: Callable[[Columns], Ints]
    text: Callable[[int], str]
    deprecated: tuple[str, ...] = ()
    thresholded: bool = False
    """Counts against the quota of potentially thresholded requests."""


def _of_day(name: str, ui_name: str, text: Callable[[date], str]) -> Dimension:
    return Dimension(
        name, ui_name, "Time", "day", lambda rows: rows["day"], lambda day: text(date_of(day))
    )


def _of_minute(
    name: str, ui_name: str, minutes: int, text: Callable[[date, int], str]
) -> Dimension:
    """`text` gets the day and which stretch of so many minutes of it."""
    a_day = 24 * 60 // minutes
    return Dimension(
        name,
        ui_name,
        "Time",
        "time",
        lambda rows: rows["day"] * a_day + rows["minute"] // minutes,
        lambda key: text(date_of(key // a_day), key % a_day),
    )


def _of_session(
    name: str, ui_name: str, category: str, column: str, values: tuple[str, ...], *deprecated: str
) -> Dimension:
    return Dimension(
        name,
        ui_name,
        category,
        "session",
        lambda rows: rows[column],
        lambda key: values[key],
        deprecated,
    )


def _constant(
    name: str, ui_name: str, category: str, value: str, *, thresholded: bool = False
) -> Dimension:
    return Dimension(
        name,
        ui_name,
        category,
        "session",
        lambda rows: np.zeros_like(rows["day"]),
        lambda _: value,
        thresholded=thresholded,
    )


def _week(on: date) -> int:
    """Weeks start on Sunday; January 1st is always in week 1."""
    year_began = date(on.year, 1, 1)
    return ((on - year_began).days + year_began.isoweekday() % 7) // 7 + 1


_SOURCE_MEDIUM = {
    "Organic Search": ("google", "organic"),
    "Paid Search": ("google", "cpc"),
    "Direct": ("(direct)", "(none)"),
    "Referral": ("partner.example", "referral"),
    "Email": ("newsletter", "email"),
    "Organic Social": ("linkedin.com", "social"),
    "Paid Social": ("linkedin.com", "paid"),
    "Unassigned": (NOT_SET, NOT_SET),
}
_SOURCES = tuple(_SOURCE_MEDIUM[channel][0] for channel in CHANNELS)
_MEDIUMS = tuple(_SOURCE_MEDIUM[channel][1] for channel in CHANNELS)
_COUNTRY_IDS = {
    "Poland": "PL",
    "Germany": "DE",
    "United States": "US",
    "United Kingdom": "GB",
    "France": "FR",
}
_TRAFFIC = "Traffic Source"

_ALL = (
    _of_day("date", "Date", lambda on: f"{on:%Y%m%d}"),
    _of_day("year", "Year", lambda on: f"{on:%Y}"),
    _of_day("month", "Month", lambda on: f"{on:%m}"),
    _of_day("yearMonth", "Year month", lambda on: f"{on:%Y%m}"),
    _of_day("week", "Week", lambda on: f"{_week(on):02}"),
    _of_day("yearWeek", "Year week", lambda on: f"{on.year}{_week(on):02}"),
    _of_day("isoWeek", "ISO week of the year", lambda on: f"{on:%V}"),
    _of_day("isoYear", "ISO year", lambda on: f"{on:%G}"),
    _of_day("isoYearIsoWeek", "ISO week of ISO year", lambda on: f"{on:%G%V}"),
    _of_day("day", "Day", lambda on: f"{on:%d}"),
    _of_day("dayOfWeekName", "Day of week name", lambda on: f"{on:%A}"),
    Dimension(
        "dayOfWeek",
        "Day of week",
        "Time",
        "day",
        lambda rows: rows["day"],
        lambda day: f"{date_of(day):%w}",
        ("dayOfWeekZero",),
    ),
    Dimension(
        "nthDay",
        "Nth day",
        "Time",
        "day",
        lambda rows: rows["day"] - rows["first"],
        lambda days: f"{days:04}",
    ),
    _of_minute("hour", "Hour", 60, lambda _, hour: f"{hour:02}"),
    _of_minute(
        "dateHour", "Date + hour (YYYYMMDDHH)", 60, lambda on, hour: f"{on:%Y%m%d}{hour:02}"
    ),
    _of_minute(
        "dateHourMinute",
        "Date hour and minute",
        1,
        lambda on, minute: f"{on:%Y%m%d}{minute // 60:02}{minute % 60:02}",
    ),
    _of_session(
        "sessionDefaultChannelGroup",
        "Session default channel group",
        _TRAFFIC,
        "channel",
        CHANNELS,
        "sessionDefaultChannelGrouping",
    ),
    _of_session("sessionSource", "Session source", _TRAFFIC, "channel", _SOURCES),
    _of_session("sessionMedium", "Session medium", _TRAFFIC, "channel", _MEDIUMS),
    _of_session(
        "sessionSourceMedium",
        "Session source / medium",
        _TRAFFIC,
        "channel",
        tuple(" / ".join(pair) for pair in zip(_SOURCES, _MEDIUMS, strict=True)),
    ),
    _of_session("country", "Country", "Geography", "country", COUNTRIES),
    _of_session(
        "countryId",
        "Country ID",
        "Geography",
        "country",
        tuple(_COUNTRY_IDS[country] for country in COUNTRIES),
    ),
    _of_session("landingPage", "Landing page", "Page / Screen", "landing", LANDINGS),
    _of_session(
        "landingPagePlusQueryString",
        "Landing page + query string",
        "Page / Screen",
        "landing",
        LANDINGS,
    ),
    _of_session("newVsReturning", "New / returning", "User", "new_user", ("returning", "new")),
    _constant("hostName", "Hostname", "Page / Screen", HOST),
    _constant("platform", "Platform", "Platform / Device", "web"),
    _constant("audienceName", "Audience name", "User", "All Users", thresholded=True),
    _constant("userAgeBracket", "Age", "Demographics", "unknown", thresholded=True),
    _constant("userGender", "Gender", "Demographics", "unknown", thresholded=True),
)

DIMENSIONS = {dimension.name: dimension for dimension in _ALL}
"""By the name that the metadata gives, in its order."""

DIMENSION_NAMES = DIMENSIONS | {old: each for each in _ALL for old in each.deprecated}
"""Deprecated names are still usable."""
