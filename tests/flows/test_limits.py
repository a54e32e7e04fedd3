"""Jobs keep to a rate budget that all processes share, and to their own where there is none."""

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.budget import AtOnce, Budget, Limit, Quota, Spaced, Unlimited
from connectors.errors import RetryLater
from flows.backfill import backfill
from flows.edges import THIS_PROCESS, Edges
from flows.job import open_job
from flows.limits import FIRST_LOOK, LAST_LOOK, OfConnector, Shared, shared, waiting
from flows.places import find_places
from okrmodel.store import Store
from okrmodel.store.errors import StoreUnreachable
from okrmodel.store.limits import FILE, Limits
from okrmodel.windows import Window
from tests.flows.scene import Scene

SLOW = Limit("search", calls=1, seconds=1000)
TOKENS = Quota("tokens an hour", 100)
ENDS = datetime(2033, 11, 23, 4, tzinfo=UTC)
ONE = AtOnce("requests", 1)


def spent(budget: Budget, account: str, units: int = 7) -> int:
    """All that is to be had, so many units at a time."""
    taken = 0
    try:
        while True:
            budget.spend(account, TOKENS, units, ENDS)
            taken += units
    except RetryLater:
        return taken


class Asked(Spaced):
    """A budget that notes who asked."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0, lambda _: None)
        self.accounts: list[str] = []

    def wait(self, account: str, limit: Limit) -> None:
        self.accounts.append(account)


@pytest.fixture
def sqlite(tmp_path: Path, migrated_file: Path) -> str:
    file = tmp_path / "okr.db"
    file.write_bytes(migrated_file.read_bytes())
    return f"sqlite:///{file}"


def test_jobs_on_one_store_wait_for_one_another(store: Store) -> None:
    slept: list[float] = []
    for _ in range(2):
        with shared(Edges(sleep=slept.append), store) as edges:
            edges.budget.wait("one after another", SLOW)
    (pause,) = slept
    assert 900 < pause <= 1000


def test_a_budget_that_was_chosen_stays(store: Store) -> None:
    chosen = Edges(budget=Unlimited())
    with shared(chosen, store) as edges:
        assert edges is chosen


def test_who_is_stopped_while_waiting_loses_that_turn_alone(sqlite: str) -> None:
    def stopped(_: float) -> None:
        raise KeyboardInterrupt

    slept: list[float] = []
    with Store.open(sqlite) as store:
        with shared(Edges(sleep=stopped), store) as edges:
            edges.budget.wait("1", SLOW)
            with pytest.raises(KeyboardInterrupt):
                edges.budget.wait("1", SLOW)
        with shared(Edges(sleep=slept.append), store) as edges:
            edges.budget.wait("1", SLOW)
    assert [round(pause, -1) for pause in slept] == [2000]


def test_without_a_place_for_limits_a_process_keeps_to_them_alone_and_says_so_once(
    sqlite: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).mkdir()
    own = Asked()
    with Store.open(sqlite) as store, shared(Edges(), store) as edges:
        assert isinstance(edges.budget, Shared)
        edges.budget._otherwise = own
        with caplog.at_level(logging.WARNING):
            edges.budget.wait("1", SLOW)
            # A database that is busy for half a minute must not be asked before each request.
            (tmp_path / FILE).rmdir()
            edges.budget.wait("1", SLOW)
    (line,) = caplog.messages
    assert line.startswith(f"cannot keep rate limits in sqlite:///{tmp_path / FILE}: unable")
    assert line.endswith("this process keeps to the limits by itself, unaware of others")
    assert own.accounts == ["1", "1"]
    assert not (tmp_path / FILE).exists()


def test_a_process_has_one_budget_of_its_own() -> None:
    assert isinstance(THIS_PROCESS, Spaced)
    assert Edges().budget is Edges().budget is THIS_PROCESS


def test_accounts_of_two_systems_with_the_same_number_are_two() -> None:
    asked = Asked()
    OfConnector("hubspot", asked).wait("7", SLOW)
    OfConnector("ga4", asked).wait("7", SLOW)
    assert asked.accounts == ["hubspot 7", "ga4 7"]


def test_a_job_is_given_the_shared_budget(scene: Scene) -> None:
    with open_job(find_places(scene.root, store=scene.store)[0], Edges()) as job:
        assert isinstance(job.edges.budget, Shared)


def test_jobs_on_one_store_spend_from_one_quota_and_who_can_wait_leaves_the_reserve(
    store: Store,
) -> None:
    with shared(Edges(), store) as night, shared(Edges(), store) as other:
        assert spent(waiting(other).budget, "spent from one") == 77
        with pytest.raises(RetryLater) as refused:
            waiting(other).budget.spend("spent from one", TOKENS, 7, ENDS)
        assert str(refused.value) == (
            "spent from one: 23 tokens an hour left until 2033-11-23 04:00 UTC, 20 of them for the"
            " nightly run; the next request needs 7"
        )
        assert refused.value.remedy.startswith("run it again after 04:00 UTC")
        assert spent(night.budget, "spent from one") == 21
        with pytest.raises(RetryLater, match="2 tokens an hour left until 2033-11-23 04:00 UTC; "):
            night.budget.spend("spent from one", TOKENS, 7, ENDS)


def test_what_one_job_learns_all_know(store: Store) -> None:
    with shared(Edges(), store) as one, shared(Edges(), store) as other:
        one.budget.learn("known by all", TOKENS, 30, None, ENDS)
        assert spent(other.budget, "known by all", 1) == 30


def test_a_backfill_leaves_the_nightly_run_its_reserve(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []

    def greedy(job: Any, *_: Any, **__: Any) -> None:
        taken.append(spent(job.edges.budget, "greedy", 1))

    monkeypatch.setattr("flows.backfill.update", greedy)
    with open_job(scene.place, Edges()) as job:
        backfill(job, Window(date(2026, 10, 1), date(2026, 10, 2)))
    with open_job(scene.place, Edges()) as job:
        taken.append(spent(job.edges.budget, "greedy", 1))
    assert taken == [80, 20]


def test_a_budget_that_is_not_shared_keeps_no_reserve() -> None:
    chosen = Edges(budget=Unlimited())
    assert waiting(chosen) is chosen


def test_one_waits_for_a_place_ever_more_patiently_and_leaves_it_whatever_happens(
    store: Store,
) -> None:
    looked: list[float] = []

    def leave(seconds: float) -> None:
        looked.append(seconds)
        if len(looked) == 6:
            held.__exit__(None, None, None)

    def fail() -> None:
        with edges.budget.under_way("a place", ONE):
            raise KeyboardInterrupt

    with shared(Edges(sleep=leave), store) as edges:
        held = edges.budget.under_way("a place", ONE)
        held.__enter__()
        with pytest.raises(KeyboardInterrupt):
            fail()
        with edges.budget.under_way("a place", ONE):
            pass
    assert looked == [FIRST_LOOK * 2**n for n in range(4)] + [LAST_LOOK] * 2


def _wait(budget: Budget) -> None:
    budget.wait("1", SLOW)


def _spend(budget: Budget) -> None:
    assert spent(budget, "1", 30) == 90


def _learn(budget: Budget) -> None:
    budget.learn("1", TOKENS, 10, None, ENDS)
    assert spent(budget, "1", 5) == 10


def _hold(budget: Budget) -> None:
    with budget.under_way("1", ONE):
        pass


@pytest.mark.parametrize("use", [_wait, _spend, _learn, _hold])
def test_what_cannot_be_shared_is_kept_to_alone(
    sqlite: str, tmp_path: Path, use: Callable[[Budget], None], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE).mkdir()
    with Store.open(sqlite) as store, shared(Edges(), store) as edges:
        assert isinstance(edges.budget, Shared)
        edges.budget._otherwise = Asked()
        use(edges.budget)
    assert [line.endswith("unaware of others") for line in caplog.messages] == [True]


def test_alone_a_job_that_can_wait_leaves_the_reserve_too(sqlite: str, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with Store.open(sqlite) as store, shared(Edges(), store) as edges:
        assert isinstance(edges.budget, Shared)
        edges.budget._otherwise = Asked()
        assert spent(waiting(edges).budget, "1", 1) == 80
        assert spent(edges.budget, "1", 1) == 20


def test_a_place_is_left_though_the_database_has_gone(
    sqlite: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: Any) -> None:
        raise StoreUnreachable("the server went away")

    monkeypatch.setattr(Limits, "leave", gone)
    with (
        Store.open(sqlite) as store,
        shared(Edges(), store) as edges,
        edges.budget.under_way("1", ONE),
    ):
        pass
    assert "the server went away; this process keeps" in caplog.text
