"""Jobs keep to a rate budget that all processes share, and to their own where there is none."""

import logging
from pathlib import Path

import pytest

from connectors.budget import Limit, Spaced, Unlimited
from flows.edges import THIS_PROCESS, Edges
from flows.job import open_job
from flows.limits import OfConnector, Shared, shared
from flows.places import find_places
from okrmodel.store import Store
from okrmodel.store.limits import FILE
from tests.flows.scene import Scene

SLOW = Limit("search", calls=1, seconds=1000)


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
