"""A CSV file's bytes to a grid: encoding and delimiter are told by what is there."""

import csv
import io

from okrmodel.tracker.grid import Grid
from okrmodel.tracker.words import plain, words

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_OLD = ("cp1252", "cp1250")
"""Code pages of Western and Central Europe, where a file is not UTF-8; the first wins a tie."""
_KEPT_TEXT = ("'=", "'+", "'-", "'@")
_LOOKED_AT = 20
"""Rows in which the headings are looked for."""


class UnreadableFile(ValueError):  # noqa: N818 - says what is wrong
    """The file cannot be read as a table; the message says why and what to do."""


def read_csv(content: bytes, encoding: str | None = None) -> Grid:
    """The cells of a CSV file.

    Args:
        content: The whole file.
        encoding: Its encoding; found out when None.

    Raises:
        UnreadableFile: It is no text of that encoding.
    """
    text, found = _decoded(content, encoding)
    if "\0" in text:
        raise UnreadableFile("the file is no text: it holds zero bytes; save it as CSV or XLSX")
    delimiter = max(_DELIMITERS, key=lambda mark: _fitness(text, mark))
    told = f"{found}, separated by {_DELIMITERS[delimiter]}"
    return Grid("", tuple(tuple(map(_cell, row)) for row in _rows(text, delimiter)), told)


def _cell(text: str) -> str | None:
    """The text; the apostrophe that keeps one from being calculated is not of it."""
    return (text[1:] if text.startswith(_KEPT_TEXT) else text) or None


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text, and what it was read as, for people."""
    if encoding:
        try:
            return content.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError) as error:
            raise UnreadableFile(f"the file is not {encoding}: {error}") from None
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            try:
                return content.decode(name), name.removesuffix("-sig").upper()
            except UnicodeDecodeError as error:
                raise UnreadableFile(f"the file is not the {name} it begins as: {error}") from None
    try:
        return content.decode(), "UTF-8"
    except UnicodeDecodeError:
        return _old(content)


def _old(content: bytes) -> tuple[str, str]:
    """One byte to a letter: read as the code page that gives more letters."""
    texts = {name: content.decode(name, errors="replace") for name in _OLD}
    best = max(_OLD, key=lambda name: sum(map(str.isalpha, texts[name])))
    return texts[best], f"not UTF-8, so read as {best} (--encoding says otherwise)"


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(f"the file is no CSV that can be read: {error}") from None


def _fitness(text: str, delimiter: str) -> tuple[int, int]:
    """How many headings a delimiter shows in one row, then how many columns."""
    head = "\n".join(text.splitlines()[:_LOOKED_AT])
    try:
        rows = _rows(head, delimiter)
    except UnreadableFile:
        return (0, 0)
    known = words().headings
    return (
        max((sum(plain(cell) in known for cell in row) for row in rows), default=0),
        max((len(row) for row in rows), default=0),
    )
