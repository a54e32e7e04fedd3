"""Placeholders of a template: which there are, and a tree with values in their places.

A scalar `=name` is the parameter itself and becomes its value, a number staying a number. In text
that begins with `=`, each `{name}` is the value's text: `=Win {target} MQLs`. `==` stands for a `=`
that begins a text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okrmodel.definitions.base import ID_FORM
from okrmodel.exact import plain
from okrmodel.problems import KeyPath
from okrmodel.reading.node import Node

_MARK = "="
_NAME = ID_FORM.pattern.strip("^$")
_WHOLE = re.compile(rf"=({_NAME})")
_IN_TEXT = re.compile(rf"\{{({_NAME})\}}")


@dataclass(frozen=True)
class Wanting:
    """Stands where a parameter that has no value would."""

    parameter: str


def placeholders(body: Node) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """The scalars that begin with the mark, each with the parameters that it names."""
    for _, leaf in body.leaves():
        if _is_marked(leaf.value):
            whole = _WHOLE.fullmatch(leaf.value)
            yield leaf, (whole[1],) if whole else tuple(_IN_TEXT.findall(leaf.value))


def stands_for(body: Node, parameter: str) -> bool:
    """Whether the node is the parameter itself."""
    return isinstance(body.value, str) and body.value == f"{_MARK}{parameter}"


def filled(body: Node, given: Mapping[str, Node]) -> Node | None:
    """A template's body with values in their places; None where the value is nothing.

    Where a parameter has no value, `Wanting` stands.
    """
    if isinstance(body.value, dict):
        entries = ((key, filled(inner, given)) for key, inner in body.value.items())
        return Node({k: inner for k, inner in entries if inner}, body.place, body.key)
    if isinstance(body.value, list):
        several = (filled(inner, given) for inner in body.value)
        return Node([inner for inner in several if inner], body.place, body.key)
    if not (isinstance(body.value, str) and body.value.startswith(_MARK)):
        return body
    if not _is_marked(body.value):
        return Node(body.value.removeprefix(_MARK), body.place, body.key)
    if whole := _WHOLE.fullmatch(body.value):
        return _taken(body, whole[1], given)
    return Node(_spliced(body.value.removeprefix(_MARK), given), body.place, body.key)


def wanting(tree: Node) -> dict[str, KeyPath]:
    """The parameters that are still without a value, each with the first place that needs it."""
    found: dict[str, KeyPath] = {}
    for path, leaf in tree.leaves():
        if isinstance(leaf.value, Wanting):
            found.setdefault(leaf.value.parameter, path)
    return found


def _is_marked(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_MARK) and value[1:2] != _MARK


def _taken(body: Node, name: str, given: Mapping[str, Node]) -> Node | None:
    if name not in given:
        return Node(Wanting(name), body.place, body.key)
    value = given[name]
    return None if value.value is None else Node(value.value, value.place, body.key)


def _spliced(text: str, given: Mapping[str, Node]) -> str | Wanting:
    for name in _IN_TEXT.findall(text):
        if name not in given or given[name].value is None:
            return Wanting(name)
    return _IN_TEXT.sub(lambda found: _as_text(given[found[1]].value), text)


def _as_text(value: Any) -> str:
    return plain(Decimal(value)) if isinstance(value, int | Decimal) else str(value)
