"""What a week brought: shortfalls, decisions, flips, moves and restatements."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.flips import Flip
from okrmodel.observations import Provisional
from okrmodel.snapshot import GuardrailState, Snapshot, Status
from okrmodel.telling.followed import Because, Followed, Move, Restatement, Shortfall
from okrmodel.telling.week import Week, read_week
from tests.conftest import Clock
from tests.okrmodel.store.samples import Work, closure
from tests.okrmodel.telling.weeks import (
    BEFORE,
    BOUNCES,
    DEALS,
    LEADS,
    SUNDAY,
    cycle,
    ending,
    followed,
    said,
    two_weeks,
    week,
    words,
)

GOOD, RISK, BAD, STALE = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.STALE
STARTS = date(2026, 10, 1)


def read(work: Work, as_of: date = SUNDAY) -> Week:
    whole = cycle(LEADS, DEALS)
    return read_week(work.store, words(whole), whole, as_of)


@given(st.lists(st.sampled_from(Status), max_size=30))
def test_the_counts_add_up(statuses: list[Status]) -> None:
    every = [
        followed(said(status=status), key_result=replace_id(n)) for n, status in enumerate(statuses)
    ]
    told = week(every)
    assert sum(told.counts.values()) == len(statuses)
    assert told.good == sum(status in {Status.ON_TRACK, Status.ACHIEVED} for status in statuses)
    assert {one for one, _ in told.decisions} <= set(told.followed)


def replace_id(number: int) -> Any:
    return LEADS.model_copy(update={"id": f"leads-{number}"})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (said(forecast=ending("70")), Shortfall(Decimal(70), Decimal(30), Decimal("0.3"))),
        (said(forecast=ending("130")), None),
        (said(forecast=ending("99.6")), None),
        (said(status=GOOD, forecast=ending("70")), None),
        (said(status=Status.TOO_EARLY, forecast=ending("70")), None),
        (
            said(baseline=Decimal(200), forecast=ending("130")),
            Shortfall(Decimal(130), Decimal(30), Decimal("0.3")),
        ),
        (
            said(status=Status.MISSED, value=Decimal(90)),
            Shortfall(Decimal(90), Decimal(10), Decimal("0.1")),
        ),
        (said(), None),
        (said(target=None, forecast=ending("70")), None),
        (None, None),
    ],
)
def test_a_shortfall_is_what_the_forecast_leaves_whichever_way_the_target_lies(
    now: Snapshot | None, expected: Shortfall | None
) -> None:
    assert followed(now).shortfall == expected


BROKEN = GuardrailState("spend", Decimal(9), "at most 8", kept=False, reason="")


@pytest.mark.parametrize(
    ("now", "because"),
    [
        (said(status=BAD), Because.OFF_TRACK),
        (said(status=GOOD), None),
        (said(status=GOOD, guardrail=BROKEN), Because.GUARDRAIL),
        (said(status=GOOD, guardrail=replace(BROKEN, kept=None)), None),
        (said(status=Status.NO_DATA, value=None), Because.NO_DATA),
        (None, Because.NO_DATA),
        (said(status=STALE), None),
        (replace(said(status=STALE), through=SUNDAY - timedelta(days=2)), Because.STALE),
        (replace(said(status=STALE), through=None), Because.STALE),
        (said(status=RISK), None),
        (said(status=Status.TOO_EARLY), None),
        (said(status=Status.MISSED), None),
    ],
)
def test_what_needs_a_decision(now: Snapshot | None, because: Because | None) -> None:
    assert followed(now).because(STARTS, SUNDAY) is because


@pytest.mark.parametrize(
    ("day", "because"), [(date(2026, 11, 30), None), (date(2026, 12, 1), Because.LITTLE_TIME)]
)
def test_what_is_at_risk_needs_one_in_the_last_third_of_its_time(
    day: date, because: Because | None
) -> None:
    # 91 days lie between the first and the last: 31 are more than a third, 30 are not.
    assert followed(said(day, RISK)).because(STARTS, day) is because


def test_what_is_over_needs_none() -> None:
    last = date(2026, 12, 31)
    assert followed(said(last, BAD)).because(STARTS, last) is None
    assert followed(said(last, RISK)).because(STARTS, last) is None


def test_the_most_urgent_comes_first_and_then_what_is_furthest_behind() -> None:
    near = followed(said(raw_progress=Decimal("0.4")), key_result=DEALS)
    far = followed(said(raw_progress=Decimal("0.1")))
    none = followed(None, key_result=BOUNCES)
    told = week([none, near, far])
    assert [one for one, _ in told.decisions] == [far, near, none]


def moved(now: Snapshot | None, before: Snapshot | None, **changes: Any) -> Move | None:
    return followed(now, before, **changes).move


def test_a_move_stands_against_what_was_planned_for_the_week() -> None:
    before = said(BEFORE, value=Decimal(4), expected=Decimal("0.4"), raw_progress=Decimal("0.04"))
    assert moved(said(), before) == Move(Decimal(3), Decimal(10), Decimal("0.03"))
    other = replace(before, target=Decimal(90))
    assert moved(said(), other) == Move(Decimal(3), None, Decimal("0.03"))


def test_what_is_not_known_did_not_move() -> None:
    nothing = said(BEFORE, value=None)
    assert moved(said(), nothing) is None
    assert moved(said(value=None), said(BEFORE)) is None
    assert moved(said(), None) is None
    assert moved(said(), said(BEFORE)) is None, "the same value is no move"


def test_a_month_that_began_anew_is_no_fall() -> None:
    monthly = LEADS.model_copy(update={"window": "month_to_date"})
    november, december = said(date(2026, 11, 30), value=Decimal(90)), said(date(2026, 12, 6))
    assert moved(december, november, key_result=monthly) is None
    assert moved(said(), said(BEFORE, value=Decimal(4)), key_result=monthly)


def test_what_is_to_be_kept_goes_nowhere() -> None:
    assert moved(said(), said(BEFORE, value=Decimal(4)), key_result=BOUNCES) is None


def test_what_moved_most_is_the_largest_share_of_its_way() -> None:
    little = followed(said(), said(BEFORE, value=Decimal(6), raw_progress=Decimal("0.06")))
    much = followed(
        said(), said(BEFORE, value=Decimal(9), raw_progress=Decimal("0.5")), key_result=DEALS
    )
    assert [one for one, _ in week([little, much]).moved] == [much, little]


def test_a_flip_of_the_week_is_told_once_it_held(work: Work, clock: Clock) -> None:
    two_weeks(
        work,
        clock,
        leads=[GOOD] * 10 + [STALE, BAD, BAD, BAD],
        deals=[GOOD] * 13 + [BAD],
    )
    first, last = date(2026, 11, 20), date(2026, 11, 21)
    [(one, flip)] = read(work).flipped
    assert (one.key_result.id, flip) == ("leads", Flip(GOOD, BAD, first, last))
    assert read(work, date(2026, 11, 20)).flipped == ()


def test_a_flip_of_the_week_before_is_not_told_again(work: Work, clock: Clock) -> None:
    # It counted on the Sunday before, the second day of the other colour.
    two_weeks(work, clock, leads=[GOOD] * 5 + [BAD] * 9)
    assert read(work).flipped == ()
    assert read(work, BEFORE).flipped


def test_there_and_back_again_is_no_flip(work: Work, clock: Clock) -> None:
    two_weeks(work, clock, leads=[GOOD] * 8 + [BAD, BAD, GOOD, GOOD, GOOD, GOOD])
    assert read(work).flipped == ()


def test_what_is_frozen_does_not_flip_any_more(work: Work, clock: Clock) -> None:
    two_weeks(work, clock, leads=[GOOD] * 14)
    whole = cycle(LEADS, ends=SUNDAY)
    work.freeze(whole)
    clock.move(days=1)
    work.snapshots(said(SUNDAY - timedelta(1)), said(SUNDAY))
    assert read_week(work.store, words(whole), whole, SUNDAY).flipped == ()


def restating(work: Work, clock: Clock, **changes: Any) -> None:
    work.definitions(closure())
    thursday = said(date(2026, 11, 12), value=Decimal(5), **changes)
    friday = said(date(2026, 11, 13), value=Decimal(6), **changes)
    work.snapshots(thursday, friday, said(BEFORE, value=Decimal(7)))
    clock.move(days=3)
    work.snapshots(replace(thursday, value=Decimal(4)), replace(friday, value=None))
    work.snapshots(said(SUNDAY, value=Decimal(9)))


def test_a_restatement_is_told_with_its_latest_day_and_nothing_is_no_zero(
    work: Work, clock: Clock
) -> None:
    restating(work, clock)
    [(one, told)] = read(work).restated
    assert one.key_result.id == "leads"
    assert told == Restatement(date(2026, 11, 13), Decimal(6), None, 2)


def test_days_after_the_one_asked_about_are_not_told(work: Work, clock: Clock) -> None:
    restating(work, clock)
    thursday = date(2026, 11, 12)
    [(_, told)] = read(work, thursday).restated
    assert told == Restatement(thursday, Decimal(5), Decimal(4), 1)


def test_what_was_restated_twice_is_told_from_the_first_to_the_last(
    work: Work, clock: Clock
) -> None:
    work.definitions(closure())
    work.snapshots(said(BEFORE, value=Decimal(7)))
    for value in (8, 9):
        clock.move(days=1)
        work.snapshots(said(BEFORE, value=Decimal(value)))
    [(_, told)] = read(work).restated
    assert told == Restatement(BEFORE, Decimal(7), Decimal(9), 1)


def test_what_was_provisional_was_to_be_expected(work: Work, clock: Clock) -> None:
    restating(work, clock, provisional=(Provisional.SETTLING,))
    assert read(work).restated == ()


def test_what_the_digest_before_told_is_not_told_again(work: Work, clock: Clock) -> None:
    work.definitions(closure())
    friday = said(date(2026, 11, 13), value=Decimal(6))
    work.snapshots(friday)
    clock.move(days=1)
    work.snapshots(replace(friday, value=Decimal(5)), said(BEFORE, value=Decimal(7)))
    clock.move(days=7)
    work.snapshots(said(SUNDAY, value=Decimal(9)))
    assert read(work).restated == ()


def test_the_first_week_has_no_week_before(work: Work) -> None:
    work.definitions(closure())
    work.snapshots(said(date(2026, 10, 4)))
    told = read(work, date(2026, 10, 4))
    assert [one.before for one in told.followed] == [None, None]
    assert [one.status for one in told.followed] == [BAD, Status.NO_DATA]
    assert told.moved == ()


def test_figures_that_stayed_behind_are_counted() -> None:
    old = followed(replace(said(BEFORE, GOOD)), key_result=DEALS)
    stale = followed(said(status=STALE, stale="crm failed"), key_result=BOUNCES)
    told = week([followed(said()), old, stale])
    assert told.old == 2
    assert not told.provisional


def test_a_planned_figure_of_whole_things_is_whole() -> None:
    one: Followed = followed(said())
    assert one.rough(Decimal("3.4")) == 3
    share = followed(said(value=Decimal("0.3"), target=Decimal("0.4")))
    assert share.rough(Decimal("0.034")) == Decimal("0.034")
    assert share.rough(Decimal("34.4")) == 34
