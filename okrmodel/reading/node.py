"""Values that carry their places along, so that a tree can be put together from several files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from okrmodel.problems import KeyPath, Place
from okrmodel.reading.yaml_text import Document


@dataclass(frozen=True)
class Node:
    """A value, the nodes in it, and where both stand."""

    value: Any
    """A scalar, a mapping of nodes by key, or a list of nodes."""
    place: Place
    key: Place | None = None
    """Where its key stands, if it has one."""

    @property
    def inner(self) -> dict[str, "Node"]:
        """What a mapping holds; nothing of anything else."""
        return self.value if isinstance(self.value, dict) else {}

    def leaves(self) -> Iterator[tuple[KeyPath, "Node"]]:
        """Every scalar in it, with the path that leads there."""
        if isinstance(self.value, dict | list):
            entries = self.value.items() if isinstance(self.value, dict) else enumerate(self.value)
            for part, inner in entries:
                yield from (((part, *path), leaf) for path, leaf in inner.leaves())
        else:
            yield (), self


def node(document: Document, path: KeyPath, content: Any) -> Node:
    """The content at a path of a document, with its places."""
    value = content
    if isinstance(content, dict):
        value = {key: node(document, (*path, key), inner) for key, inner in content.items()}
    elif isinstance(content, list):
        value = [node(document, (*path, n), inner) for n, inner in enumerate(content)]
    return Node(value, document.place(path), document.keys.get(path))


def merged(below: Node, above: Node) -> Node:
    """A node with another laid over it.

    Mappings merge key by key; of anything else, lists too, the upper one is taken whole. A key that
    the upper one leaves empty takes it out of the lower one.
    """
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return above
    found = dict(below.value)
    for key, over in above.value.items():
        if key not in found:
            found[key] = over
        elif over.value is None:
            del found[key]
        else:
            found[key] = merged(found[key], over)
    return Node(found, above.place, above.key)


def planted(
    grown: Node, path: KeyPath, values: dict[KeyPath, Place], keys: dict[KeyPath, Place]
) -> Any:
    """The plain content of a node; its places are added under a path."""
    values[path] = grown.place
    if grown.key is not None:
        keys[path] = grown.key
    if isinstance(grown.value, dict):
        return {
            key: planted(inner, (*path, key), values, keys) for key, inner in grown.value.items()
        }
    if isinstance(grown.value, list):
        return [planted(inner, (*path, n), values, keys) for n, inner in enumerate(grown.value)]
    return grown.value
