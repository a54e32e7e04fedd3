"""Observations: a revision only where something changed, a check each time, known as of any moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from okrmodel.observations import Evidence, Flag, Provisional
from okrmodel.snapshot import Known
from okrmodel.store.observations import known_observations, observation, revisions
from okrmodel.windows import Window
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, OBSERVED, TUESDAY, Work, answer

NEXT_NIGHT = OBSERVED + timedelta(days=1)


def test_a_first_answer_is_known(work: Work) -> None:
    (change,) = work.answers(answer())
    known = work.known()

    assert change.before is None
    assert change.after == known
    assert known == Known(
        id=known.id,
        check=known.check,
        fingerprint="f1",
        window=MONDAY,
        value=Decimal(7),
        observed_at=OBSERVED,
        provisional=None,
        restated=False,
        records=7,
    )


def test_what_was_never_asked_is_not_known(work: Work) -> None:
    work.answers(answer())
    assert work.known(fingerprint="f2") is None
    assert work.known(window=TUESDAY) is None


def test_no_data_is_known_and_is_not_zero(work: Work) -> None:
    work.answers(answer(value=None), answer(window=TUESDAY, value=Decimal(0)))
    none, zero = work.known(), work.known(window=TUESDAY)

    assert none
    assert zero
    assert (none.value, zero.value) == (None, Decimal(0))
    (change,) = work.answers(answer(value=Decimal(0)))
    assert change.after.id != none.id


def test_the_same_value_again_is_a_check_and_no_revision(work: Work) -> None:
    work.answers(answer())
    first = work.known()
    changes = work.answers(
        answer(
            value=Decimal("7.0"),
            observed_at=NEXT_NIGHT,
            evidence=Evidence(queries=("other",), digests=("other bytes",)),
        )
    )
    second = work.known()

    assert changes == ()
    assert first
    assert second
    assert second.id == first.id
    assert second.check != first.check
    assert second.observed_at == NEXT_NIGHT
    (stored,) = revisions(work.store, "acme", "f1", MONDAY)
    assert [check.observed_at for check in stored.checks] == [OBSERVED, NEXT_NIGHT]
    assert stored.checks[0].digest != stored.checks[1].digest


def test_another_value_is_a_revision_and_the_old_one_stays(work: Work) -> None:
    work.answers(answer())
    work.answers(answer(value=Decimal(8), observed_at=NEXT_NIGHT))
    stored = revisions(work.store, "acme", "f1", MONDAY)

    assert [(each.revision, each.observation.value) for each in stored] == [
        (1, Decimal(7)),
        (2, Decimal(8)),
    ]


def test_other_flags_are_a_revision(work: Work) -> None:
    work.answers(answer())
    (change,) = work.answers(answer(flags=frozenset({Flag.SAMPLED})))

    assert change.after.provisional is Provisional.SAMPLED
    stored = revisions(work.store, "acme", "f1", MONDAY)
    assert [each.observation.flags for each in stored] == [frozenset(), {Flag.SAMPLED}]


def test_a_later_check_makes_a_value_final(work: Work) -> None:
    settling = answer(settles=timedelta(days=3))
    (first,) = work.answers(settling)
    (second,) = work.answers(replace(settling, observed_at=OBSERVED + timedelta(days=2)))

    assert first.after.provisional is Provisional.SETTLING
    assert second.before == first.after
    assert second.after.provisional is None
    assert second.after.id == first.after.id


def test_windows_end_in_the_workspace_zone(work: Work) -> None:
    # Monday ends in Warsaw at 23:00 UTC.
    early = datetime(2026, 11, 16, 22, 59, tzinfo=UTC)
    (change,) = work.answers(answer(observed_at=early))
    assert change.after.provisional is Provisional.TODAY
    (change,) = work.answers(answer(observed_at=early + timedelta(minutes=1)))
    assert change.after.provisional is None


def test_only_a_final_value_can_be_restated_and_it_shows_for_ever(work: Work) -> None:
    settles = timedelta(days=3)
    work.answers(answer(settles=settles))
    settled = OBSERVED + timedelta(days=4)
    seen = []
    for value, observed_at in ((8, NEXT_NIGHT), (8, settled), (9, settled), (9, settled)):
        work.answers(answer(value=Decimal(value), observed_at=observed_at, settles=settles))
        known = work.known()
        assert known
        seen.append((known.value, known.restated))

    assert seen == [(Decimal(v), r) for v, r in ((8, False), (8, False), (9, True), (9, True))]


def test_a_value_as_known_then_stays_answerable(work: Work, clock: Clock) -> None:
    at = []
    for value in (7, 8, 8):
        at.append(clock.move(days=1))
        work.answers(answer(value=Decimal(value), observed_at=clock.now))
    early, late, again = (work.known(moment) for moment in at)

    assert work.known(at[0] - timedelta(microseconds=1)) is None
    assert early
    assert late
    assert again
    assert [each.value for each in (early, late, again)] == [Decimal(7), Decimal(8), Decimal(8)]
    assert late.id == again.id
    assert late.check < again.check
    assert again == work.known()


def test_a_naive_moment_is_refused(work: Work) -> None:
    with pytest.raises(Exception, match="give a datetime with a time zone"):
        work.known(datetime(2026, 11, 23, 3))  # noqa: DTZ001 - what must be refused


def test_workspaces_do_not_see_one_another(work: Work) -> None:
    work.answers(answer())
    other = Work.begin(work.store, "globex")

    assert other.known() is None
    (change,) = other.answers(answer(value=Decimal(8)))
    assert change.before is None
    assert work.known() != other.known()


def test_evidence_comes_back_whole_and_is_kept_once(work: Work) -> None:
    evidence = Evidence(
        queries=('{"limit":1}', '{"limit":2}'),
        digests=("d1", "d2"),
        records=7,
        null_amounts=0,
        resolved="hs_v2_date_entered_mql",
        currency="EUR",
        source_zone="Europe/Berlin",
        notes=("observed late",),
    )
    given = (
        answer(evidence=evidence, flags=frozenset({Flag.OTHER_ROW, Flag.SAMPLED})),
        answer(window=TUESDAY, evidence=replace(evidence, records=3)),
    )
    stored = [observation(work.store, change.after.id) for change in work.answers(*given)]

    assert tuple(each.observation for each in stored) == given
    assert stored[0].checks[0].digest == stored[1].checks[0].digest


def test_an_unknown_observation_is_an_error(work: Work) -> None:
    with pytest.raises(KeyError, match="no observation 4711"):
        observation(work.store, 4711)


def test_a_window_answered_twice_in_a_step_is_refused(work: Work) -> None:
    with pytest.raises(ValueError, match="twice"):
        work.answers(answer(), answer(value=Decimal(8)))
    assert work.known() is None


def test_a_step_without_answers_records_nothing(work: Work) -> None:
    assert work.answers() == ()


def test_a_step_is_recorded_whole_or_not_at_all(work: Work) -> None:
    broken = answer(window=TUESDAY, value=Decimal("NaN"))
    with pytest.raises(Exception, match="cannot be stored"):
        work.answers(answer(), broken)
    assert work.known() is None


def test_many_windows_of_many_questions_are_known_at_once(work: Work) -> None:
    some_days = Window(date(2026, 10, 1), date(2026, 10, 6))
    days = tuple(some_days.day_windows())
    marks = [f"f{number}" for number in range(110)]
    work.answers(*(answer(fingerprint=mark, window=day) for mark in marks for day in days))

    found = known_observations(work.store, "acme", dict.fromkeys(marks, days))
    wanted = {"f1": days[::2], "f2": (), "f3": (some_days,)}
    some = known_observations(work.store, "acme", wanted)

    assert found.keys() == {(mark, day) for mark in marks for day in days}
    assert some.keys() == {("f1", day) for day in days[::2]}
