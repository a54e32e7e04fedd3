"""Rules that need the sources' word, on facts that are simply said."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.lint import RULES
from okrmodel.lint.live import LIVE_RULES, NOTICEABLE, Facts, LastDays, Reading, Way, judged
from okrmodel.problems import Place, Severity
from okrmodel.windows import Window

HERE, THERE = Place("okrs/2026-Q4.yaml", 3, 9), Place("okrs/2026-Q4.yaml", 4, 9)
DAYS = Window(date(2026, 10, 24), date(2026, 11, 23))
NUMBERS = st.decimals(-10_000, 10_000, places=2)
FACTORS = st.decimals("0.01", 100, places=2)


def reading(value: Decimal) -> Reading:
    return Reading(value, DAYS, "asked 2026-11-23 04:00")


def way(
    written: Decimal | None,
    target: Decimal,
    before: Decimal | None = None,
    newest: Decimal | None = None,
) -> Way:
    return Way(
        key_result="leads",
        written=written,
        written_at=HERE,
        target=target,
        target_at=THERE,
        rising=written is None or target > written,
        before=None if before is None else reading(before),
        newest=None if newest is None else reading(newest),
        ends=date(2026, 12, 31),
    )


def codes(*ways: Way) -> list[str]:
    return [problem.code for problem in judged(Facts(ways=ways))]


def last(*values: Decimal | None, level: bool = False) -> list[str]:
    days = LastDays("leads", HERE, DAYS, values, level, "asked 2026-11-23 04:00")
    return [str(problem) for problem in judged(Facts(last_days=(days,)))]


@given(written=NUMBERS, target=NUMBERS, off=st.decimals("-0.2", "0.2", places=3))
def test_from_is_told_when_it_is_more_than_a_twentieth_of_the_way_off(
    written: Decimal, target: Decimal, off: Decimal
) -> None:
    before = written + (target - written) * off
    wrong = target != written and abs(off) > NOTICEABLE
    assert codes(way(written, target, before=before)) == ["live-from-differs"] * wrong


@given(written=NUMBERS, target=NUMBERS, before=NUMBERS, factor=FACTORS, more=NUMBERS)
def test_the_unit_does_not_matter(
    written: Decimal, target: Decimal, before: Decimal, factor: Decimal, more: Decimal
) -> None:
    def shift(number: Decimal) -> Decimal:
        return number * factor + more

    moved = way(shift(written), shift(target), before=shift(before))
    assert codes(moved) == codes(way(written, target, before=before))


@given(written=NUMBERS, target=NUMBERS, newest=NUMBERS)
def test_a_target_is_reached_from_either_side(
    written: Decimal, target: Decimal, newest: Decimal
) -> None:
    met = newest >= target if target > written else newest <= target
    assert codes(way(written, target, newest=newest)) == ["live-target-reached"] * met


def test_what_is_not_known_is_not_judged() -> None:
    assert codes(way(Decimal(1), Decimal(2)), way(None, Decimal(2), before=Decimal(9))) == []


def test_a_from_that_differs_says_both_numbers_and_whence() -> None:
    facts = Facts(ways=(way(Decimal(20), Decimal(30), before=Decimal(22)),))
    [problem] = judged(facts)
    assert str(problem) == (
        'okrs/2026-Q4.yaml:3:9: warning: key result "leads" begins at 20, but the value of'
        " 2026-10-24 to 2026-11-22 was 22 (asked 2026-11-23 04:00), which is 20 % of the way to 30"
        " off; expected that number, or `from: measured` with a `direction` [live-from-differs]"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((Decimal(0), Decimal(0)), "has 0 for 2026-10-24 to 2026-11-22"),
        ((None, None), "has no data for 2026-10-24 to 2026-11-22"),
        ((None, Decimal(0)), "has 0 for 2026-10-24 to 2026-11-22"),
    ],
)
def test_no_data_and_zero_are_told_apart(values: tuple[Decimal | None, ...], said: str) -> None:
    [told] = last(*values)
    assert said in told


def test_one_day_with_something_is_enough_and_may_be_negative() -> None:
    assert last(None, Decimal(-1)) == []


def test_a_level_is_what_there_is_now() -> None:
    [told] = last(Decimal(0), level=True)
    assert 'metric "leads" has 0 now (asked' in told


def test_every_rule_has_a_page_and_a_code_of_its_own() -> None:
    assert all(rule.code.startswith("live-") for rule in LIVE_RULES)
    pages = {rule.code: rule.manual for rule in LIVE_RULES}
    assert len(pages) == len(LIVE_RULES)
    assert not pages.keys() & {rule.code for rule in RULES}
    assert all(page.partition("\n")[0].endswith((".", ":")) for page in pages.values())
    doubtful = {rule.code for rule in LIVE_RULES if rule.severity is Severity.WARNING}
    assert doubtful == {
        "live-unseen-value",
        "live-no-data",
        "live-from-differs",
        "live-target-reached",
    }
