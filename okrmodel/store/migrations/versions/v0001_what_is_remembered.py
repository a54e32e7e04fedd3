"""What is remembered, from the first version on."""

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = (
    "outcome",
    "account",
    "definition",
    "evidence",
    "observation",
    "check",
    "snapshot",
    "snapshot_uses",
)


def upgrade() -> None:
    _create_workspaces()
    _create_runs()
    _create_observations()
    _create_snapshots()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    """Refuse changes and deletions of what is remembered, and of runs that have ended."""
    for table in _APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f'CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON "{table}"'
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER run_ends_once BEFORE UPDATE ON run WHEN OLD.ended IS NOT NULL"
        " BEGIN SELECT RAISE(ABORT, 'a run ends once'); END"
    )
    op.execute(
        "CREATE TRIGGER run_no_delete BEFORE DELETE ON run"
        " BEGIN SELECT RAISE(ABORT, 'runs are kept'); END"
    )


def _guard_postgresql() -> None:
    """The same, and TRUNCATE too."""
    op.execute(
        "CREATE FUNCTION okr_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('{table} is append-only')"
        )
    op.execute(
        "CREATE TRIGGER run_ends_once BEFORE UPDATE ON run FOR EACH ROW"
        " WHEN (OLD.ended IS NOT NULL) EXECUTE FUNCTION okr_refuse('a run ends once')"
    )
    op.execute(
        "CREATE TRIGGER run_no_delete BEFORE DELETE OR TRUNCATE ON run"
        " FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('runs are kept')"
    )


def _create_workspaces() -> None:
    """A workspace, the accounts it is pinned to, and who works on it."""
    op.create_table(
        "workspace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
    )
    op.create_table(
        "account",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_account_workspace"),
        sa.PrimaryKeyConstraint("workspace", "connection", "recorded_at", name="pk_account"),
    )
    op.create_table(
        "lease",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires", types.UtcInstant(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_lease_workspace"),
        sa.PrimaryKeyConstraint("workspace", name="pk_lease"),
    )


def _create_runs() -> None:
    """What ran, and how each part went."""
    op.create_table(
        "run",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", types.CanonicalJson(), nullable=False),
        sa.Column("began", types.UtcInstant(), nullable=False),
        sa.Column("ended", types.UtcInstant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_run_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_workspace_began", "run", ["workspace", "began"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("run", _ROW_ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_outcome_run"),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_outcome_workspace"),
        sa.PrimaryKeyConstraint("run", "subject", "name", name="pk_outcome"),
    )
    op.create_index(
        "ix_outcome_workspace_subject_name_recorded_at",
        "outcome",
        ["workspace", "subject", "name", "recorded_at"],
        unique=False,
    )


def _create_observations() -> None:
    """What sources answered, and how they came to."""
    op.create_table(
        "evidence",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", types.CanonicalJson(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_evidence_workspace"),
        sa.PrimaryKeyConstraint("workspace", "digest", name="pk_evidence"),
    )
    op.create_table(
        "observation",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("starts", types.Day(), nullable=False),
        sa.Column("ends", types.Day(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", types.ExactNumber(), nullable=True),
        sa.Column("flags", types.CanonicalJson(), nullable=False),
        sa.Column("restated", sa.Boolean(), nullable=False),
        sa.Column("settles", types.Span(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=True),
        sa.Column("null_amounts", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", types.UtcInstant(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_observation_run"),
        sa.ForeignKeyConstraint(
            ["workspace", "evidence"],
            ["evidence.workspace", "evidence.digest"],
            name="fk_observation_workspace_evidence",
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_observation_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_observation"),
        sa.UniqueConstraint(
            *("workspace", "fingerprint", "starts", "ends", "revision"),
            name="uq_observation_workspace_fingerprint_starts_ends_revision",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "check",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("observation", _ROW_ID, nullable=False),
        sa.Column("provisional", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("observed_at", types.UtcInstant(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["observation"], ["observation.id"], name="fk_check_observation"),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_check_run"),
        sa.PrimaryKeyConstraint("id", name="pk_check"),
        sa.UniqueConstraint("observation", "recorded_at", name="uq_check_observation_recorded_at"),
        sqlite_autoincrement=True,
    )


def _create_snapshots() -> None:
    """What was computed, by which definitions, from what."""
    op.create_table(
        "definition",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("computation_hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_definition_run"),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_definition_workspace"),
        sa.PrimaryKeyConstraint("workspace", "hash", name="pk_definition"),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("as_of", types.Day(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", types.ExactNumber(), nullable=True),
        sa.Column("raw_progress", types.ExactNumber(), nullable=True),
        sa.Column("score", types.ExactNumber(), nullable=True),
        sa.Column("expected", types.ExactNumber(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("computation_hash", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_snapshot_run"),
        sa.ForeignKeyConstraint(
            ["workspace", "definition_hash"],
            ["definition.workspace", "definition.hash"],
            name="fk_snapshot_workspace_definition_hash",
        ),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_snapshot_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.UniqueConstraint(
            *("workspace", "cycle", "key_result", "as_of", "revision"),
            name="uq_snapshot_workspace_cycle_key_result_as_of_revision",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshot_uses",
        sa.Column("snapshot", _ROW_ID, nullable=False),
        sa.Column("check", _ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["check"], ["check.id"], name="fk_snapshot_uses_check"),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.id"], name="fk_snapshot_uses_snapshot"),
        sa.PrimaryKeyConstraint("snapshot", "check", name="pk_snapshot_uses"),
        sqlite_with_rowid=False,
    )
