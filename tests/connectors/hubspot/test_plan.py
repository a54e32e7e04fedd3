"""Asks become steps without anybody being asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, Audit, Stored
from connectors.hubspot import CONNECTOR
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.steps import (
    AuditStep,
    CountStep,
    HubSpotStep,
    NowStep,
    ScanStep,
)
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import asking
from tests.connectors.opening import day, days

OPTIONS = HubSpotOptions.model_validate({"connector": "hubspot", "portal": 1, "token": "${TOKEN}"})
MQLS: dict[str, Any] = {"object": "contacts", "entered": "mql"}
INBOUND = {**MQLS, "where": {"hs_analytics_source": ["ORGANIC_SEARCH", "REFERRALS"]}}
SQLS = {"object": "contacts", "entered": "sql"}
CREATED = {"object": "contacts", "created": True}
WON = {"object": "deals", "closed": "won"}
REVENUE = {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"}


def planned(*asks: Ask) -> list[HubSpotStep]:
    steps = CONNECTOR.plan(asks, OPTIONS)
    assert all(isinstance(step, HubSpotStep) for step in steps)
    return list(steps)  # type: ignore[arg-type]


def test_one_night_is_one_count() -> None:
    [step] = planned(asking(MQLS, day("2026-11-22")))

    assert isinstance(step, CountStep)
    assert step.calls == 1
    assert step.title == "contacts entering marketingqualifiedlead, count, 2026-11-22"


def test_a_run_of_days_is_read_in_one_go() -> None:
    [step] = planned(asking(MQLS, *days("2026-10-01", "2026-12-31")))

    assert isinstance(step, ScanStep)
    assert len(step.ask.windows) == 92
    assert step.title == "contacts entering marketingqualifiedlead, rows, 2026-10-01 to 2026-12-31"


def test_questions_about_one_object_share_a_scan() -> None:
    quarter = days("2026-10-01", "2026-12-31")
    asks = [asking(question, *quarter) for question in (MQLS, INBOUND, SQLS, CREATED)]

    [step] = planned(*asks)

    assert isinstance(step, ScanStep)
    assert {ask.fingerprint for ask in step.serves} == {ask.fingerprint for ask in asks}
    assert step.title == "contacts, 4 questions in one scan, rows, 2026-10-01 to 2026-12-31"


def test_one_object_is_not_read_with_another() -> None:
    quarter = days("2026-10-01", "2026-12-31")

    steps = planned(asking(MQLS, *quarter), asking(REVENUE, *quarter), asking(WON, *quarter))

    assert sorted(len(step.serves) for step in steps) == [1, 2]


@pytest.mark.parametrize(
    "where",
    [
        {"country": "Poland"},
        {"score": {"gte": 40}},
        {"hs_analytics_source": {"not_in": ["OFFLINE"]}},
        {"hs_analytics_source": ["ORGANIC_SEARCH", "A_SOURCE_OF_ITS_OWN"]},
    ],
)
def test_what_cannot_be_judged_here_is_read_alone(where: dict[str, Any]) -> None:
    quarter = days("2026-10-01", "2026-12-31")
    special = asking({**MQLS, "where": where}, *quarter)

    steps = planned(asking(MQLS, *quarter), asking(SQLS, *quarter), special)

    assert sorted(len(step.serves) for step in steps) == [1, 2]
    assert next(step for step in steps if len(step.serves) == 1).ask == special


def test_more_questions_than_a_search_holds_take_another() -> None:
    november = days("2026-11-01", "2026-11-30")
    asks = [asking({"object": "contacts", "entered": str(stage)}, *november) for stage in range(11)]

    steps = planned(*asks)

    assert [len(step.serves) for step in steps] == [5, 5, 1]


def test_a_long_window_is_one_count() -> None:
    quarter = Window(date(2026, 7, 1), date(2026, 10, 1))

    [step] = planned(asking(MQLS, quarter))

    assert isinstance(step, CountStep)
    assert (step.calls, step.title) == (
        1,
        "contacts entering marketingqualifiedlead, count, 2026-07-01 to 2026-09-30",
    )


def test_what_is_stored_tells_what_it_will_cost_and_why() -> None:
    quarter = days("2026-10-01", "2026-12-31")
    asks = [
        replace(asking(question, *quarter), per_day=Decimal(per_day))
        for question, per_day in ((MQLS, 200), (INBOUND, 120), (SQLS, 70))
    ]

    [step] = planned(*asks)

    # Inbound MQLs are among the MQLs: their rows cost nothing. (200 + 70) * 92 / 200 rows a page.
    assert step.estimate == 125
    assert [(c.how, c.calls, c.verdict) for c in step.candidates] == [
        ("rows of all in one scan", 125, "chosen"),
        ("rows of each alone", 92 + 56 + 33, "56 more"),
        ("a count for each window", 3 * 92, "151 more"),
    ]
    assert {spend.quota: spend.amount for spend in step.spends} == {
        "search": 125,
        "requests a day": 125,
    }


def test_an_oauth_app_spends_no_day() -> None:
    oauth = dict.fromkeys(("client_id", "client_secret", "refresh_token"), "${SECRET}")
    options = HubSpotOptions.model_validate({"connector": "hubspot", "portal": 1, **oauth})
    asks = (asking(MQLS, day("2026-11-22")), asking({"emails": "open"}, day("2026-11-22")))

    count, histogram = CONNECTOR.plan(asks, options)

    assert [spend.quota for spend in count.spends] == ["search"]
    assert [spend.quota for spend in histogram.spends] == ["burst"]
    assert [spend.quota for spend in planned(*asks)[0].spends] == ["search", "requests a day"]


def test_without_anything_stored_the_first_answer_decides() -> None:
    [step] = planned(asking(MQLS, *days("2026-10-01", "2026-12-31")))

    assert [(c.calls, c.verdict) for c in step.candidates] == [
        (None, "the first answer's total decides"),
        (92, "the first answer's total decides"),
    ]


def test_an_audit_is_one_total_and_of_a_sum_two() -> None:
    windows = days("2026-10-01", "2026-11-20")
    for question, calls in ((MQLS, 1), (REVENUE, 2)):
        plain = asking(question, *windows)
        audit = Audit(
            fingerprint=plain.fingerprint,
            query=plain.query,
            aggregation=plain.aggregation,
            windows=plain.windows,
            stored=(Stored(Decimal(1), 1),) * len(windows),
            since=datetime(2026, 11, 22, tzinfo=UTC),
        )

        [step] = planned(audit)

        assert isinstance(step, AuditStep)
        assert (step.audits, step.calls) == ((audit,), calls)


def test_a_sum_is_always_read_row_by_row() -> None:
    [step] = planned(asking(REVENUE, day("2026-11-22")))

    assert isinstance(step, ScanStep)


def test_scattered_days_share_scans() -> None:
    scattered = days("2026-01-01", "2026-03-31")[::2]

    steps = planned(asking(MQLS, *scattered))

    assert [len(step.serves) for step in steps] == [5] * 9


def test_scattered_days_that_cannot_be_judged_here_are_counted_twenty_a_step() -> None:
    scattered = days("2026-01-01", "2026-03-31")[::2]

    steps = planned(asking({**MQLS, "where": {"country": "Poland"}}, *scattered))

    assert [step.calls for step in steps] == [20, 20, 5]
    assert {type(step) for step in steps} == {CountStep}


def test_a_level_is_one_step_whatever_the_days() -> None:
    asked = asking({"object": "contacts", "in_stage": "mql"}, *days("2026-11-20", "2026-11-22"))

    [step] = planned(asked)

    assert isinstance(step, NowStep)


QUESTIONS = (
    MQLS,
    INBOUND,
    SQLS,
    CREATED,
    WON,
    {"object": "contacts", "created": True, "where": {"country": "Poland"}},
    REVENUE,
    {"object": "contacts", "in_stage": "mql"},
    {"emails": "open"},
    {"emails": "published"},
)
DAYS = days("2025-12-01", "2026-06-30")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(QUESTIONS),
            st.sets(st.sampled_from(DAYS), min_size=1),
        ),
        max_size=4,
    )
)
def test_every_window_of_every_ask_is_served_once(
    wanted: list[tuple[dict[str, Any], set[Window]]],
) -> None:
    asks = [asking(question, *windows) for question, windows in wanted]

    steps = planned(*asks)

    served = [(ask.fingerprint, w) for step in steps for ask in step.serves for w in ask.windows]
    asked = [(ask.fingerprint, window) for ask in asks for window in ask.windows]
    assert sorted(served) == sorted(asked)
    assert all(1 <= step.calls <= 20 for step in steps)
    assert planned(*asks) == steps
