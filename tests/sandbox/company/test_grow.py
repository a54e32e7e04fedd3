"""Growing: from a seed, of any size, the same everywhere."""

import hashlib
from dataclasses import fields
from datetime import UTC, date, datetime

import numpy as np
import pytest

from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.company.tables import NEVER, STAGES, Company
from sandbox.truth import Window, contacts_created

TABLES = (
    "contacts",
    "stage_entries",
    "companies",
    "deals",
    "emails",
    "deliveries",
    "sessions",
)


def digest(company: Company, *tables: str) -> str:
    sha = hashlib.sha256()
    for table in tables:
        rows = getattr(company, table)
        for field in fields(rows):
            column = getattr(rows, field.name)
            text = column.dtype.kind == "U"
            sha.update("\n".join(column).encode() if text else column.astype("<i8").tobytes())
    return sha.hexdigest()[:16]


@pytest.mark.parametrize("table", TABLES)
def test_the_same_seed_gives_the_same_rows(table: str, acorn: Company) -> None:
    assert digest(grow(), table) == digest(acorn, table)


@pytest.mark.parametrize("table", TABLES)
def test_another_seed_gives_other_rows(table: str) -> None:
    one, other = grow(seed=1, contacts=300), grow(seed=2, contacts=300)
    assert digest(one, table) != digest(other, table)


def test_the_rows_are_the_same_on_every_machine() -> None:
    # Written down once. It changes with every change to the story, and with nothing else.
    assert digest(grow(contacts=500), *TABLES) == "47ca120888cddc3f"


def test_all_columns_of_a_table_are_equally_long(acorn: Company) -> None:
    for table in TABLES:
        columns = [getattr(getattr(acorn, table), f.name) for f in fields(getattr(acorn, table))]
        assert len({len(column) for column in columns}) == 1


def test_numbers_are_whole_and_flags_are_flags(acorn: Company) -> None:
    kinds = {
        getattr(getattr(acorn, table), field.name).dtype.kind
        for table in TABLES
        for field in fields(getattr(acorn, table))
    }
    assert kinds == {"i", "b", "U"}


def test_it_has_as_many_contacts_as_asked_for(acorn: Company) -> None:
    assert len(acorn.contacts.id) == 4000
    assert len(grow(contacts=1).contacts.id) == 1


def test_a_company_without_contacts_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one contact, got 0"):
        grow(contacts=0)


def test_contacts_ask_nothing_of_traffic_and_newsletters(acorn: Company) -> None:
    larger = grow(contacts=8000)
    assert digest(larger, "sessions") == digest(acorn, "sessions")
    assert len(larger.deliveries.email) < 1.1 * len(acorn.deliveries.email)


def test_the_story_has_a_year_and_a_half_before_now_and_a_month_after(acorn: Company) -> None:
    started = acorn.sessions.started_ms
    days = (started - DEFAULT_NOW.timestamp() * 1000) / 86_400_000
    assert -550 < days.min() < -548
    assert 30 < days.max() < 33


def test_now_moves_the_whole_story() -> None:
    company = grow(contacts=200, now=datetime(2025, 1, 15, tzinfo=UTC))
    month = Window(date(2025, 1, 1), date(2025, 2, 1))
    assert contacts_created(company, month, "UTC", datetime(2025, 3, 1, tzinfo=UTC)) > 0
    assert company.contacts.created_ms.max() < datetime(2025, 2, 18, tzinfo=UTC).timestamp() * 1000


def first_mqls(company: Company, start: date, end: date) -> int:
    """First MQL dates in UTC days, whatever became of the contact."""
    entries = company.stage_entries
    mql = entries.stage == STAGES.index("marketingqualifiedlead")
    first = np.full(len(company.contacts.id), NEVER, dtype=np.int64)
    np.minimum.at(first, entries.contact[mql], entries.at_ms[mql])
    days = (np.datetime64(start), np.datetime64(end))
    lowest, highest = (int(day.astype("datetime64[ms]").astype(np.int64)) for day in days)
    return int(((first >= lowest) & (first < highest)).sum())


def test_the_mqls_of_a_quarter_can_be_ordered() -> None:
    company = grow(contacts=20_000, mqls_per_quarter=4_000)
    # Those deleted or merged before their date never enter.
    assert 3_850 < first_mqls(company, date(2026, 7, 1), date(2026, 10, 1)) <= 4_020


def test_in_winter_the_last_complete_quarter_lies_in_the_year_before() -> None:
    february = datetime(2026, 2, 10, tzinfo=UTC)
    company = grow(contacts=4000, mqls_per_quarter=400, now=february)
    assert 370 < first_mqls(company, date(2025, 10, 1), date(2026, 1, 1)) <= 410


def test_ordering_the_mqls_keeps_the_number_of_contacts() -> None:
    few, many = grow(contacts=2000, mqls_per_quarter=50), grow(contacts=2000, mqls_per_quarter=500)
    quarter = date(2026, 7, 1), date(2026, 10, 1)
    assert len(few.contacts.id) == len(many.contacts.id) == 2000
    assert first_mqls(few, *quarter) * 8 < first_mqls(many, *quarter)


def test_more_mqls_than_contacts_are_refused_with_the_number_needed() -> None:
    with pytest.raises(ValueError, match=r"900 MQLs in a quarter need at least (\d+) contacts"):
        grow(contacts=1000, mqls_per_quarter=900)


def test_portal_and_property_may_lie_in_different_zones() -> None:
    company = grow(contacts=50, portal_zone="America/New_York", property_zone="Asia/Tokyo")
    assert (company.portal_zone, company.property_zone) == ("America/New_York", "Asia/Tokyo")


def test_a_hundred_thousand_contacts_stay_small_in_memory() -> None:
    company = grow(contacts=100_000, mqls_per_quarter=20_000)
    size = sum(
        getattr(getattr(company, table), field.name).nbytes
        for table in TABLES
        for field in fields(getattr(company, table))
    )
    assert size < 40_000_000
