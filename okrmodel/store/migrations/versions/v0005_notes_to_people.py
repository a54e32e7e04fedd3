"""What people are told is queued here, so that nothing is told twice."""

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("through", types.UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_news_workspace"),
        sa.PrimaryKeyConstraint("workspace", name="pk_news"),
    )
    op.create_table(
        "note",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", types.CanonicalJson(), nullable=True),
        sa.Column("queued_at", types.UtcInstant(), nullable=False),
        sa.Column("due", types.UtcInstant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("until", types.UtcInstant(), nullable=True),
        sa.Column("claimed_at", types.UtcInstant(), nullable=True),
        sa.Column("ended_at", types.UtcInstant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name="fk_note_workspace"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
        sa.UniqueConstraint("workspace", "target", "key", name="uq_note_workspace_target_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_note_state_due", "note", ["state", "due"])
