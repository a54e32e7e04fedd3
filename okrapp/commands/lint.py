"""`okr lint`: every problem of the config in one go."""

import json
import sys
from typing import Literal

from flows.places import lint_place
from okrapp.exits import FAILED, Exit
from okrapp.terminal import console
from okrapp.where import Where
from okrmodel.problems import Severity, with_lines


def lint(where: Where | None = None, *, output: Literal["text", "json"] = "text") -> None:
    """Check the config: every problem with its file, line and column. Asks no source.

    Args:
        where: Which workspace.
        output: Text for people and editors, or JSON for programs.
    """
    places = (where or Where()).places()
    root = places[0].root
    problems = [problem for place in places for problem in lint_place(place).problems]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if output == "json":
        json.dump([problem.as_json() for problem in problems], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        for shown in with_lines(problems, root):
            console().print(shown, markup=False, soft_wrap=True)
        files = "1 workspace" if len(places) == 1 else f"{len(places)} workspaces"
        warnings = len(problems) - errors
        console().print(f"{files} in {root}: {errors} errors, {warnings} warnings", soft_wrap=True)
    if errors:
        raise Exit(FAILED)
