"""Laws of restating: what depends on a day that moved has one more revision, and nothing else has."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from okrmodel.store.kinds import Kind
from okrmodel.store.observations import revisions as answers_of
from okrmodel.store.recorded import history
from okrmodel.store.snapshots import Revision
from okrmodel.windows import ONE_DAY, Window
from sandbox.world import Sandbox
from tests.flows.conftest import CONFIG
from tests.flows.deletions import deleted, mqls_of
from tests.flows.scene import TOKEN, Scene, reset, rewrite, settle_in

STARTS, LAST = date(2026, 10, 1), date(2026, 11, 22)
RECORDED = Window(date(2026, 11, 7), date(2026, 11, 17))
"""GA4 had settled on them by the night of the backfill: it has nothing more to say of them."""

KEY_RESULTS = """
      - { id: lately, title: A week's spend, metric: spend, window: { trailing: 7 }, from: 0, target: 90 }
      - { id: this-month, title: A month's, metric: spend, window: month_to_date, from: 0, target: 900 }
      - { id: last-month, title: A whole month's, metric: spend, window: month, from: 0, target: 900 }
      - { id: weekly, kind: maintain, title: Each week's, metric: spend, every: week, at_least: 20 }
"""


def _to_date(day: date, as_of: date) -> bool:
    return day <= as_of


def _week_is_over(day: date, as_of: date) -> bool:
    """Weeks begin on Monday; the one that the cycle cuts in two never counts."""
    monday = day - day.weekday() * ONE_DAY
    return monday >= STARTS and monday + 6 * ONE_DAY <= as_of


READS: dict[str, Callable[[date, date], bool]] = {
    "spend": _to_date,
    "cost": _to_date,
    "lately": lambda day, as_of: as_of - 7 * ONE_DAY < day <= as_of,
    "this-month": lambda day, as_of: day <= as_of and day.month == as_of.month,
    "last-month": lambda day, as_of: day < as_of.replace(day=1) <= as_of,
    "weekly": _week_is_over,
}
"""Whether a key result on the ledger reads a day, as of another."""

Place = tuple[str, date]


class Told:
    """A scene whose backfill can be gone back to."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        ledger = [_row(day) for day in Window(STARTS, LAST + ONE_DAY).days()]
        (scene.root / "spend.csv").write_text("".join(["date,spend\n", *ledger]), "utf-8")
        line = "      - { id: approved"
        rewrite(scene.root / "okrs/2026-Q4.yaml", {line: KEY_RESULTS.lstrip("\n") + line})
        scene.backfill(RECORDED.start, RECORDED.last_day)
        # No night was missed: the next sync has but one day to record.
        scene.backfill(LAST, LAST)
        self._files = [scene.root / "spend.csv", scene.root / "workspace.yaml", Path(scene.store)]
        self._contents = [file.read_bytes() for file in self._files]
        self.before = self.revisions()

    def again(self) -> Scene:
        """As after the backfill."""
        for file, content in zip(self._files, self._contents, strict=True):
            file.write_bytes(content)
        self.scene.sandbox.clock.move_to(datetime(2026, 11, 23, 3, tzinfo=UTC))
        return self.scene

    def revisions(self) -> dict[Place, list[Revision]]:
        """Of the days of the backfill all that was ever said, oldest first."""
        found: dict[Place, list[Revision]] = {}
        key_results = self.scene.told()
        with self.scene.asking() as store:
            for key_result in key_results:
                for one in history(store, "pretend", "2026-Q4", key_result):
                    if one.snapshot.as_of <= RECORDED.last_day:
                        found.setdefault((key_result, one.snapshot.as_of), []).append(one)
        return found

    def moved(self) -> set[Place]:
        """What has one more revision; all else is what it was, to the byte."""
        now = self.revisions()
        assert now.keys() == self.before.keys()
        for place, before in self.before.items():
            assert now[place][:1] == before
            assert len(now[place]) <= 2, place
        later = {place: revisions for place, revisions in now.items() if len(revisions) == 2}
        for place, (old, new) in later.items():
            restated = old.snapshot.value != new.snapshot.value
            assert new.kind is (Kind.RESTATEMENT if restated else Kind.RECOMPUTATION), place
            assert new.snapshot.restated, place
        return set(later)


def _row(day: date, more: Decimal = Decimal(0)) -> str:
    return f"{day},{10 + day.day + more}\n"


@pytest.fixture(scope="module")
def told(
    world: Sandbox, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("dependents")
    store = folder / "okr.db"
    store.write_bytes(migrated_file.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(TOKEN, world.hubspot_token)
        yield Told(Scene(reset(world), settle_in(CONFIG, folder / "config", world), str(store)))


@given(
    day=st.dates(STARTS, RECORDED.last_day + 3 * ONE_DAY),
    more=st.integers(1, 10**6).map(lambda cents: Decimal(cents) / 100),
)
@settings(max_examples=12)
def test_a_day_of_a_ledger_moves_exactly_what_reads_it(
    told: Told, day: date, more: Decimal
) -> None:
    scene = told.again()
    rewrite(scene.root / "spend.csv", {_row(day): _row(day, more)})
    scene.sync()
    assert told.moved() == {
        (key_result, as_of)
        for key_result, reads in READS.items()
        for as_of in RECORDED.days()
        if reads(day, as_of)
    }
    _answers_moved_on(told, "spend", {day} if day in {*RECORDED_FROM.days()} else set())


RECORDED_FROM = Window(STARTS, RECORDED.end)
"""The days that the recorded snapshots are made of."""


_MINUTES = count()
"""The pretend servers remember what they saw at an instant: no two nights are at the same one."""


@given(day=st.dates(STARTS, RECORDED.last_day), choice=st.integers(0, 9))
@settings(max_examples=4)
def test_a_contact_that_is_deleted_moves_exactly_what_counts_its_day(
    told: Told, day: date, choice: int
) -> None:
    scene, company = told.again(), told.scene.sandbox.company
    contacts = mqls_of(company, day, day)
    assume(contacts)
    night = datetime(2026, 11, 24, 3, tzinfo=UTC) + timedelta(minutes=next(_MINUTES))
    with deleted(company, contacts[choice % len(contacts)], night - timedelta(hours=9)):
        scene.move_to(night)
        scene.sync()
    assert told.moved() == {
        (key_result, as_of)
        for key_result in ("mqls", "cost")
        for as_of in RECORDED.days()
        if day <= as_of
    }
    _answers_moved_on(told, "mqls", {day})


def _answers_moved_on(told: Told, metric: str, days: set[date]) -> None:
    """Of the metric's days only these have a second revision."""
    with told.scene.job() as job:
        mark = job.company.fingerprints[metric]
        found = {
            one.start: len(answers_of(job.store, "pretend", mark, one))
            for one in RECORDED_FROM.day_windows()
        }
    assert found == {day: 2 if day in days else 1 for day in found}
