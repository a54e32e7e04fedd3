"""Whatever is done to good files, reading them yields problems and never raises."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrmodel.reading import read_company
from tests.config.catalogue import CONNECTORS

SHIPPED = Path(__file__).parents[2] / "config"
FILES = ("workspace.yaml", "metrics.yaml", "okrs/2026-Q4.yaml", "checkins/2026-Q4.yaml")
TEXTS = {name: (SHIPPED / name).read_text("utf-8") for name in FILES}

OTHERS: list[Any] = [
    None, True, False, 0, -1, 7, 1.5, 10**40, "", "x", "2026-10-31", "previous * 1.2", "${TOKEN}",
    [], [[]], [None], ["x", "x"], [{}], {}, {"x": 1}, {"is": {}}, {"x": [{}, 1]}, "x" * 600,
]  # fmt: skip


def paths(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(content, dict | list):
        entries = content.items() if isinstance(content, dict) else enumerate(content)
        for key, inner in entries:
            yield from paths(inner, (*path, key))


TREES = {name: yaml.load(text, yaml.CBaseLoader) for name, text in TEXTS.items()}
ALL_PATHS = [(name, path) for name, tree in TREES.items() for path in paths(tree) if path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


def read(folder: Path, **changed: str) -> None:
    for name, text in {**TEXTS, **changed}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    reading = read_company(folder, CONNECTORS)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.company is None) == bool(errors)
    for problem in reading.problems:
        # The line breaks of YAML 1.1 are more than those of editors.
        lines = re.split("\n|\x85|\u2028|\u2029", (folder / problem.place.file).read_text("utf-8"))
        assert 1 <= problem.place.line <= len(lines)
        assert "Input should" not in problem.message


patiently = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def mutated(name: str, path: tuple[Any, ...], change: Any) -> str:
    tree = yaml.load(TEXTS[name], yaml.CBaseLoader)
    around = tree
    for part in path[:-1]:
        around = around[part]
    change(around, path[-1])
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)


@patiently
@given(st.sampled_from(ALL_PATHS))
def test_without_any_one_key(folder: Path, at: tuple[str, tuple[Any, ...]]) -> None:
    def drop(around: Any, key: Any) -> None:
        del around[key]

    read(folder, **{at[0]: mutated(*at, drop)})


@settings(patiently, max_examples=80)
@given(st.sampled_from(ALL_PATHS), st.sampled_from(OTHERS))
def test_with_another_value_anywhere(
    folder: Path, at: tuple[str, tuple[Any, ...]], value: Any
) -> None:
    def swap(around: Any, key: Any) -> None:
        around[key] = value

    read(folder, **{at[0]: mutated(*at, swap)})


@patiently
@given(st.sampled_from(FILES), st.data())
def test_cut_off_anywhere(folder: Path, name: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(TEXTS[name])))
    read(folder, **{name: TEXTS[name][:length]})


@patiently
@given(st.sampled_from(FILES), st.data(), st.text(max_size=4))
def test_with_any_text_put_in(folder: Path, name: str, data: st.DataObject, put: str) -> None:
    at = data.draw(st.integers(0, len(TEXTS[name])))
    read(folder, **{name: TEXTS[name][:at] + put + TEXTS[name][at:]})
