"""A rule: a function that looks at a draft, with its code and severity."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from okrmodel.lint.draft import Draft
from okrmodel.problems import KeyPath, Severity


class Remark(NamedTuple):
    """What a rule found."""

    path: KeyPath
    """The file's name, then the way to a value in it."""
    message: str


Remarks = Iterator[Remark]


Checked = TypeVar("Checked")
"""What a check looks at."""
Told = TypeVar("Told")
"""What it says."""


@dataclass(frozen=True)
class Ruled(Generic[Checked, Told]):
    """Checks one thing. The docstring of the check is the rule's page in the manual."""

    code: str
    severity: Severity
    check: Callable[[Checked], Iterator[Told]]

    @property
    def manual(self) -> str:
        """What the rule wants and why."""
        return inspect.getdoc(self.check) or ""


Rule = Ruled[Draft, Remark]
"""A rule about what the files say."""


def error(code: str) -> Callable[[Callable[[Draft], Remarks]], Rule]:
    """Make a function a rule that definitions must keep."""
    return lambda check: Rule(code, Severity.ERROR, check)


def warning(code: str) -> Callable[[Callable[[Draft], Remarks]], Rule]:
    """Make a function a rule that definitions had better keep."""
    return lambda check: Rule(code, Severity.WARNING, check)
