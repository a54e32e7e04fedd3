"""The connectors installed: built-ins and third parties come in by the same door."""

import logging
from collections import defaultdict
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from pydantic import TypeAdapter

from connectors.broken import BrokenConnector
from connectors.contract import NAME, Connector
from okrmodel.definitions.query import Catalogue, ConnectionOptions

OURS = "okrsync"
"""The distribution that the built-ins come with."""

_log = logging.getLogger(__name__)


@cache
def installed() -> dict[str, Connector]:
    """Every connector registered under the entry-point group `okr.connectors`, by name.

    One that cannot be used is a `BrokenConnector`: who names it in a file is told why, the others
    are not troubled.
    """
    providers: dict[str, list[EntryPoint]] = defaultdict(list)
    for entry in entry_points(group=NAME):
        providers[entry.name].append(entry)
    return {name: _chosen(name, providers[name]) for name in sorted(providers)}


def catalogue() -> Catalogue:
    """The same, as okrmodel sees them: what may be configured and asked."""
    return installed()


def _chosen(name: str, entries: list[EntryPoint]) -> Connector:
    """The connector of the one package that provides it."""
    if len(entries) == 1:
        return _loaded(entries[0])
    packages = " and ".join(sorted(map(_package, entries)))
    ours = [entry for entry in entries if _is_ours(entry)]
    if len(ours) == 1:
        # Whoever takes the name of a built-in would be given its credentials.
        _log.warning("%s provide the connector %s: the built-in one is used", packages, name)
        return _loaded(ours[0])
    return BrokenConnector(name, f"{packages} provide it: uninstall one of them")


def _loaded(entry: EntryPoint) -> Connector:
    try:
        found: Connector = entry.load()
        amiss = "" if _is_ours(entry) else _amiss(found, entry.name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other connectors work
        said = str(error).partition("\n")[0]
        amiss = f"{type(error).__name__}: {said}" if said else type(error).__name__
    if not amiss:
        return found
    why = f"{_package(entry)} provides it, and is broken ({amiss}): update or uninstall it"
    return BrokenConnector(entry.name, why)


def _amiss(found: Connector, name: str) -> str:
    """What would trip whoever reads a config with the connector; it may raise, too."""
    if found.name != name:
        return f"its connector calls itself {found.name!r}, not {name!r}"
    if not (isinstance(found.options, type) and issubclass(found.options, ConnectionOptions)):
        return "its options are no ConnectionOptions"
    if not isinstance(found.query, TypeAdapter):
        return "its query is no TypeAdapter"
    if not (callable(found.plan) and callable(found.connect)):
        return "it can neither plan nor connect"
    found.options.model_json_schema()
    found.query.json_schema()
    if not any(field.is_required() for field in found.options.model_fields.values()):
        # Every workspace has such a connection without writing it.
        found.options.model_validate({})
    return ""


def _is_ours(entry: EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == OURS


def _package(entry: EntryPoint) -> str:
    if entry.dist is None:
        return f"the package of {entry.value}"
    return f"{entry.dist.name} {entry.dist.version}"
