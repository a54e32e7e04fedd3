"""The fewest calls that the documented limits imply, from the company's own rows.

Nothing of the planner is used: which windows are wanted is the demand's word, how many rows they
hold the company's, and how many a call brings the documentation's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, combinations
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from okrmodel.demand import Demand
from okrmodel.observations import Aggregation
from okrmodel.windows import Window, day_begins
from sandbox.company.tables import SOURCES, STAGES, Company, Flags, Ints

ROWS_A_PAGE = 200
EMAILS_A_PAGE = 100
DAYS_A_HISTOGRAM = 92
RANGES_A_REPORT, REPORTS_A_BATCH = 4, 5


@dataclass(frozen=True)
class Part:
    """A part of the floor, and how it comes about."""

    what: str
    calls: int
    why: str


@dataclass(frozen=True)
class _Question:
    """A question about records whose windows are single days."""

    name: str
    kind: str
    rows: Flags
    """Which of the object's rows its windows hold, taken together."""
    windows: int
    summed: bool


def floor(company: Company, wanted: Demand, now: datetime, zone: ZoneInfo) -> list[Part]:
    """The parts of the least number of calls for a demand, when nothing is stored."""
    records = [*_records(company, wanted, now, zone)]
    parts = [
        _object(kind, [q for q in records if q.kind == kind]) for kind in ("contacts", "deals")
    ]
    return [
        *parts,
        *_whole(wanted),
        *_levels(company, wanted, now),
        *_emails(company, wanted, zone),
        *_ga4(wanted),
    ]


def _object(kind: str, questions: Sequence[_Question]) -> Part:
    """The least over all ways: some questions' rows in one reading, the others' days counted."""
    best: tuple[int, str] | None = None
    everything = chain.from_iterable(
        combinations(questions, size) for size in range(len(questions) + 1)
    )
    for read in everything:
        left = [question for question in questions if question not in read]
        if any(question.summed for question in left):
            continue
        rows = int(np.logical_or.reduce([q.rows for q in read]).sum()) if read else 0
        calls = _pages(rows, ROWS_A_PAGE) * bool(read) + sum(q.windows for q in left)
        told = (
            f"rows of {', '.join(q.name for q in read) or 'nothing'} ({rows} of them at 200 a call),"
            f" days counted of {', '.join(q.name for q in left) or 'nothing'}"
        )
        if best is None or calls < best[0]:
            best = calls, told
    calls, told = best or (0, "nothing asked")
    return Part(f"HubSpot {kind} by day", calls, told)


def _records(
    company: Company, wanted: Demand, now: datetime, zone: ZoneInfo
) -> Iterator[_Question]:
    for source, windows in wanted.windows.items():
        asked = source.query.canonical()
        days = [window for window in windows if window.length == 1]
        if source.aggregation is Aggregation.SUM and "object" in asked and days:
            dates, existing = _dates(company, asked, now)
            inside = np.zeros(len(dates), dtype=np.bool_)
            for window in days:
                begin, end = (_ms(day_begins(day, zone)) for day in (window.start, window.end))
                inside |= (dates >= begin) & (dates < end)
            yield _Question(
                _words(asked), asked["object"], inside & existing, len(days), "sum" in asked
            )


def _dates(company: Company, asked: Mapping[str, Any], now: datetime) -> tuple[Ints, Flags]:
    """The date that each row is counted by, and whether it is there and meets the conditions."""
    if asked["object"] == "deals":
        deals = company.deals
        known = (deals.gone_ms > _ms(now)) & (deals.closed_known_ms <= _ms(now))
        return deals.closed_ms, known & deals.won
    contacts = company.contacts
    there = contacts.gone_ms > _ms(now)
    sources = asked.get("where", {}).get("hs_analytics_source", {}).get("in")
    if sources:
        there = there & np.isin(contacts.source, [SOURCES.index(name) for name in sources])
    if "created" in asked:
        return contacts.created_ms, there
    entries = company.stage_entries
    mine = (entries.stage == STAGES.index(asked["entered"])) & (entries.at_ms <= _ms(now))
    latest = np.full(len(contacts.id), -1, dtype=np.int64)
    np.maximum.at(latest, entries.contact[mine], entries.at_ms[mine])
    return latest, there


def _whole(wanted: Demand) -> Iterator[Part]:
    """Counts of several days in one: last cycle's figures, measured baselines."""
    found = [
        f"{_words(source.query.canonical())} over {window}"
        for source, windows in wanted.windows.items()
        if source.aggregation is Aggregation.SUM and "object" in source.query.canonical()
        for window in windows
        if window.length > 1
    ]
    yield Part("HubSpot counts of long windows", len(found), "; ".join(found))


def _levels(company: Company, wanted: Demand, now: datetime) -> Iterator[Part]:
    for source in wanted.windows:
        asked = source.query.canonical()
        if asked.get("open"):
            deals = company.deals
            is_open = (
                (deals.created_ms <= _ms(now))
                & (deals.gone_ms > _ms(now))
                & ~(deals.closed_known_ms <= _ms(now))
            )
            rows = int(is_open.sum())
            yield Part("HubSpot open deals", _pages(rows, ROWS_A_PAGE), f"{rows} rows to add up")


def _emails(company: Company, wanted: Demand, zone: ZoneInfo) -> Iterator[Part]:
    counters: dict[str, set[Window]] = {}
    for source, windows in wanted.windows.items():
        asked = source.query.canonical()
        if asked.get("emails") == "published":
            begin, end = (_ms(day_begins(d, zone)) for d in (windows[0].start, windows[-1].end))
            emails = company.emails
            of_type = np.isin(emails.type, asked.get("type", list(set(emails.type))))
            rows = int(
                (of_type & (emails.published_ms >= begin) & (emails.published_ms < end)).sum()
            )
            yield Part("HubSpot published emails", _pages(rows, EMAILS_A_PAGE), f"{rows} listed")
        elif "emails" in asked:
            counters.setdefault(str(asked.get("type")), set()).update(windows)
    for windows in counters.values():
        days = (max(windows).end - min(windows).start).days
        calls = -(-days // DAYS_A_HISTOGRAM)
        yield Part("HubSpot email counters", calls, f"all counters of {days} days in a histogram")


def _ga4(wanted: Demand) -> Iterator[Part]:
    """Distinct counts by range, four a report; sums by day in one; five reports a batch.

    A series by day gives the days themselves and, by its total, the run of all of them for nothing.
    """
    ranges: dict[str, set[Window]] = {}
    series: dict[str, set[Window]] = {}
    for source, windows in wanted.windows.items():
        asked = source.query.canonical()
        if "metric" in asked:
            kind = series if source.aggregation is Aggregation.SUM else ranges
            kind.setdefault(str(asked.get("where")), set()).update(windows)
    left = {where: windows - _free(series.get(where)) for where, windows in ranges.items()}
    reports = sum(-(-len(windows) // RANGES_A_REPORT) for windows in left.values()) + len(series)
    told = f"{sum(map(len, left.values()))} different windows, {reports} reports"
    yield Part("GA4", -(-reports // REPORTS_A_BATCH), told)


def _free(days: set[Window] | None) -> set[Window]:
    return {*days, Window(min(days).start, max(days).end)} if days else set()


def _pages(rows: int, size: int) -> int:
    return max(1, -(-rows // size))


def _ms(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp() * 1000)


_NAMES: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("entered", lambda stage: f"entering {stage}"),
    ("created", lambda _: "created"),
    ("closed", lambda how: f"closed {how}"),
)


def _words(asked: Mapping[str, Any]) -> str:
    named = next((say(asked[key]) for key, say in _NAMES if key in asked), "")
    return f"{asked['object']} {named}{' (sum)' if 'sum' in asked else ''}{' (some)' if 'where' in asked else ''}"
