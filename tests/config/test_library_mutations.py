"""Whatever is done to a good library and to who uses it, reading yields problems and never raises."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrmodel.reading import read_company, read_library, resolved_text
from tests.config.catalogue import CONNECTORS
from tests.config.test_mutations import OTHERS, paths

AGENCY = Path(__file__).parents[2] / "config/examples/agency"
FILES = ("library/demand.yaml", "clients/cedar/metrics.yaml", "clients/cedar/okrs/2026-Q4.yaml")
ALL = (*FILES, "clients/cedar/workspace.yaml")
TEXTS = {name: (AGENCY / name).read_text("utf-8") for name in ALL}
TREES = {name: yaml.load(TEXTS[name], yaml.CBaseLoader) for name in FILES}
ALL_PATHS = [(name, path) for name, tree in TREES.items() for path in paths(tree) if path]
HERE: list[Any] = [*OTHERS, "=", "==", "=stage", "=x", "={target}", "={x}", {"use": "win_mqls"}]
patiently = settings(
    max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("agency")


def read(root: Path, name: str, text: str) -> None:
    for file, good in {**TEXTS, name: text}.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(good, "utf-8")
    reading = read_company(root / "clients/cedar", CONNECTORS, shown_from=root)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.company is None) == bool(errors)
    if reading.company:
        assert list(resolved_text(reading.places))
    for problem in (*reading.problems, *read_library(root).every_problem):
        lines = re.split("\n|\x85|\u2028|\u2029", (root / problem.place.file).read_text("utf-8"))
        assert 1 <= problem.place.line <= len(lines)
        assert "Input should" not in problem.message


@patiently
@given(st.sampled_from(ALL_PATHS), st.sampled_from([..., *HERE]))
def test_with_another_value_or_none_anywhere(
    root: Path, at: tuple[str, tuple[Any, ...]], value: Any
) -> None:
    name, path = at
    tree = copy.deepcopy(TREES[name])
    around = tree
    for part in path[:-1]:
        around = around[part]
    if value is ...:
        del around[path[-1]]
    else:
        around[path[-1]] = value
    read(root, name, yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False))


@patiently
@given(st.sampled_from(FILES), st.data(), st.text(max_size=4))
def test_with_any_text_put_in(root: Path, name: str, data: st.DataObject, put: str) -> None:
    at = data.draw(st.integers(0, len(TEXTS[name])))
    read(root, name, TEXTS[name][:at] + put + TEXTS[name][at:])


@patiently
@given(st.sampled_from(FILES), st.data())
def test_cut_off_anywhere(root: Path, name: str, data: st.DataObject) -> None:
    read(root, name, TEXTS[name][: data.draw(st.integers(0, len(TEXTS[name])))])
