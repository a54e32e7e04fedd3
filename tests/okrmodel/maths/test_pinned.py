"""Measured values are pinned once they have settled; what the source says later is only shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Maintain
from okrmodel.demand import measured, needed
from okrmodel.observations import Provisional
from okrmodel.snapshot import Known, Snapshot, Status, Term
from okrmodel.windows import Window
from tests.okrmodel.maths.build import closure, daily, day, known, reach, shown, snapshot, source

JULY = date(2026, 7, 1)
SEPTEMBER = known(day("09-30"), 100)
NOVEMBER = known(day("11-15"), 150)


def level(**more: Any) -> Closure:
    written = reach(window="latest", direction="increase", target=200, **{"from": "measured"})
    return closure(written, {"mqls": source(aggregation="level", **more)})


def restated(one: Known, value: object) -> Known:
    """A later revision of an observation that had been final."""
    value = None if value is None else Decimal(str(value))
    return replace(one, id=one.id + 1, check=one.check + 1, value=value, restated=True)


def labels(found: Snapshot) -> dict[str, Decimal | None]:
    """Every line of the arithmetic."""

    def lines(term: Term) -> list[tuple[str, Decimal | None]]:
        return [(term.label, term.value), *(line for part in term.parts for line in lines(part))]

    return dict(lines(found.arithmetic))


@pytest.mark.parametrize("later", [120, None])
def test_what_the_source_says_later_is_shown_and_not_applied(later: int | None) -> None:
    changed = restated(SEPTEMBER, later)
    found = snapshot(level(), day("11-15"), [changed, NOVEMBER], pinned=[SEPTEMBER])
    assert shown(found, "baseline", "raw_progress", "restated") == (100, Decimal("0.5"), True)
    assert labels(found)["from, measured and pinned"] == 100
    assert labels(found)["as restated since"] == later
    assert set(found.observations) == {SEPTEMBER.id, changed.id, NOVEMBER.id}
    assert set(found.checks) == {SEPTEMBER.check, changed.check, NOVEMBER.check}


def test_nothing_is_restated_while_the_pinned_value_is_still_the_latest() -> None:
    again = replace(SEPTEMBER, check=7)
    found = snapshot(level(), day("11-15"), [again, NOVEMBER], pinned=[SEPTEMBER])
    assert shown(found, "baseline", "restated") == (100, False)
    assert found.observations == (SEPTEMBER.id, NOVEMBER.id)
    assert 7 in found.checks
    assert "as restated since" not in labels(found)


def test_other_flags_on_the_same_value_restate_nothing() -> None:
    sampled = replace(restated(SEPTEMBER, 100), restated=False, provisional=Provisional.SAMPLED)
    found = snapshot(level(), day("11-15"), [sampled, NOVEMBER], pinned=[SEPTEMBER])
    assert shown(found, "baseline", "restated", "provisional") == (100, False, ())


def test_until_it_has_settled_the_value_is_live_and_provisional() -> None:
    settling = replace(SEPTEMBER, provisional=Provisional.SETTLING)
    found = snapshot(level(), day("11-15"), [settling, NOVEMBER])
    assert shown(found, "baseline", "provisional") == (100, (Provisional.SETTLING,))
    assert "from, measured" in labels(found)


def test_one_unsettled_day_keeps_the_whole_window_live() -> None:
    kr = closure(reach(target="previous * 2", direction="increase"))
    before = daily([1] * 92, JULY)
    first, last = restated(before[0], 5), replace(before[-1], provisional=Provisional.SETTLING)
    days = (first, *before[1:-1], last, *daily([1] * 46))
    live = snapshot(kr, day("11-15"), days, pinned=before[:-1])
    assert shown(live, "previous", "target") == (96, 192)
    assert live.provisional == (Provisional.SETTLING,)

    settled = snapshot(kr, day("11-15"), (first, *before[1:], *days[92:]), pinned=before)
    assert shown(settled, "previous", "target", "restated") == (92, 184, True)
    assert settled.provisional == ()


def test_only_the_measured_end_is_pinned_and_the_value_goes_along() -> None:
    window = {"trailing": 4}
    kr = closure(reach(window=window, direction="increase", target=40, **{"from": "measured"}))
    days = daily([5] * 8, day("09-27"))
    changed = restated(days[3], 9)
    found = snapshot(kr, day("10-02"), (*days[:3], changed, *days[4:]), pinned=days[:4])
    assert shown(found, "baseline", "value") == (20, 24)


def test_a_measured_from_that_met_the_target_when_pinned_stays_an_error() -> None:
    pinned = known(day("09-30"), 200)
    found = snapshot(level(), day("11-15"), [restated(pinned, 100), NOVEMBER], pinned=[pinned])
    assert shown(found, "status", "raw_progress") == (Status.NO_DATA, None)
    assert "the measured from 200 already meets the target 200" in found.reason


def test_a_level_without_history_keeps_its_first_observation() -> None:
    first, second = known(day("10-03"), 100), known(day("10-04"), 110)
    kr = level(has_history=False)
    for later in (130, None):
        days = [restated(first, later), second, NOVEMBER]
        found = snapshot(kr, day("11-15"), days, pinned=[first, second])
        assert shown(found, "baseline", "restated") == (100, True)
        assert labels(found)["from, first observed on 2026-10-03 and pinned"] == 100


def test_two_pinned_revisions_of_one_window_are_refused() -> None:
    with pytest.raises(ValueError, match="two observations"):
        snapshot(level(), day("11-15"), pinned=[SEPTEMBER, restated(SEPTEMBER, 1)])


def test_the_windows_of_measured_values_are_named_and_others_are_not() -> None:
    assert {*measured(level(), day("11-15"))} == {("print of mqls", SEPTEMBER.window)}
    by_target = closure(reach(target="previous * 2", direction="increase"))
    summer = Window(JULY, day("10-01")).day_windows()
    assert {*measured(by_target, day("10-01"))} == {("print of mqls", one) for one in summer}
    kept = Maintain.model_validate(
        {"id": "kr", "title": "A", "metric": "mqls", "every": "week", "at_most": 9}
    )
    for nothing in (closure(reach(previous=9)), closure(kept)):
        assert not [*measured(nothing, day("11-15"))]


def test_without_history_any_day_so_far_may_be_the_first() -> None:
    ever = Window(day("09-30"), day("10-06"))
    found = {*measured(level(has_history=False), day("10-05"))}
    assert found == {("print of mqls", one) for one in ever.day_windows()}


def test_without_history_the_cycle_before_is_still_read_at_its_own_end() -> None:
    given = reach(window="latest", direction="increase", starts="2026-11-01", previous="measured")
    kr = closure(given, {"mqls": source(aggregation="level", has_history=False)})
    assert ("print of mqls", SEPTEMBER.window) in {*measured(kr, day("11-02"))}


WRITTEN = (
    reach(window="month", direction="increase", target=90, previous="measured", **{"from": "measured"}),
    reach(target="previous * 1.5", direction="increase", starts="2026-10-10"),
    reach(window={"trailing": 9}, direction="decrease", target=1, **{"from": "measured"}),
)  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from(WRITTEN), st.integers(0, 100), st.lists(st.integers(0, 9), min_size=9))
def test_pinning_what_was_never_restated_changes_no_number(
    written: Any, on: int, values: list[int]
) -> None:
    kr = closure(written)
    as_of = date.fromordinal(day("10-10").toordinal() + min(on, 80))
    days = daily([values[n % 9] for n in range(180)], JULY)
    wanted = {window for _, window in measured(kr, as_of)}
    pins = [one for one in days if one.window in wanted]
    live, pinned = snapshot(kr, as_of, days), snapshot(kr, as_of, days, pinned=pins)
    assert replace(live, arithmetic=pinned.arithmetic) == pinned
    assert wanted <= {window for _, window in needed(kr, as_of)}
