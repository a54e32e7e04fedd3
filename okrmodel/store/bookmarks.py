"""Where long steps are, so that a run that comes after a killed one goes on there.

Bookmarks are no part of what is remembered: one is moved on while its step goes on, and goes when
the step is done, or when it is too old for the answers before it to go with those after it.
"""

from datetime import timedelta

from sqlalchemy import delete, insert, or_, select

from okrmodel.store.store import Lease, Store, aware
from okrmodel.store.tables import BookmarkRow

LASTS = timedelta(hours=1)
"""After which what was read before it may have moved too far."""


def set_bookmark(store: Store, lease: Lease, step: str, place: str) -> None:
    """Remember where a step is, instead of where it was; places that are too old go with that.

    Raises:
        LeaseLost: Another run has the workspace by now; nothing was recorded.
    """
    now = aware(store.wall())
    row = {"place": place, "recorded_at": now}
    gone = or_(BookmarkRow.step == step, BookmarkRow.recorded_at <= now - LASTS)
    with store.recording(lease.workspace, lease) as recording:
        recording.connection.execute(
            delete(BookmarkRow).where(BookmarkRow.workspace == lease.workspace, gone)
        )
        recording.connection.execute(
            insert(BookmarkRow).values(workspace=lease.workspace, step=step, **row)
        )


def bookmarks(store: Store, workspace: str) -> dict[str, str]:
    """The places of the steps that were left in the middle and are worth going on with."""
    oldest = aware(store.wall()) - LASTS
    query = select(BookmarkRow.step, BookmarkRow.place).where(
        BookmarkRow.workspace == workspace, BookmarkRow.recorded_at > oldest
    )
    with store.asking() as connection:
        return {row.step: row.place for row in connection.execute(query)}


def forget_bookmark(store: Store, lease: Lease, step: str) -> None:
    """Forget where a step was.

    Raises:
        LeaseLost: Another run has the workspace by now.
    """
    with store.recording(lease.workspace, lease) as recording:
        recording.connection.execute(
            delete(BookmarkRow).where(
                BookmarkRow.workspace == lease.workspace, BookmarkRow.step == step
            )
        )
