"""What was recorded when, and what each snapshot goes back to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrmodel.observations import Flag
from okrmodel.store.kinds import Kind
from okrmodel.store.recorded import answers, history, recordings, spans, written
from okrmodel.store.snapshots import payload, series
from okrmodel.windows import Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, answer, closure, snapshot


@pytest.fixture
def defined(work: Work) -> Work:
    work.definitions(closure())
    return work


def test_a_key_result_spans_its_first_to_its_last_recorded_day(defined: Work) -> None:
    assert spans(defined.store, "acme") == {}
    defined.snapshots(snapshot(), snapshot(as_of=date(2026, 11, 20)))
    span = Window(MONDAY.start, date(2026, 11, 21))
    assert spans(defined.store, "acme") == {("2026-Q4", "leads"): span}
    assert spans(defined.store, "other") == {}


def test_revisions_are_grouped_by_the_instant_of_their_recording(
    defined: Work, clock: Clock
) -> None:
    first = defined.snapshots(snapshot(), snapshot(as_of=TUESDAY.start))
    clock.move(hours=1)
    [second] = defined.snapshots(snapshot(value=Decimal(8)))
    every = recordings(defined.store, "acme", every=True)
    assert list(every.values()) == [tuple(one.id for one in first), (second.id,)]
    assert list(every) == sorted(every)
    latest = recordings(defined.store, "acme", every=False)
    assert list(latest.values()) == [(first[1].id,), (second.id,)]
    assert recordings(defined.store, "other", every=True) == {}


def test_a_revision_comes_back_to_the_letter_with_its_checks(defined: Work) -> None:
    defined.answers(answer())
    known = defined.known()
    assert known
    [added] = defined.snapshots(snapshot(observations=(known.id,), checks=(known.check,)))
    [found] = written(defined.store, [added.id])
    assert found.payload == payload(snapshot())
    assert (found.cycle, found.key_result, found.as_of) == ("2026-Q4", "leads", MONDAY.start)
    assert found.checks == {known.check}
    assert found.definition_hash == closure().definition_hash


def test_many_revisions_are_read_in_parts(defined: Work) -> None:
    days = [MONDAY.start - timedelta(days=number) for number in range(130)]
    added = defined.snapshots(*(snapshot(as_of=day) for day in days))
    found = list(written(defined.store, [one.id for one in added]))
    assert {one.as_of for one in found} == set(days)


def test_a_history_has_every_revision_by_day(defined: Work) -> None:
    defined.snapshots(snapshot(as_of=TUESDAY.start), snapshot())
    defined.snapshots(snapshot(value=Decimal(8)))
    found = history(defined.store, "acme", "2026-Q4", "leads")
    assert [(one.snapshot.as_of, one.kind) for one in found] == [
        (MONDAY.start, Kind.FIRST),
        (MONDAY.start, Kind.RESTATEMENT),
        (TUESDAY.start, Kind.FIRST),
    ]
    assert history(defined.store, "acme", "2026-Q4", "leads", TUESDAY.start) == found[2:]


def test_answers_have_the_evidence_and_the_standing_that_the_snapshot_was_made_of(
    defined: Work, clock: Clock
) -> None:
    defined.answers(answer(flags=frozenset({Flag.SAMPLED})))
    known = defined.known()
    assert known
    defined.snapshots(snapshot(observations=(known.id,), checks=(known.check,)))
    clock.move(hours=1)
    defined.answers(answer(value=Decimal(8)))
    [revision] = series(defined.store, "acme", "2026-Q4", "leads")
    [found] = answers(defined.store, revision)
    assert found.known == known
    assert (found.revision, found.flags) == (1, frozenset({Flag.SAMPLED}))
    assert found.evidence == answer().evidence
    assert found.run == defined.run.id
