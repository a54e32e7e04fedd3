"""Text in Markdown that means nothing but itself, and tables of it."""

from collections.abc import Iterable, Iterator, Sequence

_MEANT = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|#@~+"} | {"\n": " "})


def plain(text: str) -> str:
    """Text of a config or a source: whatever it holds, it formats and mentions nothing."""
    return text.translate(_MEANT)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: int) -> Iterator[str]:
    """The lines of a table of texts that are Markdown already; from `right` on, on the right."""
    lines = ["---" if n < right else "--:" for n in range(len(headings))]
    for cells in (headings, lines, *rows):
        yield f"| {' | '.join(cells)} |"
