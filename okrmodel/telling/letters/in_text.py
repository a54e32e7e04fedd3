"""A letter as plain text on at most 78 columns."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from okrmodel.telling.letters.blocks import (
    Block,
    Entry,
    Lead,
    Line,
    Link,
    Paragraph,
    Piece,
    Points,
    Standings,
    joined,
)
from okrmodel.telling.looks import LOOKS
from okrmodel.telling.numbers import UNBROKEN
from okrmodel.telling.one_line import one_line

COLUMNS = 78


def in_text(blocks: Sequence[Block]) -> str:
    """The blocks below one another, with an empty line between them."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Lead(text):
            yield from _wrapped(one_line(text))
        case Paragraph(line):
            yield from _wrapped(_told(line))
        case Points(points, heading):
            yield from _heading(heading)
            for point in points:
                yield from _wrapped(_told(joined(point)), "- ", "  ")
        case Standings():
            yield from _standings(block)
        case Link(label, url):
            yield f"{one_line(label)}:"
            yield one_line(url)


def _standings(block: Standings) -> Iterator[str]:
    yield from _heading(block.heading)
    for number, group in enumerate(block.groups):
        if number:
            yield ""
        yield from _wrapped(f"{one_line(group.title)}: {_piece(group.status)}")
        for entry in group.entries:
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield from _wrapped(f"{one_line(entry.title)}: {_piece(entry.status)}", "- ", "  ")
    yield from _wrapped(" · ".join(map(one_line, entry.figures)), "  ", "  ")


def _heading(heading: str) -> Iterator[str]:
    if heading:
        yield one_line(heading).upper()


def _told(line: Line) -> str:
    return " ".join(map(_piece, line))


def _piece(piece: Piece) -> str:
    # No line ends between a sign and its word.
    sign = f"{LOOKS[piece.status].sign}{UNBROKEN}" if piece.status else ""
    return f"{sign}{one_line(piece.text)}"


def _wrapped(text: str, first: str = "", then: str = "") -> list[str]:
    return wrap(text, COLUMNS, initial_indent=first, subsequent_indent=then)
