"""A flip is a colour that has held for two days, and nothing that came before it changes later."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.flips import COLOURS, Day, Flip, settled, turn
from okrmodel.snapshot import Status

START = date(2026, 10, 1)
GREEN, AMBER, RED = Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK
SILENT = sorted(set(Status) - COLOURS)


def day(number: int) -> date:
    return START + timedelta(days=number)


def days(*statuses: Status) -> tuple[Day, ...]:
    return tuple((day(n), status) for n, status in enumerate(statuses))


# Of few colours, so that some hold.
few = st.lists(st.sampled_from([GREEN, AMBER, RED, Status.STALE]), max_size=40)


def test_a_colour_counts_on_its_second_day() -> None:
    found = settled(days(GREEN, GREEN, RED, RED, RED))
    assert found.flips == (Flip(GREEN, RED, since=day(2), confirmed=day(3)),)
    assert settled(days(GREEN, GREEN, RED)).flips == ()
    assert settled(days(GREEN, GREEN, RED)).colour is GREEN


def test_what_wavers_does_not_flip() -> None:
    assert settled(days(GREEN, GREEN, RED, GREEN, RED, GREEN)).flips == ()
    assert settled(days(GREEN, RED, GREEN, RED)).colour is None


def test_silent_days_neither_confirm_nor_break() -> None:
    for silent in SILENT:
        assert settled(days(GREEN, GREEN, RED, silent, silent)).flips == ()
        [flip] = settled(days(GREEN, GREEN, RED, silent, RED)).flips
        assert (flip.since, flip.confirmed) == (day(2), day(4))


def test_every_end_of_a_cycle_is_a_colour() -> None:
    for end in (Status.ACHIEVED, Status.MISSED):
        assert [f.new for f in settled(days(GREEN, GREEN, end, end)).flips] == [end]


@given(few)
def test_there_is_at_most_one_flip_in_two_days(seen: list[Status]) -> None:
    flips = settled(days(*seen)).flips
    assert len(flips) * 2 <= len(seen)
    confirmed = [flip.confirmed for flip in flips]
    assert all(b - a >= timedelta(days=2) for a, b in pairwise(confirmed))


@given(few, st.sampled_from(sorted(Status)))
def test_another_day_never_changes_what_was_found_before(seen: list[Status], new: Status) -> None:
    before, after = settled(days(*seen)).flips, settled(days(*seen, new)).flips
    assert after[: len(before)] == before
    assert len(after) - len(before) in {0, 1}
    assert all(flip.confirmed == day(len(seen)) for flip in after[len(before) :])


@given(st.sampled_from(sorted(Status)), st.integers(0, 40))
def test_what_stays_the_same_never_flips(status: Status, length: int) -> None:
    assert settled(days(*[status] * length)).flips == ()


@given(few)
def test_each_flip_begins_where_the_last_one_ended(seen: list[Status]) -> None:
    found = settled(days(*seen))
    for before, after in pairwise(found.flips):
        assert before.new is after.old
    for flip in found.flips:
        assert flip.old is not flip.new
        assert {flip.old, flip.new} <= COLOURS
    assert not found.flips or found.flips[-1].new is found.colour


@given(few)
def test_silent_days_could_be_left_out(seen: list[Status]) -> None:
    spoken = [one for one in days(*seen) if one[1] in COLOURS]
    assert settled(spoken) == settled(days(*seen))


# What somebody is told who knew the days as they were said before.


@given(few)
def test_who_looks_each_day_is_told_each_flip_once(seen: list[Status]) -> None:
    every = days(*seen)
    turns = [turn(every[:n], every[: n + 1]) for n in range(len(every))]
    assert tuple(t.flip for t in turns if t) == settled(every).flips
    assert all(t.restated is None for t in turns if t)


@given(few, st.integers(0, 40))
def test_who_looks_seldom_is_told_how_it_stands(seen: list[Status], since: int) -> None:
    every = days(*seen)
    was, present = settled(every[:since]).colour, settled(every).colour
    told = turn(every[:since], every)
    if was is None or present is was:
        assert told is None
    else:
        assert told is not None
        assert (told.flip.old, told.flip.new) == (was, present)


@given(few, few)
def test_days_that_say_another_colour_now_are_told_as_restated(
    old: list[Status], new: list[Status]
) -> None:
    length = min(len(old), len(new))
    before, now = days(*old[:length]), days(*new[:length])
    told = turn(before, now)
    if told:
        assert told.restated is not None
        assert dict(before)[told.restated] is not dict(now)[told.restated]
    assert turn(now, now) is None


def test_a_restated_day_and_a_new_one_are_told_apart() -> None:
    before = days(GREEN, GREEN, RED)
    restated = turn(before, days(GREEN, RED, RED))
    assert restated is not None
    assert (restated.flip.new, restated.restated) == (RED, day(1))
    # The night brought the second red day, and restated a past one besides.
    both = turn(before, days(AMBER, GREEN, RED, RED))
    assert both is not None
    assert both.restated is None


def test_nothing_is_told_of_a_first_look() -> None:
    assert turn((), days(RED, RED)) is None
    assert turn(days(GREEN), days(GREEN, RED, RED)) is None
