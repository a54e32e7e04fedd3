"""`okr lint`: every problem of the config in one go."""

from flows.places import lint_place
from okrapp import output as out
from okrapp.exits import FAILED, Exit
from okrapp.live_text import ask, merged, told
from okrapp.where import Which
from okrmodel.exact import counted
from okrmodel.problems import Problem, Severity, with_lines

_COLUMNS = tuple(
    out.Column(key, key) for key in ("file", "line", "column", "severity", "message", "code")
)


def lint(
    where: Which | None = None,
    *,
    live: bool = False,
    fresh: bool = False,
    output: out.Format = "table",
) -> None:
    """Check the config: every problem with its file, line and column.

    Args:
        where: Which workspaces.
        live: Ask the sources, too: do names exist, do figures fit. What they say is kept for a day.
        fresh: As --live, and ask again what was asked within a day.
        output: Text for people and editors; JSON or CSV for programs.
    """
    places = (where or Which()).places()
    root = places[0].root
    problems = [problem for place in places for problem in lint_place(place).problems]
    asked = ask(places, fresh=fresh) if live or fresh else []
    problems = merged(problems, asked)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if output == "table":
        for shown in with_lines(problems, root):
            print(shown)  # noqa: T201 - editors read file:line:column, unwrapped
        print(f"{counted(len(places), 'workspace')} in {root}: {_tally(problems, errors)}")  # noqa: T201
        for line in told(asked):
            print(line)  # noqa: T201
    else:
        out.write([problem.as_json() for problem in problems], _COLUMNS, output)
    if errors:
        raise Exit(FAILED)


def _tally(problems: list[Problem], errors: int) -> str:
    return f"{counted(errors, 'error')}, {counted(len(problems) - errors, 'warning')}"
