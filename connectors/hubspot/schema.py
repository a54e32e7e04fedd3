"""What an account calls things: its date properties, their types, its stages.

Asked once and remembered for as long as the session is open.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.errors import QueryError
from connectors.hubspot.choices import EVERYWHERE, STAGES
from connectors.hubspot.client import Client
from connectors.hubspot.query import (
    Closed,
    Created,
    CrmQuery,
    Entered,
    InStage,
    WindowQuery,
    stage_property,
)
from connectors.hubspot.where import Filter
from okrmodel.suggestion import nearest


@dataclass(frozen=True)
class DateProperty:
    """The property by which a question's windows are cut."""

    name: str
    calendar: bool = False
    """Whether it holds calendar days instead of instants."""


class Schema:
    """An account's properties and stages."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._properties: dict[tuple[str, str], dict[str, Any] | None] = {}
        self._stages: dict[str, dict[str, str]] = {}

    def date_property(self, query: WindowQuery) -> DateProperty:
        """The property that the portal keeps the question's date in.

        createdate and closedate exist everywhere and are instants, so they are not asked about.

        Raises:
            QueryError: The portal has none, or it holds no date.
        """
        if isinstance(query, Created | Closed):
            return DateProperty(query.dates[0])
        for name in query.dates:
            if found := self.property(query.object, name):
                return _checked(query, name, str(found.get("type")))
        if isinstance(query, Entered):
            raise QueryError(
                f"the portal has no date for {query.words}: neither {' nor '.join(query.dates)}"
                " exists",
                remedy=self.stage_remedy(query.object, query.entered),
            )
        listed = self.load(query.object)
        raise QueryError(
            f"{query.object} have no property {query.dates[0]}",
            remedy=did_you_mean(query.dates[0], dict.fromkeys(listed, ""))
            or "take the internal name from HubSpot's property settings",
        )

    def filters(self, query: CrmQuery) -> list[Filter]:
        """The question's filters, with lists in the spelling that HubSpot compares.

        A list is compared with the lower-cased text of a text property, but with the exact
        values of a choice (CRM search documentation): only the type tells which.

        Raises:
            QueryError: A stage, or a value of a choice, does not exist. HubSpot would say nothing,
                count none of `in`, and with `not_in` all.
        """
        if isinstance(query, InStage) and not self.has_stage(query):
            raise QueryError(
                f"{query.object} have no stage {query.in_stage}",
                remedy=self.stage_remedy(query.object, query.in_stage),
            )
        for name, value, options in self.strangers(query):
            raise QueryError(
                f"{name} of {query.object} is never {value!r}",
                remedy=did_you_mean(value, options) or f"one of {', '.join(options)}",
            )
        return query.filters(
            folded={
                name
                for name, comparison in query.where.items()
                if comparison.lists_capitals
                and not comparison.exact <= EVERYWHERE.get(name, set())
                and (self.property(query.object, name) or {}).get("type") == "string"
            }
        )

    def strangers(self, query: CrmQuery) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Values that no record can have, with the property and what it offers instead."""
        for name, comparison in query.where.items():
            wanted = comparison.exact - EVERYWHERE.get(name, set())
            options = self.options(query.object, name) if wanted else {}
            for value in sorted(wanted):
                # A property of several check boxes holds what is ticked in one text: "A;B".
                if options and not options.keys() >= set(value.split(";")):
                    yield name, value, options

    def has_stage(self, query: InStage) -> bool:
        """Whether records can be in the stage."""
        own = STAGES if stage_property(query.object) == "lifecyclestage" else set()
        return query.in_stage in own or query.in_stage in self.stages(query.object)

    def property(self, kind: str, name: str) -> dict[str, Any] | None:
        """A property's definition, or None when the portal has none of that name."""
        key = (kind, name)
        if key not in self._properties:
            self._properties[key] = self._client.property(kind, name)
        return self._properties[key]

    def options(self, kind: str, name: str) -> dict[str, str]:
        """Values of a property that is a choice, with their labels; nothing for any other."""
        listed = (self.property(kind, name) or {}).get("options") or ()
        return {str(option.get("value")): str(option.get("label")) for option in listed}

    def load(self, kind: str) -> list[str]:
        """Learn every listed property of an object in one call; returns their names."""
        listed = self._client.properties(kind)
        self._properties.update({(kind, str(p.get("name"))): p for p in listed})
        return [str(p.get("name")) for p in listed]

    def stages(self, kind: str) -> dict[str, str]:
        """Ids of an object's stages, with their labels."""
        if stage_property(kind) == "lifecyclestage":
            return self.options(kind, "lifecyclestage")
        if kind not in self._stages:
            self._stages[kind] = dict(_stages(self._client.pipelines(kind)))
        return self._stages[kind]

    def stage_remedy(self, kind: str, stage: str) -> str:
        """What to do about a stage that cannot be asked for."""
        known = self.stages(kind)
        if stage in known:
            return f"switch on the tracking of {known[stage]} in HubSpot's property settings"
        listed = ", ".join(f"{name} ({label})" for name, label in known.items())
        return (
            f"{did_you_mean(stage, known)} Name a stage's id, or map {stage} to one under the"
            f" workspace's `stages`: {listed}"
        ).strip()


def _checked(query: WindowQuery, name: str, kind: str) -> DateProperty:
    if kind not in {"date", "datetime"}:
        raise QueryError(
            f"{name} of {query.object} is a {kind}, and windows need a date",
            remedy="name a property of type date or datetime",
        )
    return DateProperty(name, calendar=kind == "date")


def _stages(pipelines: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for pipeline in pipelines:
        for stage in pipeline.get("stages") or ():
            yield str(stage.get("id")), str(stage.get("label"))


def did_you_mean(wanted: str, known: Mapping[str, str]) -> str:
    """A question with the nearest of the known names, by name or label; "" when none is near."""
    by_label = {label.lower(): name for name, label in known.items() if label}
    near = nearest(wanted, known) or by_label.get(nearest(wanted, by_label), "")
    return f"did you mean {near}?" if near else ""
