"""What a reader sees of a letter: its forms read back by a Markdown reader and an HTML reader."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt


@dataclass
class Seen(HTMLParser):
    """A document's tags with their attributes, and its text."""

    tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def html(document: str) -> Seen:
    seen = Seen()
    seen.feed(document)
    seen.close()
    return seen


def markdown(text: str) -> tuple[list[str], str]:
    """What formats it, and what is read: CommonMark with the tables and strikes of GitHub."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    marks: list[str] = []
    told: list[str] = []
    for block in reader.parse(text):
        marks.append(block.type)
        for inline in block.children or ():
            if inline.type == "text":
                told.append(inline.content)
            else:
                marks.append(inline.type)
                told.append("\n" if inline.type == "softbreak" else "")
                if inline.type not in {"softbreak", "strong_open", "strong_close"}:
                    told.append(f"⟦{inline.type} {inline.content}⟧" * bool(inline.content))
        told.append("\n")
    return marks, "".join(told)
