"""All that was ever said of a key result, in figures alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from okrmodel.snapshot import Status
from okrmodel.store.daily import KeyResultOf
from okrmodel.store.kinds import Kind
from okrmodel.store.said import every_said, revisions_of
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, snapshot

LEADS = KeyResultOf("acme", "2026-Q4", "leads")


def test_every_revision_is_told_by_day_oldest_first(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(snapshot(as_of=TUESDAY.start, value=Decimal(9)), snapshot(value=Decimal(7)))
    work.snapshots(snapshot(value=Decimal(8)))
    found = every_said(work.store, LEADS)
    assert [(one.as_of, one.revision, one.kind, one.value) for one in found] == [
        (MONDAY.start, 1, Kind.FIRST, Decimal(7)),
        (MONDAY.start, 2, Kind.RESTATEMENT, Decimal(8)),
        (TUESDAY.start, 1, Kind.FIRST, Decimal(9)),
    ]
    assert found[0].status is Status.OFF_TRACK
    assert found[0].definition_hash == snapshot().definition_hash
    assert found[0].computation_hash == snapshot().computation_hash
    assert (found[0].raw_progress, found[0].expected) == (
        snapshot().raw_progress,
        snapshot().expected,
    )


def test_what_was_recorded_later_was_not_known(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(snapshot(value=Decimal(7)))
    work.snapshots(snapshot(value=Decimal(8)))
    _, later = every_said(work.store, LEADS)
    before = later.recorded_at - timedelta(microseconds=1)
    assert [one.value for one in every_said(work.store, LEADS, before)] == [Decimal(7)]
    assert len(every_said(work.store, LEADS, later.recorded_at)) == 2


def test_only_the_key_result_of_the_cycle_and_workspace_is_told(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(snapshot())
    for other in ({"workspace": "b"}, {"cycle": "2026-Q3"}, {"key_result": "other"}):
        assert every_said(work.store, replace(LEADS, **other)) == ()


def test_some_revisions_are_read_whole(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(snapshot(value=Decimal(7)))
    work.snapshots(snapshot(value=Decimal(8)))
    first, second = every_said(work.store, LEADS)
    assert set(revisions_of(work.store, {second.id})) == {second.id}
    found = revisions_of(work.store, {first.id, second.id})
    assert found[second.id].snapshot.value == Decimal(8)
    assert found[second.id].snapshot.reason == snapshot().reason
