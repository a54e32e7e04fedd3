"""Turns at a limit: never too close together, never wasted, one after another for everybody."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from okrmodel.store import Store
from okrmodel.store.engine import connect_to
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.limit_rows import MOST_AHEAD
from okrmodel.store.limits import FILE, Limits, Turn, limits_of

SEARCHES = 1 / 4.5
"""Seconds between two of 4.5 searches a second."""
SECOND = 1_000_000

PROCESSES = 4
TURNS_EACH = 30
HAMMER = """
import json, sys
from okrmodel.store.engine import connect_to
from okrmodel.store.limits import Limits

limits = Limits(connect_to(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
turns = [limits.reserve("hubspot 1", "search", every=1 / 4.5).at for _ in range(int(sys.argv[2]))]
print(json.dumps(turns))
"""


class Watch:
    """A machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def limits(tmp_path: Path, watch: Watch) -> Iterator[Limits]:
    """On SQLite, where the clock can be given."""
    engine = connect_to(f"sqlite:///{tmp_path / FILE}")
    yield Limits(engine, watch)
    engine.dispose()


def aways(turns: list[Turn]) -> list[float]:
    return [round(turn.away, 3) for turn in turns]


def most_in(turns: list[int], window: int) -> int:
    """The most turns in any half-open window of so many microseconds."""
    return max(sum(first <= turn < first + window for turn in turns) for first in turns)


def test_the_first_turn_is_now_and_the_next_ones_stand_evenly(limits: Limits) -> None:
    turns = [limits.reserve("a", "search", every=0.25) for _ in range(4)]
    assert aways(turns) == [0, 0.25, 0.5, 0.75]
    assert [turn.at - turns[0].at for turn in turns] == [0, 250_000, 500_000, 750_000]


def test_accounts_and_limits_have_turns_of_their_own(limits: Limits) -> None:
    limits.reserve("a", "search", every=1)
    assert limits.reserve("b", "search", every=1).away == 0
    assert limits.reserve("a", "burst", every=1).away == 0


def test_unused_time_is_not_saved_up(limits: Limits, watch: Watch) -> None:
    limits.reserve("a", "search", every=0.25)
    watch.time += 3600
    assert aways([limits.reserve("a", "search", every=0.25) for _ in range(2)]) == [0, 0.25]


def test_a_clock_that_was_set_back_blocks_nobody(limits: Limits, watch: Watch) -> None:
    limits.reserve("a", "search", every=0.25)
    watch.time -= 3600
    assert aways([limits.reserve("a", "search", every=0.25) for _ in range(2)]) == [0, 0.25]


def test_a_long_queue_is_no_clock_that_was_set_back(limits: Limits) -> None:
    turns = [limits.reserve("a", "search", every=0.25) for _ in range(MOST_AHEAD)]
    assert turns[-1].away == pytest.approx((MOST_AHEAD - 1) * 0.25)


@given(
    pauses=st.lists(st.floats(0, 1.5), min_size=1, max_size=25),
    calls=st.floats(0.5, 20),
    seconds=st.sampled_from([1, 10]),
)
def test_no_window_holds_more_turns_than_are_allowed_and_no_turn_is_wasted(
    pauses: list[float], calls: float, seconds: int
) -> None:
    watch = Watch()
    engine = create_engine("sqlite://")
    limits = Limits(engine, watch)
    turns = []
    free = 0
    for pause in pauses:
        watch.time += pause
        now = int(watch.time * SECOND)
        turn = limits.reserve("a", "search", every=seconds / calls).at
        # As early as the limit allows, to the microsecond.
        assert 0 <= turn - max(now, free) <= 1
        free = turn + int(seconds / calls * SECOND)
        turns.append(turn)
    engine.dispose()
    assert most_in(turns, seconds * SECOND) <= -(-calls // 1)


def test_four_and_a_half_searches_a_second_are_never_six_and_seldom_four(limits: Limits) -> None:
    turns = [limits.reserve("a", "search", every=SEARCHES).at for _ in range(200)]
    assert most_in(turns, SECOND) == 5
    assert most_in(turns, 10 * SECOND) == 45
    assert len(turns) / ((turns[-1] - turns[0]) / SECOND) > 0.85 * 5


def test_processes_that_hammer_one_account_take_turns(empty_store_url: str) -> None:
    """Their turns are counted, not when they would have woken up."""
    command = [sys.executable, "-c", HAMMER, empty_store_url, str(TURNS_EACH)]
    hammers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for hammer in hammers:
        assert hammer.stdout
        assert hammer.stdout.readline() == "ready\n"
    for hammer in hammers:
        assert hammer.stdin
        hammer.stdin.write("\n")
        hammer.stdin.flush()
    turns = sorted(turn for hammer in hammers for turn in json.loads(hammer.communicate()[0]))

    assert [hammer.returncode for hammer in hammers] == [0] * PROCESSES
    assert len(turns) == PROCESSES * TURNS_EACH
    assert {later - turn for turn, later in pairwise(turns)} == {222_223}
    assert most_in(turns, SECOND) == 5


def test_threads_share_one_budget(store: Store) -> None:
    with limits_of(store) as limits, ThreadPoolExecutor(8) as pool:
        found = [pool.submit(limits.reserve, "a", "search", every=10) for _ in range(16)]
        turns = sorted(each.result().at for each in found)
    assert {later - turn for turn, later in pairwise(turns)} == {10 * SECOND}


def test_everybody_who_opens_the_store_again_stands_in_the_same_queue(store: Store) -> None:
    with limits_of(store) as limits:
        limits.reserve("b", "search", every=1000)
    with limits_of(store) as limits:
        assert limits.reserve("b", "search", every=1000).away > 900


def test_on_sqlite_a_turn_does_not_wait_for_the_stores_writers(tmp_path: Path) -> None:
    with (
        Store.open(f"sqlite:///{tmp_path / 'okr.db'}") as store,
        limits_of(store) as limits,
        store.recording("acme"),
    ):
        assert limits.reserve("a", "search", every=1).away == 0
    assert (tmp_path / FILE).exists()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    engine = connect_to(f"sqlite:///{tmp_path}/nowhere/{FILE}")
    with pytest.raises(StoreUnreachable, match=rf"rate limits in sqlite:.*nowhere/{FILE}: unable"):
        Limits(engine).reserve("a", "search", every=1)


def test_a_password_is_not_told() -> None:
    engine = connect_to("postgresql://okr:hunter2@localhost:1/okr")
    with pytest.raises(StoreUnreachable) as refused:
        Limits(engine).reserve("a", "search", every=1)
    assert "hunter2" not in str(refused.value)
