"""A workspace's files as they are after templates: YAML, each value with the place it comes from.

What is printed reads as a config that needs no library.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from okrmodel.problems import KeyPath
from okrmodel.reading.company import Places
from okrmodel.reading.quoting import quoted
from okrmodel.reading.yaml_text import Document, read_yaml

_STEP = "  "
_WIDEST = 60
"""Where the places stand below each other, unless a line is longer."""


def resolved_text(places: Places) -> Iterator[str]:
    """The lines of every file, each file a document of its own under its name."""
    for file, document in places.documents.items():
        if document.content is None:
            continue
        yield f"--- # {places.at((file,)).file}"
        lines = list(_Written(places, document).lines())
        width = min(max(len(text) for text, _ in lines), _WIDEST)
        yield from (f"{text:<{width}} # {place}" for text, place in lines)


_Line = tuple[str, str]
"""What is written, and the file and line where it was."""


class _Written:
    """Writes one file."""

    def __init__(self, places: Places, document: Document) -> None:
        self.places = places
        self.document = document

    def lines(self) -> Iterator[_Line]:
        """Those of the whole file."""
        content = self.document.content
        if _is_full(content):
            yield from self.entries(content, (), "")
        else:
            yield _scalar(content), self.at(())

    def entries(
        self, content: Any, path: KeyPath, indent: str, first: str | None = None
    ) -> Iterator[_Line]:
        """The entries of a mapping or list, a line each.

        Args:
            content: The mapping or list.
            path: Where in the file it stands.
            indent: What stands before each entry.
            first: What stands before the first one instead.
        """
        found = content.items() if isinstance(content, dict) else enumerate(content)
        for part, inner in found:
            before, first = indent if first is None else first, None
            begins = f"{before}{_scalar(part)}:" if isinstance(part, str) else f"{before}-"
            at = (*path, part)
            if not _is_full(inner):
                yield f"{begins} {_scalar(inner)}", self.at(at)
            elif isinstance(part, int) and isinstance(inner, dict):
                yield from self.entries(inner, at, indent + _STEP, f"{begins} ")
            else:
                yield begins, self.at(at, whole=True)
                yield from self.entries(inner, at, indent + _STEP)

    def at(self, path: KeyPath, *, whole: bool = False) -> str:
        """Where a value was written; of a whole mapping or list, its key."""
        document = self.document
        place = self.places.shown(document.key_place(path) if whole else document.place(path))
        return f"{place.file}:{place.line}"


def _is_full(content: Any) -> bool:
    return isinstance(content, dict | list) and bool(content)


def _scalar(value: Any) -> str:
    """As this reader and others read it back; text in quotes where it could be something else."""
    match value:
        case None | bool():
            return {None: "~", True: "true", False: "false"}[value]
        case int() | Decimal():
            return str(value)
        case dict() | list():
            return "{}" if isinstance(value, dict) else "[]"
    text = str(value)
    # At the beginning of a line these end a document.
    if text.isprintable() and text[:3] not in {"...", "---"}:
        alone, problems = read_yaml(f"- {text}: 1\n- {text}", "")
        if alone.content == [{text: 1}, text] and not problems:
            return text
    return quoted(text)
