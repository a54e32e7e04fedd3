"""The oracle on rows that can be counted by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from sandbox import truth
from sandbox.company.tables import (
    CHANNELS,
    COUNTRIES,
    SOURCES,
    STAGES,
    Companies,
    Company,
    Contacts,
    Deals,
    Deliveries,
    Emails,
    Sessions,
    StageEntries,
)
from sandbox.truth import EmailCounter, Filters, Window
from tests.sandbox.rows import at, company_of, ms, table

WARSAW = "Europe/Warsaw"
LEAD, MQL = STAGES.index("lead"), STAGES.index("marketingqualifiedlead")
MARCH = Window(date(2026, 3, 1), date(2026, 4, 1))
APRIL = Window(date(2026, 4, 1), date(2026, 5, 1))
LATER = at("2026-12-01 00:00")


def day(text: str) -> Window:
    first = date.fromisoformat(text)
    return Window(first, date.fromordinal(first.toordinal() + 1))


def mqls(company: Company, window: Window, known_at: datetime = LATER) -> int:
    return truth.contacts_entered(company, "marketingqualifiedlead", window, WARSAW, known_at)


def people(*entries: tuple[int, int, str], gone: dict[int, str] | None = None) -> Company:
    """Three contacts of January with (contact, stage, when) entries."""
    leaves = gone or {}
    contacts = [
        {
            "created_ms": ms("2026-01-10 12:00"),
            "source": source,
            **({"gone_ms": ms(leaves[row])} if row in leaves else {}),
        }
        for row, source in enumerate((SOURCES.index("OFFLINE"), SOURCES.index("REFERRALS"), -1))
    ]
    rows = [{"contact": c, "stage": s, "at_ms": ms(when)} for c, s, when in entries]
    return company_of(contacts=table(Contacts, *contacts), stage_entries=table(StageEntries, *rows))


def test_days_are_cut_at_local_midnight() -> None:
    company = people(
        (0, MQL, "2026-03-27 22:59"), (1, MQL, "2026-03-27 23:00"), (2, MQL, "2026-03-28 22:59")
    )
    assert [mqls(company, day(d)) for d in ("2026-03-27", "2026-03-28", "2026-03-29")] == [1, 2, 0]


def test_the_days_on_which_clocks_change_are_23_and_25_hours_long() -> None:
    spring = people((0, MQL, "2026-03-29 21:59"), (1, MQL, "2026-03-29 22:00"))
    assert (mqls(spring, day("2026-03-29")), mqls(spring, day("2026-03-30"))) == (1, 1)
    autumn = people((0, MQL, "2026-10-24 22:00"), (1, MQL, "2026-10-25 22:59"))
    assert mqls(autumn, day("2026-10-25")) == 2


def test_a_second_entry_moves_the_contact_to_its_month() -> None:
    company = people(
        (0, MQL, "2026-03-05 10:00"), (0, LEAD, "2026-03-20 10:00"), (0, MQL, "2026-04-15 10:00")
    )
    before, after = at("2026-04-15 09:00"), at("2026-04-15 11:00")
    assert (mqls(company, MARCH, before), mqls(company, APRIL, before)) == (1, 0)
    assert (mqls(company, MARCH, after), mqls(company, APRIL, after)) == (0, 1)


def test_two_entries_in_one_window_are_one_contact() -> None:
    assert mqls(people((0, MQL, "2026-03-05 10:00"), (0, MQL, "2026-03-25 10:00")), MARCH) == 1


def test_who_is_deleted_vanishes_from_the_past() -> None:
    company = people((0, MQL, "2026-03-05 10:00"), gone={0: "2026-06-01 00:00"})
    assert mqls(company, MARCH, at("2026-05-31 23:59")) == 1
    assert mqls(company, MARCH, at("2026-06-01 00:00")) == 0


def test_mqls_can_be_limited_to_sources() -> None:
    company = people((0, MQL, "2026-03-05 10:00"), (1, MQL, "2026-03-05 10:00"))
    counted = truth.contacts_entered(
        company, "marketingqualifiedlead", MARCH, WARSAW, LATER, sources=["REFERRALS"]
    )
    assert counted == 1


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        truth.contacts_entered(people(), "mql", MARCH, WARSAW, LATER)


def test_the_current_stage_is_the_last_one_entered_by_then() -> None:
    company = people((0, LEAD, "2026-03-05 10:00"), (0, MQL, "2026-03-25 10:00"))
    on = [at("2026-03-04 00:00"), at("2026-03-10 00:00"), at("2026-03-26 00:00")]
    assert [truth.contacts_in_stage(company, "lead", when) for when in on] == [0, 1, 0]
    assert truth.contacts_in_stage(company, "marketingqualifiedlead", on[2]) == 1


def test_contacts_and_companies_created_count_while_they_exist() -> None:
    january = Window(date(2026, 1, 1), date(2026, 2, 1))
    contacts = people(gone={2: "2026-02-01 00:00"})
    created = [
        truth.contacts_created(contacts, january, WARSAW, when)
        for when in (at("2026-01-10 11:00"), at("2026-01-31 00:00"), LATER)
    ]
    assert created == [0, 3, 2]
    referred = truth.contacts_created(contacts, january, WARSAW, LATER, sources=["REFERRALS"])
    assert referred == 1
    firm = {"created_ms": ms("2026-03-05 10:00"), "gone_ms": ms("2026-05-01 00:00")}
    firms = company_of(companies=table(Companies, firm))
    assert truth.companies_created(firms, MARCH, WARSAW, at("2026-04-01 00:00")) == 1
    assert truth.companies_created(firms, MARCH, WARSAW, LATER) == 0


def won(**columns: int) -> dict[str, int | bool]:
    """A deal of February, won on 10 March for 100 euros, entered on the same day."""
    closed = ms("2026-03-10 10:00")
    return {
        "created_ms": ms("2026-02-01 10:00"),
        "amount_cents": 10_000,
        "closed_ms": closed,
        "closed_known_ms": closed,
        "won": True,
        **columns,
    }


def test_a_won_deal_counts_by_its_close_date_once_that_was_entered() -> None:
    deals = company_of(deals=table(Deals, won(closed_known_ms=ms("2026-04-02 10:00"))))
    early, late = at("2026-04-01 00:00"), at("2026-04-03 00:00")
    assert [truth.deals_won(deals, MARCH, WARSAW, when) for when in (early, late)] == [0, 1]
    assert truth.open_pipeline_amount(deals, early) == Decimal(100)
    assert truth.open_pipeline_amount(deals, late) == 0


def test_lost_deals_are_closed_but_not_won() -> None:
    lost = {**won(), "won": False}
    deals = company_of(deals=table(Deals, won(), lost))
    counts = (
        truth.deals_closed(deals, MARCH, WARSAW, LATER),
        truth.deals_won(deals, MARCH, WARSAW, LATER),
        truth.deals_created(deals, MARCH, WARSAW, LATER),
    )
    assert counts == (2, 1, 0)


def test_deals_created_sum_their_amounts_by_creation_date() -> None:
    february = Window(date(2026, 2, 1), date(2026, 3, 1))
    deals = company_of(deals=table(Deals, won(), won(amount_cents=-1)))
    assert truth.deals_created(deals, february, WARSAW, LATER) == 2
    assert truth.deals_created_amount(deals, february, WARSAW, LATER) == Decimal("100.00")


def test_an_amount_edited_later_restates_the_sum() -> None:
    edited = won(edited_ms=ms("2026-05-01 00:00"), edited_amount_cents=12_345)
    deals = company_of(deals=table(Deals, edited))
    known = at("2026-04-30 00:00"), at("2026-05-02 00:00")
    sums = [truth.deals_won_amount(deals, MARCH, WARSAW, when) for when in known]
    assert sums == [Decimal("100.00"), Decimal("123.45")]


def test_dollars_are_rounded_to_cents_deal_by_deal() -> None:
    # 0.92 cents are a cent, ten times; rounded once they would be nine.
    cents = company_of(deals=table(Deals, *[won(amount_cents=1, currency=1)] * 10))
    assert truth.deals_won_amount(cents, MARCH, WARSAW, LATER) == Decimal("0.10")
    assert truth.deals_won_amount(cents, MARCH, WARSAW, LATER, home=False) == Decimal("0.10")
    dollars = company_of(deals=table(Deals, won(), won(currency=1)))
    assert truth.deals_won_amount(dollars, MARCH, WARSAW, LATER) == Decimal("192.00")
    assert truth.deals_won_amount(dollars, MARCH, WARSAW, LATER, home=False) == Decimal("200.00")


def test_deals_without_an_amount_are_counted_apart() -> None:
    deals = company_of(deals=table(Deals, won(), won(amount_cents=-1)))
    assert truth.deals_won(deals, MARCH, WARSAW, LATER) == 2
    assert truth.deals_won_amount(deals, MARCH, WARSAW, LATER) == Decimal("100.00")
    assert truth.deals_won_without_amount(deals, MARCH, WARSAW, LATER) == 1


def test_a_deleted_deal_takes_its_amount_along() -> None:
    deals = company_of(deals=table(Deals, won(gone_ms=ms("2026-06-01 00:00"))))
    known = at("2026-05-01 00:00"), LATER
    sums = [truth.deals_won_amount(deals, MARCH, WARSAW, when) for when in known]
    assert sums == [Decimal(100), Decimal(0)]


def test_emails_published_count_by_type() -> None:
    published = ms("2026-03-10 10:00")
    emails = company_of(
        emails=table(
            Emails,
            {"type": "BATCH_EMAIL", "name": "A", "published_ms": published},
            {"type": "RSS_EMAIL", "name": "B", "published_ms": published},
        )
    )
    assert truth.emails_published(emails, MARCH, WARSAW, LATER) == 2
    assert truth.emails_published(emails, MARCH, WARSAW, LATER, type="BATCH_EMAIL") == 1
    assert truth.emails_published(emails, MARCH, WARSAW, at("2026-03-10 09:00")) == 0


def test_opens_count_for_the_window_in_which_the_email_was_sent() -> None:
    delivery = {
        "sent_ms": ms("2026-03-31 10:00"),
        "delivered": True,
        "opened_ms": ms("2026-04-20 10:00"),
        "clicked_ms": ms("2026-04-21 10:00"),
    }
    company = company_of(deliveries=table(Deliveries, delivery))
    early, late = at("2026-04-01 00:00"), at("2026-05-01 00:00")
    opens = [truth.email_counter(company, "open", MARCH, WARSAW, when) for when in (early, late)]
    assert opens == [0, 1]
    assert truth.email_counter(company, "open", APRIL, WARSAW, late) == 0
    assert truth.email_counter(company, "click", MARCH, WARSAW, late) == 1


def test_bounces_are_hard_or_soft_and_not_delivered() -> None:
    sent = {"sent_ms": ms("2026-03-31 10:00")}
    rows = [{**sent, "delivered": True}, {**sent, "hard_bounce": True}, sent]
    company = company_of(deliveries=table(Deliveries, *rows))
    counters: tuple[EmailCounter, ...] = (
        "sent",
        "delivered",
        "bounce",
        "hardbounced",
        "softbounced",
    )
    counts = [truth.email_counter(company, c, MARCH, WARSAW, LATER) for c in counters]
    assert counts == [3, 1, 2, 1, 1]


def session(**columns: int | bool) -> dict[str, int | bool]:
    return {
        "started_ms": ms("2026-03-10 10:00"),
        "arrived_ms": ms("2026-03-10 14:00"),
        "page_views": 2,
        **columns,
    }


def test_a_session_counts_once_it_has_arrived() -> None:
    company = company_of(sessions=table(Sessions, session()))
    known = at("2026-03-10 13:59"), at("2026-03-10 14:00")
    assert [truth.sessions(company, MARCH, when) for when in known] == [0, 1]


def test_a_session_is_unassigned_until_its_channel_is_known() -> None:
    email = CHANNELS.index("Email")
    late = session(channel=email, channel_late_ms=ms("2026-03-12 00:00"))
    company = company_of(sessions=table(Sessions, late))
    early, later = at("2026-03-11 00:00"), at("2026-03-12 00:00")
    found = [
        [truth.sessions(company, MARCH, when, Filters(channels=[name])) for when in (early, later)]
        for name in ("Unassigned", "Email")
    ]
    assert found == [[1, 0], [0, 1]]


def test_users_are_counted_once_however_often_they_return() -> None:
    rows = [
        session(user=1, new_user=True),
        session(user=1, engaged=True, started_ms=ms("2026-03-11 10:00")),
        session(user=2),
        session(user=3, engaged=True),
        session(user=4, new_user=True),
    ]
    company = company_of(sessions=table(Sessions, *rows))
    assert truth.sessions(company, MARCH, LATER) == 5
    assert truth.engaged_sessions(company, MARCH, LATER) == 2
    assert truth.total_users(company, MARCH, LATER) == 4
    assert truth.active_users(company, MARCH, LATER) == 3
    assert truth.new_users(company, MARCH, LATER) == 2
    assert truth.page_views(company, MARCH, LATER) == 10


def test_web_sums_can_be_limited_to_countries() -> None:
    germany = COUNTRIES.index("Germany")
    rows = [session(key_events=1, revenue_cents=1999), session(key_events=2, country=germany)]
    company = company_of(sessions=table(Sessions, *rows))
    assert truth.key_events(company, MARCH, LATER) == 3
    assert truth.key_events(company, MARCH, LATER, Filters(countries=["Germany"])) == 2
    assert truth.revenue(company, MARCH, LATER) == Decimal("19.99")


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="needs a time zone"):
        truth.sessions(company_of(), MARCH, naive)
