"""What must hold of the oracle whatever the rows are, shown on the grown company."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from sandbox import truth
from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.company.tables import CHANNELS, STAGES, Company
from sandbox.truth import Filters, Window
from tests.sandbox.rows import at

WARSAW = "Europe/Warsaw"
MQL = "marketingqualifiedlead"
OCTOBER = Window(date(2026, 10, 1), date(2026, 11, 1))
SUMMER = Window(date(2026, 7, 1), date(2026, 10, 1))

ADDITIVE: dict[str, Callable[[Company, Window], object]] = {
    "mqls": lambda c, w: truth.contacts_entered(c, MQL, w, WARSAW, DEFAULT_NOW),
    "contacts": lambda c, w: truth.contacts_created(c, w, WARSAW, DEFAULT_NOW),
    "companies": lambda c, w: truth.companies_created(c, w, WARSAW, DEFAULT_NOW),
    "deals": lambda c, w: truth.deals_created(c, w, WARSAW, DEFAULT_NOW),
    "closed": lambda c, w: truth.deals_closed(c, w, WARSAW, DEFAULT_NOW),
    "won": lambda c, w: truth.deals_won_amount(c, w, WARSAW, DEFAULT_NOW),
    "opens": lambda c, w: truth.email_counter(c, "open", w, WARSAW, DEFAULT_NOW),
    "emails": lambda c, w: truth.emails_published(c, w, WARSAW, DEFAULT_NOW),
    "sessions": lambda c, w: truth.sessions(c, w, DEFAULT_NOW),
    "page_views": lambda c, w: truth.page_views(c, w, DEFAULT_NOW),
    "key_events": lambda c, w: truth.key_events(c, w, DEFAULT_NOW),
    "new_users": lambda c, w: truth.new_users(c, w, DEFAULT_NOW),
    "revenue": lambda c, w: truth.revenue(c, w, DEFAULT_NOW),
}


@pytest.fixture(scope="module")
def acorn() -> Company:
    return grow()


def days_of(window: Window) -> list[Window]:
    count = (window.end - window.start).days
    days = [window.start + timedelta(days=n) for n in range(count)]
    return [Window(day, day + timedelta(days=1)) for day in days]


@pytest.mark.parametrize("metric", ADDITIVE)
def test_the_days_of_a_month_with_a_clock_change_add_up(metric: str, acorn: Company) -> None:
    value = partial(ADDITIVE[metric], acorn)
    whole = value(OCTOBER)
    assert whole != 0
    assert sum(value(day) for day in days_of(OCTOBER)) == whole  # type: ignore[misc]


@pytest.mark.parametrize("users", [truth.total_users, truth.active_users])
def test_users_of_the_days_do_not_add_up(
    users: Callable[[Company, Window, object], int], acorn: Company
) -> None:
    by_day = sum(users(acorn, day, DEFAULT_NOW) for day in days_of(OCTOBER))
    assert by_day > 1.1 * users(acorn, OCTOBER, DEFAULT_NOW)


def test_active_users_lie_between_new_and_all_users(acorn: Company) -> None:
    counts = [
        count(acorn, OCTOBER, DEFAULT_NOW)
        for count in (truth.new_users, truth.active_users, truth.total_users, truth.sessions)
    ]
    assert counts == sorted(counts)
    assert len(set(counts)) == 4


def test_the_mqls_of_a_past_quarter_fall_as_time_goes_by(acorn: Company) -> None:
    known = [at("2026-10-01 01:00") + timedelta(days=14 * n) for n in range(6)]
    counts = [truth.contacts_entered(acorn, MQL, SUMMER, WARSAW, when) for when in known]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_in_utc_the_days_are_others(acorn: Company) -> None:
    by_day = [
        [truth.contacts_created(acorn, day, zone, DEFAULT_NOW) for day in days_of(OCTOBER)]
        for zone in (WARSAW, "UTC")
    ]
    assert by_day[0] != by_day[1]


def test_the_sum_of_won_deals_is_restated(acorn: Company) -> None:
    known = [at("2026-10-01 01:00") + timedelta(days=14 * n) for n in range(6)]
    sums = {truth.deals_won_amount(acorn, SUMMER, WARSAW, when) for when in known}
    assert len(sums) > 2


def test_opens_of_what_was_sent_only_grow(acorn: Company) -> None:
    known = [at("2026-10-01 01:00") + timedelta(days=7 * n) for n in range(8)]
    opens = [truth.email_counter(acorn, "open", SUMMER, WARSAW, when) for when in known]
    assert opens == sorted(opens)
    assert opens[0] < opens[2] < opens[4]
    assert opens[6] == opens[7]


def test_sessions_settle_after_three_days(acorn: Company) -> None:
    known = [at("2026-10-31 23:00") + timedelta(hours=24 * n) for n in range(5)]
    counts = [truth.sessions(acorn, OCTOBER, when) for when in known]
    assert counts[0] < counts[1] < counts[2] <= counts[3] == counts[4]


def test_channels_share_out_the_sessions_at_every_moment(acorn: Company) -> None:
    for known_at in (at("2026-10-20 12:00"), at("2026-10-25 12:00"), DEFAULT_NOW):
        parts = [truth.sessions(acorn, OCTOBER, known_at, Filters([name])) for name in CHANNELS]
        assert sum(parts) == truth.sessions(acorn, OCTOBER, known_at)


def test_unassigned_sessions_become_fewer(acorn: Company) -> None:
    unassigned = Filters(["Unassigned"])
    week = Window(date(2026, 10, 12), date(2026, 10, 19))
    early, late = at("2026-10-19 06:00"), at("2026-10-30 00:00")
    assert truth.sessions(acorn, week, early, unassigned) > truth.sessions(
        acorn, week, late, unassigned
    )


def test_every_contact_with_a_stage_is_in_one_of_them(acorn: Company) -> None:
    in_stages = [truth.contacts_in_stage(acorn, stage, DEFAULT_NOW) for stage in STAGES]
    everybody = Window(date(2024, 1, 1), date(2027, 1, 1))
    existing = truth.contacts_created(acorn, everybody, WARSAW, DEFAULT_NOW)
    assert all(count > 0 for count in in_stages)
    assert 0.9 * existing < sum(in_stages) <= existing


def test_the_future_is_not_told(acorn: Company) -> None:
    december = Window(date(2026, 12, 1), date(2026, 12, 20))
    later = at("2026-12-24 00:00")
    assert truth.sessions(acorn, december, DEFAULT_NOW) == 0
    assert truth.sessions(acorn, december, later) > 0
    assert truth.contacts_entered(acorn, MQL, december, WARSAW, DEFAULT_NOW) == 0
    assert truth.contacts_entered(acorn, MQL, december, WARSAW, later) > 0
