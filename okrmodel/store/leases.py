"""The workspace's lock: a lease that runs out, numbered so that a late writer is found out."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from okrmodel.store.errors import LeaseHeld
from okrmodel.store.store import Lease, Store, aware
from okrmodel.store.tables import LeaseRow


def acquire(store: Store, workspace: str, holder: str, lasts: timedelta) -> Lease:
    """Take the workspace, also from a holder whose time is over.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        holder: Who asks, for people: "okr sync, pid 4711 on host-a".
        lasts: How long, unless it is renewed.

    Raises:
        LeaseHeld: Somebody has it, and their time is not over.
    """
    with store.recording(workspace) as recording:
        now = aware(store.wall())
        row = recording.connection.execute(
            select(LeaseRow.holder, LeaseRow.expires, LeaseRow.fence).where(
                LeaseRow.workspace == workspace
            )
        ).one_or_none()
        if row and row.expires > now:
            raise LeaseHeld(
                f"{row.holder} works on workspace {workspace}, until {row.expires:%H:%M:%S} UTC"
                " at least. Wait for it to finish; if it was killed, wait until then."
            )
        lease = Lease(workspace, holder, row.fence + 1 if row else 1, now + lasts)
        kept = {"holder": holder, "fence": lease.fence, "expires": lease.expires}
        recording.connection.execute(
            update(LeaseRow).where(LeaseRow.workspace == workspace).values(kept)
            if row
            else insert(LeaseRow).values(workspace=workspace, **kept)
        )
        return lease


def renew(store: Store, lease: Lease, lasts: timedelta) -> Lease:
    """Keep the workspace for as long again, from now on. Late is fine while nobody else came.

    Raises:
        LeaseLost: Somebody else came.
    """
    expires = aware(store.wall()) + lasts
    with store.recording(lease.workspace, lease) as recording:
        recording.connection.execute(
            update(LeaseRow).where(LeaseRow.workspace == lease.workspace).values(expires=expires)
        )
    return Lease(lease.workspace, lease.holder, lease.fence, expires)


def release(store: Store, lease: Lease) -> None:
    """Let the next one in at once. A lease that has passed to somebody else stays theirs."""
    with store.recording(lease.workspace) as recording:
        recording.connection.execute(
            update(LeaseRow)
            .where(LeaseRow.workspace == lease.workspace, LeaseRow.fence == lease.fence)
            .values(expires=aware(store.wall()))
        )
