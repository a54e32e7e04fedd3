"""Snapshots: revised only where they changed, with the reason, and known as of any moment."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Reach
from okrmodel.observations import Provisional
from okrmodel.snapshot import Automatic, Snapshot, Status
from okrmodel.store.definitions import definition
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import (
    latest,
    latest_as_of,
    missing_days,
    payload,
    revisions,
    series,
    uses,
)
from okrmodel.windows import Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, OBSERVED, TUESDAY, Work, answer, closure, snapshot

RENAMED = closure(
    key_result=Reach(id="leads", title="More leads", metric="leads", target=Decimal(100))
)
HARDER = closure(key_result=Reach(id="leads", title="Leads", metric="leads", target=Decimal(200)))


@pytest.fixture
def defined(work: Work) -> Work:
    work.definitions(closure(), RENAMED, HARDER)
    return work


def of(definition: Closure, **changes: object) -> Snapshot:
    return snapshot(
        definition_hash=definition.definition_hash,
        computation_hash=definition.computation_hash,
        **changes,
    )


def kinds(work: Work) -> list[Kind]:
    found = revisions(work.store, "acme", "2026-Q4", "leads", MONDAY.start)
    assert [each.revision for each in found] == list(range(1, len(found) + 1))
    return [each.kind for each in found]


def test_a_snapshot_comes_back_as_it_was_computed(defined: Work) -> None:
    (written,) = defined.snapshots(snapshot())
    (stored,) = series(defined.store, "acme", "2026-Q4", "leads")

    assert stored.snapshot == snapshot()
    assert stored.payload == payload(snapshot())
    assert (stored.id, stored.revision, stored.kind) == (written.id, 1, Kind.FIRST)
    assert stored.run == defined.run.id


BEFORE_OVERRIDES = (
    '{"arithmetic":{"label":"sum","parts":[{"label":"16 Nov","parts":[],"value":"7"}],"value":"7"}'
    ',"as_of":"2026-11-16","baseline":"0","computation_hash":'
    '"247345cfa93b3f1e0cf1c028fd9d08ad11341cd4d98536ed90e05e780eef9d4f","cycle":"2026-Q4",'
    '"expected":"0.5","key_result":"leads","pace":"0.14","previous":null,"provisional":[],'
    '"raw_progress":"0.07","reason":"7 of 100","restated":false,"score":"0.07","stale":null,'
    '"status":"off_track","target":"100","through":"2026-11-16","value":"7","workspace":"acme"}'
)
"""What a version that knew no overrides wrote."""


def test_a_payload_from_before_there_were_overrides_is_read_and_written_alike(
    defined: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = "247345cfa93b3f1e0cf1c028fd9d08ad11341cd4d98536ed90e05e780eef9d4f"
    plain = snapshot(computation_hash=digest)
    assert payload(plain) == BEFORE_OVERRIDES

    monkeypatch.setattr("okrmodel.store.revisions.payload", lambda _: BEFORE_OVERRIDES)
    defined.snapshots(plain)
    (stored,) = series(defined.store, "acme", "2026-Q4", "leads")
    assert stored.snapshot == plain
    assert stored.snapshot.automatic is None
    monkeypatch.undo()
    assert defined.snapshots(plain) == ()


def test_the_automatic_value_beside_an_override_comes_back(defined: Work) -> None:
    automatic = Automatic(Decimal(7), Status.OFF_TRACK, "7 of 100", MONDAY.start)
    defined.snapshots(snapshot())
    (written,) = defined.snapshots(snapshot(value=Decimal(9), automatic=automatic))
    assert written.kind is Kind.RESTATEMENT
    (stored,) = series(defined.store, "acme", "2026-Q4", "leads")
    assert stored.snapshot.automatic == automatic


def test_the_same_again_is_not_written(defined: Work) -> None:
    defined.snapshots(snapshot())
    assert defined.snapshots(snapshot(value=Decimal("7.00"))) == ()
    assert kinds(defined) == [Kind.FIRST]


def test_another_value_is_a_restatement(defined: Work) -> None:
    defined.snapshots(snapshot())
    (written,) = defined.snapshots(snapshot(value=Decimal(8)))

    assert written.kind is Kind.RESTATEMENT
    assert kinds(defined) == [Kind.FIRST, Kind.RESTATEMENT]


def test_a_value_that_became_final_is_a_confirmation(defined: Work) -> None:
    defined.snapshots(snapshot(provisional=(Provisional.SETTLING,)))
    (written,) = defined.snapshots(snapshot())
    assert written.kind is Kind.CONFIRMATION


def test_another_definition_is_a_recomputation_whatever_the_value(defined: Work) -> None:
    defined.snapshots(snapshot())
    (written,) = defined.snapshots(of(HARDER, value=Decimal(8), target=Decimal(200)))
    assert written.kind is Kind.RECOMPUTATION


def test_what_changed_besides_the_value_is_a_recomputation(defined: Work) -> None:
    defined.snapshots(snapshot())
    (written,) = defined.snapshots(snapshot(status=Status.STALE, stale="HubSpot answered 503"))
    assert written.kind is Kind.RECOMPUTATION


def test_another_title_is_no_revision(defined: Work) -> None:
    defined.snapshots(snapshot())
    assert RENAMED.definition_hash != closure().definition_hash
    assert defined.snapshots(of(RENAMED)) == ()


def test_another_check_of_the_same_value_is_no_revision(defined: Work) -> None:
    (first,) = defined.answers(answer())
    defined.snapshots(snapshot(observations=(first.after.id,), checks=(first.after.check,)))
    defined.answers(answer(observed_at=OBSERVED + timedelta(days=1)))
    known = defined.known()

    assert known
    assert known.check != first.after.check
    assert defined.snapshots(snapshot(observations=(known.id,), checks=(known.check,))) == ()


def test_a_snapshot_leads_back_to_what_it_was_computed_from(defined: Work) -> None:
    changes = defined.answers(answer(), answer(window=TUESDAY, value=Decimal(1)))
    then = tuple(change.after for change in changes)
    defined.snapshots(
        snapshot(
            observations=tuple(each.id for each in then),
            checks=tuple(each.check for each in then),
        )
    )
    defined.answers(answer(value=Decimal(70), observed_at=OBSERVED + timedelta(days=1)))
    (stored,) = series(defined.store, "acme", "2026-Q4", "leads")

    assert uses(defined.store, stored) == then
    assert definition(defined.store, "acme", stored.snapshot.definition_hash) == closure()


def test_a_snapshot_without_its_definition_is_refused(work: Work) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        work.snapshots(snapshot())


def test_definitions_are_kept_once(work: Work) -> None:
    for _ in range(2):
        work.definitions(closure(), HARDER, closure())

    assert definition(work.store, "acme", HARDER.definition_hash) == HARDER
    with pytest.raises(KeyError, match="globex has no definition"):
        definition(work.store, "globex", HARDER.definition_hash)


def test_snapshots_are_recorded_together_or_not_at_all(defined: Work) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        defined.snapshots(snapshot(), snapshot(key_result="other", definition_hash="none"))
    assert latest(defined.store, "acme", "2026-Q4") == {}


def test_snapshots_recorded_together_are_known_from_one_moment_on(defined: Work) -> None:
    defined.snapshots(snapshot(), snapshot(key_result="deals"))
    found = latest(defined.store, "acme", "2026-Q4")
    assert found["leads"].recorded_at == found["deals"].recorded_at


def test_mixed_up_snapshots_are_refused(defined: Work) -> None:
    with pytest.raises(ValueError, match=r"leads of 2026-Q4 comes twice as of 2026-11-16"):
        defined.snapshots(snapshot(), snapshot(value=Decimal(8)))
    with pytest.raises(ValueError, match="acme's, not globex's"):
        defined.snapshots(snapshot(workspace="globex"))


def test_the_latest_is_each_key_results_last_day(defined: Work) -> None:
    tuesday = snapshot(as_of=TUESDAY.start, value=Decimal(9))
    deals = snapshot(key_result="deals")
    defined.snapshots(snapshot(), tuesday, deals, snapshot(cycle="2026-Q3"))
    defined.snapshots(replace(tuesday, value=Decimal(10)))

    assert {
        name: each.snapshot for name, each in latest(defined.store, "acme", "2026-Q4").items()
    } == {
        "leads": replace(tuesday, value=Decimal(10)),
        "deals": deals,
    }
    on_monday = latest(defined.store, "acme", "2026-Q4", MONDAY.start)
    assert on_monday["leads"].snapshot == snapshot()
    assert latest(defined.store, "globex", "2026-Q4") == {}


def test_a_day_as_known_then_stays_answerable(defined: Work, clock: Clock) -> None:
    at = []
    for value in (7, 8, 9):
        at.append(clock.move(days=1))
        defined.snapshots(snapshot(value=Decimal(value)))

    def values(known_at: object) -> list[Decimal | None]:
        found = series(defined.store, "acme", "2026-Q4", "leads", known_at)  # type: ignore[arg-type]
        return [each.snapshot.value for each in found]

    assert [values(moment) for moment in (*at, None)] == [[7], [8], [9], [9]]
    assert values(at[0] - timedelta(microseconds=1)) == []
    known = latest(defined.store, "acme", "2026-Q4", known_at=at[1])
    assert known["leads"].snapshot.value == 8


def test_a_series_runs_day_by_day(defined: Work) -> None:
    days = [MONDAY.start + timedelta(days=n) for n in (2, 0, 1)]
    for day in days:
        defined.snapshots(snapshot(as_of=day))
    found = series(defined.store, "acme", "2026-Q4", "leads")
    assert [each.snapshot.as_of for each in found] == sorted(days)


def test_the_last_day_is_known(defined: Work, clock: Clock) -> None:
    assert latest_as_of(defined.store, "acme", "2026-Q4") is None
    defined.snapshots(snapshot(as_of=TUESDAY.start))
    then = clock.now + timedelta(seconds=1)
    clock.move(days=1)
    defined.snapshots(snapshot(as_of=date(2026, 11, 20)), snapshot())

    assert latest_as_of(defined.store, "acme", "2026-Q4") == date(2026, 11, 20)
    assert latest_as_of(defined.store, "acme", "2026-Q4", then) == TUESDAY.start


def test_missing_days_are_those_without_any_snapshot(defined: Work) -> None:
    week = Window(date(2026, 11, 14), date(2026, 11, 19))
    defined.snapshots(
        snapshot(),
        snapshot(as_of=TUESDAY.start),
        snapshot(as_of=week.end),
        snapshot(cycle="2026-Q3", as_of=week.start),
        *(snapshot(key_result="deals", as_of=day) for day in week.days()),
    )
    wanted = {("2026-Q4", name): week for name in ("leads", "deals", "fame")}

    assert missing_days(defined.store, "acme", wanted) == {
        ("2026-Q4", "leads"): (date(2026, 11, 14), date(2026, 11, 15), date(2026, 11, 18)),
        ("2026-Q4", "fame"): tuple(week.days()),
    }
