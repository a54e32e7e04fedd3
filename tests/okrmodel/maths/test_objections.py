"""What speaks against a changed config: said once, with the remedy, and only where it is so."""

from datetime import date
from typing import Any

from okrmodel.changes import compared, metrics_compared
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Manual
from okrmodel.objections import Objection, objections
from okrmodel.problems import Severity
from tests.okrmodel.maths.build import closure, reach, source

AS_OF = date(2026, 11, 22)


def found(before: list[Closure], after: list[Closure]) -> list[Objection]:
    sides = [{(one.cycle, one.key_result.id): one for one in side} for side in (before, after)]
    changes = compared(*sides)
    return list(objections(changes, metrics_compared(changes, {}), AS_OF))


def targets(*entries: tuple[str, int, str]) -> Closure:
    written = [{"from": day, "target": target, "reason": why} for day, target, why in entries]
    return closure(reach(target=None, targets=written))


def manual(**more: Any) -> Closure:
    key_result = Manual.model_validate({"id": "kr", "title": "M", "target": 3, **more})
    return closure(key_result, {"check_ins": source(f"check-ins of {key_result.id}", "level")})


def test_a_bare_target_has_both_targets_in_its_remedy() -> None:
    [one] = found([closure(reach())], [closure(reach(target=80))])
    assert (one.subject, one.path, one.severity) == ("kr", ("target",), Severity.ERROR)
    assert 'the target of key result "kr" goes from 92 to 80' in one.message
    assert one.message.endswith(
        "targets: [{from: 2026-10-01, target: 92, reason: …},"
        " {from: 2026-11-23, target: 80, reason: …}]"
    )


def test_earlier_targets_stay_in_the_remedy_with_their_reasons() -> None:
    before = targets(("2026-10-01", 92, "planned"), ("2026-11-05", 90, "less money"))
    [one] = found([before], [closure(reach(target=80))])
    assert "goes from 90 to 80" in one.message
    assert (
        "targets: [{from: 2026-10-01, target: 92, reason: planned},"
        " {from: 2026-11-05, target: 90, reason: less money},"
        " {from: 2026-11-23, target: 80, reason: …}]"
    ) in one.message


def test_a_day_on_which_it_differs_is_chosen_where_today_it_does_not() -> None:
    before = targets(("2026-10-01", 92, "planned"), ("2026-11-05", 90, "less money"))
    [one] = found([before], [closure(reach(target=90))])
    assert "goes from 92 to 90" in one.message


def test_a_checked_in_target_is_one_like_any_other() -> None:
    [one] = found([manual()], [manual(target=4)])
    assert one.code == "target-without-reason"


def test_another_cycles_target_is_its_own() -> None:
    later: dict[str, Any] = {"cycle": "2027-Q1", "starts": date(2027, 1, 1)}
    assert (
        found([closure(reach())], [closure(reach(target=80), ends=date(2027, 3, 31), **later)])
        == []
    )


def test_what_is_alike_is_taken_for_the_same_by_another_id() -> None:
    alike = (
        (closure(reach(id="mqls")), closure(reach(id="mql", title="Other"), {"mqls": source("x")})),
        (closure(reach(id="mqls")), closure(reach(id="leads"), {"mqls": source("x")})),
        (closure(reach(id="mqls")), closure(reach(id="leads", title="Other"))),
    )
    for before, after in alike:
        [one] = [o for o in found([before], [after]) if o.cycle is not None]
        assert (one.subject, one.path, one.severity) == (after.key_result.id, (), Severity.WARNING)
        assert one.message.endswith("was: [mqls]")


def test_what_is_not_alike_is_new() -> None:
    old = closure(reach(id="mqls"))
    others = (
        closure(reach(id="visits", title="Visits"), {"mqls": source("visits")}),
        manual(id="mqls2", title="MQLs"),
        closure(reach(id="leads"), cycle="2027-Q1"),
    )
    for other in others:
        assert [o for o in found([old], [other]) if o.cycle is not None] == []


def test_check_ins_alone_make_nothing_alike() -> None:
    before, after = manual(id="plans", title="Plans"), manual(id="hires", title="Hires")
    assert found([before], [after]) == []


def test_one_that_is_gone_is_only_one_of_the_new_ones() -> None:
    new = [closure(reach(id=name)) for name in ("leads", "prospects")]
    assert len(found([closure(reach(id="mqls"))], new)) == 1


def test_a_metric_with_the_same_question_is_taken_for_the_same() -> None:
    before = closure(reach())
    renamed = closure(reach(metric="leads"), {"leads": source()})
    [one] = found([before], [renamed])
    assert (one.subject, one.cycle, one.code) == ("leads", None, "renamed-without-was")
    other = closure(reach(metric="leads"), {"leads": source("visits")})
    assert found([before], [other]) == []
