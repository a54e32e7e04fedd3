"""Frozen cycles: whatever is recorded later, their figures stay, and a changed one is found."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from okrmodel.observations import Provisional
from okrmodel.snapshot import Automatic, Snapshot, Status
from okrmodel.store import Store
from okrmodel.store.errors import LeaseLost
from okrmodel.store.frozen import Broken, broken, frozen_cycles, told
from okrmodel.store.leases import acquire, release
from okrmodel.windows import ONE_DAY
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, cycle, snapshot
from tests.okrmodel.store.test_known_at import (
    DAYS,
    SNAPSHOTS,
    TICKS,
    Told,
    moments,
    numbers,
    on_both,
    record,
    seen_by,
)

ENDS = MONDAY.start
Steps = list[tuple[timedelta, list[Snapshot]]]
STEPS = st.lists(st.tuples(TICKS, SNAPSHOTS), max_size=3)


@pytest.fixture
def defined(work: Work) -> Work:
    work.definitions(closure())
    return work


def newest(snapshots: Iterable[Snapshot], day: date | None) -> dict[str, Snapshot]:
    """What was said last of each key result, of the last day that is not after this one."""
    last = {(s.key_result, s.as_of): s for s in snapshots if day is None or s.as_of <= day}
    return {s.key_result: s for s in sorted(last.values(), key=lambda s: s.as_of)}


def frozen_as(said: dict[str, Snapshot]) -> dict[str, Snapshot]:
    return {name: replace(one, frozen=True) for name, one in said.items()}


@on_both
@given(before=STEPS, after=STEPS)
def test_a_frozen_cycle_is_told_as_a_list_tells_it(
    store: Store, clock: Clock, before: Steps, after: Steps
) -> None:
    workspace = f"frozen{next(numbers)}"
    work = Work.begin(store, workspace)
    own = closure(workspace=workspace)
    work.definitions(own)
    signed = {
        "workspace": workspace,
        "definition_hash": own.definition_hash,
        "computation_hash": own.computation_hash,
    }

    def write(steps: Steps) -> list[Told]:
        mine = [(tick, [replace(s, **signed) for s in some]) for tick, some in steps]  # type: ignore[arg-type]
        return record(work, clock, mine, work.snapshots)

    said = write(before)
    at = work.freeze(cycle("leads", "deals", ends=ENDS)).recorded_at
    said += write(after)

    for known_at in [*moments(said), at, at - timedelta(microseconds=1)]:
        known = seen_by(said, known_at)
        for day in (None, *(window.start for window in DAYS)):
            found = told(store, workspace, "2026-Q4", day, known_at)
            shown = {name: one.snapshot for name, one in found.revisions.items()}
            if known_at is not None and known_at < at:
                assert (shown, found.since, found.frozen) == (newest(known, day), {}, None)
            elif day is None or day >= ENDS:
                closing = frozen_as(newest(seen_by(said, at), ENDS))
                assert shown == closing, "nothing that came later is in it"
                now = newest(known, ENDS)
                assert {n: s.snapshot for n, s in found.since.items()} == {
                    name: one for name, one in now.items() if news(closing.get(name), one)
                }
            else:
                then, now = newest(seen_by(said, at), day), newest(known, day)
                same_day = {n: o for n, o in then.items() if o.as_of == now[n].as_of}
                assert shown == now | frozen_as(same_day)
    assert list(broken(store, frozen_cycles(store, workspace)["2026-Q4"])) == []


def news(old: Snapshot | None, new: Snapshot) -> bool:
    """Of what these snapshots differ in, all but the reasons why they are provisional."""
    return old is None or (old.as_of, old.value, bool(old.provisional)) != (
        new.as_of,
        new.value,
        bool(new.provisional),
    )


@pytest.fixture
def frozen(defined: Work) -> Work:
    """Two key results of which one is not final, frozen; a third has no snapshot."""
    settling = (Provisional.SETTLING,)
    defined.snapshots(snapshot(), snapshot(key_result="deals", provisional=settling))
    defined.freeze(cycle("leads", "deals", "calls", ends=ENDS))
    return defined


def test_what_is_not_final_is_noted_with_the_reason(defined: Work) -> None:
    said: dict[str, dict[str, Any]] = {
        "leads": {},
        "sampled": {"provisional": (Provisional.SAMPLED, Provisional.SETTLING)},
        "old": {"stale": "hubspot failed", "provisional": (Provisional.SETTLING,)},
        "none": {"value": None, "status": Status.NO_DATA},
    }
    defined.snapshots(*(snapshot(key_result=name, **changes) for name, changes in said.items()))
    noted = defined.freeze(cycle(*said, "never", ends=ENDS))
    assert noted.not_final == {
        "sampled": ("sampled", "settling"),
        "old": ("settling", "stale"),
        "none": ("no_data",),
        "never": ("no_data",),
    }
    assert noted.key_results["never"] is None
    assert frozen_cycles(defined.store, "acme") == {"2026-Q4": noted}


def test_a_cycle_is_frozen_once(frozen: Work) -> None:
    before = frozen_cycles(frozen.store, "acme")
    with pytest.raises(ValueError, match="cycle 2026-Q4 of workspace acme is frozen already"):
        frozen.freeze(cycle())
    assert frozen_cycles(frozen.store, "acme") == before


def test_who_has_lost_the_lease_freezes_nothing(defined: Work) -> None:
    release(defined.store, defined.lease)
    acquire(defined.store, "acme", "another", timedelta(minutes=5))
    with pytest.raises(LeaseLost):
        defined.freeze(cycle())
    assert frozen_cycles(defined.store, "acme") == {}


def test_days_after_the_end_are_not_among_the_figures(defined: Work) -> None:
    defined.snapshots(snapshot(), snapshot(as_of=TUESDAY.start, value=Decimal(8)))
    [noted] = defined.freeze(cycle(ends=ENDS)).key_results.values()
    assert noted
    assert noted["as_of"] == ENDS.isoformat()
    for day in (None, TUESDAY.start):
        [shown] = told(defined.store, "acme", "2026-Q4", day).revisions.values()
        assert (shown.snapshot.as_of, shown.snapshot.value) == (ENDS, Decimal(7))


def test_what_was_no_key_result_of_the_cycle_when_it_was_frozen_stands_beside(
    defined: Work,
) -> None:
    defined.snapshots(snapshot(), snapshot(key_result="dropped"))
    defined.freeze(cycle("leads", "calls", ends=ENDS))
    defined.snapshots(snapshot(key_result="calls"), snapshot(key_result="visits"))
    found = told(defined.store, "acme", "2026-Q4")
    assert found.revisions.keys() == {"leads"}
    assert found.since.keys() == {"calls", "dropped", "visits"}


def test_a_day_that_was_recorded_only_later_has_nothing_to_keep(defined: Work) -> None:
    saturday, sunday = (snapshot(as_of=ENDS - days * ONE_DAY) for days in (2, 1))
    defined.snapshots(saturday)
    defined.freeze(cycle(ends=ENDS))
    defined.snapshots(sunday, replace(saturday, value=Decimal(6)))
    later = told(defined.store, "acme", "2026-Q4", sunday.as_of)
    assert later.revisions["leads"].snapshot == sunday
    assert later.since == {}
    kept = told(defined.store, "acme", "2026-Q4", saturday.as_of)
    assert kept.revisions["leads"].snapshot == replace(saturday, frozen=True)
    assert kept.since["leads"].snapshot.value == Decimal(6)


def test_another_automatic_value_below_one_set_by_hand_is_news(defined: Work) -> None:
    automatic = Automatic(Decimal(7), Status.MISSED, "7 of 100", ENDS)
    by_hand = snapshot(automatic=automatic)
    defined.snapshots(by_hand)
    defined.freeze(cycle(ends=ENDS))
    defined.snapshots(replace(by_hand, automatic=replace(automatic, reason="seven of 100")))
    assert told(defined.store, "acme", "2026-Q4").since == {}
    defined.snapshots(replace(by_hand, automatic=replace(automatic, value=Decimal(8))))
    assert told(defined.store, "acme", "2026-Q4").since.keys() == {"leads"}


def test_becoming_final_is_news(frozen: Work) -> None:
    frozen.snapshots(snapshot(key_result="deals"))
    assert told(frozen.store, "acme", "2026-Q4").since.keys() == {"deals"}


def test_other_words_for_the_same_figures_are_no_news(frozen: Work) -> None:
    frozen.snapshots(snapshot(reason="seven of a hundred"))
    assert told(frozen.store, "acme", "2026-Q4").since == {}


def test_the_digest_covers_figures_definitions_and_standing(store: Store) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"value": Decimal(8)},
        {"reason": "8 of 100"},
        {"provisional": (Provisional.SETTLING,)},
        {"as_of": ENDS - ONE_DAY},
    ]
    digests = set()
    for number, each in enumerate(changes):
        work = Work.begin(store, f"w{number}")
        work.definitions(closure(), closure(status_rule="upraise"))
        work.snapshots(snapshot(workspace=f"w{number}", **each))
        digests.add(work.freeze(cycle(ends=ENDS)).digest)
    assert len(digests) == len(changes)


def tamper(store: Store, statement: str) -> None:
    """Change what cannot be changed: as somebody who owns the database could."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.scalars(text(names)).all():
                connection.execute(text(f'DROP TRIGGER "{name}"'))
        assert connection.execute(text(statement)).rowcount == 1


def test_what_was_not_touched_is_as_it_was_frozen(frozen: Work) -> None:
    frozen.snapshots(snapshot(value=Decimal(8)), snapshot(key_result="calls"))
    [one] = frozen_cycles(frozen.store, "acme").values()
    assert list(broken(frozen.store, one)) == []


LEADS = "WHERE key_result = 'leads'"
TAMPERED = {
    f"UPDATE snapshot SET payload = replace(payload, '7', '9') {LEADS}": ("leads", "payload"),
    f"UPDATE snapshot SET payload = 'lost' {LEADS}": ("leads", "payload"),
    f"UPDATE snapshot SET payload = '[]' {LEADS}": ("leads", "payload"),
    f"UPDATE snapshot SET revision = 2 {LEADS}": ("leads", "revision"),
    f"UPDATE snapshot SET as_of = '2026-11-15' {LEADS}": ("leads", "as_of"),
    f"UPDATE snapshot SET recorded_at = '2027-01-01 00:00:00.000000' {LEADS}": ("leads", "as_of"),
    f"DELETE FROM snapshot {LEADS}": ("leads", "as_of"),
    "UPDATE frozen_cycle SET digest = 'another'": ("", "digest"),
    "UPDATE frozen_cycle SET body = replace(body, 'settling', 'sampled')": ("deals", "not_final"),
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_was_changed_behind_our_back_is_found_and_named(frozen: Work, statement: str) -> None:
    tamper(frozen.store, statement)
    [one] = frozen_cycles(frozen.store, "acme").values()
    found = next(broken(frozen.store, one))
    assert (found.key_result, found.field) == TAMPERED[statement]


def test_what_was_changed_is_told_in_a_line() -> None:
    assert str(Broken("2026-Q4", "leads", "revision", "1", "2")) == (
        "2026-Q4/leads: revision was frozen as 1, and is 2"
    )
    assert str(Broken("2026-Q4", "", "digest", '"a"', '"b"')).startswith("2026-Q4: digest was")
