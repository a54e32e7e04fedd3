"""The outbox: what is to be sent to people, queued once and sent at most once.

A note is claimed in a committed transaction before it is sent, and marked afterwards. Who is killed
in between leaves it claimed, and nobody knows whether it went out: it is not sent again, but told.

Nothing here moves the workspace's clock, by which figures are known: notes decide none of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, or_, select, update

from okrmodel.definitions.notify import Subject
from okrmodel.store.engine import insert_new, writing
from okrmodel.store.store import Store, aware
from okrmodel.store.tables import NewsRow, NoteRow, WorkspaceRow

IN_FLIGHT = timedelta(minutes=10)
"""How long a note may be claimed before its sender is taken for killed: services are given seconds."""

GIVEN_UP_AFTER = timedelta(days=1)
"""Since it failed first."""

_FIRST_WAIT = timedelta(minutes=5)
_GROWS = 3
"""Each wait is so many times as long as the one before: 5 minutes, 15, 45, 2 ¼ hours …"""


class State(StrEnum):
    """What became of a note."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    """Somebody sends it."""
    SENT = "sent"
    UNSURE = "unsure"
    """Its sender was killed: it may have arrived, or not."""
    GIVEN_UP = "given_up"
    WITHDRAWN = "withdrawn"
    """It had become pointless before it could be sent."""


_MAY_BE_KNOWN = (State.CLAIMED, State.SENT, State.UNSURE)


@dataclass(frozen=True, slots=True)
class NewNote:
    """Something to be queued."""

    target: str
    key: str
    subject: Subject
    due: datetime
    """In the workspace's own time, as all but `ended_at`."""
    body: Mapping[str, Any] | None = None
    takes_back: str = ""
    """The key of a note: where that waits, both are pointless, and where it never was, this one is."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is queued, or was."""

    id: int
    workspace: str
    target: str
    key: str
    subject: Subject
    body: Mapping[str, Any] | None
    due: datetime
    state: State
    tries: int
    until: datetime | None
    """When it is given up; None until it has failed."""
    ended_at: datetime | None
    """In real time."""
    reason: str | None
    """Why it was not sent, or not yet."""


def news_through(store: Store, workspace: str) -> datetime | None:
    """Up to which recorded_at the workspace was looked through for news; None when it never was."""
    with store.asking() as connection:
        return connection.scalar(select(NewsRow.through).where(NewsRow.workspace == workspace))


def recorded_through(store: Store, workspace: str) -> datetime | None:
    """The last instant at which anything was recorded of the workspace; None before the first."""
    with store.asking() as connection:
        return connection.scalar(
            select(WorkspaceRow.recorded_at).where(WorkspaceRow.id == workspace)
        )


def queue(
    store: Store,
    workspace: str,
    notes: Iterable[NewNote],
    now: datetime,
    through: datetime | None = None,
) -> None:
    """Queue what never was, and note in the same breath up to where was looked for news.

    Args:
        store: Where it is kept.
        workspace: Whose.
        notes: What is to be sent; what was queued before, whatever became of it, is not again. Only
            a digest's time may change while it waits.
        now: In the workspace's own time.
        through: What was recorded by then has been looked through.
    """
    given = list(notes)
    with writing(store.engine) as connection:
        taken_back = [note.takes_back for note in given if note.takes_back]
        same = and_(NoteRow.workspace == workspace, NoteRow.key.in_(taken_back))
        connection.execute(_ended(State.WITHDRAWN, store).where(same, _IS_WAITING))
        told = connection.execute(
            select(NoteRow.target, NoteRow.key).where(same, NoteRow.state.in_(_MAY_BE_KNOWN))
        )
        known = {(row.target, row.key) for row in told}
        rows = [
            _row(workspace, note, now)
            for note in given
            if not note.takes_back or (note.target, note.takes_back) in known
        ]
        if rows:
            insert_new(connection, NoteRow, rows)
        for note in given:
            if note.subject == "digest":
                _reschedule(connection, workspace, note)
        if through:
            _move(connection, workspace, through)


def _row(workspace: str, note: NewNote, now: datetime) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "target": note.target,
        "key": note.key,
        "subject": note.subject,
        "body": note.body,
        "queued_at": now,
        "due": note.due,
        "state": State.WAITING,
        "tries": 0,
    }


def _reschedule(connection: Connection, workspace: str, digest: NewNote) -> None:
    """A digest goes out when the files say now, unless it waits because it failed."""
    connection.execute(
        update(NoteRow)
        .where(NoteRow.workspace == workspace, NoteRow.target == digest.target)
        .where(NoteRow.key == digest.key, _IS_WAITING, NoteRow.tries == 0)
        .values(due=digest.due)
    )


def _move(connection: Connection, workspace: str, through: datetime) -> None:
    insert_new(connection, NewsRow, [{"workspace": workspace, "through": through}])
    connection.execute(
        update(NewsRow)
        .where(NewsRow.workspace == workspace, NewsRow.through < through)
        .values(through=through)
    )


def with_notes(store: Store, now: datetime) -> frozenset[str]:
    """The workspaces of which something is due, or was left in the middle."""
    due = and_(_IS_WAITING, NoteRow.due <= now)
    query = select(NoteRow.workspace).where(or_(due, _is_abandoned(store))).distinct()
    with store.asking() as connection:
        return frozenset(connection.scalars(query))


def waiting(store: Store, workspace: str) -> tuple[Note, ...]:
    """What is to be sent, now or later, in the order in which it was queued."""
    return _notes(store, NoteRow.workspace == workspace, _IS_WAITING)


def troubled(store: Store, workspace: str, since: datetime) -> tuple[Note, ...]:
    """What was given up since then, and what may or may not have arrived."""
    ends = (State.UNSURE, State.GIVEN_UP)
    return _notes(
        store,
        NoteRow.workspace == workspace,
        NoteRow.state.in_(ends),
        NoteRow.ended_at >= since,
    )


def queued(store: Store, workspace: str, target: str, key: str) -> Note | None:
    """The note of this key, whatever became of it; None when it never was queued."""
    mine = and_(NoteRow.workspace == workspace, NoteRow.target == target, NoteRow.key == key)
    return next(iter(_notes(store, mine)), None)


def claim(store: Store, note: Note) -> bool:
    """Take a note to send it, committed on return; False when somebody else has taken it.

    One that was given up may be taken again, by somebody who asks for it.
    """
    free = NoteRow.state.in_((State.WAITING, State.GIVEN_UP))
    taken = {"state": State.CLAIMED, "claimed_at": aware(store.wall()), "tries": NoteRow.tries + 1}
    with writing(store.engine) as connection:
        done = connection.execute(
            update(NoteRow).where(NoteRow.id == note.id, free).values(taken).returning(NoteRow.id)
        )
        return done.one_or_none() is not None


def mark_sent(store: Store, note: Note) -> None:
    """Note that a claimed note went out."""
    _write(store, note, _ended(State.SENT, store))


def put_back(store: Store, note: Note, now: datetime, reason: str) -> bool:
    """Note that a claimed note did not go out: it waits, longer each time, for a day at most.

    Args:
        store: Where it is kept.
        note: As it was before it was claimed.
        now: In the workspace's own time.
        reason: Why, for people; never where it was to go.

    Returns:
        Whether it is given up.
    """
    until = note.until or now + GIVEN_UP_AFTER
    if now >= until:
        _write(store, note, _ended(State.GIVEN_UP, store, reason))
        return True
    again = min(now + _FIRST_WAIT * _GROWS**note.tries, until)
    waits = {"state": State.WAITING, "due": again, "until": until, "reason": reason}
    _write(store, note, update(NoteRow).values(waits))
    return False


def withdraw(store: Store, notes: Iterable[Note], reason: str) -> None:
    """Send these no more."""
    for note in notes:
        _write(store, note, _ended(State.WITHDRAWN, store, reason).where(_IS_WAITING))


def abandoned(store: Store, workspace: str) -> tuple[Note, ...]:
    """The notes whose sender was killed, from now on unsure; each is told once by this."""
    query = (
        _ended(State.UNSURE, store)
        .where(NoteRow.workspace == workspace, _is_abandoned(store))
        .returning(NoteRow.id)
    )
    with writing(store.engine) as connection:
        ids = connection.scalars(query).all()
    return _notes(store, NoteRow.id.in_(ids))


_IS_WAITING = NoteRow.state == State.WAITING


def _is_abandoned(store: Store) -> ColumnElement[bool]:
    claimed = NoteRow.state == State.CLAIMED
    return and_(claimed, NoteRow.claimed_at <= aware(store.wall()) - IN_FLIGHT)


def _ended(state: State, store: Store, reason: str | None = None) -> Update:
    """To be narrowed down to the notes that came to this end."""
    return update(NoteRow).values(state=state, ended_at=aware(store.wall()), reason=reason)


def _write(store: Store, note: Note, change: Update) -> None:
    with writing(store.engine) as connection:
        connection.execute(change.where(NoteRow.id == note.id))


def _notes(store: Store, *chosen: ColumnElement[bool]) -> tuple[Note, ...]:
    row = NoteRow
    query = (
        select(row.id, row.workspace, row.target, row.key, row.subject, row.body, row.due)
        .add_columns(row.state, row.tries, row.until, row.ended_at, row.reason)
        .where(*chosen)
        .order_by(row.id)
    )
    with store.asking() as connection:
        found = connection.execute(query).mappings().all()
    return tuple(Note(**{**each, "state": State(each["state"])}) for each in found)
