"""Problems as SARIF 2.1.0, which code scanning and editors read."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from okrmodel.lint.pages import PAGES, Page
from okrmodel.problems import Problem

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"


def as_sarif(problems: Sequence[Problem], root: Path) -> dict[str, Any]:
    """One run with its rules and results.

    Args:
        problems: Their files are relative to the root.
        root: Absolute: what the files' addresses start from.
    """
    codes = _codes(problems)
    run = {
        "tool": {
            "driver": {
                "name": "okr lint",
                "version": version("okrsync"),
                "rules": [_rule(code) for code in codes],
            }
        },
        "originalUriBaseIds": {_ROOT: {"uri": root.as_uri().removesuffix("/") + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _codes(problems: Iterable[Problem]) -> list[str]:
    """The codes that occur, in the order of the manual."""
    found = {problem.code for problem in problems}
    return [code for code in PAGES if code in found] + sorted(found.difference(PAGES))


def _rule(code: str) -> dict[str, Any]:
    page: Page | None = PAGES.get(code)
    if page is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.manual},
        "help": {"text": page.manual, "markdown": page.manual},
        "defaultConfiguration": {"level": page.severity.value},
    }


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    place = problem.place
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity.value,
        "message": {"text": problem.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place.file), "uriBaseId": _ROOT},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
    }
