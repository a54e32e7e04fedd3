"""Maintain, milestones, manual, and scheduled or tiny counts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.closure import Closure, FormulaMeasure, Measure, RatioMeasure
from okrmodel.definitions.key_results import Maintain, Manual, Milestones
from okrmodel.snapshot import Known, Status
from tests.okrmodel.maths.build import closure, daily, day, known, reach, shown, snapshot, source


def kept(**more: Any) -> Closure:
    given = {"id": "kr", "title": "MQLs", "metric": "mqls", "every": "month", "at_least": 31}
    return closure(Maintain.model_validate({**given, **more}))


OCTOBER_MET = daily([1] * 31 + [1] * 30 + [2] * 31)
"""31 in October, 30 in November, 62 in December."""


def test_the_bound_itself_meets_it() -> None:
    assert snapshot(kept(), day("11-15"), OCTOBER_MET).raw_progress == 1
    assert snapshot(kept(at_least=32), day("11-15"), OCTOBER_MET).raw_progress == 0
    below = kept(at_least=None, at_most=31)
    assert snapshot(below, day("11-15"), OCTOBER_MET).raw_progress == 1
    between = kept(at_least=None, between={"low": 31, "high": 31})
    assert snapshot(between, day("11-15"), OCTOBER_MET).raw_progress == 1


def test_only_complete_periods_count() -> None:
    assert snapshot(kept(), day("10-30"), OCTOBER_MET).status is Status.TOO_EARLY
    found = snapshot(kept(), day("11-29"), OCTOBER_MET)
    assert shown(found, "status", "through", "value") == (Status.ON_TRACK, day("10-31"), 31)


def test_one_miss_is_red_when_all_are_required_and_stays_a_chance_when_a_share_is() -> None:
    assert snapshot(kept(), day("11-30"), OCTOBER_MET).status is Status.OFF_TRACK
    share = snapshot(kept(required="0.6"), day("11-30"), OCTOBER_MET)
    assert shown(share, "status", "raw_progress") == (Status.ON_TRACK, Decimal("0.5"))
    assert "a chance of 71.6 % that it is kept" in share.reason
    assert snapshot(kept(required="0.6"), day("12-31"), OCTOBER_MET).status is Status.ACHIEVED
    assert snapshot(kept(), day("12-31"), OCTOBER_MET).status is Status.MISSED


def test_a_period_without_data_fails_or_is_skipped_as_written() -> None:
    days = daily([1] * 31 + [None] * 30)
    assert snapshot(kept(), day("11-30"), days).raw_progress == Decimal("0.5")
    skipped = snapshot(kept(missing="skip"), day("11-30"), days)
    assert shown(skipped, "raw_progress", "status") == (1, Status.ON_TRACK)
    assert snapshot(kept(missing="skip"), day("11-30"), daily([None] * 61)).status is Status.NO_DATA


def test_a_period_that_was_not_observed_is_neither() -> None:
    found = snapshot(kept(), day("11-30"), daily([1] * 50))
    assert shown(found, "status", "through", "raw_progress") == (Status.STALE, day("10-31"), 1)


def test_a_failed_pull_does_not_hide_that_a_period_had_no_data() -> None:
    days = daily([1] * 31 + [None] * 30 + [1] * 10)
    kr = closure(kept().key_result, ends=date(2027, 1, 15))
    found = snapshot(kr, day("12-31"), days)
    assert shown(found, "status", "value", "raw_progress") == (Status.STALE, None, Decimal("0.5"))


@pytest.mark.parametrize(
    ("required", "score", "expected"),
    [("all", "0.5", "1"), ("0.8", "0.625", "0.8"), ("0.5", "1", "0.5"), ("0", "1", "0")],
)
def test_the_score_measures_the_share_met_against_the_share_required(
    required: str, score: str, expected: str
) -> None:
    found = snapshot(kept(required=required), day("11-30"), OCTOBER_MET)
    assert found.raw_progress == Decimal("0.5")
    assert shown(found, "score", "expected") == (Decimal(score), Decimal(expected))


@pytest.mark.parametrize("required", ["all", "0.8", "0.6", "0.34", "0.3", "0"])
def test_the_score_is_1_exactly_where_the_bound_was_kept(required: str) -> None:
    found = snapshot(kept(required=required), day("12-31"), OCTOBER_MET)
    assert (found.score == 1) == (found.status is Status.ACHIEVED)


def test_the_rounding_of_a_division_breaks_no_bound() -> None:
    measures: dict[str, Measure] = {
        "whole": FormulaMeasure(name="whole", formula="mqls / visits * visits"),
        "mqls": source(),
        "visits": source("visits"),
    }
    days = (*daily([1] + [0] * 30), *daily([3] + [0] * 30, name="visits"))
    for bound in ({"at_least": 1}, {"at_most": 1}, {"between": {"low": 1, "high": 2}}):
        given = {"id": "kr", "title": "A", "metric": "whole", "every": "month", **bound}
        kr = closure(Maintain.model_validate(given), measures)
        assert snapshot(kr, day("10-31"), days).raw_progress == 1


@pytest.mark.parametrize(("cost", "met"), [(0, 1), (5, 0)])
def test_more_than_nothing_for_nothing_breaks_an_upper_bound(cost: int, met: int) -> None:
    """0 ÷ 0 is no data, here skipped; 5 ÷ 0 is above any bound, and no gap to skip."""
    measures: dict[str, Measure] = {
        "rate": RatioMeasure(name="rate", numerator="cost", denominator="leads"),
        "cost": source("cost"),
        "leads": source("leads"),
    }
    given = {"id": "kr", "title": "Cost", "metric": "rate", "every": "month", "at_most": 9}
    kr = closure(Maintain.model_validate({**given, "missing": "skip"}), measures)
    days = (
        *daily([1] * 31 + [cost] + [0] * 29, name="cost"),
        *daily([1] * 31 + [0] * 30, name="leads"),
    )
    found = snapshot(kr, day("11-30"), days)
    assert found.raw_progress == (1 if met else Decimal("0.5"))


def launch() -> Closure:
    steps = [
        {"id": "plan", "title": "Plan", "due": "2026-10-15"},
        {"id": "build", "title": "Build", "weight": 3, "due": "2026-11-15"},
    ]
    kr = Milestones.model_validate({"id": "kr", "title": "Launch", "steps": steps})
    return closure(kr, {name: source(name, "level") for name in ("plan", "build")})


def steps(on: str, plan: object, build: object) -> list[Known]:
    return [known(day(on), plan, "plan"), known(day(on), build, "build", id=1)]


@pytest.mark.parametrize(
    ("on", "plan", "build", "status"),
    [
        ("10-14", 0, 0, Status.ON_TRACK),
        ("10-15", 0, 0, Status.AT_RISK),
        ("10-22", 0, 0, Status.AT_RISK),
        ("10-23", 0, 0, Status.OFF_TRACK),
        ("10-23", None, None, Status.OFF_TRACK),
        ("11-14", 1, 0, Status.ON_TRACK),
        ("11-14", 1, 1, Status.ACHIEVED),
        ("12-31", 1, 0, Status.MISSED),
        ("12-31", 1, 1, Status.ACHIEVED),
    ],
)
def test_steps_are_judged_by_their_dates(
    on: str, plan: object, build: object, status: Status
) -> None:
    assert snapshot(launch(), day(on), steps(on, plan, build)).status is status


def test_the_step_that_is_longest_overdue_is_named() -> None:
    found = snapshot(launch(), day("11-16"), steps("11-16", 0, 0))
    assert found.reason == "0 of 2 steps done; plan was due 32 days ago"


def test_steps_count_by_their_weights_and_are_planned_by_their_dates() -> None:
    found = snapshot(launch(), day("11-01"), steps("11-01", 0, 1))
    assert shown(found, "raw_progress", "expected") == (Decimal("0.75"), Decimal("0.25"))
    assert shown(found, "value", "target") == (1, 2)
    assert snapshot(launch(), day("11-15"), steps("11-15", 0, 1)).expected == 1


def checked_in(**more: Any) -> Closure:
    kr = Manual.model_validate({"id": "kr", "title": "Score", "target": 100, **more})
    return closure(kr, {"check_ins": source("check_ins", "level")})


def test_a_number_that_is_checked_in_is_judged_by_its_pace() -> None:
    kr = checked_in(**{"from": 20})
    found = snapshot(kr, day("11-15"), [known(day("11-15"), 60, "check_ins")])
    assert shown(found, "status", "raw_progress") == (Status.ON_TRACK, Decimal("0.5"))
    found = snapshot(kr, day("11-15"), [known(day("11-15"), 45, "check_ins")])
    assert found.status is Status.OFF_TRACK
    assert snapshot(kr, day("11-15"), [known(day("11-15"), 100, "check_ins")]).score == 1


def test_nobody_has_checked_in_is_no_data() -> None:
    found = snapshot(checked_in(), day("11-15"), [known(day("11-15"), None, "check_ins")])
    assert shown(found, "status", "value") == (Status.NO_DATA, None)
    assert found.reason == "no check-in until 2026-11-15"


@pytest.mark.parametrize(
    ("on", "count", "status"),
    [
        ("10-31", 0, Status.AT_RISK),
        ("11-14", 0, Status.AT_RISK),
        ("11-15", 0, Status.OFF_TRACK),
        ("11-30", 1, Status.AT_RISK),
        ("11-30", 0, Status.OFF_TRACK),
        ("11-30", 2, Status.ON_TRACK),
        ("11-30", 3, Status.ACHIEVED),
    ],
)
def test_a_tiny_target_is_judged_by_whole_units(on: str, count: int, status: Status) -> None:
    """Three newsletters, planned for the ends of 31 October, 30 November and 31 December."""
    plan = [{"on": "2026-10-31", "value": 1}, {"on": "2026-11-30", "value": 2}]
    kr = closure(reach(target=3, plan=plan))
    days = daily([count] + [0] * 91)
    assert snapshot(kr, day(on), days).status is status


def test_a_scheduled_count_is_judged_by_whole_units_whatever_its_target() -> None:
    days = daily([1] * 44 + [0] * 2)
    assert snapshot(closure(reach()), day("11-15"), days).status is Status.ON_TRACK
    scheduled = closure(reach(cadence="scheduled"))
    assert snapshot(scheduled, day("11-15"), days).status is Status.OFF_TRACK


def test_a_broken_target_that_is_checked_in_is_no_count() -> None:
    kr = checked_in(target="4.5")
    found = snapshot(kr, day("11-15"), [known(day("11-15"), "1.9", "check_ins")])
    assert found.status is Status.AT_RISK
    assert "(mooncamp)" in found.reason


def test_whole_units_that_are_checked_in_are_counted() -> None:
    found = snapshot(checked_in(target=3), day("10-20"), [known(day("10-20"), 0, "check_ins")])
    assert found.status is Status.ON_TRACK


def test_a_small_number_that_is_no_count_is_judged_by_its_pace() -> None:
    kr = closure(
        reach(window="latest", target=4, **{"from": 3}), {"mqls": source(aggregation="level")}
    )
    found = snapshot(kr, day("11-15"), [known(day("11-15"), "3.2")])
    assert found.status is Status.OFF_TRACK
    assert "40 % " not in found.reason
    assert "20 % of the way where 50 % was planned" in found.reason
