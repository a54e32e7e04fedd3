"""The configs that we ship: sound, complete, and with schemas that are up to date."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from okrmodel.definitions.company import Company
from okrmodel.definitions.key_results import Maintain, Manual, Milestones, Reach, Trailing
from okrmodel.observations import Aggregation
from okrmodel.reading import find_root, read_company, read_library, workspaces
from okrmodel.reading.yaml_text import read_yaml
from okrmodel.schema import CHECK_INS, LIBRARY, METRICS, OKRS, WORKSPACE, schemas
from tests.config.catalogue import CONNECTORS

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLES = sorted(folder for folder in (CONFIG / "examples").iterdir() if folder.is_dir())
FOLDERS = [CONFIG, *(folder for example in EXAMPLES for folder in workspaces(example))]
METHOD = """\
Build a new demand generation channel
Implement the marketing technology infrastructure
Increase traffic on the website
Improve the funnel's conversion rates
Improve the sales funnel
Get management's approval for 3 OKRs
Measure 5 lifecycle stages effectively
Send 3 email newsletters
Train 5 team members to use the marketing CRM
Increase MQLs attributable to inbound marketing from 20 to 30
"""


def named(folder: Path) -> str:
    return folder.relative_to(CONFIG).as_posix()


@pytest.fixture(scope="module")
def acorn() -> Company:
    found = read_company(CONFIG, CONNECTORS).company
    assert found is not None
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_a_shipped_config_gives_not_even_a_warning(folder: Path) -> None:
    assert [str(problem) for problem in read_company(folder, CONNECTORS).problems] == []


def test_there_is_an_example_for_each_way_to_begin() -> None:
    assert [folder.name for folder in EXAMPLES] == [
        "agency",
        "http-json",
        "hubspot-only",
        "sql-and-csv",
    ]
    assert len(workspaces(CONFIG / "examples" / "agency")) == 2
    assert find_root(CONFIG.parent) == CONFIG


def test_the_agencys_clients_share_a_library() -> None:
    agency = CONFIG / "examples" / "agency"
    assert read_library(agency).every_problem == ()
    birch, cedar = (read_company(folder, CONNECTORS).company for folder in workspaces(agency))
    assert birch is not None
    assert cedar is not None
    titles = [one.title for each in (birch, cedar) for _, one in each.cycles[0].key_results()]
    assert titles == ["Win 90 MQLs", "Win 240 MQLs"]
    assert [each.metric("mqls").name for each in (birch, cedar)] == [
        "MQLs",
        "Marketing qualified leads",
    ]


def test_acorn_is_the_pretend_company(acorn: Company) -> None:
    workspace = acorn.workspace
    assert workspace.environment == "sandbox"
    assert str(workspace.clock) == "2026-11-23 04:00:00+01:00"
    assert workspace.connections["hubspot"].account == "24681357"
    assert workspace.connections["web"].account == "354217890"


def test_acorn_has_objectives_of_three_to_five_key_results(acorn: Company) -> None:
    objectives = acorn.cycles[0].objectives
    assert 3 <= len(objectives) <= 5
    assert all(3 <= len(objective.key_results) <= 5 for objective in objectives)
    assert all(objective.actions for objective in objectives[:-1])


def test_acorn_shows_every_kind_aggregation_and_window(acorn: Company) -> None:
    key_results = [key_result for _, key_result in acorn.cycles[0].key_results()]
    assert {type(k) for k in key_results} == {Reach, Maintain, Milestones, Manual}
    windows = {"trailing" if isinstance(k.window, Trailing) else k.window
               for k in key_results if isinstance(k, Reach)}  # fmt: skip
    assert windows == {"cycle", "month", "week", "month_to_date", "latest", "trailing"}
    metrics = [acorn.metric(k.metric) for k in key_results if isinstance(k, Reach | Maintain)]
    behaviours = {
        getattr(metric, "aggregation", Aggregation.RATIO if hasattr(metric, "ratio") else "formula")
        for metric in metrics
    }
    assert behaviours == set(Aggregation)


def test_acorn_follows_the_method_to_the_letter(acorn: Company) -> None:
    cycle = acorn.cycles[0]
    titles = {objective.title for objective in cycle.objectives}
    titles |= {key_result.title for _, key_result in cycle.key_results()}
    assert titles.issuperset(METHOD.splitlines())


def test_the_committed_schemas_are_up_to_date() -> None:
    # `okr schema` writes them.
    for name, schema in schemas(CONNECTORS).items():
        assert json.loads((CONFIG / name).read_text("utf-8")) == schema, name


KINDS = (
    ("workspace.yaml", WORKSPACE),
    ("metrics.yaml", METRICS),
    ("okrs/*.yaml", OKRS),
    ("checkins/*.yaml", CHECK_INS),
)


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_an_editor_agrees_that_the_config_is_sound(folder: Path) -> None:
    for files, name in KINDS:
        schema = json.loads((CONFIG / name).read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        for file in folder.glob(files):
            text = file.read_text("utf-8")
            jsonschema.Draft7Validator(schema).validate(plain(text))
            assert f"/{name}" in text.partition("\n")[0], file


def test_an_editor_agrees_that_the_library_is_sound() -> None:
    schema = json.loads((CONFIG / LIBRARY).read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    files = list((CONFIG / "examples").rglob("library/*.yaml"))
    assert files
    for file in files:
        text = file.read_text("utf-8")
        jsonschema.Draft7Validator(schema).validate(plain(text))
        modeline = text.partition("\n")[0].partition("$schema=")[2]
        assert (file.parent / modeline).resolve() == CONFIG / LIBRARY


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (METRICS, "{metrics: {a: {use: t, stage: mql, query: {where: {x: [y]}}}}}"),
        (
            OKRS,
            "{cycle: c, objectives: [{id: o, title: O, key_results: [{id: k, use: t, by: 5}]}]}",
        ),
        (LIBRARY, "{metrics: {a: {parameters: {b: {type: text}}, metric: {unit: =b}}}}"),
    ],
)
def test_an_editor_lets_a_template_be_used(name: str, text: str) -> None:
    schema = json.loads((CONFIG / name).read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(plain(text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (WORKSPACE, "{id: a, name: A, timezone: UTC, connections: {h: {connector: hubspot}}}"),
        (WORKSPACE, "{id: a, name: A, timezone: UTC, colour: green}"),
        (METRICS, "{metrics: {a: {name: A, ratio: {numerator: b}}}}"),
        (METRICS, "{metrics: {a: {name: A, connection: h, query: {objekt: contacts}}}}"),
        (OKRS, "{cycle: c, objectives: [{id: o, title: O, key_results: [{id: k, title: K}]}]}"),
        (CHECK_INS, "[{key_result: k, value: 1}]"),
        (METRICS, "{metrics: {a: {use: 5}}}"),
        (OKRS, "{cycle: c, objectives: [{id: o, title: O, key_results: [{id: k, use: 5}]}]}"),
        (LIBRARY, "{metrics: {a: {parameters: {b: {type: txt}}, metric: {unit: =b}}}}"),
        (LIBRARY, "{metrics: {a: {metric: {nmae: A}}}}"),
        (LIBRARY, "{key_results: {a: {metric: {name: A}}}}"),
    ],
)
def test_an_editor_sees_what_one_file_alone_shows(name: str, text: str) -> None:
    schema = json.loads((CONFIG / name).read_text("utf-8"))
    assert not jsonschema.Draft7Validator(schema).is_valid(plain(text))


def plain(text: str) -> Any:
    """As an editor reads it: numbers with a point are floats."""
    content = read_yaml(text, "")[0].content
    return json.loads(json.dumps(content, default=float))
