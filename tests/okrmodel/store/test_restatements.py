"""Which answers moved between two revisions of a snapshot, read off what it was computed from."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrmodel.store.recorded import compared, history
from okrmodel.store.restatements import Pair, moved, pairs_since
from okrmodel.store.runs import Result, begin_run, end_run
from okrmodel.windows import Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, answer, closure, snapshot

AS_OF = {"as_of": TUESDAY.start}


@pytest.fixture
def defined(work: Work) -> Work:
    work.definitions(closure())
    return work


def said(work: Work, value: int, *windows: Window, **changes: object) -> None:
    """A snapshot of this value, computed from what is known of the windows by now."""
    known = [found for window in windows if (found := work.known(window=window))]
    ids = {"observations": tuple(k.id for k in known), "checks": tuple(k.check for k in known)}
    work.snapshots(snapshot(**AS_OF, value=Decimal(value), **ids, **changes))


def last_pair(work: Work) -> Pair:
    old, new = history(work.store, "acme", "2026-Q4", "leads", TUESDAY.start)[-2:]
    return old, new


def test_only_the_answer_that_moved_is_named_with_both_values(defined: Work, clock: Clock) -> None:
    defined.answers(answer(), answer(window=TUESDAY, value=Decimal(5)))
    said(defined, 12, MONDAY, TUESDAY)
    clock.move(hours=24)
    read = answer().observed_at + timedelta(hours=24)
    defined.answers(
        answer(value=Decimal(6), observed_at=read),
        answer(window=TUESDAY, value=Decimal(5), observed_at=read),
    )
    said(defined, 11, MONDAY, TUESDAY)
    pair = last_pair(defined)
    [found] = moved(defined.store, [pair])[pair[1].id]
    assert (found.fingerprint, found.window, found.came) == ("f1", MONDAY, False)
    assert (found.old, found.new, found.pinned) == (Decimal(7), Decimal(6), False)
    assert (found.observed_at, found.run) == (read, defined.run.id)
    assert pair[0].recorded_at < found.known_since < pair[1].recorded_at


def test_an_answer_that_was_not_there_came_late(defined: Work) -> None:
    defined.answers(answer())
    said(defined, 7, MONDAY)
    defined.answers(answer(window=TUESDAY, value=None))
    said(defined, 8, MONDAY, TUESDAY)
    pair = last_pair(defined)
    [found] = moved(defined.store, [pair])[pair[1].id]
    assert (found.window, found.came, found.old, found.new) == (TUESDAY, True, None, None)


def test_another_definition_reads_other_windows_and_nothing_came_late(defined: Work) -> None:
    defined.answers(answer(), answer(window=TUESDAY))
    said(defined, 7, MONDAY)
    said(defined, 14, MONDAY, TUESDAY, computation_hash="another")
    pair = last_pair(defined)
    assert moved(defined.store, [pair]) == {pair[1].id: ()}


def test_beside_a_pinned_answer_the_later_one_is_meant(defined: Work) -> None:
    defined.answers(answer())
    said(defined, 7, MONDAY)
    pinned = defined.known()
    defined.answers(answer(value=Decimal(9)))
    later = defined.known()
    assert pinned
    assert later
    for pair_of_ids in ((pinned, later), (later, pinned)):
        ids = {
            "observations": tuple(k.id for k in pair_of_ids),
            "checks": tuple(k.check for k in pair_of_ids),
        }
        value = {"value": Decimal(pair_of_ids[0].id)}
        defined.snapshots(snapshot(**AS_OF, **value, **ids))
    first, second, third = history(defined.store, "acme", "2026-Q4", "leads", TUESDAY.start)
    [found] = moved(defined.store, [(first, second)])[second.id]
    assert (found.old, found.new, found.pinned) == (Decimal(7), Decimal(9), True)
    assert moved(defined.store, [(second, third)]) == {third.id: ()}


def test_pairs_are_newest_first_and_of_one_day_each(defined: Work, clock: Clock) -> None:
    defined.snapshots(snapshot(), snapshot(**AS_OF))
    clock.move(hours=1)
    said(defined, 8)
    since = clock.move(hours=1)
    defined.snapshots(snapshot(value=Decimal(9)))
    every = pairs_since(defined.store, "acme")
    assert [(new.snapshot.as_of, new.revision) for _, new in every] == [
        (MONDAY.start, 2),
        (TUESDAY.start, 2),
    ]
    assert all(old.snapshot.as_of == new.snapshot.as_of for old, new in every)
    assert pairs_since(defined.store, "acme", since) == every[:1]
    assert pairs_since(defined.store, "other") == ()


def test_a_comparison_is_with_the_days_as_its_run_left_them(defined: Work, clock: Clock) -> None:
    both = Window(MONDAY.start, TUESDAY.end)
    defined.answers(answer(), answer(window=TUESDAY, value=Decimal(5)))
    assert compared(defined.store, "acme", "f1", both) is None
    # The total comes first; what it finds to have moved is read after it.
    defined.answers(answer(window=both, value=Decimal(11)))
    defined.answers(answer(value=Decimal(6)))
    end_run(defined.store, defined.run, Result.OK)
    clock.move(hours=24)
    again = replace(defined, run=begin_run(defined.store, "acme", "sync", {}))
    again.answers(answer(window=TUESDAY, value=Decimal(4)))
    found = compared(defined.store, "acme", "f1", both)
    assert found
    assert (found.window, found.total, found.stored, found.days) == (
        both,
        Decimal(11),
        Decimal(11),
        2,
    )
    later = Window(TUESDAY.start, date(2026, 11, 20))
    assert compared(defined.store, "acme", "f1", later) is None, "of these it has the first alone"
