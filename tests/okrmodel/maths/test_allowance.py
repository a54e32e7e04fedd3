"""What is left of a period: never more than there is, and no more than the source lets through."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.allowance import LONGEST, RESERVED, SECOND, UNDER_WAY, Allowance, Spent

ENDS = 1_000_000 * SECOND


def full(most: int) -> Allowance:
    return Allowance(ENDS, most, most)


amounts = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=40)


@given(st.integers(0, 300), amounts)
def test_no_more_is_given_than_there_is_and_who_can_wait_leaves_the_reserve(
    most: int, asked: list[tuple[int, bool]]
) -> None:
    allowance, given_out = full(most), 0
    for units, waits in asked:
        keep = most // RESERVED if waits else 0
        if most - given_out - units < keep:
            with pytest.raises(Spent) as refused:
                allowance.less(units, 0, reserve=waits)
            spent = refused.value
            assert (spent.left, spent.reserve, spent.until) == (most - given_out, keep, ENDS)
        else:
            allowance = allowance.less(units, 0, reserve=waits)
            given_out += units
        assert allowance.left == most - given_out
    assert given_out <= most


def test_the_nightly_run_finds_its_reserve_after_a_greedy_job() -> None:
    greedy = full(1000).less(797, 0, reserve=True)
    with pytest.raises(Spent):
        greedy.less(4, 0, reserve=True)
    assert greedy.less(3, 0, reserve=True).less(200, 0, reserve=False).left == 0


def test_a_period_that_ends_later_begins_with_everything_and_a_late_caller_is_in_it() -> None:
    spent = full(100).less(100, 0, reserve=False)
    later = spent.at(ENDS + SECOND)
    assert (later.left, later.until) == (100, ENDS + SECOND)
    assert later.less(1, 0, reserve=False).at(ENDS).left == 99


def test_a_period_from_before_the_clock_was_set_back_is_forgotten() -> None:
    ahead = full(100).at(ENDS + LONGEST).less(100, 0, reserve=False)
    assert ahead.at(ENDS).left == 100
    assert ahead.at(ENDS + SECOND).left == 0


@dataclass
class Source:
    """Counts when it answers; each request is under way for at most two minutes."""

    most: int
    counted: int = 0
    under_way: list[tuple[int, int]] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.most - self.counted


passing = st.integers(0, UNDER_WAY // 3)
events = st.lists(st.tuples(st.sampled_from(["ask", "answer"]), passing, st.integers(0, 9)))


def go_on(
    source: Source, allowance: Allowance, events: list[tuple[str, int, int]], others: int = 0
) -> tuple[Allowance, int]:
    """The count after requests and answers, and when. Nothing stays under way for too long."""
    now = 10 * UNDER_WAY
    for kind, passed, units in events:
        now += passed
        while source.under_way and source.under_way[0][0] <= now - UNDER_WAY // 2:
            source.counted += source.under_way.pop(0)[1]
        if kind == "ask":
            try:
                allowance = allowance.less(units, now, reserve=False)
            except Spent:
                continue
            source.under_way.append((now, units))
        elif source.under_way:
            source.counted += source.under_way.pop(0)[1] + others
            allowance = allowance.told(max(source.left, 0), None, now)
            assert 0 <= allowance.left <= max(source.left, 0)
    return allowance, now


@given(st.integers(0, 200), events)
def test_a_source_that_counts_as_we_do_never_moves_the_count(
    most: int, events: list[tuple[str, int, int]]
) -> None:
    """Whatever is under way, and in whichever order it is answered."""
    source = Source(most)
    allowance, _ = go_on(source, full(most), events)
    taken = source.counted + sum(units for _, units in source.under_way)
    assert allowance.left == most - taken >= 0


@given(st.integers(0, 200), events, st.integers(1, 5))
def test_what_others_take_is_believed(
    most: int, events: list[tuple[str, int, int]], others: int
) -> None:
    go_on(Source(most), full(most), events, others)


@given(st.integers(1, 200), events)
def test_a_source_that_has_more_left_is_believed_once_nothing_can_be_under_way(
    more: int, events: list[tuple[str, int, int]]
) -> None:
    source = Source(100)
    allowance, now = go_on(source, full(100), events)
    under_way = sum(units for _, units in source.under_way)
    early = allowance.told(source.left + more, 100 + more, now)
    # What is under way will be taken from what it told.
    assert early.left <= source.left + more - under_way
    assert early.told(source.left + more, None, now + 2 * UNDER_WAY).left == source.left + more


def test_what_is_under_way_is_remembered_for_two_minutes_at_least() -> None:
    early = full(100).less(1, UNDER_WAY, reserve=False).less(30, 2 * UNDER_WAY - 1, reserve=False)
    late = early.less(1, 2 * UNDER_WAY, reserve=False)
    assert late.told(100, None, 3 * UNDER_WAY - 2).left == 68
    assert late.told(100, None, 4 * UNDER_WAY).left == 100


def test_an_account_with_more_than_the_least_is_known_by_its_first_answer() -> None:
    told = full(14_000).less(1, 0, reserve=False).told(139_999, None, 0)
    assert (told.left, told.most, told.reserve) == (139_998, 139_999, 27_999)
    assert told.at(ENDS + SECOND).left == 139_999


def test_an_account_that_gives_less_than_was_believed_is_believed() -> None:
    told = full(100).told(40, 50, 0)
    assert (told.left, told.most) == (40, 50)
