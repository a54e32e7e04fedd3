"""What happens in the story: each kind of event, in sane proportions."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sandbox.company.grow import grow
from sandbox.company.tables import (
    CHANNELS,
    COUNTRIES,
    DEAL_STAGES,
    NEVER,
    SOURCES,
    STAGES,
    Company,
    Ints,
)
from sandbox.truth.windows import Window, within

WARSAW = "Europe/Warsaw"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MQL = STAGES.index("marketingqualifiedlead")
FUNNEL = ("other", "subscriber", "lead", "1066237962", *STAGES[2:7])
"""The stages from the first to the furthest."""
CLOCK_CHANGES = (date(2025, 10, 26), date(2026, 3, 29), date(2026, 10, 25))


def entered(company: Company, stage: str) -> tuple[Ints, Ints]:
    """Contact rows and instants of the entries into a stage."""
    entries = company.stage_entries
    into = entries.stage == STAGES.index(stage)
    return entries.contact[into], entries.at_ms[into]


def weekend_share(instants: Ints) -> float:
    """How many there are on a weekend day for one on a weekday."""
    zone = ZoneInfo(WARSAW)
    weekdays = [datetime.fromtimestamp(ms / 1000, zone).weekday() for ms in instants.tolist()]
    weekend = sum(weekday >= 5 for weekday in weekdays)
    return (weekend / 2) / ((len(weekdays) - weekend) / 5)


def on_day(instants: Ints, day: date) -> int:
    return int(within(instants, Window(day, day + timedelta(days=1)), WARSAW).sum())


def test_rows_stand_in_order_of_time_and_of_id(acorn: Company) -> None:
    for table in (acorn.contacts, acorn.companies, acorn.deals):
        assert (np.diff(table.created_ms) >= 0).all()
        assert (np.diff(table.id) > 0).all()
    for instants in (
        acorn.stage_entries.at_ms,
        acorn.emails.sent_ms,
        acorn.deliveries.sent_ms,
        acorn.sessions.started_ms,
    ):
        assert (np.diff(instants) >= 0).all()


def test_references_point_at_rows(acorn: Company) -> None:
    contacts, firms = len(acorn.contacts.id), len(acorn.companies.id)
    for column, size in (
        (acorn.contacts.source, len(SOURCES)),
        (acorn.contacts.company, firms),
        (acorn.contacts.merged_into, contacts),
        (acorn.deals.contact, contacts),
        (acorn.deals.company, firms),
    ):
        assert (column.min(), column.max() < size) == (-1, True)
    for column, size in (
        (acorn.stage_entries.contact, contacts),
        (acorn.stage_entries.stage, len(STAGES)),
        (acorn.deals.stage, len(DEAL_STAGES) - 2),
        (acorn.deliveries.email, len(acorn.emails.id)),
        (acorn.sessions.channel, len(CHANNELS)),
        (acorn.sessions.country, len(COUNTRIES)),
    ):
        assert (column.min() >= 0, column.max() < size) == (True, True)


def test_nobody_enters_a_stage_before_being_created_or_after_being_gone(acorn: Company) -> None:
    entries, contacts = acorn.stage_entries, acorn.contacts
    assert (entries.at_ms >= contacts.created_ms[entries.contact]).all()
    assert (entries.at_ms < contacts.gone_ms[entries.contact]).all()


def test_nobody_enters_two_stages_at_one_instant(acorn: Company) -> None:
    entries = acorn.stage_entries
    pairs = set(zip(entries.contact.tolist(), entries.at_ms.tolist(), strict=True))
    assert len(pairs) == len(entries.at_ms)


def test_there_are_about_five_mqls_a_day(acorn: Company) -> None:
    _, at = entered(acorn, "marketingqualifiedlead")
    autumn = within(at, Window(date(2026, 8, 1), date(2026, 11, 23)), WARSAW)
    assert 4 < autumn.sum() / 114 < 6.5


def test_the_funnel_narrows(acorn: Company) -> None:
    steps = ("marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")
    reached = [len(set(entered(acorn, stage)[0].tolist())) for stage in steps]
    shares = [narrow / wide for wide, narrow in pairwise(reached)]
    assert all(0.2 < share < 0.6 for share in shares)


def test_every_stage_and_source_occurs(acorn: Company) -> None:
    assert set(acorn.stage_entries.stage.tolist()) == set(range(len(STAGES)))
    assert set(acorn.contacts.source.tolist()) == set(range(-1, len(SOURCES)))


def test_some_skip_stages(acorn: Company) -> None:
    leads, mqls, sqls, opportunities = (
        set(entered(acorn, stage)[0].tolist())
        for stage in ("lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity")
    )
    assert 0.1 < len(mqls - leads) / len(mqls) < 0.6
    assert len(opportunities - sqls) > 0


def test_some_mqls_fall_back_to_lead_and_return_weeks_later(acorn: Company) -> None:
    mql_at: dict[int, list[int]] = {}
    for contact, at in zip(
        *(c.tolist() for c in entered(acorn, "marketingqualifiedlead")), strict=True
    ):
        mql_at.setdefault(contact, []).append(at)
    returned = {contact: at for contact, at in mql_at.items() if len(at) > 1}
    assert 0.03 < len(returned) / len(mql_at) < 0.2
    between = [at[1] - at[0] for at in returned.values()]
    assert np.median(between) > 21 * DAY_MS
    fallen = set(entered(acorn, "lead")[0].tolist())
    assert sum(contact in fallen for contact in returned) > 0.95 * len(returned)


def test_nobody_becomes_a_lead_within_days_of_an_mql_date(acorn: Company) -> None:
    entries = acorn.stage_entries
    mql_at: dict[int, int] = {}
    for contact, stage, at in zip(
        entries.contact.tolist(), entries.stage.tolist(), entries.at_ms.tolist(), strict=True
    ):
        if stage == MQL:
            mql_at[contact] = at
        elif stage == STAGES.index("lead"):
            assert at - mql_at.get(contact, 0) > 13 * DAY_MS


def test_the_survivor_of_a_merge_keeps_the_furthest_stage(acorn: Company) -> None:
    contacts, entries = acorn.contacts, acorn.stage_entries
    losers = np.flatnonzero(contacts.merged_into >= 0)
    assert 0.01 < len(losers) / len(contacts.id) < 0.04
    kept = 0
    for loser in losers.tolist():
        survivor, merged_ms = contacts.merged_into[loser], contacts.gone_ms[loser]
        assert contacts.gone_ms[survivor] == NEVER
        until = entries.at_ms <= merged_ms
        mine, theirs = (
            [FUNNEL.index(STAGES[s]) for s in entries.stage[until & (entries.contact == row)]]
            for row in (survivor, loser)
        )
        assert max(mine, default=-1) >= max(theirs, default=-1)
        kept += int(merged_ms in entries.at_ms[entries.contact == survivor].tolist())
    assert kept > 5


def test_some_contacts_are_deleted_long_after_their_mql_date(acorn: Company) -> None:
    contact, at = entered(acorn, "marketingqualifiedlead")
    deleted = (acorn.contacts.gone_ms < NEVER) & (acorn.contacts.merged_into == -1)
    assert 0.02 < deleted.mean() < 0.05
    after = acorn.contacts.gone_ms[contact] - at
    assert (deleted[contact] & (after > 60 * DAY_MS)).sum() > 10


def test_a_contact_was_modified_last_by_its_last_event(acorn: Company) -> None:
    last = acorn.contacts.created_ms.copy()
    for contact, at in zip(acorn.stage_entries.contact, acorn.stage_entries.at_ms, strict=True):
        last[contact] = max(last[contact], at)
    for loser in np.flatnonzero(acorn.contacts.merged_into >= 0):
        survivor = acorn.contacts.merged_into[loser]
        last[survivor] = max(last[survivor], acorn.contacts.gone_ms[loser])
    assert (last == acorn.contacts.modified_ms).all()


def test_deals_are_won_lost_and_open(acorn: Company) -> None:
    deals = acorn.deals
    closed = deals.closed_ms < NEVER
    assert 0.15 < (deals.won & closed).mean() < 0.5
    assert 0.2 < (~deals.won & closed).mean() < 0.6
    assert (~closed).mean() > 0.1
    assert not (deals.won & ~closed).any()


def test_some_closes_are_entered_days_after_their_date(acorn: Company) -> None:
    deals = acorn.deals
    closed = deals.closed_ms < NEVER
    back_dated = deals.closed_known_ms - deals.closed_ms > DAY_MS / 2
    assert (deals.closed_known_ms >= deals.closed_ms).all()
    assert (deals.closed_ms > deals.created_ms).all()
    assert 0.1 < back_dated[closed].mean() < 0.3


def test_deals_come_in_two_currencies_some_edited_some_without_amount(acorn: Company) -> None:
    deals = acorn.deals
    edited = deals.edited_ms < NEVER
    assert set(deals.currency.tolist()) == {0, 1}
    assert 0.03 < (deals.amount_cents == -1).mean() < 0.12
    assert 0.1 < edited.mean() < 0.3
    assert (edited & (deals.edited_ms > deals.closed_known_ms)).any()
    assert (edited & (deals.amount_cents == -1)).any()
    assert (deals.edited_amount_cents[edited] > 0).all()


def test_newsletters_go_out_weekly_beside_other_kinds(acorn: Company) -> None:
    kinds, counts = np.unique(acorn.emails.type, return_counts=True)
    sent = dict(zip(kinds.tolist(), counts.tolist(), strict=True))
    assert set(sent) == {"BATCH_EMAIL", "AUTOMATED_EMAIL", "AB_EMAIL", "RSS_EMAIL"}
    assert 80 <= sent["BATCH_EMAIL"] <= 90
    sizes = np.bincount(acorn.deliveries.email)[acorn.emails.type == "BATCH_EMAIL"]
    assert 1300 < np.median(sizes[-20:]) < 1600


def test_no_newsletter_has_more_recipients_than_there_are_contacts() -> None:
    company = grow(contacts=100)
    emails, contacts = company.emails, company.contacts
    sizes = np.bincount(company.deliveries.email, minlength=len(emails.id))
    for row in np.flatnonzero(emails.type == "BATCH_EMAIL"):
        sent = emails.sent_ms[row]
        existing = (contacts.created_ms <= sent) & (contacts.gone_ms > sent)
        assert sizes[row] == existing.sum()


def test_what_becomes_of_a_delivery_makes_sense(acorn: Company) -> None:
    fate = acorn.deliveries
    opened, clicked = fate.opened_ms < NEVER, fate.clicked_ms < NEVER
    assert not (fate.delivered & fate.hard_bounce).any()
    assert not (opened & ~fate.delivered).any()
    assert (fate.clicked_ms[clicked] > fate.opened_ms[clicked]).all()
    assert (fate.opened_ms > fate.sent_ms).all()
    assert 0.3 < opened[fate.delivered].mean() < 0.45
    assert 0.05 < clicked.sum() / opened.sum() < 0.2
    assert (fate.unsubscribed_ms < NEVER).sum() > 100
    assert (fate.spam_ms < NEVER).any()


def test_opens_trickle_in_for_weeks_ever_more_thinly(acorn: Company) -> None:
    opened = acorn.deliveries.opened_ms < NEVER
    days = (acorn.deliveries.opened_ms - acorn.deliveries.sent_ms)[opened] // DAY_MS
    per_day = np.bincount(days, minlength=43)
    assert per_day[0] > per_day[1] > per_day[4] > per_day[20] > 0
    assert 14 < days.max() <= 42


def test_automated_emails_leave_on_many_days(acorn: Company) -> None:
    automated = np.flatnonzero(acorn.emails.type == "AUTOMATED_EMAIL")
    sent = acorn.deliveries.sent_ms[np.isin(acorn.deliveries.email, automated)]
    assert len(np.unique(sent // DAY_MS)) > 300


def test_weekends_are_quiet(acorn: Company) -> None:
    assert 0.15 < weekend_share(acorn.sessions.started_ms) < 0.3
    assert 0.1 < weekend_share(acorn.contacts.created_ms) < 0.3
    assert 0.1 < weekend_share(entered(acorn, "marketingqualifiedlead")[1]) < 0.3


def test_a_weekday_has_about_three_hundred_sessions_and_the_site_grows(acorn: Company) -> None:
    tuesdays = [date(2025, 9, 2) + timedelta(weeks=week) for week in (0, 1, 2, 52, 53, 54)]
    sessions = [on_day(acorn.sessions.started_ms, day) for day in tuesdays]
    assert 250 < sum(sessions[3:]) / 3 < 400
    assert sum(sessions[:3]) * 1.1 < sum(sessions[3:])


def test_users_return_and_are_new_once(acorn: Company) -> None:
    visits = acorn.sessions
    users, first = np.unique(visits.user, return_index=True)
    assert visits.new_user.sum() == len(users)
    assert visits.new_user[first].all()
    assert 1.5 < len(visits.user) / len(users) < 3
    assert all(len(np.unique(visits.country[visits.user == user])) == 1 for user in users[:50])


def test_sessions_arrive_late_but_never_after_three_days(acorn: Company) -> None:
    hours = (acorn.sessions.arrived_ms - acorn.sessions.started_ms) / HOUR_MS
    assert (hours > 0).all()
    assert hours.max() < 72
    assert (hours < 12).mean() > 0.85
    assert 0.002 < (hours > 48).mean() < 0.02


def test_some_sessions_are_unassigned_until_attributed(acorn: Company) -> None:
    visits = acorn.sessions
    late = visits.channel_late_ms > 0
    assert 0.03 < late.mean() < 0.1
    assert (visits.channel_late_ms[late] - visits.started_ms[late] < 72 * HOUR_MS).all()
    assert (visits.channel_late_ms[late] > visits.arrived_ms[late]).mean() > 0.95
    assert (visits.channel[late] != CHANNELS.index("Unassigned")).any()


def test_sessions_that_nobody_engaged_in_bring_nothing(acorn: Company) -> None:
    visits = acorn.sessions
    idle = ~visits.engaged
    assert (visits.page_views >= 1).all()
    assert (visits.key_events[idle].sum(), visits.revenue_cents[idle].sum()) == (0, 0)
    assert (visits.duration_s[idle] < 10).all()
    assert visits.key_events.sum() > 1000
    assert visits.revenue_cents.sum() > 0


@pytest.mark.parametrize("day", CLOCK_CHANGES)
def test_something_happens_when_clocks_change(day: date, acorn: Company) -> None:
    assert on_day(entered(acorn, "marketingqualifiedlead")[1], day) > 0
    assert on_day(acorn.contacts.created_ms, day) > 0
    assert on_day(acorn.sessions.started_ms, day) > 50
    assert on_day(acorn.deliveries.sent_ms, day) > 500


@pytest.mark.parametrize("subject", ["contacts", "mqls", "deals", "sessions", "deliveries"])
def test_some_of_everything_happens_in_the_hour_around_local_midnight(
    subject: str, acorn: Company
) -> None:
    instants = {
        "contacts": acorn.contacts.created_ms,
        "mqls": entered(acorn, "marketingqualifiedlead")[1],
        "deals": acorn.deals.created_ms,
        "sessions": acorn.sessions.started_ms,
        "deliveries": acorn.deliveries.sent_ms,
    }[subject]
    zone = ZoneInfo(WARSAW)
    hours = {datetime.fromtimestamp(ms / 1000, zone).hour for ms in instants.tolist()}
    assert {23, 0} <= hours
    # A bug that cuts days in UTC moves events to another day.
    utc_days = instants // DAY_MS
    local_days = [
        datetime.fromtimestamp(ms / 1000, zone).toordinal() - 719_163 for ms in instants.tolist()
    ]
    assert (utc_days != np.array(local_days)).any()
