"""The method's rules: a title is judged as a text, and then the definition speaks."""

from pathlib import Path

import pytest

from okrmodel.problems import Severity
from okrmodel.reading import read_company
from tests.okrmodel.reading.pretend import CONNECTORS, OKRS, WORKSPACE, company, key_results

METHOD = ("objective-", "key-result-")


def told(folder: Path) -> list[str]:
    """What the method has to say, but for how many there are."""
    problems = read_company(folder, CONNECTORS).problems
    found = [p for p in problems if p.code.startswith(METHOD) and not p.code.endswith("-count")]
    assert all(problem.severity is Severity.WARNING for problem in found)
    return [problem.code for problem in found]


def counts(folder: Path) -> list[str]:
    problems = read_company(folder, CONNECTORS).problems
    return [problem.message for problem in problems if problem.code.endswith("-count")]


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Improve the shop", []),
        ("Market research", ["objective-verb"]),
        ("Sell 53 chairs", ["objective-figure"]),
        ("53 chairs", ["objective-verb", "objective-figure"]),
    ],
)
def test_an_objectives_title_is_held_to_the_method(
    tmp_path: Path, title: str, codes: list[str]
) -> None:
    assert told(company(tmp_path, okrs=OKRS.replace("Improve the shop", title))) == codes


SOLD = "metric: sold, target: 100"
RATE = "metric: rate, from: 0.2, target: 0.3"
STEPS = "kind: milestones, steps: [{id: s, title: S, due: 2026-12-01}]"
MANUAL = "kind: manual, target"


@pytest.mark.parametrize(
    ("title", "definition", "codes"),
    [
        # A metric and a target are a number, whatever the title says.
        ("Sell 100", SOLD, []),
        ("Increase brand awareness", SOLD, []),
        ("Increase brand awareness", f"{MANUAL}: 3", []),
        ("Increase brand awareness", "kind: maintain, metric: sold, every: month, at_least: 5", []),
        ("Increase brand awareness", STEPS, []),
        # Done or not is none.
        ("Increase brand awareness", f"{MANUAL}: 1", ["key-result-number"]),
        ("Increase brand awareness", f"{MANUAL}: 1, from: 0", ["key-result-number"]),
        ("Increase brand awareness to 1 award", f"{MANUAL}: 1", []),
        # An action stays one, unless it has steps with dates, or is counted.
        ("Launch a new website", SOLD, ["key-result-action"]),
        ("Launch a new website", f"{MANUAL}: 1", ["key-result-action"]),
        ("Launch a new website", STEPS, []),
        ("Launch 3 new websites", f"{MANUAL}: 3", []),
        # A percentage needs both of its numbers.
        ("Increase sales by 50%", SOLD, ["key-result-percentage"]),
        ("Increase sales by 50%", f"{MANUAL}: 3", ["key-result-percentage"]),
        ("Increase sales by 50%", STEPS, ["key-result-percentage"]),
        ("Increase the rate to 30%", RATE, []),
        ("Keep 30% sold", "kind: maintain, metric: rate, every: month, at_least: 0.3", []),
        ("Sell 20% more", "metric: sold, target: previous * 1.20, direction: increase", []),
        ("Have it done", f'{MANUAL}: 100, unit: "%"', ["key-result-percentage"]),
        ("Have 80% of it done", f'{MANUAL}: 80, unit: "%"', ["key-result-percentage"]),
    ],
)
def test_a_key_result_is_held_to_the_method(
    tmp_path: Path, title: str, definition: str, codes: list[str]
) -> None:
    written = f'{{id: a, title: "{title}", {definition}}}'
    assert told(company(tmp_path, okrs=key_results(written))) == codes


def test_the_locale_says_in_which_language_titles_are_read(tmp_path: Path) -> None:
    okrs = OKRS.replace("Improve the shop", "Poprawić sklep")
    assert told(company(tmp_path, okrs=okrs)) == ["objective-verb"]
    polish = f"{WORKSPACE}locale: pl\n"
    assert told(company(tmp_path, okrs=okrs, workspace=polish)) == []
    assert told(company(tmp_path, okrs=OKRS, workspace=polish)) == []
    [problem] = [
        p
        for p in read_company(
            company(tmp_path, okrs=OKRS.replace("Improve the shop", "Sklep"), workspace=polish),
            CONNECTORS,
        ).problems
        if p.code == "objective-verb"
    ]
    assert "in Polish or English" in problem.message


def test_the_definition_names_the_numbers_that_a_title_should_have(tmp_path: Path) -> None:
    written = (
        '{id: a, title: "Sell half of it", metric: left, window: latest, from: 90.0, target: 45}'
    )
    problems = read_company(company(tmp_path, okrs=key_results(written)), CONNECTORS).problems
    [problem] = [p for p in problems if p.code == "key-result-percentage"]
    assert problem.message.endswith("expected the real numbers: from 90 to 45")
    assert (problem.place.line, problem.place.column) == (7, 24)


@pytest.mark.parametrize(
    ("number", "warned"), [(0, True), (1, True), (2, True), (3, False), (5, False), (6, True)]
)
def test_three_to_five_are_wanted(tmp_path: Path, number: int, *, warned: bool) -> None:
    entries = [f"{{id: k{n}, title: Sell 5, kind: manual, target: 5}}" for n in range(number)]
    okrs = key_results(*entries) if entries else key_results().replace("    key_results:\n", "")
    message = f'objective "shop" has {number} key result'
    assert any(m.startswith(message) for m in counts(company(tmp_path, okrs=okrs))) == warned
    objectives = [f"  - {{id: o{n}, title: Improve it, owner: ola}}\n" for n in range(number)]
    okrs = "cycle: 2026-Q4\nobjectives:\n" + ("".join(objectives) or "  []\n")
    message = f"cycle 2026-Q4 has {number} objective"
    assert any(m.startswith(message) for m in counts(company(tmp_path, okrs=okrs))) == warned


def test_nothing_is_counted_that_cannot_be_read(tmp_path: Path) -> None:
    okrs = key_results("{id: a, title: Sell 5, kind: manual, target: no}")
    assert counts(company(tmp_path, okrs=okrs)) == []
