from pathlib import Path

import pytest

from okrmodel.lint import RULES
from okrmodel.problems import Severity
from okrmodel.reading import read_company
from tests.okrmodel.reading.pretend import CONNECTORS, METRICS, OKRS, company, key_results

LEFT = "from: 9, target: 1"
SMALL = {"unused-metric", "objective-count", "key-result-count"}
"""What a small company is told besides."""


def codes(folder: Path) -> list[str]:
    problems = read_company(folder, CONNECTORS).problems
    return [problem.code for problem in problems if problem.code not in SMALL]


def test_every_rule_has_a_code_of_its_own_and_a_manual_page() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert len(rule.manual) > 30, rule.code


@pytest.mark.parametrize(
    "written",
    [
        "{id: a, title: A, metric: sold, target: 5, from: 0}",
        "{id: a, title: A, metric: sold, target: previous * 1.20, direction: increase}",
        "{id: a, title: A, metric: sold, target: 5, commit: 3, stretch: 8}",
        "{id: a, title: A, metric: sold, target: 5, previous: 4}",
        "{id: a, title: A, metric: sold, window: month, from: 9, target: 20}",
        "{id: a, title: A, metric: sold, window: week, evaluate: every, from: 9, target: 2}",
        "{id: a, title: A, metric: sold, window: {trailing: 92}, from: 9, target: 20}",
        f"{{id: a, title: A, metric: left, window: latest, {LEFT}, commit: 4, stretch: 0}}",
        "{id: a, title: A, metric: left, window: month, from: measured, target: 1, direction: decrease}",
        "{id: a, title: A, metric: rate, from: 0.2, target: 0.3}",
        "{id: a, title: A, kind: maintain, metric: left, every: week, between: {low: 1, high: 2}}",
        "{id: a, title: A, kind: manual, from: 10, target: 3, plan: [{on: 2026-11-01, value: 6}, {on: 2026-12-01, value: 4}]}",
        "{id: a, title: A, kind: manual, target: 3, starts: 2026-10-01, due: 2026-12-31}",
        "{id: a, title: A, kind: manual, target: 3, starts: 2026-11-02, due: 2026-11-02}",
        "{id: a, title: A, kind: manual, target: 3, plan: [{on: 2026-11-01, value: 1}, {on: 2026-12-01, value: 1}]}",
        "{id: a, title: A, kind: manual, from: 9, target: 3, plan: [{on: 2026-11-01, value: 9}, {on: 2026-12-01, value: 3}]}",
        "{id: a, title: A, metric: left, window: week, from: 3, target: 9}",
        "{id: a, title: A, kind: milestones, steps: [{id: s, title: S, due: 2026-12-31}]}",
        "{id: a, title: A, metric: sold, targets: [{from: 2026-10-01, target: 5, reason: R}, {from: 2026-12-31, target: 4, reason: R}]}",
    ],
)
def test_a_sound_key_result_gives_no_problem(tmp_path: Path, written: str) -> None:
    assert codes(company(tmp_path, okrs=key_results(written))) == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        # What a level lacks and what it refuses.
        (f"{{id: a, title: A, metric: left, window: month_to_date, {LEFT}}}", "window-unfit"),
        (f"{{id: a, title: A, metric: left, window: {{trailing: 7}}, {LEFT}}}", "window-unfit"),
        ("{id: a, title: A, metric: rate, window: latest, from: 1, target: 2}", "window-unfit"),
        ("{id: a, title: A, metric: rate, target: 0.3}", "from-missing"),
        ("{id: a, title: A, metric: sold, window: month, target: 3}", "from-missing"),
        # Numbers against one another.
        ("{id: a, title: A, metric: sold, target: 0}", "from-equals-target"),
        ("{id: a, title: A, metric: sold, target: 5.0, stretch: 5}", "tier-order"),
        (f"{{id: a, title: A, metric: left, window: latest, {LEFT}, stretch: 4}}", "tier-order"),
        (f"{{id: a, title: A, metric: left, window: latest, {LEFT}, direction: increase}}", "direction-mismatch"),
        ("{id: a, title: A, metric: sold, target: previous}", "direction-missing"),
        ("{id: a, title: A, metric: sold, target: 5, previous: measured}", "direction-missing"),
        ("{id: a, title: A, kind: manual, target: 3, targets: [{from: 2026-10-01, target: 3, reason: R}]}", "target-missing"),
        ("{id: a, title: A, kind: maintain, metric: left, every: week}", "bound-missing"),
        ("{id: a, title: A, kind: maintain, metric: left, every: week, between: {low: 2, high: 2}}", "bound-missing"),
        # Days.
        ("{id: a, title: A, kind: manual, target: 3, due: 2027-01-01}", "outside-cycle"),
        ("{id: a, title: A, kind: manual, target: 3, starts: 2026-09-30}", "outside-cycle"),
        ("{id: a, title: A, kind: manual, target: 3, plan: [{on: 2027-01-01, value: 1}]}", "outside-cycle"),
        ("{id: a, title: A, kind: milestones, steps: [{id: s, title: S, due: 2026-09-30}]}", "outside-cycle"),
        ("{id: a, title: A, kind: manual, target: 3, plan: [{on: 2026-11-01, value: 1}, {on: 2026-11-01, value: 2}]}", "plan-order"),
        ("{id: a, title: A, kind: manual, target: 3, plan: [{on: 2026-11-01, value: 2}, {on: 2026-11-02, value: 1}]}", "plan-order"),
        ("{id: a, title: A, kind: manual, from: 9, target: 3, plan: [{on: 2026-11-01, value: 4}, {on: 2026-11-02, value: 5}]}", "plan-order"),
        ("{id: a, title: A, kind: manual, from: 2, target: 9, plan: [{on: 2026-11-01, value: 1}]}", "plan-order"),
        ("{id: a, title: A, kind: manual, from: 2, target: 9, plan: [{on: 2026-11-01, value: 10}, {on: 2026-12-01, value: 11}]}", "plan-order"),
        ("{id: a, title: A, kind: manual, from: 9, target: 3, plan: [{on: 2026-11-01, value: 2}]}", "plan-order"),
        ("{id: a, title: A, metric: sold, window: {trailing: 93}, from: 1, target: 3}", "window-too-long"),
        ("{id: a, title: A, metric: sold, window: month, starts: 2026-12-02, from: 1, target: 3}", "window-too-long"),
        ("{id: a, title: A, kind: maintain, metric: left, every: week, at_least: 1, starts: 2026-12-29}", "window-too-long"),
        ("{id: a, title: A, metric: sold, target: 5, window: month_to_date, from: 0, evaluate: mean}", "evaluate-needs-periods"),
        ("{id: a, title: A, kind: manual, targets: [{from: 2026-11-01, target: 3, reason: R}, {from: 2026-11-01, target: 4, reason: R}]}", "targets-order"),
        # Ids.
        ("{id: a, title: A, kind: milestones, steps: [{id: s, title: S, due: 2026-12-30}, {id: s, title: S, due: 2026-12-31}]}", "duplicate-id"),
        ("{id: a, title: A, was: [a], metric: sold, target: 5}", "duplicate-id"),
    ],
)  # fmt: skip
def test_an_unsound_key_result_gives_one_problem(tmp_path: Path, written: str, code: str) -> None:
    assert codes(company(tmp_path, okrs=key_results(written))) == [code]


def test_a_window_may_be_as_long_as_what_is_left_of_the_cycle(tmp_path: Path) -> None:
    written = "{{id: a, title: A, metric: sold, window: {{trailing: {}}}, starts: 2026-12-01, from: 1, target: 3}}"
    assert codes(company(tmp_path, okrs=key_results(written.format(31)))) == []
    assert codes(company(tmp_path, okrs=key_results(written.format(32)))) == ["window-too-long"]


def test_an_id_is_used_once_in_its_cycle_and_goes_on_in_the_next(tmp_path: Path) -> None:
    again = OKRS.replace("2026-Q4", "2027-Q1")
    assert codes(company(tmp_path, **{"okrs/2027-Q1.yaml": again})) == []
    twice = OKRS + OKRS.partition("objectives:\n")[2]
    found = codes(company(tmp_path, okrs=twice))
    assert [code for code in found if code == "duplicate-id"] == ["duplicate-id"] * 2


def test_an_old_id_may_be_anothers_in_the_cycle_before(tmp_path: Path) -> None:
    renamed = key_results("{id: a, was: [sold], title: A, metric: sold, target: 5}")
    folder = company(tmp_path, **{"okrs/2027-Q1.yaml": renamed.replace("2026-Q4", "2027-Q1")})
    assert codes(folder) == []


def test_a_cycles_id_is_used_once(tmp_path: Path) -> None:
    same_cycle = "cycle: 2026-Q4\nobjectives: []\n"
    folder = company(tmp_path, **{"okrs/2027-Q1.yaml": same_cycle})
    assert codes(folder) == ["cycle-overlap", "duplicate-id"]


def test_cycles_that_follow_one_another_do_not_overlap(tmp_path: Path) -> None:
    folder = company(tmp_path, **{"okrs/2027-Q1.yaml": "cycle: 2027-Q1\nobjectives: []\n"})
    assert codes(folder) == []


def test_cycles_that_share_one_day_overlap(tmp_path: Path) -> None:
    winter = "cycle: {id: winter, starts: 2026-12-31, ends: 2027-02-28}\nobjectives: []\n"
    assert codes(company(tmp_path, **{"okrs/winter.yaml": winter})) == ["cycle-overlap"]


def test_an_old_id_belongs_to_one_key_result(tmp_path: Path) -> None:
    written = [
        "{id: a, was: [old], title: A, metric: sold, target: 5}",
        "{id: b, was: [old], title: B, metric: rate, from: 1, target: 5}",
    ]
    folder = company(tmp_path, okrs=key_results(*written))
    assert codes(folder) == ["duplicate-id", "duplicate-id"]


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        ("a: {name: A, formula: b + 1}\n  b: {name: B, formula: c}\n  c: {name: C, formula: a}", ["circular-metric"]),
        ("a: {name: A, formula: sold + left}\n  b: {name: B, formula: a / a}", []),
        ("a: {name: A, formula: 2 * 3}", ["bad-formula"]),
        ("a: {name: A, ratio: {numerator: a, denominator: sold}}", ["circular-metric"]),
        ("a: {name: A, formula: solt}", ["unknown-metric"]),
        ("a: {name: A, connection: notes, query: {stock: all}}", ["aggregation-missing"]),
        ("a: {name: A, connection: shop, query: {count: x}, aggregation: level}", ["aggregation-contradicts"]),
        ("a: {name: A, connection: shop, query: {count: x}, aggregation: sum}", []),
    ],
)  # fmt: skip
def test_metrics_are_held_to_what_they_are_made_of(
    tmp_path: Path, metrics: str, told: list[str]
) -> None:
    assert codes(company(tmp_path, metrics=f"{METRICS}  {metrics}\n")) == told


def test_two_windows_of_one_query_are_two_questions(tmp_path: Path) -> None:
    written = [
        "{id: a, title: A, metric: sold, target: 5}",
        "{id: b, title: B, metric: sold, window: month, from: 1, target: 5}",
        "{id: c, title: C, kind: maintain, metric: sold, every: month, at_least: 5}",
    ]
    assert codes(company(tmp_path, okrs=key_results(*written))) == []
    twin = METRICS + "  twin: {name: T, connection: shop, query: {count: sold}}\n"
    again = "{id: d, title: D, metric: twin, target: 6}"
    folder = company(tmp_path, metrics=twin, okrs=key_results(*written, again))
    assert codes(folder) == ["same-question"]


def test_an_objectives_owner_owns_its_key_results(tmp_path: Path) -> None:
    assert codes(company(tmp_path, okrs=OKRS.replace("    owner: ola\n", ""))) == ["no-owner"]
    assert codes(company(tmp_path, okrs=OKRS.replace("owner: ola", "owner: jan"))) == [
        "unknown-owner"
    ]


def test_a_warning_does_not_keep_a_company_from_being_read(tmp_path: Path) -> None:
    folder = company(tmp_path, okrs=OKRS.replace("    owner: ola\n", ""))
    found, problems, _ = read_company(folder, CONNECTORS)
    assert found is not None
    assert {problem.severity for problem in problems} == {Severity.WARNING}


def test_a_check_in_is_held_to_its_key_result(tmp_path: Path) -> None:
    okrs = key_results(
        "{id: count, title: C, kind: manual, target: 3}",
        "{id: launch, title: L, kind: milestones, steps: [{id: live, title: S, due: 2026-12-01}]}",
        "{id: sales, title: S, metric: sold, target: 5}",
        "{id: kept, title: K, kind: maintain, metric: sold, every: month, at_least: 5}",
    )
    for entry, told in (
        ("{key_result: count, date: 2026-10-08, value: 1}", []),
        ("{key_result: launch, date: 2026-10-08, milestone: live}", []),
        ("{key_result: launch, date: 2026-10-08, value: 1}", ["check-in-mismatch"]),
        ("{key_result: count, date: 2026-10-08, milestone: live}", ["check-in-mismatch"]),
        ("{key_result: launch, date: 2026-10-08, milestone: lives}", ["check-in-mismatch"]),
        ("{key_result: cuont, date: 2026-10-08, value: 1}", ["unknown-key-result"]),
        ("{key_result: count, date: 2027-01-01, value: 1}", ["check-in-outside-cycle"]),
        ("{key_result: sales, date: 2026-10-08, value: 1}", []),
        ("{key_result: sales, date: 2026-10-08, value: 1, until: 2026-10-08}", []),
        ("{key_result: sales, date: 2026-10-08, value: 1, until: 2026-12-31}", []),
        ("{key_result: sales, date: 2026-10-08, value: 1, until: 2026-10-07}", ["bad-override"]),
        (
            "{key_result: sales, date: 2026-10-08, value: 1, until: 2027-01-01}",
            ["check-in-outside-cycle"],
        ),
        ("{key_result: sales, date: 2026-10-08, milestone: live}", ["check-in-mismatch"]),
        ("{key_result: count, date: 2026-10-08, value: 1, until: 2026-10-09}", ["bad-override"]),
        (
            "{key_result: launch, date: 2026-10-08, milestone: live, until: 2026-10-09}",
            ["bad-override"],
        ),
        ("{key_result: kept, date: 2026-10-08, value: 1}", ["check-in-mismatch"]),
    ):
        folder = company(tmp_path, okrs=okrs, **{"checkins/2026-Q4.yaml": f"- {entry}\n"})
        assert codes(folder) == told, entry
