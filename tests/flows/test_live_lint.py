"""Linting against the pretend company's servers: what is found, where, and how little is asked."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.budget import Unlimited
from flows.edges import Edges
from flows.live_lint import Live, lint_live
from flows.live_memory import FOLDER
from okrmodel.problems import Severity
from sandbox.faults import Fault
from tests.flows.scene import TOKEN, Scene, rewrite

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
SECRET = "pat-eu1-0123-not-the-right-one"
OKRS, METRICS, WORKSPACE = "okrs/2026-Q4.yaml", "metrics.yaml", "workspace.yaml"
LATE_TARGET = {"from: 900, target: 100": "from: 900, target: 10"}
"""The small company's cost of an MQL is below 100 from the beginning."""


def lint(scene: Scene, *, after: timedelta = timedelta(), fresh: bool = False) -> Live:
    edges = Edges(
        clock=lambda: NOW + after, sleep=scene.slept.append, chance=lambda: 1.0, budget=Unlimited()
    )
    scene.sandbox.log.clear()
    found = lint_live(scene.place, edges, fresh=fresh)
    assert found.calls == len(scene.requests)
    return found


def kept(scene: Scene) -> Path:
    return scene.root.parent / FOLDER / "pretend.json"


def told(live: Live) -> list[str]:
    """Code and place of each problem, with what stands there."""
    return [f"{p.code} {p.place}" for p in sorted(live.problems)]


def at(scene: Scene, file: str, text: str, begin: str) -> str:
    """The place of a text in the line that holds another."""
    lines = (scene.root / file).read_text("utf-8").splitlines()
    [(number, line)] = [(n, line) for n, line in enumerate(lines, 1) if begin in line]
    return f"{file}:{number}:{line.index(text) + 1}"


def change(scene: Scene, file: str, changes: Mapping[str, str]) -> None:
    rewrite(scene.root / file, changes)


@pytest.fixture
def calm(scene: Scene) -> Scene:
    """A config that no source has anything against."""
    change(scene, OKRS, LATE_TARGET)
    return scene


def test_a_config_that_is_right_has_no_problems(calm: Scene) -> None:
    live = lint(calm)
    assert live == Live((), live.calls)
    # Who the account is; contacts and deals: may they be read, and their properties. GA4: the
    # smallest report, and the names. Then a total for two metrics and a baseline's denominator,
    # and one batch of reports.
    assert 0 < live.calls <= 13


def test_what_was_asked_within_a_day_is_not_asked_again(calm: Scene) -> None:
    change(calm, METRICS, {"metric: sessions }": "metric: sesions }, aggregation: sum"})
    first = lint(calm)
    assert first.problems
    again = lint(calm, after=timedelta(hours=23, minutes=59))
    assert (again.calls, calm.requests) == (0, [])
    assert (again.problems, again.since) == (first.problems, NOW)
    assert lint(calm, fresh=True).calls == first.calls
    assert lint(calm, after=timedelta(hours=24)).calls == first.calls


def test_a_question_that_changed_is_asked_again_and_the_others_connection_is_not(
    calm: Scene,
) -> None:
    lint(calm)
    change(calm, METRICS, {"metric: screenPageViews": "metric: newUsers"})
    lint(calm)
    assert calm.requests
    assert all("BetaAnalyticsData" in request for request in calm.requests)


def test_nothing_that_is_remembered_needs_a_secret(
    calm: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lint(calm)
    monkeypatch.delenv(TOKEN)
    assert lint(calm) == replace(first, calls=0, since=NOW)
    assert calm.sandbox.hubspot_token not in kept(calm).read_text("utf-8")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": 1, "said": {"a": 3}}', '{"form": 9}'])
def test_a_memory_that_cannot_be_read_is_asked_anew(calm: Scene, text: str) -> None:
    first = lint(calm)
    kept(calm).write_text(text, "utf-8")
    assert lint(calm).calls == first.calls
    assert lint(calm).calls == 0


def test_a_memory_of_another_form_is_asked_anew(calm: Scene) -> None:
    first = lint(calm)
    rewrite(kept(calm), {'"form": 1': '"form": 2'})
    assert lint(calm).calls == first.calls


def test_what_costs_no_call_is_read_each_time(calm: Scene) -> None:
    spend = calm.root / "spend.csv"
    spend.write_text("date,spend\n2026-10-02,5\n", "utf-8")
    problems = [str(problem) for problem in lint(calm).problems]
    assert [p for p in problems if 'metric "spend" has ' in p and "[live-no-data]" in p]
    spend.write_text("date,spend\n2026-10-02,5\n2026-11-20,9000\n", "utf-8")
    again = lint(calm)
    assert again.calls == 0
    assert not [p for p in again.problems if p.code == "live-no-data"]


def test_a_folder_that_cannot_be_written_to_costs_calls_and_no_facts(calm: Scene) -> None:
    (calm.root.parent / FOLDER).write_text("no folder", "utf-8")
    first = lint(calm)
    assert lint(calm) == first


QUERY_MISTAKES = [
    ("entered: mql }", "entered: mlq }", "mlq", "live-unknown-stage"),
    ("sum: amount_in_home_currency", "sum: amuont", "amuont", "live-unknown-property"),
    ("entered: mql }", "entered: mql, where: {emial: x} }", "emial", "live-unknown-property"),
    (
        "entered: mql }",
        "entered: mql, where: {hs_analytics_source: [PAID_SERCH]} }",
        "PAID_SERCH",
        "live-unknown-value",
    ),
    ("metric: sessions }", "metric: sesions }, aggregation: sum", "sesions", "live-unknown-metric"),
    (
        "metric: sessions }",
        "metric: sessions, where: {contry: Poland} }",
        "contry",
        "live-unknown-dimension",
    ),
    (
        "metric: sessions }",
        "metric: itemListClickEvents, where: {country: Poland} }",
        "itemListClickEvents",
        "live-incompatible",
    ),
    ("metric: screenPageViews }", "metric: sessions }, aggregation: level", "{", None),
    ("ledger: spend.csv", "ledger: spent.csv", "{ ledger", "live-refused"),
]


@pytest.mark.parametrize(("old", "new", "word", "code"), QUERY_MISTAKES)
def test_a_mistake_in_a_query_is_told_at_the_word_that_is_wrong(
    calm: Scene, old: str, new: str, word: str, code: str | None
) -> None:
    change(calm, METRICS, {old: new})
    found = told(lint(calm))
    expected = [] if code is None else [f"{code} {at(calm, METRICS, word, new)}"]
    assert found == expected
    assert told(lint(calm)) == expected, "remembered, it stands at the same place"


def test_a_name_that_was_misspelt_comes_with_the_one_that_was_meant(calm: Scene) -> None:
    change(calm, METRICS, {"metric: sessions }": "metric: sesions }, aggregation: sum"})
    [problem] = lint(calm).problems
    assert problem.message == (
        'metric "sessions": the property has no metric sesions; did you mean sessions?'
    )
    assert problem.severity is Severity.ERROR


def test_a_stage_of_the_workspaces_own_is_told_where_it_is_mapped(calm: Scene) -> None:
    change(calm, WORKSPACE, {"marketingqualifiedlead": "marketingqualifiedleed"})
    [problem] = lint(calm).problems
    assert problem.code == "live-unknown-stage"
    assert str(problem.place) == at(calm, WORKSPACE, "marketingqualifiedleed", "stages")
    assert "did you mean marketingqualifiedlead?" in problem.message


def test_a_metric_that_nothing_uses_is_looked_at_too(calm: Scene) -> None:
    change(
        calm,
        METRICS,
        {
            "metrics:\n": "metrics:\n  spare: { name: S, connection: web,"
            " query: { metric: activeUsrs }, aggregation: distinct }\n"
        },
    )
    assert told(lint(calm)) == [f"live-unknown-metric {at(calm, METRICS, 'activeUsrs', 'spare')}"]


def test_a_file_that_is_missing_is_told_of_those_alone_that_read_it(calm: Scene) -> None:
    other = (
        "other: { name: O, connection: manual,"
        " query: { ledger: spend.csv, values: daily, column: spend } }"
    )
    change(calm, METRICS, {"ledger: spend.csv": "ledger: spent.csv"})
    change(calm, METRICS, {"metrics:\n": f"metrics:\n  {other}\n"})
    [problem] = lint(calm).problems
    assert problem.code == "live-refused"
    assert problem.message.startswith('metric "spend": ')


def test_a_value_that_a_dimension_never_had_is_a_warning(calm: Scene) -> None:
    change(calm, METRICS, {"metric: sessions }": "metric: sessions, where: {country: Polnad} }"})
    unseen, empty = sorted(lint(calm).problems, key=lambda one: one.code, reverse=True)
    assert (unseen.code, unseen.severity) == ("live-unseen-value", Severity.WARNING)
    assert str(unseen.place) == at(calm, METRICS, "Polnad", "Polnad")
    assert unseen.message.endswith(
        "country was never 'Polnad' in 2026-10-24 to 2026-11-22; did you mean 'Poland'?"
    )
    assert (empty.code, empty.severity) == ("live-no-data", Severity.WARNING)
    assert str(empty.place) == at(calm, METRICS, "sessions:", "Polnad")
    assert '"sessions" has 0 for 2026-10-24 to 2026-11-22 (asked 2026-11-23 04:00)' in empty.message


def test_a_value_that_is_spelt_otherwise_occurs_unless_case_counts(calm: Scene) -> None:
    loose = "metric: sessions, where: {country: {is: [POLAND, Germany]}} }"
    change(calm, METRICS, {"metric: sessions }": loose})
    assert lint(calm).problems == ()
    strict = loose.replace("Germany]", "Germany], case_sensitive: true")
    change(calm, METRICS, {loose: strict})
    assert told(lint(calm)) == [f"live-unseen-value {at(calm, METRICS, 'POLAND', 'POLAND')}"]


def test_what_the_store_has_of_the_last_days_is_not_asked(calm: Scene) -> None:
    without = lint(calm).calls
    calm.sync()
    live = lint(calm, fresh=True)
    assert live.problems == ()
    # Account; contacts and deals: rights and properties; what an MQL cost last quarter. GA4: a
    # report, the names, and the sessions of the last days, which no stored window tells.
    assert live.calls == 1 + 2 + 2 + 1 + 3
    assert live.calls < without


def test_a_metric_without_data_is_asked_for_all_days_at_once(calm: Scene) -> None:
    nobody = "entered: mql, where: {email: nobody@example.com} }"
    change(calm, METRICS, {"entered: mql }": nobody})
    live = lint(calm)
    assert [p.code for p in live.problems if "mqls" in p.message] == ["live-no-data"]
    searches = [r for r in calm.requests if r.endswith("contacts/search")]
    # One to see that contacts may be read; the last days; the cycle so far, for `cost`.
    assert len(searches) <= 4


def test_from_is_compared_with_what_the_source_had_before(calm: Scene) -> None:
    views = "metric: views, window: month, from: 10, target: 9000"
    change(calm, OKRS, {"metric: views, target: 9000": views})
    [problem] = lint(calm).problems
    assert (problem.code, problem.severity) == ("live-from-differs", Severity.WARNING)
    assert str(problem.place) == at(calm, OKRS, "10, target", views)
    assert "the value of 2026-09-01 to 2026-09-30 was " in problem.message
    measured = problem.message.partition(" was ")[2].partition(" ")[0]
    change(calm, OKRS, {"from: 10,": f"from: {measured},"})
    assert lint(calm).problems == ()


def test_from_is_compared_with_the_store_first(calm: Scene) -> None:
    views = "metric: views, window: month, from: measured, direction: increase, target: 9000"
    change(calm, OKRS, {"metric: views, target: 9000": views})
    calm.sync()
    change(calm, OKRS, {"from: measured, direction: increase,": "from: 10,"})
    live = lint(calm)
    [problem] = live.problems
    assert "(stored, read 2026-11-23 04:00)" in problem.message
    assert not [r for r in calm.sandbox.log.all() if '"2026-09' in r.body], "nothing was asked"


def test_a_count_that_begins_at_nothing_is_left_alone(calm: Scene) -> None:
    change(calm, OKRS, {"metric: views, target: 9000": "metric: views, from: 0, target: 9000"})
    assert lint(calm).problems == ()


def test_a_level_that_the_source_has_forgotten_is_left_alone_until_the_store_has_it(
    calm: Scene,
) -> None:
    late = "id: pipeline, starts: 2026-11-23, title: Grow the pipeline, metric: pipeline,"
    change(calm, OKRS, {"id: pipeline, title: Grow the pipeline, metric: pipeline,": late})
    assert lint(calm).problems == ()
    change(calm, OKRS, {"pipeline, starts: 2026-11-23": "pipeline, starts: 2026-11-22"})
    calm.sync()
    change(calm, OKRS, {"pipeline, starts: 2026-11-22": "pipeline, starts: 2026-11-23"})
    [problem] = lint(calm).problems
    assert problem.code == "live-from-differs"
    assert "begins at 0, but the value of 2026-11-22 was " in problem.message
    assert "(stored, read 2026-11-23 04:00)" in problem.message


def test_a_value_that_is_made_of_rows_is_no_cheap_call(calm: Scene) -> None:
    won = "won: { name: Won, connection: hubspot, query: { object: deals, closed: won, sum: amount } }"
    change(calm, METRICS, {"metrics:\n": f"metrics:\n  {won}\n"})
    views = "metric: won, window: month, from: 1, target: 2"
    change(calm, OKRS, {"metric: views, target: 9000": views})
    assert {p.code for p in lint(calm).problems} <= {"live-no-data"}
    asked = [json.loads(r.body) for r in calm.sandbox.log.all() if r.path.endswith("deals/search")]
    assert asked
    assert {body["limit"] for body in asked} == {1}, "totals alone"


def test_a_target_that_is_reached_is_told_from_a_call_or_from_the_newest_snapshot(
    calm: Scene,
) -> None:
    change(calm, OKRS, {"metric: sessions, target: 5000": "metric: sessions, target: 50"})
    [problem] = lint(calm).problems
    place = at(calm, OKRS, "50 }", "metric: sessions")
    assert (problem.code, str(problem.place)) == ("live-target-reached", place)
    assert "(asked 2026-11-23 04:00)" in problem.message
    calm.sync()
    [problem] = lint(calm, fresh=True).problems
    assert (problem.code, str(problem.place)) == ("live-target-reached", place)
    value = calm.snapshot("sessions", date(2026, 11, 22)).value
    assert f"2026-11-22 is {value} already (recorded as of 2026-11-22)" in problem.message


def test_a_target_that_is_reached_after_its_day_is_left_alone(calm: Scene) -> None:
    reached = "metric: sessions, due: 2026-11-22, target: 50"
    change(calm, OKRS, {"metric: sessions, target: 5000": reached})
    assert lint(calm).problems == ()
    change(calm, OKRS, {"due: 2026-11-22": "due: 2026-11-23"})
    assert [p.code for p in lint(calm).problems] == ["live-target-reached"]


def test_of_several_targets_the_one_in_force_is_meant(calm: Scene) -> None:
    first = "{from: 2026-10-01, target: 5000, reason: Much}"
    second = "{from: 2026-11-02, target: 50, reason: Little}"
    targets = f"metric: sessions, targets: [{first}, {second}]"
    change(calm, OKRS, {"metric: sessions, target: 5000": targets})
    [problem] = lint(calm).problems
    assert problem.code == "live-target-reached"
    assert str(problem.place) == at(calm, OKRS, "50, reason", targets)


def test_a_key_result_that_has_not_begun_is_judged_by_what_was_before(calm: Scene) -> None:
    views = "metric: views, starts: 2026-12-01, window: month, from: 1, target: 2"
    change(calm, OKRS, {"metric: views, target: 9000": views})
    codes = {problem.code for problem in lint(calm).problems}
    assert codes == {"live-from-differs", "live-target-reached"}


def test_a_connection_that_cannot_be_asked_is_one_problem_and_hides_no_other(
    calm: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(calm, METRICS, {"metric: sessions }": "metric: sesions }, aggregation: sum"})
    monkeypatch.setenv(TOKEN, SECRET)
    live = lint(calm)
    assert told(live) == [
        f"live-unknown-metric {at(calm, METRICS, 'sesions', 'sesions')}",
        f"live-connection {at(calm, WORKSPACE, 'hubspot:', '  hubspot:')}",
    ]
    connection = next(p for p in live.problems if p.code == "live-connection")
    assert connection.severity is Severity.ERROR
    assert "401" in connection.message
    assert SECRET not in repr(live) + kept(calm).read_text("utf-8")
    monkeypatch.setenv(TOKEN, calm.sandbox.hubspot_token)
    mended = lint(calm)
    assert [p.code for p in mended.problems] == ["live-unknown-metric"]
    assert all("BetaAnalyticsData" not in request for request in calm.requests)


def test_a_source_that_breaks_off_in_the_middle_keeps_what_it_said(calm: Scene) -> None:
    calm.sandbox.faults.order(Fault("status", "contacts/search", times=10_000, status=503))
    [problem] = lint(calm).problems
    assert problem.code == "live-connection"
    calm.sandbox.faults.clear()
    assert lint(calm).problems == ()
    assert lint(calm).calls == 0


def test_another_account_than_the_declared_one_is_a_problem(calm: Scene) -> None:
    change(calm, WORKSPACE, {"portal: 24681357": "portal: 11111111"})
    live = lint(calm)
    assert {p.code for p in live.problems} == {"live-connection"}
    assert "24681357" in live.problems[0].message


def test_a_sandbox_behind_a_real_workspace_is_a_problem(calm: Scene) -> None:
    change(
        calm,
        WORKSPACE,
        {
            "environment: sandbox": "environment: production",
            "clock: 2026-11-23T04:00:00+01:00\n": "",
        },
    )
    problems = lint(calm).problems
    assert [problem.code for problem in problems] == ["live-connection"] * 2
    assert all("leads to a sandbox account" in problem.message for problem in problems)


def test_a_config_with_errors_is_not_asked_about(calm: Scene) -> None:
    change(calm, OKRS, {"metric: mqls,": "metrik: mqls,"})
    assert lint(calm) == Live(asked=False)
    assert not kept(calm).exists()


def test_no_store_is_needed_and_none_is_made(calm: Scene) -> None:
    Path(calm.store).unlink()
    assert lint(calm).problems == ()
    assert not Path(calm.store).exists()
    assert json.loads(kept(calm).read_text("utf-8"))["said"]
    assert lint(calm).calls == 0
