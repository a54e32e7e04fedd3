"""Text in Markdown that means nothing but itself, and tables of it."""

import re
from collections.abc import Iterable, Iterator, Sequence

_MEANT = re.compile(
    r"[\\`*\[\]|#@~]"
    r"|<(?=[A-Za-z/!?@#\\])"  # What may begin a tag, an address, or a mention in a chat.
    r"|(?<![^\W_])_|_(?![^\W_])"  # Inside a word it is only itself.
    r"|&(?=#?\w+;)"
)

_FIRST = re.compile(r"^(\s*(?:\d+(?=[.)])|(?=[-+=>])))")


def plain(text: str) -> str:
    """Text of a config or a source: whatever it holds, it formats and mentions nothing."""
    return at_start(within(text))


def within(text: str) -> str:
    """The same where something else stands before it in its line."""
    return _MEANT.sub(r"\\\g<0>", text.replace("\n", " "))


def at_start(line: str) -> str:
    """A line of Markdown that begins no list, heading or quotation."""
    return _FIRST.sub(r"\1\\", line)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: int) -> Iterator[str]:
    """The lines of a table of texts that are Markdown already; from `right` on, on the right."""
    lines = ["---" if n < right else "--:" for n in range(len(headings))]
    for cells in (headings, lines, *rows):
        yield f"| {' | '.join(cells)} |"
