"""Built-ins and plug-ins come in by the same door."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint

import pytest

from connectors import manual, registry

BUILT_IN = {"ga4", "hubspot", "http_json", "manual", "sql"}


@pytest.fixture
def fresh() -> Iterator[None]:
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


def entry(name: str) -> EntryPoint:
    return EntryPoint(name, "connectors.manual:CONNECTOR", "okr.connectors")


def test_our_connectors_are_installed_under_their_own_names() -> None:
    found = registry.installed()
    assert found.keys() >= BUILT_IN
    assert all(connector.name == name for name, connector in found.items())
    assert registry.catalogue() is found


def test_a_plug_in_is_found_beside_them(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry("toy")])
    assert registry.installed() == {"toy": manual.CONNECTOR}


def test_two_plug_ins_of_one_name_are_refused(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [entry("toy"), entry("toy")])
    with pytest.raises(ValueError, match="two installed packages provide a connector named 'toy'"):
        registry.installed()
