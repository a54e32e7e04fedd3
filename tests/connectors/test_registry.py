"""Built-ins and plug-ins come in by the same door, and a broken plug-in troubles nobody else."""

import logging
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

import pytest

from connectors import manual, registry, sql
from connectors.broken import BrokenConnector
from connectors.errors import Permanent
from okrmodel.reading import read_company
from okrmodel.schema import schemas

BUILT_IN = {"ga4", "hubspot", "http_json", "manual", "sql"}


@pytest.fixture
def fresh() -> Iterator[None]:
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


class Package(Distribution):
    """An installed package with a name and a version."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def metadata(self) -> Any:
        return {"Name": self._name, "Version": "1.2"}

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: Any) -> Any:
        return path


def entry(name: str, package: str = "", value: str = "connectors.manual:CONNECTOR") -> EntryPoint:
    found = EntryPoint(name, value, "okr.connectors")
    if package:
        vars(found)["dist"] = Package(package)
    return found


Install = Callable[..., dict[str, Any]]


@pytest.fixture
def install(fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Install:
    """Install our connectors beside others, each from the source of its module."""

    def installing(source: str, name: str = "toy", package: str = "okr-toy") -> dict[str, Any]:
        module = f"plug_in_{abs(hash((source, tmp_path)))}"
        (tmp_path / f"{module}.py").write_text(source)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, module, raising=False)
        ours = [entry(n, "okrsync", f"connectors.{n}:CONNECTOR") for n in sorted(BUILT_IN)]
        theirs = entry(name, package, f"{module}:CONNECTOR")
        monkeypatch.setattr(registry, "entry_points", lambda group: [*ours, theirs])
        return dict(registry.installed())

    return installing


GOOD = """
from connectors.manual.connector import ManualConnector
CONNECTOR = ManualConnector(name="toy")
"""


def test_our_connectors_are_installed_under_their_own_names() -> None:
    found = registry.installed()
    assert found.keys() >= BUILT_IN
    assert all(connector.name == name for name, connector in found.items())
    assert not any(isinstance(connector, BrokenConnector) for connector in found.values())
    assert registry.catalogue() is found


def test_a_plug_in_is_found_beside_them(install: Install) -> None:
    found = install(GOOD)
    assert found.keys() == BUILT_IN | {"toy"}
    assert type(found["toy"]).__name__ == "ManualConnector"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("CONNECTOR = 1 / 0", "ZeroDivisionError: division by zero"),
        ("def broken(:", "SyntaxError"),
        ("", "AttributeError"),
        ("raise ValueError", "ValueError"),
        ("CONNECTOR = None", "'NoneType' object has no attribute 'name'"),
        (GOOD.replace('"toy"', '"other"'), "its connector calls itself 'other', not 'toy'"),
        (GOOD.replace('"toy"', '"toy", options=dict'), "its options are no ConnectionOptions"),
        (GOOD.replace('"toy"', '"toy", query=dict'), "its query is no TypeAdapter"),
        (
            GOOD.replace(
                '"toy"', '"toy", query=__import__("pydantic").TypeAdapter(type("X", (), {}))'
            ),
            "PydanticSchemaGenerationError",
        ),
    ],
)
def test_a_broken_plug_in_is_told_where_it_is_named_and_troubles_no_other(
    install: Install, tmp_path: Path, source: str, why: str
) -> None:
    found = install(source)

    assert isinstance(found["toy"], BrokenConnector)
    assert found["sql"] is sql.CONNECTOR
    schemas(found)
    without, problems, _ = read_company(workspace(tmp_path / "a", "{}"), found)
    assert without is not None
    assert problems == ()
    named = workspace(tmp_path / "b", "{ web: { connector: toy, site: 3 } }")
    _, (problem,), _ = read_company(named, found)
    assert problem.place.line == 4
    assert 'connection "web": the connector toy cannot be used: okr-toy 1.2' in problem.message
    assert why in problem.message
    assert problem.message.endswith("update or uninstall it")


def workspace(folder: Path, connections: str) -> Path:
    (folder / "okrs").mkdir(parents=True)
    (folder / "workspace.yaml").write_text(
        f"id: acme\nname: Acme\ntimezone: Europe/Warsaw\nconnections: {connections}\n"
    )
    return folder


def test_who_uses_it_all_the_same_is_told_the_same() -> None:
    broken: Any = BrokenConnector("toy", "okr-toy 1.2 is broken")
    told = r"the connector toy cannot be used: okr-toy 1\.2 is broken"
    with pytest.raises(Permanent, match=told):
        broken.plan([], None)
    with pytest.raises(Permanent, match=told):
        broken.connect(None)


def test_two_plug_ins_of_one_name_are_both_refused(
    fresh: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [entry("toy", "okr-toy"), entry("toy", "another"), entry("manual")]
    monkeypatch.setattr(registry, "entry_points", lambda group: both)

    found = registry.installed()

    assert found["manual"] is manual.CONNECTOR
    with pytest.raises(Permanent, match=r"another 1\.2 and okr-toy 1\.2 provide it: uninstall one"):
        found["toy"].plan([], manual.ManualOptions())


def test_a_plug_in_does_not_take_the_place_of_a_built_in(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = install(GOOD, name="sql", package="okr-impostor")

    assert found["sql"] is sql.CONNECTOR
    assert "okr-impostor 1.2 and okrsync 1.2 provide the connector sql" in caplog.text
