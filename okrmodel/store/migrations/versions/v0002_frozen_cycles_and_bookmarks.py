"""Closed cycles keep their figures, and long steps their place."""

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "frozen_cycle",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", types.CanonicalJson(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_frozen_cycle_run"),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_frozen_cycle_workspace"),
        sa.PrimaryKeyConstraint("workspace", "cycle", name="pk_frozen_cycle"),
    )
    op.create_table(
        "bookmark",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_bookmark_workspace"),
        sa.PrimaryKeyConstraint("workspace", "step", name="pk_bookmark"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER frozen_cycle_no_{event.lower()} BEFORE {event} ON frozen_cycle"
            " BEGIN SELECT RAISE(ABORT, 'frozen_cycle is append-only'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER frozen_cycle_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON frozen_cycle"
        " FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('frozen_cycle is append-only')"
    )
