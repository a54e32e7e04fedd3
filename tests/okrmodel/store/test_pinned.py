"""What measured values are pinned to: the first number of a window that was final."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrmodel.observations import Flag, Key, Observation, Provisional
from okrmodel.snapshot import Known
from okrmodel.store import Store
from okrmodel.store.observations import pinned_observations, revisions
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, OBSERVED, TUESDAY, ZONE, Work, answer
from tests.okrmodel.store.test_known_at import (
    ANSWERS,
    MARKS,
    TICKS,
    WINDOWS,
    moments,
    record,
    seen_by,
)

SETTLES = timedelta(days=3)
SETTLED = OBSERVED + timedelta(days=4)


def pinned(work: Work, known_at: datetime | None = None) -> Known | None:
    wanted = {"f1": [MONDAY], "f2": []}
    found = pinned_observations(work.store, work.run.workspace, wanted, known_at)
    return found.get(("f1", MONDAY))


def test_nothing_is_pinned_while_a_value_is_settling(work: Work) -> None:
    work.answers(answer(settles=SETTLES))
    assert pinned(work) is None


def test_the_settled_value_is_pinned_with_the_check_that_found_it_final(work: Work) -> None:
    for value, observed_at in ((6, OBSERVED), (7, OBSERVED), (7, SETTLED), (7, SETTLED + SETTLES)):
        work.answers(answer(value=Decimal(value), observed_at=observed_at, settles=SETTLES))
    found = pinned(work)
    assert found
    assert (found.value, found.provisional, found.observed_at) == (Decimal(7), None, SETTLED)
    stored = revisions(work.store, "acme", "f1", MONDAY)[1]
    assert (found.id, found.check) == (stored.id, stored.checks[1].id)


def test_a_restatement_moves_no_pin(work: Work) -> None:
    work.answers(answer())
    first = pinned(work)
    work.answers(answer(value=Decimal(8)))
    known = work.known()
    assert first
    assert pinned(work) == first
    assert first == replace(first, value=Decimal(7), restated=False)
    assert known
    assert (known.value, known.restated) == (Decimal(8), True)


def test_no_data_is_nothing_to_pin(work: Work) -> None:
    work.answers(answer(value=None))
    assert pinned(work) is None
    work.answers(answer(value=Decimal(0)))
    found = pinned(work)
    assert found
    assert found.value == 0


def test_what_time_does_not_mend_is_never_final(work: Work) -> None:
    work.answers(answer(flags=frozenset({Flag.SAMPLED})))
    assert pinned(work) is None


def test_the_pin_is_answered_as_known_then(work: Work, clock: Clock) -> None:
    before = clock.move(days=1)
    work.answers(answer(settles=SETTLES))
    at = clock.move(days=1)
    work.answers(answer(settles=SETTLES, observed_at=SETTLED))
    assert pinned(work, before) is None
    assert pinned(work, at - timedelta(microseconds=1)) is None
    assert pinned(work, at) == pinned(work)


def test_other_windows_questions_and_workspaces_are_left_out(work: Work) -> None:
    work.answers(answer(window=TUESDAY), answer(fingerprint="f2"))
    Work.begin(work.store, "globex").answers(answer())
    assert pinned(work) is None


def pins(answers: list[Observation]) -> dict[Key, tuple[Decimal, datetime]]:
    """What a plain list of answers says."""
    found: dict[Key, tuple[Decimal, datetime]] = {}
    for each in answers:
        if each.provisional(ZONE) is None and each.value is not None:
            found.setdefault((each.fingerprint, each.window), (each.value, each.observed_at))
    return found


numbers = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(steps=st.lists(st.tuples(TICKS, ANSWERS), max_size=6))
def test_pins_are_known_as_a_list_knows_them(
    store: Store, clock: Clock, steps: list[tuple[timedelta, list[Observation]]]
) -> None:
    work = Work.begin(store, f"p{next(numbers)}")
    told = record(work, clock, steps, work.answers)
    wanted = dict.fromkeys(MARKS, WINDOWS)
    for known_at in moments(told):
        found = pinned_observations(store, work.run.workspace, wanted, known_at)
        assert {key: (each.value, each.observed_at) for key, each in found.items()} == pins(
            seen_by(told, known_at)
        )
        assert all(each.provisional is None for each in found.values())


def test_the_list_itself_keeps_the_first_final_number() -> None:
    settling = answer(settles=SETTLES, value=Decimal(5))
    assert settling.provisional(ZONE) is Provisional.SETTLING
    told = [settling, answer(value=None), answer(), answer(value=Decimal(8))]
    assert pins(told) == {("f1", MONDAY): (Decimal(7), OBSERVED)}
