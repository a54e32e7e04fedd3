"""A check-in added to the text of its file: every entry and comment that is there stays.

The new entry takes the form of the last one: in braces on a line, or a key to a line.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from okrmodel.problems import Place
from okrmodel.reading.quoting import name_in_yaml
from okrmodel.reading.scalars import Scalar, unquoted
from okrmodel.reading.yaml_text import Document, read_yaml

_AS_TYPED = frozenset({"date", "value", "until"})
"""Numbers and days; the other keys hold text."""
_EMPTY_LIST = re.compile(r"\[[ \t]*\]")
_BRACES = "{ ", " }"


class NoRoom(ValueError):  # noqa: N818 - says what is wrong
    """The text is not of a form that an entry can be added to."""


class Appended(NamedTuple):
    """A text with an entry at its end."""

    text: str
    entry: str
    """As it is written there."""

    @property
    def line(self) -> int:
        """The line on which the entry begins."""
        return self.text.count("\n") - self.entry.count("\n")


def appended(text: str, entry: Mapping[str, str]) -> Appended:
    """The text of a check-ins' file with one more entry at its end.

    Args:
        text: A linted file's; line ends are kept.
        entry: By key: numbers and days as they are to be written, and text.

    Raises:
        NoRoom: The entry cannot be added without changing what is there.
    """
    before, _ = read_yaml(text, "")
    kept = _opened(text, before)
    ends = "\r\n" if "\r\n" in kept else "\n"
    glue = "" if not kept or kept.endswith("\n") else ends
    lines = _lines(text, before, {key: _scalar(key, told) for key, told in entry.items()})
    grown = kept + glue + "".join(line + ends for line in lines)
    after, problems = read_yaml(grown, "")
    wanted = [*(before.content or []), {key: _value(key, told) for key, told in entry.items()}]
    if problems or after.content != wanted:
        raise NoRoom("an entry at its end would not stand for itself; see how the file ends")
    return Appended(grown, ends.join(lines))


def _opened(text: str, document: Document) -> str:
    """The text without the [] that stands for an empty list: it can take no entry."""
    if document.content is None:
        return text
    begins = _offset(text, document.place(()))
    if document.content:
        if text[begins : begins + 1] != "-":
            raise NoRoom("its entries stand in one pair of [ ], expected a line `- ` for each")
        return text
    empty = _EMPTY_LIST.match(text, begins)
    if empty is None:
        raise NoRoom("its list is empty and not written as [], expected no list at all")
    rest = text[empty.end() :]
    alone = text[:begins].endswith("\n") or not begins
    return text[:begins] + (re.sub(r"\A[ \t]*\r?\n", "", rest) if alone else rest)


def _lines(text: str, document: Document, entry: Mapping[str, str]) -> list[str]:
    """The entry as the last one is written; where there is none, in braces."""
    pairs = [f"{key}: {told}" for key, told in entry.items()]
    blanks, last, (opening, closing) = "", "{", _BRACES
    if count := len(document.content or []):
        blanks = " " * (document.place(()).column - 1)
        begins = _offset(text, document.place((count - 1,)))
        last = text[begins : begins + 1]
        opening, closing = _BRACES if text[begins + 1 : begins + 2] == " " else ("{", "}")
    if last == "{":
        return [f"{blanks}- {opening}{', '.join(pairs)}{closing}"]
    return [f"{blanks}{'- ' if not n else '  '}{pair}" for n, pair in enumerate(pairs)]


def _offset(text: str, place: Place) -> int:
    lines = text.split("\n")[: place.line - 1]
    return sum(len(line) + 1 for line in lines) + place.column - 1


def _scalar(key: str, told: str) -> str:
    return told if key in _AS_TYPED else name_in_yaml(told)


def _value(key: str, told: str) -> Scalar:
    return unquoted(told).value if key in _AS_TYPED else told
