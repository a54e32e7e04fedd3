"""The connectors installed: built-ins and third parties come in by the same door."""

from functools import cache
from importlib.metadata import entry_points

from connectors.contract import NAME, Connector
from okrmodel.definitions.query import Catalogue


@cache
def installed() -> dict[str, Connector]:
    """Every connector registered under the entry-point group `okr.connectors`, by name.

    Raises:
        ValueError: Two distributions register the same name.
    """
    found: dict[str, Connector] = {}
    for entry in sorted(entry_points(group=NAME), key=lambda e: e.name):
        if entry.name in found:
            raise ValueError(
                f"two installed packages provide a connector named {entry.name!r}: uninstall one"
            )
        found[entry.name] = entry.load()
    return found


def catalogue() -> Catalogue:
    """The same, as okrmodel sees them: what may be configured and asked."""
    return installed()
