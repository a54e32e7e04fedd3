"""A client with templates is the client with everything written out, and every place is right."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrmodel.definitions.company import Company
from okrmodel.definitions.key_results import Reach
from okrmodel.reading import read_company
from okrmodel.resolution import resolve
from tests.okrmodel.reading.agency import (
    LIBRARY,
    USES_METRIC,
    agency,
    told,
    with_key_result,
)
from tests.okrmodel.reading.pretend import CONNECTORS

WRITTEN_METRIC = """\
metrics:
  sold: { name: Sold, connection: shop, query: { count: sold } }
"""


def read(folder: Path) -> Company:
    found = read_company(folder, CONNECTORS)
    assert found.company is not None, found.problems
    return found.company


def closures(company: Company) -> list[Any]:
    return [
        resolve(company, cycle, key_result, CONNECTORS).closure
        for cycle in company.cycles
        for _, key_result in cycle.key_results()
    ]


def key_result(root: Path, entry: str, library: str = LIBRARY) -> Reach:
    company = read(agency(root, library=library, okrs=with_key_result(entry)))
    [(_, found)] = company.cycles[0].key_results()
    assert isinstance(found, Reach)
    return found


PLANNED = "targets: [{from: 2026-10-01, target: 90, reason: planned}]"


@pytest.mark.parametrize(
    ("used", "written"),
    [
        ("target: 100", "title: Sell 100, target: 100"),
        (
            "target: 1.50, by: 2026-11-30, owner: ola, title: Sell some",
            "target: 1.50, due: 2026-11-30, owner: ola, title: Sell some",
        ),
        (f"target: ~, title: Sell more, {PLANNED}", f"title: Sell more, {PLANNED}"),
    ],
)
def test_templates_make_the_same_definitions_as_writing_them_out(
    tmp_path: Path, used: str, written: str
) -> None:
    used = f"{{ id: sold, use: sell, {used} }}"
    written = f"{{ id: sold, metric: sold, direction: increase, {written} }}"
    short = read(agency(tmp_path / "short", okrs=with_key_result(used)))
    long = read(agency(tmp_path / "long", okrs=with_key_result(written), metrics=WRITTEN_METRIC))
    assert short == long
    assert short.fingerprints == long.fingerprints
    assert closures(short) == closures(long)
    assert [one.definition_hash for one in closures(short)] == [
        one.definition_hash for one in closures(long)
    ]


def test_an_override_of_a_mapping_merges_and_one_of_a_list_replaces(tmp_path: Path) -> None:
    library = LIBRARY.replace("{ count: =what }", "{ count: =what, shelf: { least: 1, most: 9 } }")
    metrics = f"{USES_METRIC}    query: {{ shelf: {{ most: 5 }} }}\n    was: [c]\n"
    library = library.replace("      name: Sold\n", "      name: Sold\n      was: [a, b]\n")
    company = read(agency(tmp_path, library=library, metrics=metrics))
    metric: Any = company.metric("sold")
    assert metric.query.count == "sold"
    assert (metric.query.shelf.least, metric.query.shelf.most) == (1, 5)
    assert metric.was == ("c",)


patiently = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
OVERRIDES = {
    "target": "7", "owner": "ola", "weight": "2", "title": "Sell more", "from": "0",
    "note": "By hand", "by": "2026-12-01", "direction": "increase", "commit": "5",
}  # fmt: skip


@patiently
@given(st.permutations(sorted(OVERRIDES)), st.sets(st.sampled_from(sorted(OVERRIDES))))
def test_the_order_of_what_a_client_says_does_not_matter(
    tmp_path: Path, order: list[str], some: set[str]
) -> None:
    said = {"id": "sold", "use": "sell", "target": "7"}
    said |= {name: OVERRIDES[name] for name in some}
    shuffled = {name: said[name] for name in (*order, "use", "id") if name in said}
    both = [
        key_result(tmp_path, f"{{ {', '.join(f'{k}: {v}' for k, v in each.items())} }}")
        for each in (said, shuffled)
    ]
    assert both[0] == both[1]
    for name in some - {"by"}:
        field = {"from": "from_"}.get(name, name)
        assert str(getattr(both[0], field)) == OVERRIDES[name]
    if "title" not in some:
        assert both[0].title == "Sell 7"


@pytest.mark.parametrize(
    ("entry", "place", "words"),
    [
        ("{ id: sold, use: sell }", "7:9", 'missing key "target" in key result "sold": template "sell" (library/shop.yaml:11) needs it, a number, for its "title" [missing-parameter]'),
        ("{ id: sold, use: sell, targte: 5 }", "7:32", 'unknown key "targte" in key result "sold", which uses template "sell" (library/shop.yaml:11); did you mean its parameter "target"? [unknown-key]'),
        ("{ id: sold, use: sell, target: 5, xyzzy: 1 }", "7:43", 'unknown key "xyzzy" in key result "sold", which uses template "sell" (library/shop.yaml:11), expected one of '),
        ("{ id: sold, use: sell, target: many }", "7:40", 'parameter "target" of template "sell" (library/shop.yaml:11) is text "many", expected a number [bad-value]'),
        ("{ id: sold, use: sell, target: 5, by: 5 }", "7:47", 'parameter "by" of template "sell" (library/shop.yaml:11) is 5, expected a day such as 2026-10-31'),
        ("{ id: sold, use: sell, target: 5, direction: up }", "7:54", 'parameter "direction" of template "sell" (library/shop.yaml:11) is text "up", expected increase or decrease'),
        ("{ id: sold, use: sel, target: 5 }", "7:26", 'unknown template "sel" in key result "sold"; did you mean "sell"?'),
        ("{ id: sold, use: counted, target: 5 }", "7:26", 'unknown template "counted" in key result "sold", expected one of sell'),
        ("{ id: sold, use: [sell], target: 5 }", "7:26", '"use" of key result "sold" is a list, expected text'),
        # What is found wrong later is told where it was written, too.
        ("{ id: sold, use: sell, target: 5, metric: nope }", "7:51", 'unknown metric "nope"'),
        ("{ id: sold, use: sell, target: 5, weight: -1 }", "7:51", '"weight" of key result "sold" is -1'),
        ("{ id: sold, use: sell, target: 5, kind: manual }", "library/shop.yaml:18:7", 'unknown key "metric" in key result "sold"'),
        ("{ id: sold, use: sell, target: 0 }", "7:40", "from"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_the_clients_line_with_the_templates(
    tmp_path: Path, entry: str, place: str, words: str
) -> None:
    found = told(agency(tmp_path, okrs=with_key_result(entry)))
    where = place if place.startswith("library") else f"clients/acorn/okrs/2026-Q4.yaml:{place}"
    assert any(line.startswith(f"{where}: error: ") and words in line for line in found), found


def test_one_mistake_is_told_once(tmp_path: Path) -> None:
    entry = "{ id: sold, use: sell, targte: 5 }"
    [problem] = told(agency(tmp_path, okrs=with_key_result(entry)))
    assert "targte" in problem


def test_a_template_that_cannot_be_used_is_no_gap_for_what_needs_it(tmp_path: Path) -> None:
    metrics = USES_METRIC.replace("use: counted", "use: cuonted")
    [problem] = told(agency(tmp_path, metrics=metrics))
    assert problem.startswith("clients/acorn/metrics.yaml:3:10: error: unknown template")


def test_a_parameter_is_asked_for_only_where_something_needs_it(tmp_path: Path) -> None:
    metrics = USES_METRIC.replace("connection: shop", "query: { count: sold }")
    [problem] = told(agency(tmp_path, metrics=metrics))
    assert 'missing key "connection"' in problem
    library = LIBRARY.replace("what: { type: text, default: sold }", "what: { type: text }")
    metrics = f"{USES_METRIC}    query: {{ count: sold }}\n"
    assert told(agency(tmp_path, library=library, metrics=metrics)) == []


def test_a_client_without_a_library_is_told_that_there_is_none(tmp_path: Path) -> None:
    folder = agency(tmp_path)
    (tmp_path / "library" / "shop.yaml").unlink()
    assert [line.partition("; ")[2] for line in told(folder)] == [
        "library/ has no templates under metrics [unknown-template]",
        "library/ has no templates under key_results [unknown-template]",
    ]


def test_a_template_is_judged_in_its_connectors_words_and_at_its_own_line(tmp_path: Path) -> None:
    library = LIBRARY.replace("{ count: =what }", "{ cuont: =what }")
    found = told(agency(tmp_path, library=library))
    assert found
    assert all(line.startswith("library/shop.yaml:9:") for line in found)
