"""What the files say for those who read: names, titles, owners and order, beside the figures.

Figures are snapshots; their words are a publication. The store keeps both, so that pages and
digests need no file. A publication decides no number.
"""

from datetime import date
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from okrmodel.definitions.base import Definition, Id, Instant
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import KeyResult, Manual, Milestones
from okrmodel.exact import canonical, sha256
from okrmodel.reading.company import Places


class Publication(Definition):
    """One workspace's words."""

    workspace: Id
    name: str
    timezone: str
    locale: str
    currency: str | None = None
    clock: Instant | None = None
    """Where a pretend world stands still."""
    rests: str = ""
    """Why it is not synced, for a sentence; empty when it is."""
    files_url: str = ""
    """Where the files can be read, with {file} and {line} in it; empty where nobody said."""
    pages_url: str = ""
    """Where readers open the pages; empty where nobody said."""
    people: dict[Id, str]
    """Names of those who own something, by id."""
    cycles: tuple[Cycle, ...]
    """In order of their dates."""
    units: dict[str, str]
    """Of the key results that have one, by `<cycle>/<key result>`."""
    places: dict[str, str]
    """Where each key result is written, such as okrs/2026-Q4.yaml:12, by the same."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)

    @cached_property
    def text(self) -> str:
        """The whole as canonical JSON; `from_text` reads it back."""
        return canonical(self.model_dump(by_alias=True))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return sha256(self.text)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The publication that a text holds."""
        return cls.model_validate_json(text)

    def cycle(self, name: str) -> Cycle | None:
        """The cycle of this id."""
        return next((cycle for cycle in self.cycles if cycle.id == name), None)

    def cycle_on(self, day: date) -> Cycle | None:
        """The cycle that the day is in, else the last one that began by then."""
        begun = [cycle for cycle in self.cycles if cycle.starts <= day]
        return begun[-1] if begun else None

    def unit(self, cycle: str, key_result: str) -> str:
        """What a key result counts; empty where nobody said."""
        return self.units.get(f"{cycle}/{key_result}", "")

    def owner(self, owner: str | None) -> str:
        """An owner's name; the id of somebody whose name nobody said; empty without an owner."""
        return self.people.get(owner, owner) if owner else ""

    def page(self, cycle: str = "", key_result: str = "") -> str | None:
        """Where readers see the workspace, a cycle or a key result; None where nobody said."""
        if not self.pages_url:
            return None
        parts = (self.pages_url.rstrip("/"), "w", self.workspace)
        return "/".join((*parts, *(["c", cycle] if cycle else []), *filter(None, [key_result])))


def publication(company: Company, places: Places) -> Publication:
    """What there is to read of a linted workspace."""
    workspace = company.workspace
    every = [(cycle.id, k) for cycle in company.cycles for _, k in cycle.key_results()]
    units = {f"{cycle}/{k.id}": _unit(company, k) for cycle, k in every}
    return Publication(
        workspace=workspace.id,
        name=workspace.name,
        timezone=workspace.timezone,
        locale=workspace.locale,
        currency=workspace.currency,
        clock=workspace.clock,
        rests=workspace.rests,
        files_url=workspace.files_url,
        pages_url=workspace.pages_url,
        people={key: person.name for key, person in workspace.people.items()},
        cycles=company.cycles,
        units={name: unit for name, unit in units.items() if unit},
        places={f"{cycle}/{k.id}": _place(places, cycle, k.id) for cycle, k in every},
    )


def _place(places: Places, cycle: str, key_result: str) -> str:
    place = places.key_result(cycle, key_result)
    return f"{place.file}:{place.line}"


def _unit(company: Company, key_result: KeyResult) -> str:
    match key_result:
        case Manual(unit=unit):
            return unit
        case Milestones():
            return ""
        case _:
            return company.metric(key_result.metric).unit
