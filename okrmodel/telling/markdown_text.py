"""Text in Markdown that means nothing but itself, and tables of it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from okrmodel.telling.one_line import one_line

_MEANT = re.compile(
    r"[\\`*\[\]|#~]"
    r"|<(?=[A-Za-z/!?])"  # What may begin a tag or an address.
    r"|(?<![^\W_])_|_(?![^\W_])"  # Inside a word it is only itself.
    r"|&(?=#?\w+;)"
)

_FIRST = re.compile(r"^(\s*(?:\d+(?=[.)])|(?=[-+=>])))")


def plain(text: str) -> str:
    """Text of a config or a source: whatever it holds, it formats and mentions nothing."""
    return at_start(within(text))


def within(text: str) -> str:
    """The same where something else stands before it in its line."""
    return _MEANT.sub(r"\\\g<0>", one_line(text))


def at_start(line: str) -> str:
    """A line of Markdown that begins no list, heading or quotation."""
    return _FIRST.sub(r"\1\\", line)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: slice) -> Iterator[str]:
    """The lines of a table of texts that are Markdown already; columns in `right` on the right."""
    numbers = range(len(headings))[right]
    lines = ["--:" if n in numbers else "---" for n in range(len(headings))]
    for cells in (headings, lines, *rows):
        yield f"| {' | '.join(cells)} |"
