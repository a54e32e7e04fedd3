"""Writers at the same time: nothing is lost, nothing is doubled, and the order of time holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import TypeVar

from sqlalchemy import select

from okrmodel.store import Store
from okrmodel.store.accounts import confirm_account, pinned_account
from okrmodel.store.errors import AccountChanged, LeaseHeld
from okrmodel.store.leases import acquire
from okrmodel.store.observations import revisions
from okrmodel.store.tables import ObservationRow
from tests.okrmodel.store.samples import MONDAY, Work, answer

WRITERS = 4
ROUNDS = 5

Found = TypeVar("Found")


def together(write: Callable[[int], Found]) -> list[Found]:
    """Let several writers begin at the same moment."""
    start = Barrier(WRITERS)

    def begin(number: int) -> Found:
        start.wait(30)
        return write(number)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(begin, range(WRITERS)))


def test_steps_of_one_run_at_the_same_time_lose_and_double_nothing(work: Work) -> None:
    def write(number: int) -> None:
        for step in range(ROUNDS):
            value = Decimal(number * ROUNDS + step)
            work.answers(answer(value=value), answer(fingerprint=f"own {number}", value=value))

    together(write)
    shared = revisions(work.store, "acme", "f1", MONDAY)
    values = [each.observation.value for each in shared]

    assert [each.revision for each in shared] == list(range(1, WRITERS * ROUNDS + 1))
    assert sorted(v for v in values if v is not None) == [*map(Decimal, range(WRITERS * ROUNDS))]
    for number in range(WRITERS):
        own = revisions(work.store, "acme", f"own {number}", MONDAY)
        assert [each.revision for each in own] == list(range(1, ROUNDS + 1))


def test_the_same_answer_from_several_writers_is_one_revision(work: Work) -> None:
    changes = together(lambda _: work.answers(answer()))
    (stored,) = revisions(work.store, "acme", "f1", MONDAY)

    assert len(stored.checks) == WRITERS
    assert sorted(map(len, changes)) == [0] * (WRITERS - 1) + [1]


def test_what_is_recorded_later_has_a_later_instant(work: Work) -> None:
    together(lambda n: [work.answers(answer(value=Decimal(10 * n + i))) for i in range(ROUNDS)])
    query = select(ObservationRow.recorded_at).order_by(ObservationRow.id)
    with work.store.asking() as connection:
        times = list(connection.scalars(query))

    assert len(times) == WRITERS * ROUNDS
    assert times == sorted(set(times))


def test_workspaces_are_written_at_the_same_time(store: Store) -> None:
    def write(number: int) -> bool:
        work = Work.begin(store, f"w{number}")
        return all(work.answers(answer(value=Decimal(i))) for i in range(ROUNDS))

    assert all(together(write))


def test_one_of_many_gets_the_lease(store: Store) -> None:
    def take(number: int) -> int | None:
        try:
            return acquire(store, "acme", f"run {number}", timedelta(minutes=1)).fence
        except LeaseHeld:
            return None

    assert sorted(together(take), key=str) == [1, *[None] * (WRITERS - 1)]


def test_one_of_many_accounts_is_pinned(store: Store) -> None:
    def confirm(number: int) -> bool:
        try:
            confirm_account(store, "acme", "crm", str(number))
        except AccountChanged:
            return False
        return True

    confirmed = together(confirm)
    assert pinned_account(store, "acme", "crm") == str(confirmed.index(True))
    assert confirmed.count(True) == 1


def test_a_question_sees_one_moment_while_others_write(work: Work) -> None:
    count = select(ObservationRow.id)
    work.answers(answer())
    with work.store.asking() as connection:
        before = connection.execute(count).all()
        work.answers(answer(value=Decimal(8)))
        assert connection.execute(count).all() == before
    with work.store.asking() as connection:
        assert len(connection.execute(count).all()) == len(before) + 1
