"""Readers find words and figures in the store: publications, and a board made from them."""

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_publication()
    _create_board()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _create_publication() -> None:
    op.create_table(
        "publication",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcInstant(), nullable=False),
        sa.Column("run", _ROW_ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"], name="fk_publication_run"),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_publication_workspace"),
        sa.PrimaryKeyConstraint("workspace", "recorded_at", name="pk_publication"),
    )


def _create_board() -> None:
    op.create_table(
        "board",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("key_result", sa.Text(), nullable=False),
        sa.Column("workspace_name", sa.Text(), nullable=False),
        sa.Column("cycle_starts", types.Day(), nullable=False),
        sa.Column("cycle_ends", types.Day(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("objective_title", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("weight", types.ExactNumber(), nullable=False),
        sa.Column("snapshot", _ROW_ID, nullable=True),
        sa.Column("as_of", types.Day(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("score", types.ExactNumber(), nullable=True),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("published_at", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.id"], name="fk_board_snapshot"),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_board_workspace"),
        sa.PrimaryKeyConstraint("workspace", "cycle", "key_result", name="pk_board"),
    )
    op.create_index(
        "ix_board_current",
        "board",
        [
            *("workspace", "workspace_name", "cycle", "cycle_starts", "cycle_ends", "status"),
            *("stale", "provisional", "as_of", "weight", "score", "published_at"),
        ],
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )


def _guard_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication"
        " BEGIN SELECT RAISE(ABORT, 'publication is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication"
        " WHEN NOT EXISTS (SELECT 1 FROM tombstone WHERE workspace = OLD.workspace)"
        " BEGIN SELECT RAISE(ABORT, 'publication is append-only'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE TRIGGER publication_append_only BEFORE UPDATE OR TRUNCATE ON publication"
        " FOR EACH STATEMENT EXECUTE FUNCTION okr_refuse('publication is append-only')"
    )
    op.execute(
        "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication FOR EACH ROW"
        " EXECUTE FUNCTION okr_keep_by_workspace('publication is append-only')"
    )
