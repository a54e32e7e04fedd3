"""`okr lint`: every problem of the config in one go."""

from flows.places import lint_library, lint_place
from okrapp import output as out
from okrapp.exits import FAILED, Exit
from okrapp.resolved import print_resolved
from okrapp.where import Which
from okrmodel.exact import counted
from okrmodel.problems import Problem, Severity, with_lines

_COLUMNS = tuple(
    out.Column(key, key) for key in ("file", "line", "column", "severity", "message", "code")
)


def lint(
    where: Which | None = None, *, resolved: str | None = None, output: out.Format = "table"
) -> None:
    """Check the config: every problem with its file, line and column.

    Args:
        where: Which workspaces.
        resolved: Id of a workspace to print with its templates filled in, each value with its file
            and line.
        output: Text for people and editors; JSON or CSV for programs.
    """
    if resolved is not None:
        print_resolved(where or Which(), resolved)
        return
    places = (where or Which()).places()
    root = places[0].root
    found = [*lint_library(root), *(one for place in places for one in lint_place(place).problems)]
    # A template that is wrong is so for each workspace that uses it.
    problems = list(dict.fromkeys(found))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if output == "table":
        for shown in with_lines(problems, root):
            print(shown)  # noqa: T201 - editors read file:line:column, unwrapped
        print(f"{counted(len(places), 'workspace')} in {root}: {_tally(problems, errors)}")  # noqa: T201
    else:
        out.write([problem.as_json() for problem in problems], _COLUMNS, output)
    if errors:
        raise Exit(FAILED)


def _tally(problems: list[Problem], errors: int) -> str:
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"
