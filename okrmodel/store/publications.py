"""Publications as remembered: what the files of each workspace say for readers, and said before."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select, true

from okrmodel.kept import Kept
from okrmodel.publication import Publication
from okrmodel.store.board import rewrite, unsettled
from okrmodel.store.runs import Run
from okrmodel.store.store import Lease, Store
from okrmodel.store.tables import PublicationRow

KEPT = 256
"""Publications that a process keeps parsed: a page asks for the same again and again."""


def record_publication(store: Store, run: Run, lease: Lease, words: Publication) -> bool:
    """Remember what the files say if it is news, and write the workspace's board anew.

    Returns:
        Whether it was news.

    Raises:
        LeaseLost: Another run has the workspace by now; nothing was recorded.
        ValueError: They are another workspace's words.
    """
    if words.workspace != run.workspace:
        raise ValueError(f"run {run.id} is {run.workspace}'s, not {words.workspace}'s")
    with store.recording(run.workspace, lease) as recording:
        last = _last(recording.connection, run.workspace)
        news = last is None or last[0] != words.digest
        since = recording.at if last is None or news else last[1]
        if news:
            recording.connection.execute(
                insert(PublicationRow).values(
                    workspace=run.workspace,
                    recorded_at=since,
                    run=run.id,
                    digest=words.digest,
                    text=words.text,
                )
            )
        # What is frozen stays, unless it is called otherwise by now.
        cycles = None if news else unsettled(recording.connection, words)
        rewrite(recording.connection, words, since, cycles)
    return news


def rebuild(store: Store, workspace: str) -> None:
    """Write the workspace's board anew from what is remembered: it is never the only copy.

    One that nothing was published of has none.
    """
    with store.recording(workspace) as recording:
        renew(recording.connection, workspace)


def renew(connection: Connection, workspace: str, cycles: Collection[str] | None = None) -> None:
    """The same of some cycles, by their ids, or of all, inside a transaction on the workspace."""
    if last := _last(connection, workspace):
        _, since = last
        rewrite(connection, _words(connection, workspace, *last), since, cycles)


def published(store: Store, workspace: str, known_at: datetime | None = None) -> Publication | None:
    """What the files said when they were last published; None when they never were.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        known_at: Look at nothing recorded later.
    """
    with store.asking() as connection:
        last = _last(connection, workspace, known_at)
        return _words(connection, workspace, *last) if last else None


def workspaces(store: Store) -> tuple[str, ...]:
    """The ids of those that something was published of, sorted."""
    with store.asking() as connection:
        query = select(PublicationRow.workspace).distinct().order_by(PublicationRow.workspace)
        return tuple(connection.scalars(query))


def _last(
    connection: Connection, workspace: str, known_at: datetime | None = None
) -> tuple[str, datetime] | None:
    """The digest of the latest, and since when it stands."""
    query = (
        select(PublicationRow.digest, PublicationRow.recorded_at)
        .where(
            PublicationRow.workspace == workspace,
            PublicationRow.recorded_at <= known_at if known_at else true(),
        )
        .order_by(PublicationRow.recorded_at.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return (row.digest, row.recorded_at) if row else None


def _words(connection: Connection, workspace: str, digest: str, at: datetime) -> Publication:
    query = select(PublicationRow.text).where(
        PublicationRow.workspace == workspace, PublicationRow.recorded_at == at
    )
    return _PARSED.get(digest, lambda: Publication.from_text(connection.scalars(query).one()))


_PARSED: Kept[Publication] = Kept(KEPT)
