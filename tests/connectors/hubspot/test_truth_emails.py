"""Email counters and publications equal the oracle, in any pair of zones."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from connectors.errors import QueryError
from connectors.hubspot import CONNECTOR
from okrmodel.windows import Window
from sandbox import truth
from sandbox.hubspot import statistics
from sandbox.truth.emails import EmailCounter
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.opening import day, days, run

AUTUMN = days("2026-10-01", "2026-11-22")
HISTOGRAM = "GET /marketing/v3/emails/statistics/histogram"
LISTING = "GET /marketing/v3/emails"


def sent(account: Account, counter: Any, windows: tuple[Window, ...], zone: str) -> list[int]:
    return [
        truth.email_counter(
            account.company, counter, truth.Window(w.start, w.end), zone, account.clock.now()
        )
        for w in windows
    ]


def published(account: Account, windows: tuple[Window, ...], zone: str, **of: Any) -> list[int]:
    return [
        truth.emails_published(
            account.company, truth.Window(w.start, w.end), zone, account.clock.now(), **of
        )
        for w in windows
    ]


@pytest.mark.parametrize("counter", get_args(EmailCounter))
def test_every_counter_equals_the_oracle_day_by_day(account: Account, counter: str) -> None:
    found = account.values(asking({"emails": counter}, *AUTUMN))

    assert found == sent(account, counter, AUTUMN, "Europe/Warsaw")
    assert sum(found) > 0


def test_a_series_of_days_is_one_call_beside_the_accounts_zone(account: Account) -> None:
    account.values(asking({"emails": "open"}, *AUTUMN))

    assert account.requests == ["GET /account-info/v3/details", HISTOGRAM]
    assert "interval=DAY" in account.log.all()[1].path


@pytest.mark.parametrize("of", [None, "BATCH_EMAIL"])
def test_counters_asked_together_say_what_each_says_alone(account: Account, of: str | None) -> None:
    kind = {"type": of} if of else {}
    asks = [
        asking({"emails": counter, **kind}, *AUTUMN[at::3])
        for at, counter in enumerate(("open", "click", "sent"))
    ]
    alone = {asked.fingerprint: account.answers(asked) for asked in asks}
    account.log.clear()

    with account.session() as session:
        together = run(session, *CONNECTOR.plan(asks, account.options()))

    assert account.requests.count(HISTOGRAM) == 1
    assert len(together) == len(AUTUMN)
    for found in together:
        one = alone[found.fingerprint][found.window]
        assert (found.value, found.settles) == (one.value, one.settles)
        # What was sent and what came back is the same proof for all.
        assert found.evidence.digests == together[0].evidence.digests
    assert sum(found.value or 0 for found in together) > 0


def test_a_type_is_listed_once_for_all_questions_of_a_session(account: Account) -> None:
    of = ("BATCH_EMAIL", ["AB_EMAIL", "BATCH_EMAIL"], "AB_EMAIL")
    asks = [asking({"emails": "sent", "type": types}, *AUTUMN) for types in of]

    with account.session() as session:
        steps = CONNECTOR.plan(asks, account.options())
        found = run(session, *steps)

    batch, both, ab = (
        sum(one.value or 0 for one in found if one.fingerprint == asked.fingerprint)
        for asked in asks
    )
    assert batch + ab == both
    # As planned: beside the listings each step is a histogram.
    assert account.requests.count(LISTING) == sum(step.calls - 1 for step in steps) == 2 * 2


def test_a_counter_that_hubspot_lacks_is_refused_and_the_others_can_go_on_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [name for name in statistics._NEVER_HERE if name != "reply"]
    monkeypatch.setattr(statistics, "_NEVER_HERE", others)
    opens, replies = (asking({"emails": c}, *AUTUMN) for c in ("open", "reply"))
    [shared] = CONNECTOR.plan([opens, replies], account.options())

    with account.session() as session:
        with pytest.raises(QueryError, match="have no counter reply"):
            run(session, shared)
        found = run(session, *CONNECTOR.plan([opens], account.options()))

    assert [one.value for one in found] == sent(account, "open", AUTUMN, "Europe/Warsaw")


def test_long_windows_that_overlap_equal_the_oracle(account: Account) -> None:
    windows = (
        Window(date(2026, 10, 1), date(2026, 11, 23)),
        Window(date(2026, 10, 5), date(2026, 10, 12)),
        Window(date(2026, 10, 8), date(2026, 11, 1)),
        day("2026-10-25"),
    )
    for question in ({"emails": "open"}, {"emails": "sent", "type": "BATCH_EMAIL"}):
        asked = asking(question, *windows)

        found = account.answers(asked)

        of_days = account.answers(asking(question, *AUTUMN))
        assert [o.value for o in found.values()] == [
            sum((of_days[one].value or 0 for one in window.day_windows()), Decimal(0))
            for window in asked.windows
        ]
    published_in = account.values(asking({"emails": "published"}, *windows))
    assert published_in == published(account, tuple(sorted(windows)), "Europe/Warsaw")


@pytest.mark.parametrize(
    ("portal_zone", "zone", "interval"),
    [
        ("Europe/Warsaw", "Europe/Berlin", "DAY"),
        ("US/Eastern", "America/New_York", "DAY"),
        ("US/Eastern", "Europe/Warsaw", "HOUR"),
        ("Europe/Warsaw", "Europe/London", "HOUR"),
        ("Asia/Kolkata", "Asia/Kolkata", "DAY"),
        ("Asia/Kolkata", "Europe/Warsaw", "QUARTER_HOUR"),
        ("Europe/Warsaw", "Asia/Kathmandu", "QUARTER_HOUR"),
        ("Australia/Lord_Howe", "UTC", "QUARTER_HOUR"),
        # Midnight comes twice on 1 November.
        ("America/Havana", "America/Havana", "DAY"),
        ("America/New_York", "America/Havana", "DAY"),
    ],
)
def test_buckets_of_the_portals_zone_add_up_to_days_of_ours(
    portal_in: Callable[[str], Account], portal_zone: str, zone: str, interval: str
) -> None:
    account = portal_in(portal_zone)

    found = account.values(asking({"emails": "sent"}, *AUTUMN), ZoneInfo(zone))

    assert found == sent(account, "sent", AUTUMN, zone)
    assert f"interval={interval}&" in account.log.all()[1].path


def test_an_open_counts_on_the_day_of_its_email_and_goes_on_moving(account: Account) -> None:
    windows = days("2026-10-06", "2026-10-06")
    now = account.clock.now()
    account.clock.move_to(now.replace(month=10, day=7))
    early = account.values(asking({"emails": "open"}, *windows))
    account.clock.move_to(now)

    late = account.values(asking({"emails": "open"}, *windows))

    assert early < late == sent(account, "open", windows, "Europe/Warsaw")


def test_a_type_narrows_the_counters_down_through_the_listing(account: Account) -> None:
    windows = AUTUMN[:14]
    everything = account.values(asking({"emails": "sent"}, *windows))
    account.log.clear()

    parts = [
        account.values(asking({"emails": "sent", "type": kind}, *windows))
        for kind in ("BATCH_EMAIL", "AUTOMATED_EMAIL", ["AB_EMAIL", "RSS_EMAIL"])
    ]

    assert [sum(day) for day in zip(*parts, strict=True)] == everything
    assert all(sum(part) > 0 for part in parts)
    # Of each type those that are and those that were archived, two of RSS_EMAIL's pages.
    assert account.requests.count(LISTING) == 2 + 2 + 4
    assert account.requests.count(HISTOGRAM) == 3


def test_without_an_email_of_the_type_nothing_was_sent_and_nothing_is_asked(
    account: Account,
) -> None:
    found = account.answers(asking({"emails": "sent", "type": "TICKET_EMAIL"}, *AUTUMN[:2]))

    assert [o.value for o in found.values()] == [0, 0]
    assert HISTOGRAM not in account.requests
    assert found[AUTUMN[0]].evidence.queries


@pytest.mark.parametrize("kind", [None, "BATCH_EMAIL", "RSS_EMAIL"])
def test_publications_equal_the_oracle(account: Account, kind: str | None) -> None:
    question = {"emails": "published", **({"type": kind} if kind else {})}

    found = account.values(asking(question, *AUTUMN))

    assert found == published(account, AUTUMN, "Europe/Warsaw", type=kind)
    assert sum(found) > 0
    assert account.requests == [LISTING]


def test_publications_of_several_types_are_one_listing_each(account: Account) -> None:
    question = {"emails": "published", "type": ["BATCH_EMAIL", "AB_EMAIL"]}

    found = account.values(asking(question, *AUTUMN), ZoneInfo("America/New_York"))

    batch, ab = (
        published(account, AUTUMN, "America/New_York", type=kind)
        for kind in ("BATCH_EMAIL", "AB_EMAIL")
    )
    assert found == [a + b for a, b in zip(batch, ab, strict=True)]
    assert account.requests == [LISTING, LISTING]


def test_an_email_published_at_midnight_is_of_the_day_that_begins(account: Account) -> None:
    emails = account.company.emails
    row = int((emails.type == "BATCH_EMAIL").argmax())
    midnight = truth.windows.milliseconds(day("2026-10-15").instants(ZoneInfo("UTC"))[0])
    before, emails.published_ms[row] = int(emails.published_ms[row]), midnight
    try:
        found = [
            account.values(asking({"emails": "published"}, one), ZoneInfo("UTC"))
            for one in days("2026-10-14", "2026-10-15")
        ]
    finally:
        emails.published_ms[row] = before

    without = published(account, days("2026-10-14", "2026-10-15"), "UTC")
    assert [value for [value] in found] == [without[0], without[1] + 1]
