"""What metrics are made of: distinct counts, rates, and days of one zone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.formula import parse
from okrmodel.lint.draft import Draft
from okrmodel.lint.parts import distinct_summed, ratio_without_parts, zone_mismatch
from okrmodel.lint.rule import Rule
from okrmodel.reading import read_company
from tests.config.catalogue import CONNECTORS as SHIPPED
from tests.okrmodel.reading.pretend import company

WORKSPACE = """\
id: acorn
name: Acorn
timezone: Europe/Warsaw
connections:
  web: {connector: ga4, property: "1"}
  abroad: {connector: ga4, property: "2", days: source}
  db: {connector: sql, database: shop, url: "${URL}"}
"""
METRICS = """\
metrics:
  search: {name: S, connection: web, query: {metric: activeUsers, where: {sessionMedium: organic}}}
  email: {name: E, connection: web, query: {metric: activeUsers, where: {sessionMedium: email}}}
  events: {name: K, connection: web, query: {metric: keyEvents}}
  views: {name: V, connection: web, query: {metric: screenPageViews}}
  foreign: {name: F, connection: abroad, query: {metric: keyEvents}}
"""
SQL = '{{name: A, connection: db, aggregation: {}, query: {{select: "select {} from visits where day >= :start and day < :end"}}}}'


def told(folder: Path, metric: str) -> list[tuple[str, int, int]]:
    """What is said of one more metric."""
    metrics = f"{METRICS}  a: {metric}\n"
    okrs = "cycle: 2026-Q4\nobjectives: []\n"
    problems = read_company(
        company(folder, workspace=WORKSPACE, metrics=metrics, okrs=okrs), SHIPPED
    ).problems
    assert not [p for p in problems if p.severity == "error"], problems
    wanted = {rule.code for rule in (distinct_summed, ratio_without_parts, zone_mismatch)}
    return [(p.code, p.place.line, p.place.column) for p in problems if p.code in wanted]


@pytest.mark.parametrize(
    "formula",
    [
        "search + email",
        "(events + search) * 2 + 3 * email",
        "events / (search + email)",
        "-(search + email)",
    ],
)
def test_distinct_counts_are_not_added(tmp_path: Path, formula: str) -> None:
    assert told(tmp_path, f'{{name: A, formula: "{formula}"}}') == [("distinct-summed", 7, 25)]


@pytest.mark.parametrize(
    "formula",
    [
        "events + views",
        "events + search",
        "search - email",
        "events / search + events / email",
        "search / email",
        "search * email + events",
    ],
)
def test_other_arithmetic_is_fine(tmp_path: Path, formula: str) -> None:
    assert told(tmp_path, f'{{name: A, formula: "{formula}"}}') == []


def test_a_query_that_counts_distinct_values_is_no_sum(tmp_path: Path) -> None:
    counting = "COUNT( DISTINCT visitor)"
    assert [t[0] for t in told(tmp_path, SQL.format("sum", counting))] == ["distinct-summed"]
    assert told(tmp_path, SQL.format("distinct", counting)) == []
    assert told(tmp_path, SQL.format("sum", "count(*)")) == []


@pytest.mark.parametrize(
    ("metric", "codes"),
    [
        ("{name: A, connection: web, query: {metric: engagementRate}}", ["ratio-without-parts"]),
        ('{name: A, unit: "%", connection: web, query: {metric: keyEvents}}', ["ratio-without-parts"]),
        ('{name: A, unit: "%", ratio: {numerator: events, denominator: views}}', []),
        ("{name: A, unit: EUR, connection: web, query: {metric: keyEvents}}", []),
    ],
)  # fmt: skip
def test_a_rate_has_parts(tmp_path: Path, metric: str, codes: list[str]) -> None:
    assert [code for code, *_ in told(tmp_path, metric)] == codes


@pytest.mark.parametrize(
    ("metric", "codes"),
    [
        ("{name: A, ratio: {numerator: events, denominator: foreign}}", ["zone-mismatch"]),
        ("{name: A, formula: foreign / (views - events)}", ["zone-mismatch"]),
        ("{name: A, formula: foreign / 2}", []),
        ("{name: A, ratio: {numerator: events, denominator: views}}", []),
    ],
)
def test_parts_are_cut_in_the_days_of_one_zone(
    tmp_path: Path, metric: str, codes: list[str]
) -> None:
    assert [code for code, *_ in told(tmp_path, metric)] == codes


@pytest.mark.parametrize("rule", [distinct_summed, ratio_without_parts, zone_mismatch])
def test_the_rules_say_nothing_of_what_could_not_be_read(rule: Rule) -> None:
    nothing = Draft(None, None, {}, None, (), (), (), (), whole=False)
    assert list(rule.check(nothing)) == []


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=5))
def test_a_sum_adds_each_name_to_all_before_it(names: list[str]) -> None:
    additions = list(parse(" + ".join(names)).additions())
    assert additions == [
        (frozenset(names[:n]), frozenset({names[n]})) for n in range(1, len(names))
    ]
