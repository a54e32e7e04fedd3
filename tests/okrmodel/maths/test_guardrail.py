"""A second metric with a bound: while it is broken, a key result counts only in part."""

from decimal import Decimal
from typing import Any

import pytest

from okrmodel.closure import Measure, RatioMeasure
from okrmodel.demand import needed
from okrmodel.snapshot import Snapshot, Status
from tests.okrmodel.maths.build import closure, daily, day, reach, snapshot, source

MEASURES: dict[str, Measure] = {
    "mqls": source(),
    "spend": source("spend"),
    "cost": RatioMeasure(name="Cost per MQL", numerator="spend", denominator="mqls"),
}


def held(as_of: str, spend: object, mqls: object = 2, **bound: Any) -> Snapshot:
    """92 MQLs at no more than 10 each, unless said otherwise; so many, and so much, every day."""
    bound = bound or {"at_most": 10}
    asked = reach(guardrail={"metric": "cost", **bound})
    last = day(as_of)
    days = (last - day("10-01")).days + 1
    known = (*daily([mqls] * days), *daily([spend] * days, name="spend"))
    return snapshot(closure(asked, MEASURES), last, known)


def test_a_bound_that_is_kept_changes_nothing_but_is_shown() -> None:
    kept = held("11-15", 20)
    assert kept.status is Status.ACHIEVED
    assert kept.score == 1
    assert kept.guardrail
    assert (kept.guardrail.value, kept.guardrail.kept) == (Decimal(10), True)
    assert kept.guardrail.bound == "at most 10"


def test_a_broken_bound_caps_the_score_and_the_status_and_leaves_progress_alone() -> None:
    broken = held("11-15", 21)
    assert (broken.status, broken.score) == (Status.AT_RISK, Decimal("0.3"))
    assert broken.raw_progress == 1
    assert "its guardrail is broken: cost is 10.5 where at most 10 was agreed" in broken.reason


def test_what_is_worse_already_stays_as_bad() -> None:
    assert held("11-15", 210, mqls="0.5").status is Status.OFF_TRACK


def test_at_the_end_a_broken_bound_is_a_missed_key_result() -> None:
    assert held("12-31", 20).status is Status.ACHIEVED
    assert held("12-31", 21).status is Status.MISSED


@pytest.mark.parametrize(("spend", "kept"), [(4, True), ("3.9", False)])
def test_a_bound_may_hold_from_below(spend: object, kept: bool) -> None:  # noqa: FBT001
    found = held("11-15", spend, at_least=2, cap="0.5").guardrail
    assert found
    assert found.kept is kept


def test_the_cap_is_as_written() -> None:
    assert held("11-15", 21, at_most=10, cap="0.5").score == Decimal("0.5")


def test_a_guardrail_of_which_nothing_is_known_breaks_nothing_and_says_so() -> None:
    found = held("11-15", None)
    assert (found.status, found.score) == (Status.ACHIEVED, Decimal(1))
    assert found.guardrail
    assert (found.guardrail.value, found.guardrail.kept) == (None, None)
    assert "no data for spend" in found.guardrail.reason


def test_its_metric_is_asked_over_the_same_days() -> None:
    asked = closure(reach(guardrail={"metric": "cost", "at_most": 10}), MEASURES)
    wanted = {(key, window.start) for key, window in needed(asked, day("10-02"))}
    assert wanted == {(key, day(d)) for key in ("mqls", "spend") for d in ("10-01", "10-02")}
