"""People added to the text of workspace.yaml: every line that is there stays."""

from collections.abc import Mapping

from okrmodel.definitions.workspace import Person
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.quoting import name_in_yaml
from okrmodel.reading.yaml_text import Document, read_yaml


def people_lines(people: Mapping[str, Person]) -> list[str]:
    """Each person as a line of YAML below `people:`, without its indentation."""
    return [f"{name_in_yaml(own)}: {{ {_said(person)} }}" for own, person in people.items()]


def _said(person: Person) -> str:
    email = f", email: {name_in_yaml(person.email)}" if person.email else ""
    return f"name: {name_in_yaml(person.name)}{email}"


def with_people(text: str, people: Mapping[str, Person]) -> str:
    """The text of a linted workspace.yaml with more people in it; line ends are kept.

    Raises:
        NoRoom: They cannot be added without changing what is there.
    """
    before, _ = read_yaml(text, "")
    ends = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(ends)
    if "people" in before.content:
        at, blanks = _room(before)
        new = [f"{' ' * blanks}{line}" for line in people_lines(people)]
    else:
        at = len(lines) if lines[-1] else len(lines) - 1
        new = ["people:", *(f"  {line}" for line in people_lines(people))]
    grown = ends.join([*lines[:at], *new, *lines[at:]])
    after, problems = read_yaml(grown, "")
    added = {own: one.model_dump(exclude_none=True) for own, one in people.items()}
    there = before.content.get("people") or {}
    if problems or after.content != {**before.content, "people": {**there, **added}}:
        raise NoRoom("people cannot be added to it without changing what is there")
    return grown


def _room(document: Document) -> tuple[int, int]:
    """The line above which they go, from 0, and how far in: where the first person stands."""
    for person in document.content["people"] or ():
        place = document.key_place(("people", person))
        if place.line > document.key_place(("people",)).line:
            return place.line - 1, place.column - 1
        break
    raise NoRoom("its people do not stand on lines of their own below `people:`")
