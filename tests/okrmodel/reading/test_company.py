import json
from pathlib import Path

import pytest

from okrmodel.definitions.metrics import SourceMetric
from okrmodel.problems import Place, Problem, with_lines
from okrmodel.reading import read_company
from tests.okrmodel.reading.pretend import CONNECTORS, METRICS, OKRS, WORKSPACE, company


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in read_company(folder, CONNECTORS).problems]


def test_a_folder_becomes_a_company(tmp_path: Path) -> None:
    found, problems, _ = read_company(company(tmp_path), CONNECTORS)
    counts = ["objective-count", "key-result-count"]
    assert [p.code for p in problems] == ["unused-metric", *counts]
    assert found is not None
    assert found.workspace.connections["shop"].account == "7"
    assert list(found.metrics) == ["sold", "left", "rate"]
    assert [cycle.id for cycle in found.cycles] == ["2026-Q4"]
    assert [key_result.id for _, key_result in found.cycles[0].key_results()] == ["sold"]


def test_a_connection_that_needs_no_configuring_is_there(tmp_path: Path) -> None:
    found = read_company(company(tmp_path), CONNECTORS).company
    assert found is not None
    metric = found.metric("left")
    assert isinstance(metric, SourceMetric)
    assert found.workspace.connections["notes"].connector == "notes"
    assert len(found.fingerprints["left"]) == 64


def test_cycles_stand_in_the_order_of_their_dates(tmp_path: Path) -> None:
    later = "cycle: {id: a-later-one, starts: 2027-01-01, ends: 2027-02-10}"
    folder = company(tmp_path, **{"okrs/a.yaml": later})
    found = read_company(folder, CONNECTORS).company
    assert found is not None
    assert [cycle.id for cycle in found.cycles] == ["2026-Q4", "a-later-one"]
    assert found.cycles[1].window.length == 41


def test_a_fiscal_year_moves_the_quarters(tmp_path: Path) -> None:
    folder = company(tmp_path, workspace=f"{WORKSPACE}fiscal_year_starts: 4\n")
    found = read_company(folder, CONNECTORS).company
    assert found is not None
    assert str(found.cycles[0].window) == "[2026-01-01, 2026-04-01)"


def test_places_say_where_definitions_stand(tmp_path: Path) -> None:
    folder = company(tmp_path / "clients" / "acorn")
    places = read_company(folder, CONNECTORS).places
    assert str(places.key_result("2026-Q4", "sold")) == "okrs/2026-Q4.yaml:7:9"
    assert str(places.metric("left")) == "metrics.yaml:6:3"
    shown = read_company(folder, CONNECTORS, shown_from=tmp_path).places
    assert shown.metric("left") == Place("clients/acorn/metrics.yaml", 6, 3)


def test_a_key_result_of_two_cycles_stands_in_both_files(tmp_path: Path) -> None:
    later = "# The next.\n" + OKRS.replace("2026-Q4", "2027-Q1")
    folder = company(tmp_path, **{"okrs/2027-Q1.yaml": later})
    reading = read_company(folder, CONNECTORS)
    assert reading.company is not None
    assert str(reading.places.key_result("2026-Q4", "sold")) == "okrs/2026-Q4.yaml:7:9"
    assert str(reading.places.key_result("2027-Q1", "sold")) == "okrs/2027-Q1.yaml:8:9"


def test_problems_of_all_files_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    folder = company(
        tmp_path,
        workspace=WORKSPACE.replace("Warsaw", "Warsow").replace("name: Acorn", "name: 7"),
        metrics=METRICS.replace("count: sold", "cuont: sold"),
        okrs=OKRS.replace("target: 100", "traget: 100").replace("title: Sell 100\n", "titel: x\n"),
    )
    assert [line.split(" error")[0] for line in told(folder)] == [
        "metrics.yaml:5:13:",
        "okrs/2026-Q4.yaml:8:9:",
        "okrs/2026-Q4.yaml:10:9:",
        "workspace.yaml:2:7:",
        "workspace.yaml:3:11:",
    ]


def test_a_gap_that_is_told_is_not_told_again_by_what_needs_it(tmp_path: Path) -> None:
    (problem,) = told(company(tmp_path, metrics="metrics: {\n"))
    assert problem.endswith("[bad-yaml]")
    (problem,) = told(company(tmp_path, workspace=WORKSPACE.replace("shop: 7", "shop: seven")))
    assert problem.endswith(
        '"shop" of connection "shop" is text "seven", expected a whole number [bad-value]'
    )


def test_a_workspace_without_metrics_needs_no_metrics_file(tmp_path: Path) -> None:
    folder = company(
        tmp_path,
        okrs=OKRS.replace("metric: sold", "kind: manual"),
    )
    (folder / "metrics.yaml").unlink()
    found, problems, _ = read_company(folder, CONNECTORS)
    assert found is not None
    assert {p.code for p in problems} == {"objective-count", "key-result-count"}


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("{count: sold, shelf: {least: 1}}", "5:33", 'missing key "most" in "shelf" of the query'),
        ("{count: sold, shelf: {least: 1, most: 200}}", "5:50", "a shop has a hundred shelves"),
        ("{count: sold, shelf: [1]}", "5:33", "is a list, expected a whole number or a mapping"),
        ("{count: sold, shelf: {leest: 1, most: 2}}", "5:34", 'unknown key "leest" in "shelf" of'),
        ("{stock: ab}", "5:20", 'is text "ab", expected at least 3 characters'),
        ("{stock: abc, least: 1}", "5:25", 'unknown key "least" in the query of metric "sold", which has all its keys'),
        ("7", "5:12", "is 7, expected a mapping of keys to values"),
        ("", "5:11", "is empty, expected a mapping of keys to values"),
    ],
)  # fmt: skip
def test_a_query_is_judged_in_its_connectors_words(
    tmp_path: Path, query: str, place: str, words: str
) -> None:
    folder = company(tmp_path, metrics=METRICS.replace("{count: sold}", query))
    (problem,) = told(folder)
    assert problem.startswith(f"metrics.yaml:{place}: error: ")
    assert words in problem


SECRET = "pat-na1-0a1b2c3d-1111-2222-3333-444455556666"


@pytest.mark.parametrize(
    "workspace",
    [
        WORKSPACE.replace("${TOKEN}", SECRET),
        WORKSPACE.replace("${TOKEN}", SECRET).replace("shop: 7", "shop: seven"),
        WORKSPACE.replace('token: "${TOKEN}"', f"tokne: {SECRET}"),
        WORKSPACE.replace('token: "${TOKEN}"', f"{SECRET}: x"),
        WORKSPACE.replace("Europe/Warsaw", SECRET),
        WORKSPACE.replace("  ola:", f"  {SECRET}:"),
        WORKSPACE.replace("Acorn", f"[{SECRET}]"),
        WORKSPACE.replace("connector: pretend", f"connector: {SECRET}"),
        f"{WORKSPACE}# {SECRET}\n",
        f"{WORKSPACE}{SECRET}\n",
        f"{WORKSPACE}locale: &{SECRET} x\n",
        f"{WORKSPACE}locale: *{SECRET}\n",
        f"{WORKSPACE}locale: !{SECRET} x\n",
        f"{WORKSPACE}{SECRET}: x\n{SECRET}: y\n",
    ],
)
def test_a_secret_is_an_error_and_never_shown(tmp_path: Path, workspace: str) -> None:
    folder = company(tmp_path, workspace=workspace)
    reading = read_company(folder, CONNECTORS)
    assert reading.company is None
    assert "plain-secret" in {problem.code for problem in reading.problems}
    shown = "\n".join(with_lines(reading.problems, folder))
    shown += json.dumps([problem.as_json() for problem in reading.problems])
    assert SECRET not in shown
    assert "0a1b2c3d" not in shown


@pytest.mark.parametrize("written", ["hunter2", "[hunter2]", "{a: hunter2}", "|\n      hunter2\n"])
def test_what_stands_where_a_secret_belongs_is_never_shown(tmp_path: Path, written: str) -> None:
    options = f"  shop:\n    connector: pretend\n    shop: 7\n    token: {written}\n"
    workspace = WORKSPACE.partition("  shop:")[0] + options
    folder = company(tmp_path, workspace=workspace)
    problems = read_company(folder, CONNECTORS).problems
    assert [problem.code for problem in problems] == ["plain-secret"]
    assert "hunter2" not in "\n".join(with_lines(problems, folder))


@pytest.mark.parametrize("key", ["pasword", "clientSecret", "tokne"])
def test_a_line_with_a_secrets_key_is_not_shown_with_another_problem(
    tmp_path: Path, key: str
) -> None:
    workspace = WORKSPACE.replace('token: "${TOKEN}"', f"{key}: hunter2")
    folder = company(tmp_path, workspace=workspace)
    problems = read_company(folder, CONNECTORS).problems
    assert [problem.code for problem in problems] == ["unknown-key"]
    assert "hunter2" not in "\n".join(with_lines(problems, folder))


def test_a_line_that_looks_secret_is_not_shown_even_with_a_single_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"x: {SECRET}\n")
    problem = Problem(Place("a.yaml", 1, 1), "something else", "other")
    assert list(with_lines([problem], tmp_path)) == [str(problem)]


def test_a_misspelt_key_of_a_person_is_recognised(tmp_path: Path) -> None:
    workspace = WORKSPACE.replace("name: Ola", "name: Ola, emial: ola@acorn.example")
    (problem,) = told(company(tmp_path, workspace=workspace))
    assert problem.endswith('in "people.ola" of the workspace; did you mean "email"? [unknown-key]')


def test_a_problem_is_rendered_as_text_with_its_line_and_as_json(tmp_path: Path) -> None:
    folder = company(tmp_path, okrs=OKRS.replace("target: 100", "traget: 100"))
    (problem,) = read_company(folder, CONNECTORS).problems
    text = (
        'okrs/2026-Q4.yaml:10:9: error: unknown key "traget" in key result "sold";'
        ' did you mean "target"? [unknown-key]'
    )
    assert str(problem) == text
    assert list(with_lines([problem], folder)) == [
        f"{text}\n            traget: 100\n            ^"
    ]
    assert problem.as_json() == {
        "file": "okrs/2026-Q4.yaml",
        "line": 10,
        "column": 9,
        "severity": "error",
        "message": 'unknown key "traget" in key result "sold"; did you mean "target"?',
        "code": "unknown-key",
    }


def test_files_that_cannot_be_read_are_problems(tmp_path: Path) -> None:
    folder = company(tmp_path)
    (folder / "okrs" / "broken.yaml").mkdir()
    (folder / "metrics.yaml").write_bytes(b"metrics:\n  a\xff: 1\n")
    assert [line.partition(" error")[0] for line in told(folder)] == [
        "metrics.yaml:2:4:",
        "okrs/broken.yaml:1:1:",
    ]
