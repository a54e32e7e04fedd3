"""YAML text to plain values, with the place of each value beside them, never inside.

The text is parsed once, into events. What YAML allows and a config does not need is a problem:
tags, several documents, keys that are no text, a key twice in one mapping.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from okrmodel.problems import KeyPath, Place, Problem
from okrmodel.reading.scalars import unquoted

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_NESTED = 40
MOST_VALUES = 200_000
"""Values in a file, those that aliases repeat included."""

_MERGE = "<<"


@dataclass(frozen=True)
class Document:
    """A file's plain values, and where they stand: in it, or in a template that it uses."""

    file: str
    content: Any = None
    values: dict[KeyPath, Place] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)

    def place(self, path: KeyPath) -> Place:
        """Where a value begins; where it has no place of its own, that of what it stands in."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def key_place(self, path: KeyPath) -> Place:
        """Where a value's key stands; an entry of a list has none, so its own place."""
        return self.keys.get(path) or self.place(path)


def read_yaml(text: str, file: str) -> tuple[Document, list[Problem]]:
    """Read a text; what could not be read is None in the document.

    Numbers with a point become Decimal from their exact text; dates stay text until a field asks
    for a date.
    """
    reader = _Reader(file)
    try:
        reader.read(yaml.parse(text, Loader=LOADER))
    except _StopReading as stop:
        return Document(file), [*reader.problems, stop.problem]
    except yaml.YAMLError as error:
        return Document(file), [_bad_syntax(error, file, text)]
    return reader.document, reader.problems


class _StopReading(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Reader:
    def __init__(self, file: str) -> None:
        self.document = Document(file)
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[Any, int] | None] = {}
        self.count = 0

    def read(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self.count:
                    message = "a second document begins here, expected one document in a file"
                    raise self.stop(event, message, "bad-yaml")
                content = self.value(next(events), ())
                self.document = Document(
                    self.document.file, content, self.document.values, self.document.keys
                )

    def value(self, event: yaml.Event, path: KeyPath) -> Any:
        """The value that begins with an event."""
        self.document.values[path] = self.place(event)
        self.counted(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self.repeated(event)
        before = self.count
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = None
        self.refuse_tag(event)
        found = self.content(event, path)
        if anchor:
            self.anchors[anchor] = found, self.count - before
        return found

    def content(self, event: yaml.Event, path: KeyPath) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if len(path) >= MOST_NESTED:
            raise self.stop(event, f"more than {MOST_NESTED} levels of nesting", "bad-yaml")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return self.mapping(path)

    def sequence(self, path: KeyPath) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.value(event, (*path, len(found))))
        return found

    def mapping(self, path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event)
            place = self.place(event)
            if key == _MERGE and getattr(event, "implicit", (False,))[0]:
                merged = {**self.merged(path, place), **merged}
                continue
            if key in found:
                self.twice(key, place, self.document.keys[*path, key])
            self.document.keys[*path, key] = place
            found[key] = self.value(next(self.events), (*path, key))
        return {**merged, **found}

    def key(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_tag(event)
            return str(event.value)
        raise self.stop(event, "a list or mapping stands here as a key, expected text", "bad-yaml")

    def merged(self, path: KeyPath, place: Place) -> dict[str, Any]:
        """What a merge key (`<<: *name`) brings in; the mapping's own keys outrank it."""
        brought = self.value(next(self.events), (*path, _MERGE))
        several = brought if isinstance(brought, list) else [brought]
        found: dict[str, Any] = {}
        for one in several:
            if not isinstance(one, dict):
                message = (
                    f"{_MERGE} merges something else, expected a mapping or a list of mappings"
                )
                self.problems.append(Problem(place, message, "bad-yaml"))
                return {}
            found = {**one, **found}
        return found

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        if not event.implicit[0]:
            return event.value
        value, complaint, code = unquoted(event.value)
        if complaint:
            self.problems.append(Problem(self.place(event), complaint, code))
        return value

    def repeated(self, event: yaml.AliasEvent) -> Any:
        name = event.anchor
        if name not in self.anchors:
            raise self.stop(event, f"*{name} repeats something that has no &{name}", "bad-yaml")
        anchored = self.anchors[name]
        if anchored is None:
            raise self.stop(event, f"*{name} stands inside what it repeats", "bad-yaml")
        found, size = anchored
        self.counted(event, size)
        return found

    def counted(self, event: yaml.Event, size: int) -> None:
        self.count += size
        if self.count > MOST_VALUES:
            raise self.stop(event, f"more than {MOST_VALUES} values in one file", "bad-yaml")

    def refuse_tag(self, event: Any) -> None:
        if event.tag not in {None, "!"}:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            message = f"tag {shown} found, expected a plain value without a tag"
            self.problems.append(Problem(self.place(event), message, "bad-yaml"))

    def twice(self, key: str, place: Place, first: Place) -> None:
        message = (
            f'key "{key}" stands here again, expected it once: it first stands on line {first.line}'
        )
        self.problems.append(Problem(place, message, "duplicate-key"))

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.document.file, mark.line + 1, mark.column + 1)

    def stop(self, event: yaml.Event, message: str, code: str) -> _StopReading:
        return _StopReading(Problem(self.place(event), message, code))


_TAB = "a tab in the indentation, expected spaces"
_IN_OUR_WORDS = {
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
    "block sequence entries are not allowed in this context": (
        "an entry of a list out of place, expected `- ` below its key, and no value beside the key"
    ),
    "did not find expected node content": "nothing, expected a value, a list or a mapping",
    "did not find expected <document start>": (
        "more text after the end, expected all keys of the file to begin in the same column"
    ),
    "mapping values are not allowed in this context": (
        "a second `:` or a key out of line, expected one `key: value` to a line, keys of one"
        " mapping below each other, and quotes around text that contains `: `"
    ),
    "found character that cannot start any token": (
        "a character that cannot begin a value (a tab, %, @ or `),"
        " expected spaces for indentation, and quotes around such text"
    ),
    "found unexpected end of stream": "the text ends inside quotes, expected the closing quote",
    "did not find expected key": (
        "something that is no key, expected `key: value`, indented like the lines above;"
        " or a quote further up is not closed"
    ),
    "did not find expected '-' indicator": (
        "something that is no entry of the list, expected `- `, indented like the lines above"
    ),
    "did not find expected ',' or ']'": "a list in [ ] that goes on wrongly, expected `,` or `]`",
    "did not find expected ',' or '}'": "a mapping in { } that goes on wrongly, expected `,` or `}`",
    "could not find expected ':'": "a key without a value, expected `key: value`",
    "found unknown escape character": (
        "an unknown escape in double quotes, expected single quotes where `\\` means itself"
    ),
}


def _bad_syntax(error: yaml.YAMLError, file: str, text: str) -> Problem:
    """One problem with its place, in our own words where the case is a common one."""
    mark = getattr(error, "problem_mark", None)
    found = getattr(error, "problem", None)
    if isinstance(error, yaml.reader.ReaderError):
        return _bad_character(error.character, file, text)
    lines = text.split("\n")
    if mark is None:
        place = Place(file)
    elif mark.line < len(lines):
        place = Place(file, mark.line + 1, mark.column + 1)
    else:
        # The parser ends on a line of its own.
        place = Place(file, len(lines), len(lines[-1]) + 1)
    message = _IN_OUR_WORDS.get(str(found), f"this is not YAML: {found or error}")
    return Problem(place, message, "bad-yaml")


def _bad_character(character: int, file: str, text: str) -> Problem:
    # The error's own position counts bytes or characters, as the parser pleases.
    offset = max(text.find(chr(character)), 0)
    line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
    message = f"character U+{character:04X} is not allowed in YAML, expected printable text"
    return Problem(Place(file, line, column), message, "bad-yaml")
