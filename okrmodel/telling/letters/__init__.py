"""Letters: what is sent to people, in each form that a channel may take."""

from collections.abc import Sequence
from dataclasses import dataclass

from okrmodel.telling.letters.blocks import Block
from okrmodel.telling.letters.in_html import in_html
from okrmodel.telling.letters.in_markdown import in_markdown
from okrmodel.telling.letters.in_text import in_text
from okrmodel.telling.one_line import one_line


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in all its forms; each says the same."""

    title: str
    """The subject: one line of plain text that says all that matters."""
    text: str
    """Plain text on at most 78 columns."""
    markdown: str
    """CommonMark without tables, which chats do not show."""
    html: str
    """A whole document for mail: its styles inside, no script, no picture."""
    picture: bytes | None = None
    """A PNG to be attached; None where there is nothing to see."""


def letter(
    title: str, blocks: Sequence[Block], language: str, picture: bytes | None = None
) -> Letter:
    """The letter that says these blocks.

    Args:
        title: The subject; line breaks and control characters in it are taken out.
        blocks: What it says, in order.
        language: Of the texts, for readers that speak: "pl".
        picture: A PNG.
    """
    return Letter(
        title=one_line(title),
        text=in_text(blocks),
        markdown=in_markdown(blocks),
        html=in_html(title, blocks, language),
        picture=picture,
    )
