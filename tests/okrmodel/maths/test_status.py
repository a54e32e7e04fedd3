"""The named rules on their edges, and what is said of units, steps and periods."""

from decimal import Decimal
from typing import get_args

import pytest

from okrmodel.definitions.workspace import StatusRule
from okrmodel.exact import EXACT
from okrmodel.snapshot import Status
from okrmodel.status import (
    ENOUGH,
    IN_FULL,
    NAMED,
    by_chance,
    by_overdue,
    by_periods,
    by_rule,
    by_units,
    too_few,
)

GREEN, AMBER, RED = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK


def test_every_rule_that_can_be_named_exists() -> None:
    assert {*NAMED, "probability"} == set(get_args(StatusRule))


@pytest.mark.parametrize(
    ("rule", "progress", "status"),
    [
        ("viva_goals", "0.5", GREEN),
        ("viva_goals", "0.4999", AMBER),
        ("viva_goals", "0.25", AMBER),
        ("viva_goals", "0.2499", RED),
        ("engagedly", "0.3351", GREEN),
        ("engagedly", "0.335", AMBER),
        ("engagedly", "0.17", AMBER),
        ("engagedly", "0.1699", RED),
        # In binary floats 0.5 - 0.4 <= 0.1 does not hold.
        ("planview", "0.4", GREEN),
        ("planview", "0.3999", RED),
        ("upraise", "0.475", GREEN),
        ("upraise", "0.4749", AMBER),
        ("upraise", "0.375", AMBER),
        ("upraise", "0.3749", RED),
        ("mooncamp", "0.45", GREEN),
        ("mooncamp", "0.4499", AMBER),
        ("mooncamp", "0.35", AMBER),
        ("mooncamp", "0.3499", RED),
        ("servicenow", "0.45", GREEN),
        ("servicenow", "0.4499", AMBER),
        ("servicenow", "0.375", AMBER),
        ("servicenow", "0.3749", RED),
        ("innovation_minds", "0.5", GREEN),
        ("innovation_minds", "0.4999", AMBER),
        ("innovation_minds", "0.45", AMBER),
        ("innovation_minds", "0.4499", RED),
    ],
)
def test_half_way_through_a_rule_turns_exactly_here(
    rule: StatusRule, progress: str, status: Status
) -> None:
    assert by_rule(rule, Decimal(progress), Decimal("0.5"), "").status is status


@pytest.mark.parametrize(
    ("rule", "progress", "expected"),
    [("viva_goals", (1, 15), (19, 60)), ("engagedly", (1, 30), (119, 600))],
)
def test_the_rounding_of_a_division_never_decides(
    rule: StatusRule, progress: tuple[int, int], expected: tuple[int, int]
) -> None:
    """Exactly 25 points behind is not more than 25, and exactly 16.5 is not less than 16.5."""
    shares = [EXACT.divide(Decimal(top), Decimal(bottom)) for top, bottom in (progress, expected)]
    assert by_rule(rule, shares[0], shares[1], "").status is AMBER


BY_EXPECTED = [rule for rule in NAMED if rule != "atlassian"]


def test_atlassian_looks_at_progress_alone_and_its_bands_leave_no_gap() -> None:
    for progress, status in (("0.7", GREEN), ("0.69", AMBER), ("0.4", AMBER), ("0.39", RED)):
        for expected in ("0", "0.5", "1"):
            found = by_rule("atlassian", Decimal(progress), Decimal(expected), "")
            assert found.status is status


@pytest.mark.parametrize(
    ("chance", "status"),
    [("0.1499", RED), ("0.15", AMBER), ("0.4999", AMBER), ("0.5", GREEN), ("1", GREEN)],
)
def test_the_chance_decides_at_15_and_50_percent(chance: str, status: Status) -> None:
    found = by_chance(Decimal(chance), ENOUGH, "46 against 92")
    assert found.status is status
    assert "to reach 90 % of the way (probability)" in found.reason
    assert "to reach the target" in by_chance(Decimal(chance), IN_FULL, "").reason


@pytest.mark.parametrize("rule", BY_EXPECTED)
def test_where_nothing_is_expected_only_going_backwards_can_be_wrong(rule: StatusRule) -> None:
    assert by_rule(rule, Decimal(0), Decimal(0), "").status is GREEN
    assert by_rule(rule, Decimal("-0.5"), Decimal(0), "").status is RED


@pytest.mark.parametrize("rule", BY_EXPECTED)
def test_where_the_plan_dips_below_its_start_keeping_to_it_is_green(rule: StatusRule) -> None:
    for progress in ("-0.5", "-0.49", "0"):
        assert by_rule(rule, Decimal(progress), Decimal("-0.5"), "").status is GREEN
    assert by_rule(rule, Decimal(-1), Decimal("-0.5"), "").status is RED


@pytest.mark.parametrize(
    ("value", "planned", "before", "status"),
    [
        ("2", "2.9", "2", GREEN),
        ("3", "2.1", "2", GREEN),
        ("1", "2", "1.99", AMBER),
        ("1", "2.5", "2", RED),
        ("0", "2", "0", RED),
    ],
)
def test_units_are_amber_one_behind_and_red_two_behind_or_late(
    value: str, planned: str, before: str, status: Status
) -> None:
    assert by_units(Decimal(value), Decimal(planned), Decimal(before)).status is status


@pytest.mark.parametrize(
    ("overdue", "status"),
    [({}, GREEN), ({"a": 0}, AMBER), ({"a": 7}, AMBER), ({"a": 8}, RED), ({"a": 0, "b": 9}, RED)],
)
def test_a_step_is_amber_when_overdue_and_red_after_a_week(
    overdue: dict[str, int], status: Status
) -> None:
    assert by_overdue(1, 3, overdue).status is status


@pytest.mark.parametrize(
    ("met", "judged", "left", "required", "status"),
    [
        (1, 1, 2, "1", GREEN),
        (0, 1, 2, "1", RED),
        (1, 2, 1, "0.6", GREEN),
        (0, 2, 1, "0.6", RED),
        (2, 4, 4, "0.75", AMBER),
        (5, 10, 4, "0.64", AMBER),
        (2, 3, 9, "0.75", GREEN),
        (3, 4, 8, "0.75", GREEN),
    ],
)
def test_periods_are_red_once_the_share_is_out_of_reach(
    met: int, judged: int, left: int, required: str, status: Status
) -> None:
    assert by_periods(met, judged, left, Decimal(required), "month").status is status


def test_ten_expected_events_are_enough_to_judge() -> None:
    assert too_few(Decimal("9.99")) is not None
    assert too_few(Decimal(10)) is None
    assert too_few(EXACT.divide(Decimal(1), Decimal(3)) * 30) is None
