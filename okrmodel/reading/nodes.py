"""The text of a YAML file with its values' ends, and edits that leave everything else as it is."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import yaml

_ANCHOR = re.compile(r"&\S+\s+")


class Tangled(ValueError):  # noqa: N818 - says what is wrong
    """Two edits of a text meet: what they change is repeated by an alias."""


class Edit(NamedTuple):
    """A piece of a text, from one character up to another, and what stands there instead."""

    start: int
    end: int
    text: str


def composed(text: str) -> yaml.Node | None:
    """The root of a linted text's nodes, with the places of their first characters."""
    # The fast loader counts bytes, not characters.
    return yaml.compose(text, Loader=yaml.SafeLoader)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit done.

    Raises:
        Tangled: Two of them meet.
    """
    done, last = [], 0
    for edit in sorted(set(edits)):
        if edit.start < last:
            raise Tangled("a part that an alias (*name) repeats would have to change in two ways")
        done += [text[last : edit.start], edit.text]
        last = edit.end
    return "".join([*done, text[last:]])


def entry(node: yaml.Node | None, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    """A mapping's own key and the value beside it; what is merged in is not its own."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next(((k, v) for k, v in pairs if k.value == key), None)


def inside(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a mapping's own key."""
    found = entry(node, key)
    return found[1] if found else None


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """The entries of a list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def start(node: yaml.Node) -> int:
    """Its first character."""
    index: int = node.start_mark.index
    return index


def end(node: yaml.Node) -> int:
    """The character after its last one; the parser's own end takes in the comments that follow."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end(last[1] if isinstance(last, tuple) else last)
    index: int = node.end_mark.index
    return index


def instead(text: str, node: yaml.Node, value: str) -> Edit:
    """Another value in a value's place; the name (&name) that others repeat it by stays."""
    named = _ANCHOR.match(text, start(node))
    return Edit(named.end() if named else start(node), end(node), value)


def added(node: yaml.MappingNode, before: yaml.Node, pairs: Iterable[tuple[str, str]]) -> Edit:
    """More keys in a mapping, before one of its keys, in the mapping's own form."""
    glue = ", " if node.flow_style else "\n" + " " * before.start_mark.column
    told = "".join(f"{key}: {value}{glue}" for key, value in pairs)
    return Edit(start(before), start(before), told)


def without(text: str, owner: yaml.Node, key: str, gone: set[int]) -> Iterator[Edit]:
    """The list under a mapping's key without some of its entries, with their own comments.

    Args:
        text: All of it.
        owner: The mapping.
        key: The list's.
        gone: The numbers of the entries.
    """
    found = entry(owner, key)
    if found is None or not gone:
        return
    name, listed = found
    entries = items(listed)
    flow = isinstance(listed, yaml.CollectionNode) and listed.flow_style
    if flow and len(gone) == len(entries):
        yield Edit(start(listed), end(listed), "[]")
    elif flow:
        last = max(n for n in range(len(entries)) if n not in gone)
        for n in gone:
            after = n > last
            first = end(entries[n - 1]) if after else start(entries[n])
            yield Edit(first, end(entries[n]) if after else start(entries[n + 1]), "")
    elif len(gone) < len(entries):
        for n in gone:
            yield Edit(*_lines(text, start(entries[n]), end(entries[n])), "")
    elif text[: start(name)].rpartition("\n")[2].strip():
        # The key stands on the line of the entry's dash, which stays.
        yield Edit(end(name) + 1, end(listed), " []")
    else:
        yield Edit(*_lines(text, start(name), end(listed)), "")


def _lines(text: str, first: int, last: int) -> tuple[int, int]:
    """The whole lines from one character to another, and the comments right above the first."""
    begins = text.rfind("\n", 0, first) + 1
    while begins:
        above = text.rfind("\n", 0, begins - 1) + 1
        if not text[above:begins].lstrip().startswith("#"):
            break
        begins = above
    ends = text.find("\n", last)
    return begins, len(text) if ends < 0 else ends + 1
