"""Readers find words and figures in the store: publications, a board made from them, and views.

The views are promised to strangers (docs/database-views.md): a later migration only adds columns.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from okrmodel.store import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_WORDS = ("objective", "objective_title", "key_result", "title", "owner", "unit")
_NUMBERS = {
    "value": "value",
    "target": "target",
    "progress": "raw_progress",
    "score": "score",
    "expected": "expected",
    "forecast": "forecast.final",
    "forecast_low": "forecast.low",
    "forecast_high": "forecast.high",
    "chance": "forecast.hit",
}
"""Where a snapshot's payload has the number that a view's column shows."""
_STORED = ("value", "raw_progress", "score", "expected")
"""Those that have a column of their own."""


def upgrade() -> None:
    _create_publication()
    _create_board()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
        _create_views(_figures_on_postgresql(), _PARSED_ONCE)
    else:
        _guard_sqlite()
        _create_views(_figures_on_sqlite(), "")


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
            *("workspace", "workspace_name", "cycle", "cycle_ends", "status"),
            *("stale", "provisional", "as_of", "weight", "score", "published_at"),
        ],
        sqlite_where=sa.text("current = 1"),
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


_PARSED_ONCE = " LEFT JOIN LATERAL (SELECT s.payload::jsonb AS said OFFSET 0) AS p ON TRUE"
"""OFFSET 0 keeps the cast from being copied into every column that reads it."""

_THE_LAST = (
    "s.revision = (SELECT max(other.revision) FROM snapshot AS other"
    " WHERE other.workspace = s.workspace AND other.cycle = s.cycle"
    " AND other.key_result = s.key_result AND other.as_of = s.as_of)"
)
"""For each row by its own place in the index, so that what a reader chooses is all that is read."""


def _create_views(figures: str, parsed: str) -> None:
    words = ", ".join(f"b.{name}" for name in _WORDS)
    op.execute(
        f"CREATE VIEW current_snapshot AS SELECT b.workspace, b.workspace_name, b.cycle, {words},"
        f" s.as_of, {figures}, b.frozen, s.recorded_at, s.run"
        f" FROM board AS b LEFT JOIN snapshot AS s ON s.id = b.snapshot{parsed}"
    )
    words = words.replace("b.key_result", "s.key_result")
    frozen = (
        "EXISTS (SELECT 1 FROM frozen_cycle AS f"
        " WHERE f.workspace = s.workspace AND f.cycle = s.cycle)"
    )
    op.execute(
        f"CREATE VIEW kr_daily AS SELECT s.workspace, b.workspace_name, s.cycle, {words},"
        f" s.as_of, {figures}, {frozen} AS frozen, s.recorded_at, s.run, s.revision, s.kind"
        f" FROM snapshot AS s{parsed} LEFT JOIN board AS b ON b.workspace = s.workspace"
        f" AND b.cycle = s.cycle AND b.key_result = s.key_result WHERE {_THE_LAST}"
    )


def _figures_on_sqlite() -> str:
    """SQLite keeps exact numbers as text: a reader who wants to draw them wants floats."""
    at = {name: f"json_extract(s.payload, '$.{path}')" for name, path in _NUMBERS.items()}
    own = {name: f"s.{path}" for name, path in _NUMBERS.items() if path in _STORED}
    numbers = {name: f"CAST({text} AS REAL)" for name, text in (at | own).items()}
    return _figures(
        numbers,
        through="json_extract(s.payload, '$.through')",
        reason="json_extract(s.payload, '$.reason')",
        provisional="json_array_length(s.payload, '$.provisional') > 0",
        stale="CASE WHEN s.id IS NOT NULL THEN json_extract(s.payload, '$.stale') IS NOT NULL END",
        restated="json_extract(s.payload, '$.restated')",
    )


def _figures_on_postgresql() -> str:
    paths = {name: path.replace(".", ",") for name, path in _NUMBERS.items()}
    at = {name: f"(p.said #>> '{{{path}}}')::numeric" for name, path in paths.items()}
    own = {name: f"s.{path}" for name, path in _NUMBERS.items() if path in _STORED}
    return _figures(
        at | own,
        through="(p.said ->> 'through')::date",
        reason="p.said ->> 'reason'",
        provisional="jsonb_array_length(p.said -> 'provisional') > 0",
        stale="CASE WHEN s.id IS NOT NULL THEN p.said ->> 'stale' IS NOT NULL END",
        restated="(p.said ->> 'restated')::boolean",
    )


def _figures(numbers: Mapping[str, str], **others: str) -> str:
    """What both views show of a snapshot, in their order."""
    told = {**numbers, **others, "status": "s.status"}
    order = (
        *("through", "value", "target", "progress", "score", "expected", "status", "reason"),
        *("forecast", "forecast_low", "forecast_high", "chance"),
        *("provisional", "stale", "restated"),
    )
    return ", ".join(f"{told[name]} AS {name}" for name in order)
