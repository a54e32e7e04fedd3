"""The manual: a page for every code that lint can print.

A rule's page is its docstring. What is found already while the files are read has its page here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import dedent

from okrmodel.lint import RULES
from okrmodel.lint.live import LIVE_RULES
from okrmodel.problems import Severity


@dataclass(frozen=True)
class Page:
    """What a code means."""

    code: str
    severity: Severity
    manual: str
    """What is wanted and why: a sentence, an empty line, and more."""
    asks_the_source: bool = False
    """Whether only `okr lint --live` can tell."""

    @property
    def summary(self) -> str:
        """The first paragraph as one line."""
        return " ".join(self.manual.partition("\n\n")[0].split())


def _while_reading(code: str, manual: str, severity: Severity = Severity.ERROR) -> Page:
    return Page(code, severity, dedent(manual).strip())


READING = (
    _while_reading(
        "unreadable",
        """
        A file is missing, cannot be opened, or is no UTF-8 text.

        A workspace is a folder with a workspace.yaml; its other files are optional. Save files as
        UTF-8, which every editor can.
        """,
    ),
    _while_reading(
        "bad-yaml",
        """
        A file is no YAML, or uses what a config does not need.

        Tags, a second document, keys that are no text, tabs as indentation and very deep nesting
        are refused. A second `:` in a text needs quotes around it: `title: "Goal: 300 MQLs"`.
        """,
    ),
    _while_reading(
        "duplicate-key",
        """
        A key stands twice in one mapping.

        YAML would take the last one without a word. Remove one of them.
        """,
    ),
    _while_reading(
        "bad-number",
        """
        A number cannot be computed with: it is infinite, no number at all, or too long.

        Numbers are exact decimals of a limited length, such as 1200 or 1200.5.
        """,
    ),
    _while_reading(
        "ambiguous-value",
        """
        A value without quotes means different things to different readers of YAML.

        `no` and `on` are truth values to some and texts to others; `012` and `12:30` are numbers to
        the base of 8 or 60. Write `true` or `false`, write the number without a leading zero, or put
        the text into quotes.
        """,
    ),
    _while_reading(
        "unknown-key",
        """
        A mapping has a key that means nothing there.

        Often it is misspelt, and the nearest known key is shown; or it stands one level too deep.
        A key that is silently passed over would be a setting that does not work.
        """,
    ),
    _while_reading("missing-key", "A mapping lacks a key that it must have."),
    _while_reading(
        "bad-value",
        """
        A value is not of the kind that its key takes.

        The message says what was found and what is expected, such as a day written 2026-10-31.
        """,
    ),
    _while_reading("bad-choice", "A value is none of those that its key allows."),
    _while_reading(
        "unknown-connector",
        """
        A connection names a connector that is not installed.

        Connectors come with the project, or with a package that has an entry point in the group
        `okr.connectors`.
        """,
    ),
    _while_reading(
        "unknown-connection",
        "A metric names a connection that workspace.yaml does not have under `connections`.",
    ),
    _while_reading(
        "unknown-workspace",
        """
        A viewer may see a workspace that the config does not have.

        In viewers.yaml, `workspaces` lists the permanent ids, or says `all`. The others on the list
        are seen all the same.
        """,
    ),
    _while_reading(
        "shared-secret",
        """
        Two viewers have one password's or token's digest.

        Nobody could tell which of them it was, nor take it from one alone. Give each its own:
        `okr viewer add` makes it.
        """,
    ),
    _while_reading(
        "cycle-dates",
        """
        A cycle's days cannot be told.

        Its name is a quarter of the fiscal year, such as 2026-Q4, or the cycle says
        `{id: …, starts: …, ends: …}`, with the end after the start.
        """,
    ),
    _while_reading(
        "plain-secret",
        """
        Something looks like a secret in plain text, in a value, a key or a comment.

        A file says where a secret is, never what it is: `${NAME}` of the environment, `${file:PATH}`
        or `${prefect:BLOCK}`. Whoever has the file has the secret, and so has git's history: replace
        the secret itself, too.
        """,
    ),
    _while_reading(
        "id-used-twice",
        """
        Two workspaces of one config have the same id.

        The store remembers by it, and would take the two for one.
        """,
    ),
    _while_reading(
        "bad-suppression",
        """
        A comment asks to ignore a problem, but not in a way that can be followed.

        Written `# okr: ignore CODE -- why`, at the end of the line or on a line of its own above it;
        several codes are separated by commas. The reason is not optional: who reads the file next
        wants to know it. Errors keep the definitions from being used and cannot be ignored.
        """,
        Severity.WARNING,
    ),
    _while_reading(
        "unused-suppression",
        """
        A comment asks to ignore a problem that is not there.

        It was mended, or the comment stands on another line. Remove the comment, lest it hides the
        next problem.
        """,
        Severity.WARNING,
    ),
    _while_reading(
        "unknown-template",
        "A metric or a key result uses a template that the library does not have.",
    ),
    _while_reading(
        "duplicate-template",
        """
        Two templates of a kind have the same name.

        Nobody can tell which one a client means, so neither can be used.
        """,
    ),
    _while_reading(
        "bad-template",
        """
        A template uses a template itself.

        Everything is written out in it: who reads a client's file looks in one other place, not in
        two.
        """,
    ),
    _while_reading(
        "bad-placeholder",
        """
        A text of a template begins with `=` and names no parameter.

        `=name` stands for the parameter's value, as it is; `={name}` inside a longer text. A text
        that is to begin with `=` is written with two.
        """,
    ),
    _while_reading(
        "bad-parameter",
        """
        A parameter has a name that already means something else where the template is used.

        `use` names the template. A parameter that is called like a key of the template would leave
        open which of the two a client sets, unless the key is what it stands for: `target: =target`.
        """,
    ),
    _while_reading(
        "unknown-parameter", "A template's text names a parameter that the template does not have."
    ),
    _while_reading(
        "unused-parameter",
        """
        Nothing in a template stands for one of its parameters.

        Whoever sets it would believe that it does something.
        """,
    ),
    _while_reading(
        "missing-parameter",
        "A template is used without a parameter that has no default.",
    ),
)
"""Codes that come up while files are read, and no rule's."""

PAGES: dict[str, Page] = {
    page.code: page
    for page in (
        *READING,
        *(Page(rule.code, rule.severity, rule.manual) for rule in RULES),
        *(Page(rule.code, rule.severity, rule.manual, asks_the_source=True) for rule in LIVE_RULES),
    )
}
"""Every page, by its code: reading first, then the rules in their order, then what sources are asked."""


def as_text(page: Page) -> str:
    """A page for a terminal."""
    return f"{page.code} ({page.severity})\n\n{page.manual}\n"


_HEAD = """\
# Lint rules

<!-- Written by `make docs` from the rules' docstrings: change those. -->

`okr lint` prints the code of each problem in brackets; `okr lint --explain CODE` prints its page from here.
Errors keep the definitions from being used. Warnings do not, and can be ignored with a reason, at the end
of the line or on a line of its own above it:

    owner: ola # okr: ignore CODE -- why

| code | severity | what is wrong |
|---|---|---|"""


def as_markdown(pages: Iterable[Page]) -> str:
    """The whole manual as one page of Markdown."""
    pages = tuple(pages)
    rows = (f"| [{p.code}](#{p.code}) | {p.severity} | {p.summary} |" for p in pages)
    lines = [_HEAD, *rows]
    for page in pages:
        lines += ["", f"## {page.code}", "", f"*{page.severity.value.capitalize()}.* {page.manual}"]
    return "\n".join(lines) + "\n"
