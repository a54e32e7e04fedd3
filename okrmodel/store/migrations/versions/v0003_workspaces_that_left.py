"""A workspace that left can be purged: what has a tombstone may be deleted, nothing else."""

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WORKSPACE = "SELECT 1 FROM tombstone WHERE workspace = OLD.workspace"
_OF = (
    "SELECT 1 FROM tombstone JOIN {table} ON {table}.workspace = tombstone.workspace"
    " WHERE {table}.id = OLD.{table}"
)
_TABLES = {
    **dict.fromkeys(
        (
            "outcome",
            "account",
            "definition",
            "evidence",
            "observation",
            "snapshot",
            "frozen_cycle",
            "run",
        ),
        ("workspace", _WORKSPACE),
    ),
    "check": ("observation", _OF.format(table="observation")),
    "snapshot_uses": ("snapshot", _OF.format(table="snapshot")),
}
"""By what a row belongs to its workspace, and the question whether that has a tombstone."""


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("rows", types.CanonicalJson(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_tombstone"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _refusal(table: str) -> str:
    return "runs are kept" if table == "run" else f"{table} is append-only"


def _guard_sqlite() -> None:
    for table, (_, buried) in _TABLES.items():
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"'
            f" WHEN NOT EXISTS ({buried}) BEGIN SELECT RAISE(ABORT, '{_refusal(table)}'); END"
        )
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tombstone_no_{event.lower()} BEFORE {event} ON tombstone"
            " BEGIN SELECT RAISE(ABORT, 'tombstone is append-only'); END"
        )


def _guard_postgresql() -> None:
    for owner, buried in sorted(set(_TABLES.values())):
        op.execute(
            f"CREATE FUNCTION okr_keep_by_{owner}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF EXISTS ({buried}) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
        )
    for table, (owner, _) in _TABLES.items():
        message = _refusal(table)
        old = "run_no_delete" if table == "run" else f"{table}_append_only"
        new = "run_no_truncate" if table == "run" else old
        events = "TRUNCATE" if table == "run" else "UPDATE OR TRUNCATE"
        op.execute(f'DROP TRIGGER {old} ON "{table}"')
        op.execute(
            f'CREATE TRIGGER {new} BEFORE {events} ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('{message}')"
        )
        op.execute(
            f'CREATE TRIGGER {table}_no_delete BEFORE DELETE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION okr_keep_by_{owner}('{message}')"
        )
    op.execute(
        "CREATE TRIGGER tombstone_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tombstone"
        " FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('tombstone is append-only')"
    )
