"""workspace.yaml to a workspace and its connections."""

from dataclasses import dataclass
from typing import Any

from okrmodel.definitions.query import Catalogue, ConnectionOptions
from okrmodel.definitions.workspace import Workspace
from okrmodel.problems import Problem
from okrmodel.reading.piece import Piece
from okrmodel.suggestion import did_you_mean


@dataclass(frozen=True)
class ReadWorkspace:
    """What workspace.yaml says, as far as it can be read."""

    workspace: Workspace | None
    connections: dict[str, ConnectionOptions]
    connection_ids: frozenset[str] | None
    """Those that could not be read, too; None when nobody can tell."""
    people: frozenset[str] | None
    """The ids; None when nobody can tell."""
    fiscal_year_starts: int


UNREAD_WORKSPACE = ReadWorkspace(None, {}, None, None, 1)
"""Of a file that is empty, or cannot be read at all."""


def read_workspace(whole: Piece, connectors: Catalogue) -> tuple[ReadWorkspace, list[Problem]]:
    """Read the workspace, each connection with the options of its own connector."""
    if not isinstance(whole.content, dict):
        _, problems = whole.read(Workspace)
        return UNREAD_WORKSPACE, problems
    problems = []
    connections = _implied(connectors)
    written = whole.inside("connections").content
    for name in written if isinstance(written, dict) else ():
        options, wrong = _connection(whole.inside("connections", name), name, connectors)
        problems += wrong
        connections.pop(name, None)
        if options:
            connections[name] = options
    content = whole.content
    if written is None or isinstance(written, dict):
        content = {**content, "connections": connections}
    workspace, wrong = whole.read(Workspace, content)
    people = whole.inside("people").content
    month = whole.inside("fiscal_year_starts").content
    return ReadWorkspace(
        workspace,
        connections,
        frozenset((*connections, *(written if isinstance(written, dict) else ()))),
        frozenset(people if isinstance(people, dict) else ()),
        month if isinstance(month, int) and 1 <= month <= 12 else 1,
    ), problems + wrong


def _implied(connectors: Catalogue) -> dict[str, ConnectionOptions]:
    """Connections that need no configuring, under their connector's name."""
    kinds = connectors.values()
    return {
        kind.name: kind.options.model_validate({}) for kind in kinds if _needs_nothing(kind.options)
    }


def _needs_nothing(options: type[ConnectionOptions]) -> bool:
    return not any(field.is_required() for field in options.model_fields.values())


def _connection(
    piece: Piece, name: str, connectors: Catalogue
) -> tuple[ConnectionOptions | None, list[Problem]]:
    piece = piece.inside(title=f'connection "{name}"')
    chosen: Any = piece.inside("connector").content
    if isinstance(chosen, str) and chosen in connectors:
        return piece.read(connectors[chosen].options)
    if isinstance(chosen, str):
        hint = did_you_mean(chosen, connectors)
        message = f'unknown connector "{chosen}" in {piece.title}{hint}'
        return None, [piece.problem(message, "unknown-connector", "connector")]
    # What every connection has tells what is wrong: no mapping, no connector, or one that is no text.
    _, problems = piece.read(dict[str, Any])
    if not problems:
        message = f'missing key "connector" in {piece.title}, expected one of {", ".join(sorted(connectors))}'
        problems = [piece.problem(message, "missing-key", "connector")]
    return None, problems
