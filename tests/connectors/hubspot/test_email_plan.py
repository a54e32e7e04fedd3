"""Questions about marketing emails share their calls, without anybody being asked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Ask, Step
from connectors.hubspot.steps import HistogramStep, PublishedStep
from okrmodel.windows import Window
from tests.connectors.hubspot.conftest import asking
from tests.connectors.hubspot.memory import plan
from tests.connectors.opening import day, days

QUARTER = days("2026-10-01", "2026-12-31")
FIRST = date(2026, 1, 1)


def spends(step: Step) -> dict[str, int]:
    return {spend.quota: spend.amount for spend in step.spends}


def test_counters_of_the_same_emails_are_one_histogram() -> None:
    asks = [asking({"emails": counter}, *QUARTER) for counter in ("open", "delivered", "bounce")]

    [step] = plan(asks)

    assert isinstance(step, HistogramStep)
    assert step.serves == tuple(asks)
    assert step.title == "emails: open, delivered, bounce, histogram, 2026-10-01 to 2026-12-31"
    assert (step.calls, spends(step)) == (1, {"burst": 1, "requests a day": 1})
    assert [(c.how, c.calls, c.verdict) for c in step.candidates] == [
        ("one histogram", 1, "chosen"),
        ("one for each counter", 3, "2 more"),
    ]


def test_one_counter_has_no_other_way() -> None:
    [step] = plan([asking({"emails": "open"}, *QUARTER)])

    assert step.candidates == ()


def test_each_counter_is_asked_for_its_own_days_alone() -> None:
    """Opens of six weeks ago move still, and what was sent then does not."""
    opens = asking({"emails": "open"}, *QUARTER[::7])
    sent = asking({"emails": "sent"}, *QUARTER[-2:])

    [step] = plan([opens, sent])

    assert step.serves == (opens, sent)


def test_other_emails_are_another_histogram_and_every_type_is_listed_once() -> None:
    of: Sequence[Any] = ([], ["BATCH_EMAIL"], ["AB_EMAIL", "BATCH_EMAIL"])
    asks = [asking({"emails": "sent", "type": types}, *QUARTER) for types in of]

    steps = plan(asks)

    # Of each type those that are and those that were archived, then the histogram.
    assert [step.calls for step in steps] == [1, 2 + 1, 2 + 1]
    assert [spends(step)["burst"] for step in steps] == [1, 3, 3]


def test_types_are_listed_once_for_all_their_quarters() -> None:
    year = days("2026-01-01", "2026-12-31")

    steps = plan([asking({"emails": "sent", "type": "BATCH_EMAIL"}, *year)])

    assert [step.calls for step in steps] == [3, 1, 1, 1]


def test_publications_are_one_listing_or_one_of_each_type() -> None:
    asks = [
        asking({"emails": "published"}, *QUARTER),
        asking({"emails": "published", "type": ["BATCH_EMAIL", "AB_EMAIL"]}, *QUARTER),
    ]

    steps = plan(asks)

    assert {type(step) for step in steps} == {PublishedStep}
    assert [step.calls for step in steps] == [1, 2]
    assert [spends(step) for step in steps] == [
        {"burst": 1, "requests a day": 1},
        {"burst": 2, "requests a day": 2},
    ]


def test_days_a_few_months_apart_take_no_more_calls_than_they_must() -> None:
    scattered = [day(text) for text in ("2026-01-01", "2026-04-11", "2026-07-10")]

    steps = plan([asking({"emails": "open"}, *scattered)])

    assert [[ask.windows for ask in step.serves] for step in steps] == [
        [(scattered[0],)],
        [(scattered[1], scattered[2])],
    ]


def test_a_window_longer_than_a_call_is_a_call() -> None:
    half = Window(date(2026, 7, 1), date(2027, 1, 1))
    inside, after = day("2026-12-31"), day("2027-01-01")

    steps = plan([asking({"emails": "open"}, half, inside, after)])

    assert [step.serves[0].windows for step in steps] == [(half,), (inside, after)]


def fewest(numbers: Sequence[int]) -> int:
    """Spans of 92 days that hold all days, by trying each place where the last may begin."""
    least = [0]
    for end, last in enumerate(numbers):
        least.append(1 + min(least[n] for n in range(end + 1) if last - numbers[n] < 92))
    return least[-1]


DAY_NUMBERS = st.sets(st.integers(0, 700), min_size=1, max_size=25)


@given(of_each=st.lists(DAY_NUMBERS, min_size=1, max_size=4))
def test_together_they_take_the_fewest_calls_and_serve_every_day_once(
    of_each: list[set[int]],
) -> None:
    counters = ("open", "click", "sent", "bounce")
    asks: list[Ask] = [
        asking(
            {"emails": counter},
            *(Window.of_day(FIRST + timedelta(days=number)) for number in numbers),
        )
        for counter, numbers in zip(counters, of_each, strict=False)
    ]

    steps = plan(asks)

    assert len(steps) == fewest(sorted(set().union(*of_each)))
    assert len(steps) <= sum(fewest(sorted(numbers)) for numbers in of_each)
    for ask in asks:
        parts = [part.windows for step in steps for part in step.serves if part.query == ask.query]
        assert tuple(window for part in parts for window in part) == ask.windows
