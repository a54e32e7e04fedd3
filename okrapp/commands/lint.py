"""`okr lint`: every problem of the config in one go."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.places import lint_library, lint_place, read_viewers_of
from okrapp import output as out
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.live_text import ask, merged, told
from okrapp.resolved import print_resolved
from okrapp.where import Which
from okrmodel.exact import counted
from okrmodel.lint.pages import PAGES, as_markdown, as_text
from okrmodel.problems import Problem, Severity, with_lines
from okrmodel.suggestion import did_you_mean

Format = Literal["text", "table", "json", "csv", "sarif", "github"]
EVERY = "all"

_COLUMNS = tuple(
    out.Column(key, key) for key in ("file", "line", "column", "severity", "message", "code")
)


def lint(
    where: Which | None = None,
    *,
    live: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    fresh: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    resolved: str | None = None,
    output: Format = "text",
    explain: str | None = None,
) -> None:
    """Check the config: every problem with its file, line and column.

    Args:
        where: Which workspaces.
        live: Ask the sources, too: do names exist, do figures fit. What they say is kept for a day.
        fresh: As --live, and ask again what was asked within a day.
        resolved: Id of a workspace to print with its templates filled in, each value with its file
            and line.
        output: For people and editors: text (or table). For programs: JSON, CSV, SARIF, github.
        explain: Print the page of a code instead; all pages, as Markdown, with `all`.
    """
    if explain is not None:
        print(_manual(explain), end="")  # noqa: T201 - a page to read or to keep in a file
        return
    if resolved is not None:
        print_resolved(where or Which(), resolved)
        return
    places = (where or Which()).places()
    root = places[0].root
    found = [
        *lint_library(root),
        *read_viewers_of(root).problems,
        *(one for place in places for one in lint_place(place).problems),
    ]
    asked = ask(places, fresh=fresh) if live or fresh else []
    # A template that is wrong is so for each workspace that uses it.
    problems = merged(list(dict.fromkeys(found)), asked)
    if output in {"text", "table"}:
        for shown in with_lines(problems, root):
            print(shown)  # noqa: T201 - editors read file:line:column, unwrapped
        print(f"{counted(len(places), 'workspace')} in {root}: {_tally(problems)}")  # noqa: T201
        for line in told(asked):
            print(line)  # noqa: T201
    else:
        _for_programs(problems, root, output)
    if _errors(problems):
        raise Exit(FAILED)


def _for_programs(problems: Sequence[Problem], root: Path, output: Format) -> None:
    match output:
        case "sarif":
            from okrapp.sarif import as_sarif  # noqa: PLC0415 - most runs do without

            repository = _repository(root)
            out.write_json(as_sarif(_seen_from(repository, problems, root), repository))
        case "github":
            from okrapp.annotations import as_annotation  # noqa: PLC0415 - the same

            for problem in _seen_from(_repository(root), problems, root):
                print(as_annotation(problem))  # noqa: T201 - GitHub reads it
        case "csv" | "json":
            out.write([problem.as_json() for problem in problems], _COLUMNS, output)


def _manual(code: str) -> str:
    if code == EVERY:
        return as_markdown(PAGES.values())
    if code not in PAGES:
        raise Exit(USAGE, f'unknown code "{code}"{did_you_mean(code, (*PAGES, EVERY))}')
    return as_text(PAGES[code])


def _repository(root: Path) -> Path:
    """The repository that a config lies in; without one, the config's own folder."""
    folders = (root, *root.parents)
    return next((folder for folder in folders if (folder / ".git").exists()), root)


def _seen_from(repository: Path, problems: Iterable[Problem], root: Path) -> list[Problem]:
    """The problems with their files relative to the repository."""
    inside = root.relative_to(repository)
    return [
        replace(p, place=replace(p.place, file=(inside / p.place.file).as_posix()))
        for p in problems
    ]


def _errors(problems: Iterable[Problem]) -> int:
    return sum(problem.severity is Severity.ERROR for problem in problems)


def _tally(problems: Sequence[Problem]) -> str:
    errors = _errors(problems)
    more = "; okr lint --explain CODE tells why" if problems else ""
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}{more}"
