"""Nothing is overwritten: the database itself refuses."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from okrmodel.store import Store
from okrmodel.store.accounts import confirm_account
from okrmodel.store.bookmarks import set_bookmark
from okrmodel.store.leases import acquire
from okrmodel.store.purge import purge
from okrmodel.store.runs import Outcome, Result, end_run, record_outcomes
from okrmodel.store.tables import APPEND_ONLY, Row
from tests.okrmodel.store.samples import Work, answer, closure, cycle, snapshot, words


@pytest.fixture
def full(work: Work) -> Store:
    """A store with a row in every table."""
    confirm_account(work.store, "acme", "crm", "1")
    work.definitions(closure())
    (change,) = work.answers(answer())
    work.snapshots(snapshot(observations=(change.after.id,), checks=(change.after.check,)))
    record_outcomes(work.store, work.run, [Outcome("connection", "crm", Result.OK)])
    work.freeze(cycle())
    work.publish(words())
    set_bookmark(work.store, work.lease, "scan", "page 20")
    work.tell()
    end_run(work.store, work.run, Result.OK)
    purge(work.store, acquire(work.store, "gone", "a test", timedelta(minutes=5)))
    return work.store


def rows(connection: Connection, table: str) -> int:
    return len(connection.execute(text(f'SELECT * FROM "{table}"')).all())


def test_every_table_has_a_row_to_try_it_on(full: Store) -> None:
    with full.asking() as connection:
        assert {table: rows(connection, table) for table in Row.metadata.tables} == (
            dict.fromkeys(Row.metadata.tables, 1)
        )


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_remembered_is_neither_changed_nor_deleted(full: Store, table: str) -> None:
    first = Row.metadata.tables[table].columns.keys()[0]
    for statement in (f'DELETE FROM "{table}"', f'UPDATE "{table}" SET "{first}" = "{first}"'):
        with (
            pytest.raises(DBAPIError, match=f"{table} is append-only"),
            full.recording("acme") as it,
        ):
            it.connection.execute(text(statement))
    with full.asking() as connection:
        assert rows(connection, table) == 1


BACK_DOORS = {
    # Neither is a DELETE in the eyes of the database, unless it is told so.
    "sqlite": "INSERT OR REPLACE INTO definition SELECT * FROM definition",
    "postgresql": "TRUNCATE definition CASCADE",
}


def test_the_back_door_is_shut(full: Store) -> None:
    statement = BACK_DOORS[full.engine.dialect.name]
    with pytest.raises(DBAPIError, match="is append-only"), full.recording("acme") as recording:
        recording.connection.execute(text(statement))


def test_a_run_that_has_ended_stays_as_it_is(full: Store) -> None:
    with pytest.raises(DBAPIError, match="a run ends once"), full.recording("acme") as recording:
        recording.connection.execute(text("UPDATE run SET reason = 'never mind'"))
    with pytest.raises(DBAPIError, match="runs are kept"), full.recording("acme") as recording:
        recording.connection.execute(text("DELETE FROM run"))


def test_a_refused_record_leaves_no_trace(full: Store) -> None:
    with full.asking() as connection:
        before = connection.execute(text("SELECT recorded_at FROM workspace")).scalar_one()
    with pytest.raises(DBAPIError), full.recording("acme") as recording:
        recording.connection.execute(text("DELETE FROM snapshot"))
    with full.asking() as connection:
        after = connection.execute(text("SELECT recorded_at FROM workspace")).scalar_one()
    assert after == before
