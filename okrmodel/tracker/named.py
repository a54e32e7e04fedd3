"""Ids for what was found: stable, made of titles and names, each used once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from okrmodel.definitions.base import ID_FORM
from okrmodel.definitions.workspace import Person
from okrmodel.slug import free, slug
from okrmodel.tracker.found import Found, FoundKeyResult, FoundObjective
from okrmodel.tracker.words import plain

_LETTERS = 40
"""Of an id made of a title."""


@dataclass(frozen=True)
class Named:
    """What was found, with the ids that it gets."""

    objectives: tuple[tuple[str, FoundObjective, tuple[tuple[str, FoundKeyResult], ...]], ...]
    owners: Mapping[str, str]
    """Ids of people, by what the tracker calls them."""
    new_people: Mapping[str, Person]
    """Those that the workspace does not have yet, by id."""

    @property
    def key_results(self) -> tuple[tuple[str, FoundKeyResult], ...]:
        """Those of all objectives, in order."""
        return tuple(named for _, _, several in self.objectives for named in several)


def named(
    found: Found,
    objective_ids: Collection[str] = (),
    key_result_ids: Collection[str] = (),
    people: Mapping[str, Person] | None = None,
) -> Named:
    """Give everything an id.

    Args:
        found: What a tracker holds.
        objective_ids: Those that other cycles have.
        key_result_ids: Those that other cycles have.
        people: Whom the workspace knows.
    """
    objectives, key_results = set(objective_ids), set(key_result_ids)
    listed = []
    for objective in found.objectives:
        own = _id(objective.id, objective.title, "objective", objectives)
        inner = tuple(
            (_id(one.id, one.title, "key-result", key_results), one)
            for one in objective.key_results
        )
        listed.append((own, objective, inner))
    return Named(tuple(listed), *_people(found, people or {}))


def _id(own: str, title: str, otherwise: str, taken: set[str]) -> str:
    """The file's own id where it is one and free, else one made of the title."""
    wanted = (
        own if ID_FORM.fullmatch(own) and not own.isdecimal() else slug(title, otherwise, _LETTERS)
    )
    found = free(wanted, taken)
    taken.add(found)
    return found


def _people(found: Found, people: Mapping[str, Person]) -> tuple[dict[str, str], dict[str, Person]]:
    """Who is meant by each owner, and who of them is new: known by id, name or address."""
    known = {name: person_id for person_id, person in people.items() for name in _names(person)}
    known |= {person_id: person_id for person_id in people}
    owners: dict[str, str] = {}
    new: dict[str, Person] = {}
    for owner in _owners(found):
        called = plain(owner)
        if called not in known:
            own = free(slug(owner.partition("@")[0], "person", _LETTERS), {*people, *new})
            new[own] = Person(name=owner[:500], email=owner if "@" in owner else None)
            known |= dict.fromkeys((*_names(new[own]), own), own)
        owners[owner] = known[called]
    return owners, new


def _names(person: Person) -> list[str]:
    return [plain(name) for name in (person.name, person.email) if name]


def _owners(found: Found) -> list[str]:
    """Everybody who owns anything, in order, each once."""
    several = [
        owner
        for objective in found.objectives
        for owner in (objective.owner, *(one.owner for one in objective.key_results))
    ]
    return list(dict.fromkeys(filter(None, several)))
