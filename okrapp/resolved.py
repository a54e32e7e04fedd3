"""`okr lint --resolved`: a workspace's config with its templates filled in."""

from dataclasses import replace

from flows.places import BadConfig, lint_place
from okrapp.exits import USAGE, Exit
from okrapp.where import Which, readable_config
from okrmodel.reading import resolved_text


def print_resolved(where: Which, workspace: str) -> None:
    """Print it as YAML that reads without a library, each value with its file and line.

    Raises:
        Exit: There is no such workspace, or its config has errors; those are told instead.
    """
    if where.workspace not in {None, workspace}:
        raise Exit(USAGE, f"--resolved {workspace} and -w {where.workspace}: name one workspace")
    [place] = replace(where, workspace=workspace).places()
    reading = lint_place(place)
    with readable_config():
        if reading.company is None:
            raise BadConfig(place.root, reading.problems)
    for line in resolved_text(reading.places):
        print(line)  # noqa: T201 - a file to pipe, unwrapped
