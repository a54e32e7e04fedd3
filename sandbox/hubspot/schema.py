"""What a property and an object type are, and how HubSpot describes a property."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.company.tables import Company, Ints
from sandbox.hubspot.columns import Column
from sandbox.hubspot.history import History

CREATED = "2024-01-08T09:30:00Z"
"""When the pretend portal was set up: the creation date of what comes with it."""


@dataclass(frozen=True)
class Property:
    """A property's definition, and its column over the whole table as known at an instant."""

    name: str
    label: str
    type: str
    """datetime, number, enumeration, bool or string."""
    group: str
    column: Callable[[History, int], Column]
    options: tuple[tuple[str, str], ...] = ()
    """Value and label of each choice, of an enumeration."""
    calculated: bool = False
    hidden: bool = False

    def describe(self) -> dict[str, Any]:
        """As GET /crm/v3/properties/{object}/{name} answers."""
        return {
            "updatedAt": CREATED,
            "createdAt": CREATED,
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": _FIELD_TYPES[self.type] if not self.calculated else _CALCULATED[self.type],
            "description": f"{self.label} (pretend)",
            "groupName": self.group,
            "options": [
                {"label": label, "value": value, "displayOrder": n, "hidden": False}
                for n, (value, label) in enumerate(self.options)
            ],
            "displayOrder": -1,
            "calculated": self.calculated,
            "externalOptions": False,
            "hasUniqueValue": False,
            "hidden": self.hidden,
            "hubspotDefined": True,
            "modificationMetadata": {
                "archivable": False,
                "readOnlyDefinition": True,
                "readOnlyValue": self.calculated,
            },
            "formField": False,
            "dataSensitivity": "non_sensitive",
        }


_FIELD_TYPES = {
    "datetime": "date",
    "number": "number",
    "enumeration": "select",
    "bool": "booleancheckbox",
    "string": "text",
}
_CALCULATED = {
    **_FIELD_TYPES,
    "datetime": "calculation_read_time",
    "number": "calculation_equation",
    "bool": "calculation_equation",
}


@dataclass(frozen=True)
class Lifetimes:
    """Of each row: its id, and from when until when there is such an object."""

    id: Ints
    created_ms: Ints
    gone_ms: Ints


@dataclass(frozen=True)
class ObjectType:
    """Contacts, deals or companies: names, defaults and properties."""

    name: str
    type_id: str
    singular: str
    defaults: tuple[str, ...]
    """Properties that every answer carries, asked for or not."""
    searched: tuple[str, ...]
    """Properties that a search's `query` looks into."""
    modified: str
    """The property that holds the last modification."""
    scope: str
    properties: Mapping[str, Property]
    lifetimes: Callable[[Company], Lifetimes]


def by_name(*properties: Property) -> dict[str, Property]:
    return {p.name: p for p in sorted(properties, key=lambda p: p.name)}
