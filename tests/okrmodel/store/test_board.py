"""The board: what stands for each key result now, and never anything of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import Reach
from okrmodel.observations import Provisional
from okrmodel.publication import Publication
from okrmodel.snapshot import Status
from okrmodel.store import Store
from okrmodel.store.board import LastSync, Standing, standings
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.publications import published, rebuild
from okrmodel.store.runs import Result, begin_run, end_run
from okrmodel.store.snapshots import Revision
from okrmodel.telling.sheet import read_sheet
from okrmodel.windows import ONE_DAY
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, cycle, snapshot, words
from tests.okrmodel.store.test_known_at import SNAPSHOTS, TICKS, numbers, on_both

ENDS = MONDAY.start
Rows = list[dict[str, Any]]


def rows(store: Store, workspace: str = "acme") -> Rows:
    query = text("SELECT * FROM board WHERE workspace = :it ORDER BY cycle, position")
    with store.asking() as connection:
        found = connection.execute(query, {"it": workspace}).mappings()
        return [dict(row) for row in found]


def named(name: str, *was: str, **changes: Any) -> Reach:
    return Reach(id=name, title=name.title(), metric="m", target=Decimal(9), was=was, **changes)


def objective(*key_results: Reach, **changes: Any) -> Objective:
    return Objective(**{"id": "grow", "title": "Grow", "key_results": key_results, **changes})


BEFORE = Cycle(id="2026-Q3", starts=date(2026, 7, 1), ends=date(2026, 9, 30), objectives=())
RENAMED = cycle(ends=ENDS).model_copy(
    update={"objectives": (objective(named("won", "deals"), named("leads", "deals")),)}
)
SAYINGS = (
    words(cycle("leads", "deals", ends=ENDS)),
    words(RENAMED),
    words(BEFORE.model_copy(update={"objectives": (objective(named("old")),)}), RENAMED),
)
STEPS = st.lists(
    st.tuples(TICKS, st.one_of(SNAPSHOTS, st.sampled_from(SAYINGS), st.just("freeze"))), max_size=6
)


@on_both
@given(steps=STEPS)
def test_the_board_is_what_is_remembered_and_nothing_else(
    store: Store, clock: Clock, steps: Sequence[tuple[timedelta, Any]]
) -> None:
    """After each step it says what the sheets say, and made anew it is the same to the letter."""
    workspace = f"board{next(numbers)}"
    work = Work.begin(store, workspace)
    own = closure(workspace=workspace)
    work.definitions(own)
    hashes = {"definition_hash": own.definition_hash, "computation_hash": own.computation_hash}
    for tick, step in steps:
        clock.now += tick
        if isinstance(step, Publication):
            work.publish(step.model_copy(update={"workspace": workspace}))
        elif step != "freeze":
            work.snapshots(*(replace(s, workspace=workspace, **hashes) for s in step))
        elif not frozen_cycles(store, workspace):
            work.freeze(cycle("leads", "deals", ends=ENDS))
            if said := published(store, workspace):
                work.publish(said)
        before = rows(store, workspace)
        assert shown(before) == told(store, workspace)
        rebuild(store, workspace)
        assert rows(store, workspace) == before


def shown(found: Rows) -> dict[tuple[str, str], Any]:
    told = ("frozen", "snapshot", "status", "stale", "provisional")
    return {(row["cycle"], row["key_result"]): tuple(row[name] for name in told) for row in found}


def told(store: Store, workspace: str) -> dict[tuple[str, str], Any]:
    """What the pages say, by the ids of a cycle and a key result."""
    said = published(store, workspace)
    if said is None:
        return {}
    sheets = {one.id: read_sheet(store, said, one) for one in said.cycles}
    frozen = frozen_cycles(store, workspace)
    return {
        (one.id, key_result.id): (
            one.id in frozen,
            *_state(sheets[one.id].revisions.get(key_result.id)),
        )
        for one in said.cycles
        for _, key_result in one.key_results()
    }


def _state(revision: Revision | None) -> tuple[Any, ...]:
    if revision is None:
        return (None, None, False, False)
    s = revision.snapshot
    return (revision.id, s.status, bool(s.stale), bool(s.provisional))


def test_each_row_has_its_words(work: Work) -> None:
    own = objective(
        named("leads", owner="ola", weight=Decimal("1.5")), named("calls"), owner="stranger"
    )
    said = words(cycle().model_copy(update={"objectives": (own,)}))
    work.publish(said)
    leads, calls = rows(work.store)
    assert (leads["title"], leads["owner"], leads["unit"]) == ("Leads", "Ola Nowak", "leads")
    assert (calls["owner"], calls["unit"], calls["position"]) == ("stranger", "", 2)
    assert (leads["workspace_name"], leads["objective_title"]) == ("Acme", "Grow")
    assert float(leads["weight"]) == 1.5


def test_a_workspace_without_words_has_no_board(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(snapshot())
    rebuild(work.store, "acme")
    assert rows(work.store) == []
    assert standings(work.store) == ()


def test_recorded_snapshots_move_the_board_before_the_run_publishes(work: Work) -> None:
    work.definitions(closure())
    work.publish(words(cycle("leads", ends=date(2026, 12, 31))))
    (written,) = work.snapshots(snapshot(as_of=TUESDAY.start))
    assert rows(work.store)[0]["snapshot"] == written.id
    # An older day that is backfilled later stands for nothing.
    work.snapshots(snapshot(as_of=MONDAY.start))
    assert rows(work.store)[0]["snapshot"] == written.id


def test_words_and_board_change_together(work: Work) -> None:
    work.publish(words())
    before = rows(work.store)

    def crash(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO board"):
            raise KeyboardInterrupt

    event.listen(work.store.engine, "before_cursor_execute", crash)
    with pytest.raises(KeyboardInterrupt):
        work.publish(words(name="Acme Inc."))
    event.remove(work.store.engine, "before_cursor_execute", crash)
    assert rows(work.store) == before
    assert published(work.store, "acme") == words()


def test_how_a_workspace_stands(work: Work, clock: Clock) -> None:
    names = ("a", "b", "c", "d", "e")
    own = objective(*(named(n, weight=Decimal(3) if n == "a" else Decimal(1)) for n in names))
    work.definitions(closure())
    now = cycle(ends=date(2026, 12, 31)).model_copy(update={"objectives": (own,)})
    work.publish(words(BEFORE.model_copy(update={"objectives": (objective(named("old")),)}), now))
    work.snapshots(
        snapshot(key_result="a", status=Status.AT_RISK, score=Decimal("0.2")),
        snapshot(key_result="b", status=Status.ON_TRACK, score=Decimal(1), stale="crm failed"),
        snapshot(key_result="c", status=Status.ON_TRACK, score=None),
        snapshot(key_result="d", status=Status.NO_DATA, score=Decimal(0), as_of=MONDAY.start - ONE_DAY),
        snapshot(key_result="old", cycle="2026-Q3", as_of=date(2026, 9, 30), provisional=(Provisional.SETTLING,)),
    )  # fmt: skip
    end_run(work.store, work.run, Result.FAILED)
    clock.move(hours=1)
    begin_run(work.store, "acme", "backfill", {})

    (found,) = standings(work.store)
    assert found.counts == {Status.AT_RISK: 1, Status.ON_TRACK: 2, Status.NO_DATA: 1}
    assert (found.unrecorded, found.key_results, found.weakest) == (1, 5, Status.AT_RISK)
    assert found.stale == 1
    # (3 x 0.2 + 1 x 1) / 4: what has no data or no score counts for nothing.
    assert found.score == Decimal("0.4")
    assert found.newest == MONDAY.start
    assert (found.name, found.cycle, found.cycle_ends) == ("Acme", "2026-Q4", now.ends)
    assert isinstance(found.last_sync, LastSync)
    assert (found.last_sync.run, found.last_sync.result) == (work.run.id, Result.FAILED)
    assert found.last_sync.ended


def test_all_that_are_published_are_told_by_id(work: Work) -> None:
    Work.begin(work.store, "other").publish(words(workspace="other"))
    work.publish(words())
    assert [one.workspace for one in standings(work.store)] == ["acme", "other"]


def test_the_cycle_is_that_of_the_newest_figures(store: Store, clock: Clock) -> None:
    clock.now = clock.now.replace(month=8)
    work = Work.begin(store)
    later = cycle(ends=date(2026, 12, 31))
    earlier = BEFORE.model_copy(update={"objectives": (objective(named("leads")),)})
    work.definitions(closure())

    def current() -> str:
        (found,) = standings(store)
        return found.cycle

    work.publish(words(earlier, later))
    assert current() == "2026-Q3"
    work.snapshots(snapshot())
    assert current() == "2026-Q4"


def test_before_the_first_cycle_it_is_the_first(store: Store, clock: Clock) -> None:
    clock.now = clock.now.replace(year=2025)
    Work.begin(store).publish(words(cycle()))
    (found,) = standings(store)
    assert found.cycle == "2026-Q4"
    assert isinstance(found, Standing)
    assert found.weakest is None
