"""What was applied last: the newest definition of each key result that the store still follows."""

from typing import Any

from sqlalchemy import select

from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Reach
from okrmodel.store import Store
from okrmodel.store.definitions import applied
from okrmodel.store.runs import Outcome, Result, begin_run, record_outcomes
from okrmodel.store.tables import DefinitionRow, FrozenCycleRow, WorkspaceRow
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, snapshot


def leads(**more: Any) -> Closure:
    given = {"id": "leads", "title": "Leads", "metric": "leads", "target": 100, **more}
    return closure(key_result=Reach.model_validate(given))


def record(work: Work, *closures: Closure, **changes: Any) -> None:
    """As a run does: the definitions first, then a snapshot of each, and what became of them."""
    work.definitions(*closures)
    work.snapshots(
        *(
            snapshot(
                key_result=one.key_result.id,
                definition_hash=one.definition_hash,
                computation_hash=one.computation_hash,
                **changes,
            )
            for one in closures
        )
    )
    noted = (
        Outcome("key_result", f"{one.cycle}/{one.key_result.id}", Result.OK) for one in closures
    )
    record_outcomes(work.store, work.run, noted)


def again(work: Work, kind: str = "sync") -> Work:
    run = begin_run(work.store, work.run.workspace, kind, {})
    return Work(work.store, run, work.lease)


def found(store: Store) -> dict[str, Closure]:
    return {name: one for (_, name), one in applied(store, "acme").items()}


def test_a_store_without_snapshots_has_applied_nothing(store: Store, work: Work) -> None:
    work.definitions(leads())
    assert applied(store, "acme") == {}


def test_the_definition_recorded_last_is_the_one_whatever_day_it_was_for(
    store: Store, work: Work
) -> None:
    record(work, leads(), as_of=TUESDAY.start)
    record(again(work), leads(target=90), as_of=MONDAY.start)
    assert found(store) == {"leads": leads(target=90)}


def test_other_words_alone_make_no_snapshot_and_count(store: Store, work: Work) -> None:
    record(work, leads())
    record(again(work), leads(title="New leads"))
    assert found(store) == {"leads": leads(title="New leads")}


def test_words_that_were_put_back_count_from_the_next_snapshot_on(store: Store, work: Work) -> None:
    record(work, leads(), leads(id="deals"))
    record(again(work, "backfill"), leads(title="New leads"))
    record(again(work, "backfill"), leads(), as_of=TUESDAY.start)
    assert found(store)["leads"] == leads()


def test_what_the_last_sync_left_out_is_not_followed(store: Store, work: Work) -> None:
    record(work, leads(), leads(id="deals"))
    record(again(work), leads())
    assert found(store) == {"leads": leads()}


def test_a_backfill_of_one_leaves_the_others_followed(store: Store, work: Work) -> None:
    record(work, leads(), leads(id="deals"))
    record(again(work, "backfill"), leads(), as_of=TUESDAY.start)
    assert set(found(store)) == {"leads", "deals"}


def test_a_frozen_cycle_is_not_followed(store: Store, work: Work) -> None:
    record(work, leads())
    with store.recording("acme", work.lease) as recording:
        row = {"workspace": "acme", "cycle": "2026-Q4", "run": work.run.id}
        recording.connection.execute(
            FrozenCycleRow.__table__.insert(),  # type: ignore[attr-defined]
            [{**row, "recorded_at": recording.at, "digest": "d", "body": {}}],
        )
    assert applied(store, "acme") == {}


def test_workspaces_are_apart(store: Store, work: Work) -> None:
    record(work, leads())
    Work.begin(store, "birch")
    assert applied(store, "birch") == {}


def test_definitions_that_are_kept_are_not_written_again(store: Store) -> None:
    work = Work.begin(store)
    work.definitions(leads())
    with store.asking() as connection:
        before = connection.execute(select(WorkspaceRow.recorded_at)).all()
    work.definitions(leads())
    with store.asking() as connection:
        assert connection.execute(select(WorkspaceRow.recorded_at)).all() == before
        assert len(connection.execute(select(DefinitionRow.hash)).all()) == 1
