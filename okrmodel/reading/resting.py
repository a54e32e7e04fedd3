"""Words of workspace.yaml that come and go while it lives; all else stays as it is written."""

from collections.abc import Mapping
from typing import Any

import yaml

from okrmodel.reading.appending import NoRoom
from okrmodel.reading.nodes import Edit, composed, edited, end, entry, inside, start
from okrmodel.reading.yaml_text import read_yaml
from okrmodel.secrets import SecretRef

_WITH_SECRETS = ("connections", "notify")
"""The keys of workspace.yaml below which references to secrets stand."""


def rested(text: str, key: str, value: str) -> str:
    """The text with a key that says since when the workspace rests, below its name.

    Args:
        text: Of workspace.yaml, without errors.
        key: `paused` or `left`; what it said before is replaced.
        value: As YAML.

    Raises:
        NoRoom: It cannot be added without changing what is there.
    """
    bare = without(text, key)
    name = entry(composed(bare), "name")
    if name is None:
        raise NoRoom(f"it has no `name` of its own; write `{key}: {value}` into it")
    line = bare.find("\n", end(name[1]))
    ends = "\r\n" if "\r\n" in bare else "\n"
    at = len(bare) if line < 0 else line + 1
    told = f"{key}: {value}{ends}"
    if line < 0:
        told = ends + told
    grown = edited(bare, [Edit(at, at, told)])
    return _checked(grown, {**_content(bare), key: _content(f"{key}: {value}\n")[key]})


def without(text: str, key: str) -> str:
    """The text without a key, with its whole lines; the same where there is none.

    Raises:
        NoRoom: It cannot be taken out without changing what else is there.
    """
    found = entry(composed(text), key)
    if found is None:
        return text
    line = text.find("\n", end(found[1]))
    begins = text.rfind("\n", 0, start(found[0])) + 1
    shrunk = text[:begins] + ("" if line < 0 else text[line + 1 :])
    return _checked(shrunk, {k: v for k, v in _content(text).items() if k != key})


def forgotten(text: str, day: str) -> tuple[str, tuple[SecretRef, ...]]:
    """The text without the references to secrets, and which these were.

    Connections hold them, and the targets that something is sent to.

    Args:
        text: Of workspace.yaml, without errors.
        day: The day on which they are forgotten, written 2026-11-25.

    Raises:
        NoRoom: One of them cannot be taken out without changing what else is there.
    """
    told = f"${{forgotten:{day}}}"
    edits: list[Edit] = []
    found: list[SecretRef] = []
    whole = composed(text)
    for node in (one for key in _WITH_SECRETS for one in _scalars(inside(whole, key))):
        if reference := _reference(node.value):
            found.append(reference)
            # Quotes around it stay.
            at = text.index(node.value, start(node), end(node))
            edits.append(Edit(at, at + len(node.value), told))
    content = {
        key: _replaced(value, told) if key in _WITH_SECRETS else value
        for key, value in _content(text).items()
    }
    return _checked(edited(text, edits), content), tuple(dict.fromkeys(found))


def _scalars(node: yaml.Node | None) -> list[yaml.ScalarNode]:
    match node:
        case yaml.ScalarNode():
            return [node]
        case yaml.SequenceNode():
            return [one for part in node.value for one in _scalars(part)]
        case yaml.MappingNode():
            return [one for _, part in node.value for one in _scalars(part)]
        case _:
            return []


def _reference(text: str) -> SecretRef | None:
    """The secret that a text leads to, where it still does."""
    found = SecretRef.parse(text)
    return found if found and found.kind != "forgotten" else None


def _replaced(content: Any, told: str) -> Any:
    """What is to be said instead: every reference is forgotten."""
    match content:
        case dict():
            return {key: _replaced(value, told) for key, value in content.items()}
        case list():
            return [_replaced(value, told) for value in content]
        case str() if _reference(content):
            return told
        case _:
            return content


def _content(text: str) -> Mapping[str, Any]:
    document, _ = read_yaml(text, "")
    return document.content if isinstance(document.content, dict) else {}


def _checked(text: str, wanted: Mapping[str, Any]) -> str:
    document, problems = read_yaml(text, "")
    if problems or document.content != wanted:
        raise NoRoom("it is not written a key to a line, so it has to be changed by hand")
    return text
