"""What two sets of definitions say otherwise: every kind of change, and nothing where there is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.changes import Change, Field, compared, metrics_compared, unreasoned
from okrmodel.closure import Closure, FormulaMeasure, Measure, RatioMeasure
from okrmodel.definitions.key_results import Maintain, Manual, Milestones
from tests.okrmodel.maths.build import closure, reach, source

PLANNED = {"from": "2026-10-01", "target": 92, "reason": "as planned"}


def dated(day: str, target: int, reason: str) -> dict[str, Any]:
    return {"from": day, "target": target, "reason": reason}


def targets(*entries: dict[str, Any]) -> Closure:
    return closure(reach(target=None, targets=list(entries)))


def only(before: Closure | None, after: Closure | None) -> Change:
    """The one change between them."""
    sides = [{(one.cycle, one.key_result.id): one} if one else {} for one in (before, after)]
    [found] = compared(*sides)
    return found


def test_the_same_is_unchanged() -> None:
    found = only(closure(reach()), closure(reach(target="92.00")))
    assert found.unchanged
    assert (found.kinds, found.fields, found.words, found.metrics) == ((), (), (), ())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"target": 80}, Field("target", "92", "80")),
        ({"target": "previous * 1.2"}, Field("target", "92", "previous * 1.2")),
        ({"from": 5}, Field("from", "none", "5")),
        ({"window": "month"}, Field("window", "cycle", "month")),
        ({"window": {"trailing": 7}}, Field("window", "cycle", "trailing 7")),
        ({"direction": "increase"}, Field("direction", "none", "increase")),
        ({"starts": "2026-11-01"}, Field("starts", "none", "2026-11-01")),
        ({"weight": 2}, Field("weight", "1", "2")),
        ({"plan": [{"on": "2026-11-01", "value": 9}]}, Field("plan 2026-11-01", "none", "9")),
    ],
)
def test_a_field_is_told_with_both_values(more: dict[str, Any], told: Field) -> None:
    found = only(closure(reach()), closure(reach(**more)))
    assert found.fields == (told,)
    assert found.kinds == (("retargeted",) if told.name == "target" else ("changed",))


def test_a_target_with_days_is_told_with_them() -> None:
    found = only(closure(reach()), targets(PLANNED, dated("2026-11-15", 80, "less money")))
    assert found.fields == (Field("target", "92", "92 from 2026-10-01; 80 from 2026-11-15"),)
    assert found.kinds == ("retargeted",)


def test_a_target_and_something_else_are_two_kinds() -> None:
    found = only(closure(reach()), closure(reach(target=80, window="month")))
    assert found.kinds == ("retargeted", "changed")


def test_the_rule_is_told_once_whoever_says_it() -> None:
    plain = closure(reach())
    other = closure(reach(status_rule="upraise"), status_rule="upraise")
    same = closure(reach(status_rule="mooncamp"))
    assert only(plain, other).fields == (Field("status_rule", "mooncamp", "upraise"),)
    assert only(plain, same).fields == (Field("status_rule of its own", "none", "mooncamp"),)


@pytest.mark.parametrize("name", ["title", "owner", "note"])
def test_words_are_told_apart(name: str) -> None:
    found = only(closure(reach()), closure(reach(**{name: "other"})))
    assert (found.kinds, found.words, found.fields) == (("words",), (name,), ())


def test_a_metrics_words_are_words() -> None:
    other = source().model_copy(update={"unit": "people"})
    found = only(closure(reach()), closure(reach(), {"mqls": other}))
    assert (found.kinds, found.words) == (("words",), ("metric mqls",))


def test_a_step_is_told_by_its_id() -> None:
    def steps(due: str) -> Closure:
        written = [
            {"id": "a", "title": "A", "due": "2026-10-31"},
            {"id": "b", "title": "B", "due": due},
        ]
        key_result = Milestones.model_validate({"id": "kr", "title": "M", "steps": written})
        return closure(key_result, {one: source(one, "level") for one in ("a", "b")})

    found = only(steps("2026-11-30"), steps("2026-12-04"))
    assert found.fields == (Field("steps b due", "2026-11-30", "2026-12-04"),)


def test_another_kind_is_told() -> None:
    kept = Maintain.model_validate(
        {"id": "kr", "title": "MQLs", "metric": "mqls", "every": "week", "at_least": 5}
    )
    found = only(closure(reach()), closure(kept))
    assert Field("kind", "reach", "maintain") in found.fields


def test_new_and_gone() -> None:
    assert only(None, closure(reach())).kinds == ("added",)
    assert only(closure(reach()), None).kinds == ("removed",)


def test_it_stays_itself_under_another_id() -> None:
    before = closure(reach(id="old"))
    found = only(before, closure(reach(id="new", was=["older", "old"])))
    assert (found.kinds, found.before, found.fields) == (("renamed",), before, ())
    both = compared({("2026-Q4", "old"): before}, {("2026-Q4", "new"): closure(reach(id="new"))})
    assert [change.kinds for change in both] == [("added",), ("removed",)]


def test_what_was_renamed_once_is_no_more_than_itself() -> None:
    """The store goes on to know the earlier id; nobody has removed anything."""
    old, new = closure(reach(id="old")), closure(reach(id="new", was=["old"]))
    known = {("2026-Q4", "old"): old, ("2026-Q4", "new"): new}
    [found] = compared(known, {("2026-Q4", "new"): new})
    assert found.unchanged


def test_an_id_that_another_key_result_has_now_is_not_taken_from_it() -> None:
    old, same = closure(reach(id="old")), closure(reach(id="old", target=7))
    after = {("2026-Q4", "new"): closure(reach(id="new", was=["old"])), ("2026-Q4", "old"): same}
    found = compared({("2026-Q4", "old"): old}, after)
    assert [change.kinds for change in found] == [("added",), ("retargeted",)]


def test_it_stays_itself_in_another_cycle() -> None:
    before = closure(reach())
    after = closure(reach(), cycle="2027-Q1", starts="2027-01-01", ends="2027-03-31")
    found = only(before, after)
    assert (found.kinds, found.fields) == (("moved",), ())


NEXT: dict[str, Any] = {"cycle": "2027-Q1", "starts": "2027-01-01", "ends": "2027-03-31"}


def test_the_same_id_in_the_next_cycle_is_new_there_and_hides_nothing() -> None:
    """Both cycles are written: what is taken out of one is gone from it."""
    here, there = ("2026-Q4", "kr"), ("2027-Q1", "kr")
    old, other = closure(reach(id="kr")), ("2026-Q4", "other")
    new = closure(reach(id="kr"), **NEXT)
    [kept, added] = compared({here: old}, {here: old, there: new})
    assert (kept.unchanged, added.kinds) == (True, ("added",))
    both = {here: old, there: new, other: closure(reach(id="other"))}
    found = compared(both, {there: new, other: both[other]})
    assert [(c.before, c.after) for c in found if c.kinds] == [(old, None)]


def test_a_cycle_by_another_name_takes_nothing_away() -> None:
    """The store goes on to know the earlier cycle until its end."""
    old, new = closure(reach(id="kr")), closure(reach(id="kr"), **NEXT)
    [found] = compared({("2026-Q4", "kr"): old, ("2027-Q1", "kr"): new}, {("2027-Q1", "kr"): new})
    assert found.unchanged


def test_a_metric_that_asks_otherwise_is_told_once_with_the_field() -> None:
    before = source(query={"entered": "mql", "where": {"a": "b"}})
    after = source(query={"entered": "mql", "where": {"a": "c"}})
    after = after.model_copy(update={"fingerprint": "another"})
    twice = [
        {("2026-Q4", name): closure(reach(id=name), {"mqls": metric}) for name in ("one", "two")}
        for metric in (before, after)
    ]
    changes = compared(*twice)
    assert [change.metrics for change in changes] == [("mqls",), ("mqls",)]
    assert [change.kinds for change in changes] == [("changed",), ("changed",)]
    [metric] = metrics_compared(changes, {})
    assert (metric.id, metric.fields) == ("mqls", (Field("query where a", "b", "c"),))


def test_a_mark_alone_says_that_the_question_is_another() -> None:
    after = source().model_copy(update={"fingerprint": "another"})
    [metric] = metrics_compared([only(closure(reach()), closure(reach(), {"mqls": after}))], {})
    assert metric.fields == (Field("question", "as it was", "another"),)


def test_metrics_come_go_and_are_renamed() -> None:
    def rate(numerator: str) -> Closure:
        measures: dict[str, Measure] = {
            "rate": RatioMeasure(name="Rate", numerator=numerator, denominator="visits"),
            numerator: source(),
            "visits": source("visits", "distinct"),
        }
        return closure(reach(metric="rate"), measures)

    renamed = metrics_compared([only(rate("mqls"), rate("leads"))], {"leads": ["mqls"]})
    assert [(m.was, m.id, m.fields) for m in renamed] == [
        ("mqls", "leads", ()),
        ("rate", "rate", (Field("numerator", "mqls", "leads"),)),
    ]
    unsaid = metrics_compared([only(rate("mqls"), rate("leads"))], {})
    assert [(m.id, m.before is None, m.after is None) for m in unsaid] == [
        ("leads", True, False),
        ("mqls", False, True),
        ("rate", False, False),
    ]
    assert metrics_compared([only(rate("mqls"), rate("mqls"))], {}) == ()


def test_a_formulas_metrics_count_and_check_ins_do_not() -> None:
    cost = FormulaMeasure(name="Cost", formula="spend / mqls")
    measures: dict[str, Measure] = {"cost": cost, "mqls": source(), "spend": source("spend")}
    new = metrics_compared([only(None, closure(reach(metric="cost"), measures))], {})
    assert [metric.id for metric in new] == ["cost", "mqls", "spend"]
    manual = Manual.model_validate({"id": "kr", "title": "M", "target": 3})
    checked = closure(manual, {"check_ins": source("check-ins", "level")})
    assert metrics_compared([only(None, checked)], {}) == ()


BEFORE = targets(PLANNED, dated("2026-11-15", 80, "less money"))


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        (closure(reach()), closure(reach(target=80)), ("target",)),
        (closure(reach()), targets(PLANNED, dated("2026-11-15", 80, "less money")), None),
        (closure(reach()), targets(PLANNED), None),
        (BEFORE, closure(reach()), ("target",)),
        (BEFORE, targets(PLANNED), ("targets",)),
        (BEFORE, targets(PLANNED, dated("2026-11-15", 70, "less money")), ("targets", 1, "target")),
        (BEFORE, targets(PLANNED, dated("2026-11-15", 70, "no money")), None),
        (BEFORE, targets(PLANNED, dated("2026-11-20", 80, "less money")), None),
        (BEFORE, closure(reach(target=None, targets=BEFORE.key_result.targets)), None),  # type: ignore[union-attr]
    ],
)
def test_a_target_changes_with_a_reason_or_is_told_where(
    before: Closure, after: Closure, where: Any
) -> None:
    assert unreasoned(before, after) == where


def test_bounds_have_no_reasons() -> None:
    def kept(bound: int) -> Closure:
        written = {"id": "kr", "title": "M", "metric": "mqls", "every": "week", "at_least": bound}
        return closure(Maintain.model_validate(written))

    assert unreasoned(kept(5), kept(6)) is None


FIELDS: dict[str, Any] = {
    "target": st.integers(1, 3),
    "from": st.integers(-2, 0),
    "window": st.sampled_from(["cycle", "month", {"trailing": 3}]),
    "title": st.sampled_from(["A", "B"]),
    "owner": st.sampled_from([None, "ola"]),
    "note": st.sampled_from(["", "why"]),
    "was": st.sampled_from([(), ("older",)]),
    "weight": st.integers(1, 2),
    "status_rule": st.sampled_from([None, "mooncamp", "upraise"]),
    "confidence": st.sampled_from([None, "0.5"]),
}
SOME = st.fixed_dictionaries({}, optional=FIELDS).map(lambda more: closure(reach(**more)))


@given(SOME, SOME)
def test_whatever_differs_is_told_and_nothing_else(before: Closure, after: Closure) -> None:
    found = only(before, after)
    assert bool(found.kinds) == (before.definition_hash != after.definition_hash)
    assert bool(found.fields) == (before.computation_hash != after.computation_hash)
    assert (found.kinds == ("words",)) == (bool(found.words) and not found.fields)
