"""The tables: what is remembered of every workspace.

Observations, checks, evidence, definitions, snapshots, frozen cycles, publications, outcomes and
pinned accounts are only ever added; triggers of the database refuse to change or delete them
(`APPEND_ONLY`), but for the rows of a workspace that has a tombstone: those may be deleted
(`okrmodel.store.purge`). Of the rest, a workspace's row carries its clock, a lease's row is taken
over, a run's row is ended once, a bookmark's and a note's move on, and the board's are written
anew from publications and snapshots.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from okrmodel.store.types import CanonicalJson, Day, ExactNumber, Span, UtcInstant

_RowId = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts rows up only in a column of exactly this type."""


class Row(DeclarativeBase):
    """What every table's row is: each Python type has one column type, the unambiguous one."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        str: Text(),
        datetime: UtcInstant(),
        date: Day(),
        Decimal: ExactNumber(),
        timedelta: Span(),
    }


class WorkspaceRow(Row):
    """A workspace that has ever been worked on. Locked by every write to it."""

    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime | None]
    """The latest instant at which anything was recorded; the next one is later."""


class LeaseRow(Row):
    """Who may write to a workspace, until when. `fence` grows with every new holder."""

    __tablename__ = "lease"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    holder: Mapped[str]
    expires: Mapped[datetime]
    fence: Mapped[int] = mapped_column(BigInteger)


class RunRow(Row):
    """A piece of work on a workspace; `ended` is empty while it goes on, and after a crash."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "workspace", "began"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    began: Mapped[datetime]
    ended: Mapped[datetime | None]
    result: Mapped[str | None]
    reason: Mapped[str | None]


class OutcomeRow(Row):
    """How a run went for one connection or one key result."""

    __tablename__ = "outcome"
    __table_args__ = (Index(None, "workspace", "subject", "name", "recorded_at"),)

    run: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    result: Mapped[str]
    reason: Mapped[str]
    calls: Mapped[int]
    recorded_at: Mapped[datetime]


class AccountRow(Row):
    """The account that a connection has been pinned to, from `recorded_at` on."""

    __tablename__ = "account"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    connection: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    account: Mapped[str]
    reason: Mapped[str]


class DefinitionRow(Row):
    """A key result with all that its figures depend on, by the SHA-256 of its text."""

    __tablename__ = "definition"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    computation_hash: Mapped[str]
    text: Mapped[str]
    recorded_at: Mapped[datetime]
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))


class EvidenceRow(Row):
    """How values came to be, by its SHA-256: the answers of one step mostly share theirs."""

    __tablename__ = "evidence"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)


class ObservationRow(Row):
    """What a connector answered for a fingerprint and a window; a revision when that changed."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("workspace", "fingerprint", "starts", "ends", "revision"),
        ForeignKeyConstraint(["workspace", "evidence"], ["evidence.workspace", "evidence.digest"]),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    fingerprint: Mapped[str]
    starts: Mapped[date]
    ends: Mapped[date]
    """Not in the window."""
    revision: Mapped[int]
    """Counts from 1."""
    value: Mapped[Decimal | None]
    flags: Mapped[list[str]] = mapped_column(CanonicalJson)
    restated: Mapped[bool]
    """This or an earlier revision changed a value that had been final."""
    settles: Mapped[timedelta]
    evidence: Mapped[str]
    records: Mapped[int | None] = mapped_column(BigInteger)
    null_amounts: Mapped[int | None] = mapped_column(BigInteger)
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))


class CheckRow(Row):
    """One read that confirmed an observation; the first is the read that made it."""

    __tablename__ = "check"
    __table_args__ = (
        UniqueConstraint("observation", "recorded_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    observation: Mapped[int] = mapped_column(ForeignKey("observation.id"))
    provisional: Mapped[str | None]
    """Why the value might still have changed after this read; empty when it was final."""
    digest: Mapped[str]
    """Of the evidence of this read, which itself is kept only where it made a revision."""
    observed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))


class SnapshotRow(Row):
    """A key result's computed state as of a day; a revision when that changed."""

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("workspace", "cycle", "key_result", "as_of", "revision"),
        ForeignKeyConstraint(
            ["workspace", "definition_hash"], ["definition.workspace", "definition.hash"]
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    cycle: Mapped[str]
    key_result: Mapped[str]
    as_of: Mapped[date]
    revision: Mapped[int]
    """Counts from 1."""
    kind: Mapped[str]
    value: Mapped[Decimal | None]
    raw_progress: Mapped[Decimal | None]
    score: Mapped[Decimal | None]
    expected: Mapped[Decimal | None]
    status: Mapped[str]
    payload: Mapped[str]
    """Canonical JSON of all that was computed."""
    definition_hash: Mapped[str]
    computation_hash: Mapped[str]
    recorded_at: Mapped[datetime]
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))


class UseRow(Row):
    """A check, and by it the observation, that a snapshot was computed from."""

    __tablename__ = "snapshot_uses"
    __table_args__ = ({"sqlite_with_rowid": False},)

    snapshot: Mapped[int] = mapped_column(ForeignKey("snapshot.id"), primary_key=True)
    check: Mapped[int] = mapped_column(ForeignKey("check.id"), primary_key=True)


class FrozenCycleRow(Row):
    """A closed cycle's figures as they stood when it was frozen; later ones stand beside them."""

    __tablename__ = "frozen_cycle"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    cycle: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime]
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))
    digest: Mapped[str]
    """SHA-256 of `body`."""
    body: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    """Of every key result the snapshot that was the latest, and whether it was final."""


class PublicationRow(Row):
    """What a workspace's files said for readers, from `recorded_at` on."""

    __tablename__ = "publication"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("run.id"))
    digest: Mapped[str]
    """SHA-256 of `text`."""
    text: Mapped[str]
    """Canonical JSON of the whole."""


class BoardRow(Row):
    """A key result that the files have now, with the snapshot that stands for it. A projection."""

    __tablename__ = "board"
    __table_args__ = (
        # All that the list of all workspaces reads, so that it reads nothing else.
        Index(
            "ix_board_current",
            *("workspace", "workspace_name", "cycle", "cycle_ends", "status"),
            *("stale", "provisional", "as_of", "weight", "score", "published_at"),
            sqlite_where=text("current = 1"),
            postgresql_where=text("current"),
        ),
    )

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    cycle: Mapped[str] = mapped_column(primary_key=True)
    key_result: Mapped[str] = mapped_column(primary_key=True)
    workspace_name: Mapped[str]
    cycle_starts: Mapped[date]
    cycle_ends: Mapped[date]
    """The last day of the cycle."""
    current: Mapped[bool]
    """In the cycle that the workspace's newest figures are of."""
    position: Mapped[int]
    """Counts from 1 in each cycle, as written."""
    objective: Mapped[str]
    objective_title: Mapped[str]
    title: Mapped[str]
    owner: Mapped[str]
    """A name; empty without an owner."""
    unit: Mapped[str]
    weight: Mapped[Decimal]
    snapshot: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
    """Empty where nothing was recorded. What comes next is the snapshot's own, to be read fast."""
    as_of: Mapped[date | None]
    status: Mapped[str | None]
    score: Mapped[Decimal | None]
    stale: Mapped[bool]
    provisional: Mapped[bool]
    frozen: Mapped[bool]
    published_at: Mapped[datetime]
    """When the words were recorded."""


class BookmarkRow(Row):
    """Where a long step is, so that a killed run goes on there. Gone when the step is done."""

    __tablename__ = "bookmark"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    """A digest of what the step serves."""
    place: Mapped[str]
    recorded_at: Mapped[datetime]


class NewsRow(Row):
    """How far a workspace was looked through for news. Moves on."""

    __tablename__ = "news"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    through: Mapped[datetime]
    """What was recorded by then has been looked at."""


class NoteRow(Row):
    """Something for a target: queued once, sent at most once. Its state moves on."""

    __tablename__ = "note"
    __table_args__ = (
        UniqueConstraint("workspace", "target", "key"),
        Index(None, "state", "due"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspace.id"))
    target: Mapped[str]
    """Its name; where it leads to, only a secret knows."""
    key: Mapped[str]
    """What it is about: found twice, it is the same."""
    subject: Mapped[str]
    body: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    """The piece of news; empty for a digest, which is made when it is sent."""
    queued_at: Mapped[datetime]
    due: Mapped[datetime]
    """Not to be sent earlier; both in the workspace's own time."""
    state: Mapped[str]
    tries: Mapped[int]
    until: Mapped[datetime | None]
    """When it is given up; empty until sending has failed once."""
    claimed_at: Mapped[datetime | None]
    """When somebody began to send it, in real time."""
    ended_at: Mapped[datetime | None]
    """When it came to its last state, in real time."""
    reason: Mapped[str | None]
    """Why it was not sent, or not yet, for people; never where it was to go."""


class TombstoneRow(Row):
    """A workspace that left, and whose rows were deleted; its id is nobody's any more."""

    __tablename__ = "tombstone"

    workspace: Mapped[str] = mapped_column(primary_key=True)
    """No key of another table: there is nothing left of it."""
    recorded_at: Mapped[datetime]
    rows: Mapped[dict[str, int]] = mapped_column(CanonicalJson)
    """How many were deleted, by table."""
    digest: Mapped[str]
    """SHA-256 of what was deleted."""


APPEND_ONLY = (
    "outcome",
    "account",
    "definition",
    "evidence",
    "observation",
    "check",
    "snapshot",
    "snapshot_uses",
    "frozen_cycle",
    "publication",
    "tombstone",
)
"""Tables whose rows are never changed and never deleted."""
