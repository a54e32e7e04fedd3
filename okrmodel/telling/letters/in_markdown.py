"""A letter as CommonMark, without tables: chats do not show them."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

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
    Voice,
    joined,
)
from okrmodel.telling.looks import LOOKS
from okrmodel.telling.markdown_text import at_start, within


def in_markdown(blocks: Sequence[Block]) -> str:
    """The blocks below one another, with an empty line between them."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Lead(text):
            yield f"**{within(text)}**"
        case Paragraph(line):
            yield _line(line)
        case Points(points, heading):
            yield from _heading(heading)
            yield from (f"- {_line(joined(point))}" for point in points)
        case Standings():
            yield from _standings(block)
        case Link(label, url):
            yield f"[{within(label)}](<{_address(url)}>)"


def _standings(block: Standings) -> Iterator[str]:
    yield from _heading(block.heading)
    for number, group in enumerate(block.groups):
        if number:
            yield ""
        yield f"**{within(group.title)}**: {_piece(group.status)}"
        yield ""
        yield from map(_entry, group.entries)


def _entry(entry: Entry) -> str:
    return " · ".join(
        [f"- {at_start(within(entry.title))}: {_piece(entry.status)}", *map(within, entry.figures)]
    )


def _heading(heading: str) -> Iterator[str]:
    if heading:
        yield f"**{within(heading)}**"
        yield ""


def _line(line: Line) -> str:
    return at_start(" ".join(map(_piece, line)))


def _piece(piece: Piece) -> str:
    sign = f"{LOOKS[piece.status].sign} " if piece.status else ""
    text = within(piece.text)
    return f"{sign}**{text}**" if piece.voice is Voice.STRONG else f"{sign}{text}"


def _address(url: str) -> str:
    """The address with nothing in it that could end it."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~-._")
