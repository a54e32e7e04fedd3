"""Problems: what is wrong with a config file, as a value with a place.

Text, text with the line shown, and JSON are renderings of the same value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from okrmodel.secrets import looks_secret

KeyPath = tuple[str | int, ...]
"""Where a value stands in a tree of mappings and lists: ("metrics", "mqls", "query")."""


class Severity(StrEnum):
    """Whether a problem keeps the definitions from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A character in a file; line and column count from 1, the path is relative to the root."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What was found at a place, what was expected there, and the rule's code.

    Problems sort by file, line and column.
    """

    place: Place
    message: str
    code: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} [{self.code}]"

    def as_json(self) -> dict[str, str | int]:
        """The problem as one flat JSON object."""
        return {
            **asdict(self.place),
            "severity": self.severity.value,
            "message": self.message,
            "code": self.code,
        }


PLAIN_SECRET = "plain-secret"  # noqa: S105 - the code of a rule
_NAME = r"(pas+w|pwd|secret|token|api_?key|private_?key|credential)"
_SECRET_KEY = re.compile(rf"{_NAME}\w*\s*:(?!\s*[\"']?\$\{{)", re.IGNORECASE)
_SECRET_MEANT = re.compile(rf'did you mean "\w*{_NAME}', re.IGNORECASE)


def with_lines(problems: Iterable[Problem], root: Path) -> Iterator[str]:
    """Each problem as text, its line of the file below it and a caret under the column.

    A line that may hold a secret is not shown.
    """
    problems = tuple(problems)
    kept_back = {(p.place.file, p.place.line) for p in problems if p.code == PLAIN_SECRET}
    lines: dict[str, list[str]] = {}
    for problem in problems:
        place = problem.place
        if place.file not in lines:
            lines[place.file] = _lines(root / place.file)
        shown = "".join(lines[place.file][place.line - 1 : place.line])
        if (
            not shown.strip()
            or (place.file, place.line) in kept_back
            or looks_secret(shown)
            or _SECRET_KEY.search(shown)
            or _SECRET_MEANT.search(problem.message)
        ):
            yield str(problem)
        else:
            # Tabs stay tabs, so that the caret stands below its character in a terminal.
            before = re.sub(r"[^\t]", " ", shown[: place.column - 1])
            yield f"{problem}\n    {shown}\n    {before}^"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").split("\n")
    except OSError:
        return []
