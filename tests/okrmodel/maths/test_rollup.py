"""From key results to their objective."""

from dataclasses import replace
from decimal import Decimal

import pytest

from okrmodel.rollup import roll_up
from okrmodel.snapshot import Snapshot, Status
from tests.okrmodel.maths.build import closure, daily, day, reach, snapshot

ONE = snapshot(closure(reach()), day("11-15"), daily([1] * 46))


def kr(name: str, status: Status, score: str | None) -> Snapshot:
    return replace(
        ONE, key_result=name, status=status, score=None if score is None else Decimal(score)
    )


def test_the_score_is_the_mean_by_weights_that_need_not_add_up() -> None:
    parts = [
        (Decimal(3), kr("a", Status.ON_TRACK, "0.2")),
        (Decimal(1), kr("b", Status.AT_RISK, "1")),
    ]
    found = roll_up(parts)
    assert (found.score, found.status, found.weakest) == (Decimal("0.4"), Status.AT_RISK, "b")
    thirds = [(Decimal("33.33"), kr(name, Status.ON_TRACK, "0.6")) for name in "abc"]
    assert roll_up(thirds).score == Decimal("0.6")


def test_what_has_no_data_is_left_out_and_named() -> None:
    parts = [
        (Decimal(1), kr("a", Status.ON_TRACK, "0.5")),
        (Decimal(9), kr("b", Status.NO_DATA, None)),
    ]
    found = roll_up(parts)
    assert (found.score, found.status, found.left_out) == (Decimal("0.5"), Status.ON_TRACK, ("b",))
    assert found.reason.endswith("without data and left out: b")


def test_without_any_data_there_is_no_score() -> None:
    found = roll_up([(Decimal(1), kr("a", Status.NO_DATA, None))])
    assert (found.score, found.status, found.weakest) == (None, Status.NO_DATA, None)
    assert roll_up([]).status is Status.NO_DATA


@pytest.mark.parametrize(
    ("statuses", "weakest"),
    [
        ((Status.ACHIEVED, Status.TOO_EARLY), Status.TOO_EARLY),
        ((Status.ON_TRACK, Status.TOO_EARLY), Status.ON_TRACK),
        ((Status.ON_TRACK, Status.STALE), Status.STALE),
        ((Status.STALE, Status.OFF_TRACK, Status.AT_RISK), Status.OFF_TRACK),
        ((Status.ACHIEVED, Status.MISSED), Status.MISSED),
    ],
)
def test_the_objective_stands_as_its_weakest_key_result(
    statuses: tuple[Status, ...], weakest: Status
) -> None:
    parts = [(Decimal(1), kr(status, status, "0.5")) for status in statuses]
    assert roll_up(parts).status is weakest


def test_one_that_is_too_early_to_score_leaves_the_mean_alone() -> None:
    parts = [
        (Decimal(1), kr("a", Status.ON_TRACK, "0.5")),
        (Decimal(1), kr("b", Status.TOO_EARLY, None)),
    ]
    assert roll_up(parts).score == Decimal("0.5")
