"""Asks become steps without anybody being asked."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask
from connectors.hubspot import CONNECTOR
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.plan import (
    CountStep,
    HistogramStep,
    HubSpotStep,
    NowStep,
    PublishedStep,
    RowsStep,
)
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import asking
from tests.connectors.opening import day, days

OPTIONS = HubSpotOptions.model_validate({"connector": "hubspot", "portal": 1, "token": "${TOKEN}"})
MQLS = {"object": "contacts", "entered": "mql"}
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


def test_a_run_of_days_is_read_month_by_month() -> None:
    steps = planned(asking(MQLS, *days("2026-10-01", "2026-12-31")))

    assert [type(step) for step in steps] == [RowsStep] * 3
    assert [len(step.ask.windows) for step in steps] == [31, 30, 31]
    assert steps[0].title == (
        "contacts entering marketingqualifiedlead, rows, 2026-10-01 to 2026-10-31"
    )


def test_a_sum_is_always_read_row_by_row() -> None:
    [step] = planned(asking(REVENUE, day("2026-11-22")))

    assert isinstance(step, RowsStep)


def test_scattered_days_are_counted_twenty_a_step() -> None:
    scattered = days("2026-01-01", "2026-03-31")[::2]

    steps = planned(asking(MQLS, *scattered))

    assert [step.calls for step in steps] == [20, 20, 5]
    assert {type(step) for step in steps} == {CountStep}


def test_a_level_is_one_step_whatever_the_days() -> None:
    asked = asking({"object": "contacts", "in_stage": "mql"}, *days("2026-11-20", "2026-11-22"))

    [step] = planned(asked)

    assert isinstance(step, NowStep)


def test_email_counters_are_one_histogram_a_quarter_gaps_or_not() -> None:
    windows = days("2026-07-01", "2026-12-31")[::3]

    steps = planned(asking({"emails": "open"}, *windows))

    assert [type(step) for step in steps] == [HistogramStep] * 2
    assert [step.calls for step in steps] == [1, 1]


def test_publications_are_listed() -> None:
    [step] = planned(asking({"emails": "published"}, *days("2026-10-01", "2026-12-31")))

    assert isinstance(step, PublishedStep)


QUESTIONS = (
    MQLS,
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
        max_size=3,
    )
)
def test_every_window_of_every_ask_is_served_once(
    wanted: list[tuple[dict[str, str], set[Window]]],
) -> None:
    asks = [asking(question, *windows) for question, windows in wanted]

    steps = planned(*asks)

    served = [(step.ask.fingerprint, window) for step in steps for window in step.ask.windows]
    asked = [(ask.fingerprint, window) for ask in asks for window in ask.windows]
    assert sorted(served) == sorted(asked)
    assert all(1 <= step.calls <= 20 for step in steps)
    assert planned(*asks) == steps
