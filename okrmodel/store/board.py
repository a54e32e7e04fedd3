"""The board: each key result that the files have now, with the snapshot that stands for it.

A projection of publications and snapshots, written anew whenever either changes
(`okrmodel.store.publications.rebuild` makes it from nothing). It decides nothing, and is there so that
the list of all workspaces and the database's views read one narrow row for each key result.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from okrmodel.definitions.cycle import Cycle
from okrmodel.publication import Publication
from okrmodel.store.frozen import by_own_ids, told_in
from okrmodel.store.snapshots import Revision
from okrmodel.store.tables import BoardRow


def rewrite(connection: Connection, words: Publication, since: datetime) -> None:
    """Put a workspace's rows in place of those that are there, in a transaction on the workspace.

    Args:
        connection: The transaction.
        words: The latest publication.
        since: When it was recorded.
    """
    workspace = words.workspace
    stand = {
        cycle.id: by_own_ids(cycle, told_in(connection, workspace, cycle.id).revisions)
        for cycle in words.cycles
    }
    current = _current(words, stand, since)
    rows = [
        {"current": cycle.id == current, "published_at": since, **row}
        for cycle in words.cycles
        for row in _rows(words, cycle, stand[cycle.id])
    ]
    connection.execute(delete(BoardRow).where(BoardRow.workspace == workspace))
    if rows:
        connection.execute(insert(BoardRow), rows)


def _current(
    words: Publication, stand: Mapping[str, Mapping[str, Revision]], since: datetime
) -> str | None:
    """The id of the last cycle that had begun on the newest recorded day; else of the first."""
    recorded = [one.snapshot.as_of for found in stand.values() for one in found.values()]
    day = max(recorded, default=since.astimezone(words.zone).date())
    cycle = words.cycle_on(day) or next(iter(words.cycles), None)
    return cycle.id if cycle else None


def _rows(
    words: Publication, cycle: Cycle, found: Mapping[str, Revision]
) -> Iterator[dict[str, Any]]:
    for position, (objective, key_result) in enumerate(cycle.key_results(), start=1):
        yield {
            "workspace": words.workspace,
            "workspace_name": words.name,
            "cycle": cycle.id,
            "cycle_starts": cycle.starts,
            "cycle_ends": cycle.ends,
            "key_result": key_result.id,
            "position": position,
            "objective": objective.id,
            "objective_title": objective.title,
            "title": key_result.title,
            "owner": words.owner(key_result.owner or objective.owner),
            "unit": words.unit(cycle.id, key_result.id),
            "weight": key_result.weight,
            **_figures(found.get(key_result.id)),
        }


def _figures(revision: Revision | None) -> dict[str, Any]:
    said = revision.snapshot if revision else None
    return {
        "snapshot": revision.id if revision else None,
        "as_of": said.as_of if said else None,
        "status": said.status if said else None,
        "score": said.score if said else None,
        "stale": bool(said and said.stale),
        "provisional": bool(said and said.provisional),
        "frozen": bool(said and said.frozen),
    }
