"""Reach on random definitions and data, against a second way to the same numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.closure import Closure, Measure, RatioMeasure
from okrmodel.exact import edge
from okrmodel.snapshot import Known, Snapshot
from tests.okrmodel.maths.build import closure, known, reach, snapshot, source
from tests.okrmodel.maths.oracle import (
    CALENDAR,
    COLOURS,
    DAY,
    ENDS,
    STARTS,
    Answers,
    Case,
    State,
    state,
)

WINDOWS = {
    "sum": ("cycle", "month", "week", "month_to_date", {"trailing": 1}, {"trailing": 28}),
    "ratio": ("cycle", "month", "week", "month_to_date", {"trailing": 28}),
    "level": ("latest", "month", "week"),
}


NO_TIERS: tuple[float | None, float | None] = (None, None)


def answers(luck: Random) -> Answers:
    """Counts of a like size each day, sometimes with a hole, a day without data, or no end."""
    size = luck.choice([1, 1, 3, 9])
    days = CALENDAR[luck.choice([0, 0, 0, 60, 130]) : luck.choice([220, 220, 220, 190])]
    found: dict[date, int | None] = {d: luck.randint(0, 2 * size) for d in days}
    odd = luck.choice(CALENDAR[122:213])
    match luck.choice(["", "", "", "", "no data", "hole", "negative"]):
        case "no data":
            found[odd] = None
        case "hole":
            found.pop(odd, None)
        case "negative":
            found[odd] = -size
    return found


def case_of(luck: Random) -> Case:
    """A key result whose target is mostly within reach."""
    aggregation = luck.choice(["sum", "sum", "ratio", "level"])
    window = luck.choice(WINDOWS[aggregation])
    counted = aggregation == "sum" and window in ("cycle", "month_to_date")
    begin = 0 if counted and luck.random() < 0.9 else luck.choice([0, 3, 50])
    way = luck.choice([1, 4, 11, 12, 40, 100, 300] if counted else [-40, -7, 2, 11, 60, 200])
    starts, due = sorted(luck.choice(CALENDAR[122:214]) for _ in range(2))
    if luck.random() < 0.6:
        starts, due = STARTS, ENDS
    tiers = luck.choice([NO_TIERS] * 3 + [(0.5, None), (None, 2), (0.5, 3)])
    commit, stretch = (None if t is None or abs(way) < 2 else begin + int(way * t) for t in tiers)
    targets = [(STARTS, begin + way)]
    if tiers == NO_TIERS and luck.random() < 0.3:
        targets.append((luck.choice(CALENDAR[123:214]), begin + 2 * way))
    point = luck.choice(CALENDAR[122:214]), begin + way // 2
    several = window in ("month", "week")
    return Case(
        window=window,
        aggregation=aggregation,
        answers=answers(luck),
        below=answers(luck) if aggregation == "ratio" else {},
        begin=begin,
        targets=tuple(targets),
        evaluate=luck.choice(["last", "mean", "every"]) if several else "last",
        starts=starts,
        due=due,
        plan=(point,) if luck.random() < 0.3 else (),
        commit=commit,
        stretch=stretch,
        scheduled=luck.random() < 0.3,
        rule=luck.choice(sorted(COLOURS)),
    )


cases = st.builds(Random, st.integers(0, 2**32)).map(case_of)
as_ofs = st.builds(Random, st.integers(0, 2**32)).map(
    lambda luck: STARTS + luck.randint(-2, 100) * DAY
)
"""Seeds, so that all choices are as likely as they are written."""


def defined(case: Case) -> Closure:
    first, *rest = case.targets
    more: dict[str, Any] = {"target": first[1]}
    if rest:
        more = {
            "target": None,
            "targets": [
                {"from": d.isoformat(), "target": t, "reason": "-"} for d, t in case.targets
            ],
        }
    measures: dict[str, Measure] = {
        "mqls": source(aggregation=case.aggregation.replace("ratio", "sum"))
    }
    if case.aggregation == "ratio":
        measures["visits"] = source("visits")
        measures["rate"] = RatioMeasure(name="rate", numerator="mqls", denominator="visits")
    written = reach(
        metric="rate" if case.aggregation == "ratio" else "mqls",
        window=case.window,
        evaluate=case.evaluate,
        starts=case.starts.isoformat(),
        due=case.due.isoformat(),
        plan=[{"on": on.isoformat(), "value": value} for on, value in case.plan],
        commit=case.commit,
        stretch=case.stretch,
        cadence="scheduled" if case.scheduled else None,
        **{"from": case.begin},
        **more,
    )
    return closure(written, measures, status_rule=case.rule)


def observed(case: Case) -> list[Known]:
    mqls = [known(d, value) for d, value in case.answers.items()]
    visits = [known(d, value, "visits") for d, value in case.below.items()]
    return mqls + [replace(one, id=-one.id, check=-one.check) for one in visits]


NEAR = Fraction(1, 10**25)
"""The product divides to 34 digits."""


HALF = Fraction(1, 2)


def near(found: Decimal | None, exact: Fraction | None) -> bool:
    if found is None or exact is None:
        return found is None and exact is None
    return abs(Fraction(found) - exact) <= NEAR * (1 + abs(exact))


def agree(found: Snapshot, exact: State) -> bool:
    numbers = ("value", "raw", "score", "expected")
    shown = (found.value, found.raw_progress, found.score, found.expected)
    told = found.raw_progress is not None
    return (
        found.status.value == exact.status
        and (not told or found.through == exact.through)
        and (found.stale is not None) == (exact.status in {"stale", "no_data"} and told)
        and all(near(a, getattr(exact, name)) for a, name in zip(shown, numbers, strict=True))
    )


@settings(max_examples=250)
@given(cases, as_ofs)
def test_reach_is_what_counting_day_by_day_gives(case: Case, as_of: date) -> None:
    found, exact = snapshot(defined(case), as_of, observed(case)), state(case, as_of)
    assert agree(found, exact), (found, exact)


@settings(max_examples=60)
@given(cases, st.integers(0, 2))
def test_at_the_end_of_a_month_the_month_to_date_is_the_month(case: Case, months: int) -> None:
    """Both describe the same days then, so the same is shown of them and expected of them."""
    end = (date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31))[months]
    begins = end.replace(day=1)
    case = replace(case, starts=min(case.starts, begins), evaluate="last")
    if case.aggregation == "level":
        return
    pair = [
        snapshot(defined(replace(case, window=w)), end, observed(case))
        for w in ("month", "month_to_date")
    ]
    told = [(s.value, s.raw_progress, s.expected) for s in pair if s.stale is None]
    for ours, others in pairwise(told):
        assert [n and edge(n) for n in ours] == [n and edge(n) for n in others]


def test_the_second_way_is_not_blind() -> None:
    case = Case("cycle", "sum", {STARTS + n * DAY: 1 for n in range(92)})
    exact = state(case, date(2026, 11, 15))
    assert exact == State("on_track", Fraction(46), HALF, HALF, HALF, date(2026, 11, 15))
    found = snapshot(defined(case), date(2026, 11, 15), observed(case))
    assert agree(found, exact)
    for other in (replace(exact, status="at_risk"), replace(exact, expected=Fraction(45, 92))):
        assert not agree(found, other)
