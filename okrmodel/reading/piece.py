"""Validating one piece of a file, and telling what is wrong with it in our own words and its place.

Pieces are validated one by one (a connection, a metric, a key result), so that every problem of
all of them is told at once, and each in the words of what it belongs to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from okrmodel.problems import PLAIN_SECRET, KeyPath, Problem
from okrmodel.reading.shape import keys_to_add
from okrmodel.reading.wording import choices, expected, found, knows, one_of, quoting
from okrmodel.reading.yaml_text import Document
from okrmodel.suggestion import did_you_mean, nearest

_KEY_ERRORS = ("missing", "extra_forbidden")
_CHOICES = ("literal_error", "enum")

UNRESOLVED = object()
"""Stands where a template could not be used: why is told already."""


@dataclass(frozen=True)
class Piece:
    """A value in a document, and what to call it: key result "leads"."""

    document: Document
    path: KeyPath
    content: Any
    title: str

    def inside(self, *parts: str | int, title: str = "") -> "Piece":
        """A value in this one; nothing where there is none."""
        content = self.content
        for part in parts:
            content = _step(content, part, None)
        return Piece(self.document, (*self.path, *parts), content, title or self.title)

    def problem(self, message: str, code: str, *path: str | int) -> Problem:
        """A problem of the value at a path inside."""
        return Problem(self.document.place((*self.path, *path)), message, code)

    def read(self, kind: Any, instead: Any = None) -> tuple[Any, list[Problem]]:
        """Validate as a model class or type; None beside the problems when it is wrong.

        Args:
            kind: What it is to be.
            instead: Content to validate instead, with parts of it already validated.
        """
        return self.read_with(_adapter(kind), instead)

    def read_with(
        self, adapter: TypeAdapter[Any], instead: Any = None
    ) -> tuple[Any, list[Problem]]:
        """The same with an adapter."""
        content = self.content if instead is None else instead
        try:
            return adapter.validate_python(content), []
        except ValidationError as error:
            return None, list(self._told(error, adapter))

    def _told(self, error: ValidationError, adapter: TypeAdapter[Any]) -> Iterator[Problem]:
        faults: dict[KeyPath, list[ErrorDetails]] = defaultdict(list)
        for one in error.errors(include_url=False):
            faults[_aligned(self.content, one)].append(one)
        meant: set[str] = set()
        for path in sorted(faults, key=str):
            for one in faults[path]:
                if one["type"] == "extra_forbidden":
                    known = self._known_keys(path[:-1], adapter)
                    meant.add(nearest(str(path[-1]), known))
                    yield self._unknown_key(path, known)
        for path, several in faults.items():
            missing = [str(e["loc"][-1]) for e in several if e["type"] == "missing"]
            yield from (self._missing(path, key) for key in missing if key not in meant)
            others = [e for e in several if e["type"] not in _KEY_ERRORS]
            if others and not missing and not _told_deeper(path, faults):
                yield self._wrong(path, others)

    def _known_keys(self, path: KeyPath, adapter: TypeAdapter[Any]) -> set[str]:
        """The keys that may still be added at a path."""
        present = _at(self.content, path)
        return keys_to_add(adapter, path, set(present if isinstance(present, dict) else ()))

    def _unknown_key(self, path: KeyPath, known: set[str]) -> Problem:
        key = str(path[-1])
        hint = did_you_mean(key, known) if known else ", which has all its keys"
        message = f'unknown key "{key}" in {self._named(path[:-1])}{hint}'
        return Problem(self.document.key_place((*self.path, *path)), message, "unknown-key")

    def _missing(self, path: KeyPath, key: str) -> Problem:
        return self.problem(f'missing key "{key}" in {self._named(path)}', "missing-key", *path)

    def _wrong(self, path: KeyPath, errors: Sequence[ErrorDetails]) -> Problem:
        subject, value = self._named(path), _at(self.content, path)
        if errors[0]["type"] == "plain_secret":
            return self.problem(f"{subject}: {errors[0]['msg']}", PLAIN_SECRET, *path)
        theirs = [_said(error) for error in errors if not knows(error["type"])]
        if theirs:
            told = " or ".join(dict.fromkeys(theirs))
            return self.problem(f"{subject}: {told}", "bad-value", *path)
        wanted = dict.fromkeys(expected(error["type"], error.get("ctx", {})) for error in errors)
        if "[key]" in errors[0]["loc"]:
            message = f'key "{path[-1]}" in {self._named(path[:-1])}, expected {one_of(wanted)}'
            place = self.document.key_place((*self.path, *path))
            return Problem(place, message, "bad-value")
        allowed = [c for e in errors if e["type"] in _CHOICES for c in choices(e["ctx"])]
        if isinstance(value, str) and (hint := nearest(value, allowed)):
            message = f'{subject} is {found(value)}; did you mean "{hint}"?'
            return self.problem(message, "bad-choice", *path)
        message = f"{subject} is {found(value)}, expected {one_of(wanted)}{quoting(value, wanted)}"
        return self.problem(message, "bad-choice" if allowed else "bad-value", *path)

    def _named(self, path: KeyPath) -> str:
        if not path:
            return self.title
        steps = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
        return f'"{"".join(steps).lstrip(".")}" of {self.title}'


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _said(error: ErrorDetails) -> str:
    """The words of whoever raised it, without pydantic's."""
    cause = error.get("ctx", {}).get("error")
    return str(cause) if isinstance(cause, Exception) else error["msg"]


def _told_deeper(path: KeyPath, faults: Iterable[KeyPath]) -> bool:
    """Whether something inside the value is wrong, too.

    Then another form of a union has refused the value as a whole, and that says nothing new.
    """
    return any(len(other) > len(path) and other[: len(path)] == path for other in faults)


_NOWHERE = object()


def _step(content: Any, part: str | int, otherwise: Any) -> Any:
    if isinstance(content, dict) and isinstance(part, str):
        return content.get(part, otherwise)
    if isinstance(content, list | tuple) and isinstance(part, int) and part < len(content):
        return content[part]
    return otherwise


def _at(content: Any, path: KeyPath) -> Any:
    for part in path:
        content = _step(content, part, _NOWHERE)
    return content


def _aligned(content: Any, error: ErrorDetails) -> KeyPath:
    """An error's path in the file.

    Pydantic's has more parts: names of union members, keys that are missing. Of the ways to leave
    parts out, the one that leads to the value which the error is about, and there the longest.
    """
    ways = set(_ways(content, error["loc"], ()))
    return max(ways, key=lambda way: (_at(content, way) is error["input"], len(way), str(way)))


def _ways(content: Any, loc: Sequence[str | int], path: KeyPath) -> Iterator[KeyPath]:
    if not loc:
        yield path
        return
    part, rest = loc[0], loc[1:]
    inner = _step(content, part, _NOWHERE)
    if inner is not _NOWHERE:
        yield from _ways(inner, rest, (*path, part))
    yield from _ways(content, rest, path)
