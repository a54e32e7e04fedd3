"""A workspace that left is deleted as a whole, and nobody else's rows are touched."""

from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from okrmodel.store import Store
from okrmodel.store.accounts import confirm_account
from okrmodel.store.bookmarks import set_bookmark
from okrmodel.store.errors import LeaseLost, Purged
from okrmodel.store.leases import acquire
from okrmodel.store.purge import purge, tombstone
from okrmodel.store.runs import Outcome, Result, begin_run, end_run, record_outcomes
from okrmodel.store.tables import Row
from tests.okrmodel.store.samples import TUESDAY, Work, answer, closure, cycle, snapshot, words

TABLES = sorted({*Row.metadata.tables} - {"tombstone"})
Rows = dict[str, list[str]]


def fill(store: Store, workspace: str) -> Work:
    """Everything that can be remembered of a workspace."""
    work = Work.begin(store, workspace)
    confirm_account(store, workspace, "crm", "1")
    own = closure(workspace=workspace)
    work.definitions(own)
    for window in (answer().window, TUESDAY):
        (change,) = work.answers(answer(window=window))
        work.snapshots(
            snapshot(
                workspace=workspace,
                as_of=window.start,
                definition_hash=own.definition_hash,
                computation_hash=own.computation_hash,
                observations=(change.after.id,),
                checks=(change.after.check,),
            )
        )
    record_outcomes(store, work.run, [Outcome("connection", "crm", Result.OK)])
    work.freeze(cycle())
    work.publish(words(workspace=workspace))
    set_bookmark(store, work.lease, "scan", "page 20")
    work.tell()
    end_run(store, work.run, Result.OK)
    return work


def everything(store: Store) -> Rows:
    """Every row of every table, to the letter."""
    with store.asking() as connection:
        return {
            table: sorted(
                repr(tuple(r)) for r in connection.execute(text(f'SELECT * FROM "{table}"'))
            )
            for table in Row.metadata.tables
        }


def test_every_row_goes_and_a_tombstone_stays(store: Store) -> None:
    left = fill(store, "acme")
    stone = purge(store, left.lease)
    found = everything(store)
    assert {table: found[table] for table in TABLES} == {table: [] for table in TABLES}
    assert tombstone(store, "acme") == stone
    assert stone.rows["snapshot"] == stone.rows["observation"] == stone.rows["snapshot_uses"] == 2
    assert {*stone.rows} == {*TABLES} - {"workspace", "lease"}
    assert tombstone(store, "other") is None


def test_nothing_of_anybody_else_changes(store: Store) -> None:
    fill(store, "before")
    alone = everything(store)
    left = fill(store, "acme")
    purge(store, left.lease)
    after = everything(store)
    assert [len(after.pop("tombstone")), alone.pop("tombstone")] == [1, []]
    assert after == alone


def test_the_digest_is_that_of_the_rows(store: Store) -> None:
    one = purge(store, fill(store, "acme").lease)
    assert len(one.digest) == 64
    bare = purge(
        store, acquire(store, "bare", "a test", Work.begin(store, "x").lease.expires - store.wall())
    )
    assert bare.digest != one.digest
    assert set(bare.rows.values()) == {0}


def test_its_id_is_nobodys_any_more(store: Store) -> None:
    left = fill(store, "acme")
    purge(store, left.lease)
    with pytest.raises(Purged, match="a new id"):
        begin_run(store, "acme", "sync", {})
    with pytest.raises(Purged):
        acquire(store, "acme", "a test", left.lease.expires - store.wall())
    fill(store, "acme-again")


@pytest.mark.parametrize("table", ["board", "snapshot_uses", "observation", "run", "workspace"])
def test_a_crash_in_the_middle_leaves_all(store: Store, table: str) -> None:
    left = fill(store, "acme")
    before = everything(store)

    def crash(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("DELETE FROM " + table, f'DELETE FROM "{table}"')):
            raise KeyboardInterrupt

    event.listen(store.engine, "before_cursor_execute", crash)
    with pytest.raises(KeyboardInterrupt):
        purge(store, left.lease)
    event.remove(store.engine, "before_cursor_execute", crash)
    assert everything(store) == before
    # And it can be done again, as if nothing had been.
    assert purge(store, left.lease).rows["run"] == 1


def test_who_has_lost_the_workspace_deletes_nothing(store: Store) -> None:
    left = fill(store, "acme")
    store_wall = store.wall
    store.wall = lambda: left.lease.expires
    acquire(store, "acme", "another", left.lease.expires - store_wall())
    before = everything(store)
    with pytest.raises(LeaseLost):
        purge(store, left.lease)
    assert everything(store) == before


@pytest.mark.parametrize(
    "table", ["run", "snapshot", "check", "snapshot_uses", "definition", "publication"]
)
def test_only_what_has_a_tombstone_may_be_deleted(store: Store, table: str) -> None:
    fill(store, "acme")
    fill(store, "other")
    with store.recording("other") as recording:
        recording.connection.execute(
            text("INSERT INTO tombstone VALUES ('acme', :at, '{}', '')"),
            {"at": "2026-11-23 03:00:00"},
        )
    own = text(f'DELETE FROM "{table}"')
    with pytest.raises(DBAPIError, match=r"append-only|are kept"), store.recording("other") as one:
        one.connection.execute(own)


def test_nothing_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "okr.db"
    with Store.open(f"sqlite:///{file}") as store:
        work = Work.begin(store, "acme")
        work.definitions(closure(workspace="acme", objective="a-very-secret-plan"))
        with store.recording("acme") as recording:
            recording.connection.execute(text("SELECT 1"))
        purge(store, work.lease)
    assert b"a-very-secret-plan" not in b"".join(f.read_bytes() for f in tmp_path.glob("okr.db*"))
