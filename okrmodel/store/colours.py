"""The colours of a cycle's days as they are known at any moment: narrow rows, no payload."""

from datetime import datetime

from sqlalchemy import select

from okrmodel.flips import Day
from okrmodel.snapshot import Status
from okrmodel.store.daily import of_cycle
from okrmodel.store.store import Store
from okrmodel.store.tables import SnapshotRow


def colours(
    store: Store, workspace: str, cycle: str, known_at: datetime | None = None
) -> dict[str, tuple[Day, ...]]:
    """What was said last of each day, oldest first, by key result.

    Args:
        store: Where it is kept.
        workspace: Whose.
        cycle: Which cycle's id.
        known_at: Look at nothing recorded later.
    """
    row = SnapshotRow
    query = (
        select(row.key_result, row.as_of, row.status)
        .where(of_cycle(workspace, cycle, known_at))
        # A later revision of a day comes later, and replaces the earlier one below.
        .order_by(row.key_result, row.as_of, row.revision)
    )
    found: dict[str, dict[object, Day]] = {}
    with store.asking() as connection:
        for each in connection.execute(query):
            days = found.setdefault(each.key_result, {})
            days[each.as_of] = each.as_of, Status(each.status)
    return {name: tuple(days.values()) for name, days in found.items()}
