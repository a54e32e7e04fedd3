"""What is asked again, night after night, and what is left alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.definitions.query import Query
from okrmodel.demand import Demand
from okrmodel.due import Care, Due, due, settled
from okrmodel.observations import Aggregation, Key, Observation
from okrmodel.resolution import Source
from okrmodel.snapshot import Known
from okrmodel.windows import ONE_DAY, Window, day_begins

WARSAW = ZoneInfo("Europe/Warsaw")
FIRST = date(2026, 10, 1)
HOUR = timedelta(hours=1)


class Settles(Query):
    """Counts that settle after a while; the past stays as it is."""

    hours: int = 1
    history: bool = True

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.SUM

    @property
    def settles(self) -> timedelta:
        return self.hours * HOUR

    @property
    def has_history(self) -> bool:
        return self.history


class Drifts(Settles):
    """The past is rewritten without end."""

    DRIFTS = True


class Thins(Settles):
    """Read every second night while it settles."""

    def due(self, ended: datetime, checked: datetime, now: datetime) -> bool:
        return now - checked > 30 * HOUR


class File(Settles):
    FREE = True


def source(query: Query) -> Source:
    return Source("print", "crm", query, Aggregation.SUM)


@dataclass
class Nights:
    """A store and a source, night after night."""

    query: Query
    windows: tuple[Window, ...]
    known: dict[Key, Known] = field(default_factory=dict)
    wide: dict[Window, datetime] = field(default_factory=dict)
    reads: dict[Window, list[datetime]] = field(default_factory=dict)
    """When each window was read."""
    looks: dict[Window, list[datetime]] = field(default_factory=dict)
    """When it was read or compared."""

    def night(self, now: datetime, care: Care = Care.NIGHTLY) -> Due | None:
        """Ask what is due, and store the answers."""
        wanted = Demand({source(self.query): self.windows})
        wide = {"print": self.wide}
        found = list(due(wanted, self.known, wide, zone=WARSAW, now=now, care=care))
        assert len(found) <= 1
        for one in found:
            for window in one.read:
                self._read(window, now)
            for run in one.compared:
                self.wide[Window(run.windows[0].start, run.windows[-1].end)] = now
                self._looked(run.windows, now)
        return found[0] if found else None

    def _read(self, window: Window, now: datetime) -> None:
        settles = self.query.settles
        reason = Observation("print", window, Decimal(1), now, settles).provisional(WARSAW)
        self.known["print", window] = Known(1, 1, "print", window, Decimal(1), now, reason)
        self.reads.setdefault(window, []).append(now)
        self._looked((window,), now)

    def _looked(self, windows: Iterable[Window], now: datetime) -> None:
        for window in windows:
            self.looks.setdefault(window, []).append(now)


def night(number: int, hour: int = 4) -> datetime:
    """Four in the morning, so many days after the first day began."""
    return (day_begins(FIRST, WARSAW) + number * ONE_DAY + hour * HOUR).astimezone(UTC)


def days(count: int, first: date = FIRST) -> tuple[Window, ...]:
    return tuple(Window(first, first + count * ONE_DAY).day_windows())


def test_what_is_new_is_read_and_what_has_not_begun_is_not() -> None:
    found = Nights(Settles(), days(5)).night(night(3))
    assert found
    # The fourth has begun at four in the morning: whoever asks for today gets it.
    assert found.read == days(4)


def test_what_is_settled_is_not_read_again() -> None:
    nights = Nights(Settles(), days(3))
    assert nights.night(night(3))
    assert nights.night(night(4)) is None
    assert nights.night(night(400)) is None


def test_what_was_read_too_early_is_read_until_it_has_settled() -> None:
    nights = Nights(Settles(hours=72), days(1))
    for number in range(1, 10):
        nights.night(night(number))
    assert nights.reads[days(1)[0]] == [night(n) for n in (1, 2, 3, 4)]


def test_a_query_may_thin_out_its_reads_but_the_last_one_is_made() -> None:
    nights = Nights(Thins(hours=110), days(1))
    for number in range(1, 12):
        nights.night(night(number))
    # The day ended before night 1, so it has settled by night 6.
    assert nights.reads[days(1)[0]] == [night(n) for n in (1, 3, 5, 6)]


def test_a_file_is_read_every_time() -> None:
    nights = Nights(File(), days(2))
    assert all(nights.night(night(5)) for _ in range(3))


def test_a_level_is_read_in_the_first_half_of_the_day_after_and_never_later() -> None:
    for hour, reads in ((4, True), (12, True), (13, False)):
        found = Nights(Settles(history=False), days(1)).night(night(1, hour))
        assert bool(found) is reads


def test_a_level_that_was_read_after_its_day_is_not_read_again_later() -> None:
    for hours in (0, 72):
        nights = Nights(Settles(hours=hours, history=False), days(1))
        for hour in (-6, 4, 5, 11):
            nights.night(night(1, hour))
        assert nights.reads[days(1)[0]] == [night(1, -6), night(1, 4)]


def test_the_settled_past_is_compared_every_night_and_read_every_week() -> None:
    nights = Nights(Drifts(), days(5))
    for number in range(5, 26):
        nights.night(night(number))
    first = days(5)[0]
    assert nights.reads[first] == [night(n) for n in (5, 12, 19)]
    assert nights.looks[first] == [night(n) for n in range(5, 26)]


def test_the_day_that_is_new_is_read_and_not_compared() -> None:
    nights = Nights(Drifts(), days(5))
    nights.night(night(5))
    nights.windows = days(6)
    found = nights.night(night(6))
    assert found
    assert found.read == days(6)[5:]
    (run,) = found.compared
    assert run.windows == days(5)
    assert run.since == night(5)


def test_the_same_night_compares_nothing_twice() -> None:
    nights = Nights(Drifts(), days(5))
    nights.night(night(5))
    assert nights.night(night(6))
    assert nights.night(night(6)) is None


def test_days_with_a_gap_are_compared_in_two_runs() -> None:
    windows = (*days(2), *days(3, FIRST + 3 * ONE_DAY))
    nights = Nights(Drifts(), windows)
    nights.night(night(6))
    found = nights.night(night(7))
    assert found
    assert [run.windows for run in found.compared] == [windows[:2], windows[2:]]


def test_a_long_window_is_read_every_week_and_never_compared() -> None:
    whole = Window(FIRST, FIRST + 5 * ONE_DAY)
    nights = Nights(Drifts(), (whole,))
    for number in range(5, 14):
        nights.night(night(number))
    assert nights.reads[whole] == nights.looks[whole] == [night(5), night(12)]


def test_a_backfill_leaves_the_settled_past_alone_and_a_freeze_reads_it_all() -> None:
    nights = Nights(Drifts(), days(5))
    nights.night(night(5))
    assert nights.night(night(30), Care.NONE) is None
    found = nights.night(night(6), Care.WHOLE)
    assert found
    assert (found.read, found.compared) == (days(5), ())


def test_what_may_be_compared_is_told_beforehand() -> None:
    nights = Nights(Drifts(), days(5))
    nights.night(night(5))
    wanted = Demand({source(nights.query): days(6)})
    found = settled(wanted, nights.known, WARSAW, night(6))
    assert found == {"print": {Window(FIRST, FIRST + 5 * ONE_DAY)}}


@given(
    gaps=st.lists(st.integers(1, 4), min_size=1, max_size=25),
    hours=st.sampled_from([0, 1, 30, 72]),
    jitter=st.lists(st.integers(0, 2), min_size=25, max_size=25),
)
def test_nothing_of_a_drifting_source_is_left_unlooked_at(
    gaps: list[int], hours: int, jitter: list[int]
) -> None:
    """Whatever nights were missed: on each night that there was, every past day was looked at."""
    nights = Nights(Drifts(hours=hours), ())
    number = 0
    for gap, late in zip(gaps, jitter, strict=False):
        number += gap
        nights.windows = days(number)
        now = night(number, 4 + late)
        nights.night(now)
        for window in days(number):
            assert now - nights.looks[window][-1] < timedelta(hours=20)
            assert now - nights.reads[window][-1] < timedelta(days=7)


@given(gaps=st.lists(st.integers(1, 4), min_size=1, max_size=25), hours=st.integers(0, 100))
def test_a_window_is_never_read_once_it_was_read_settled(gaps: list[int], hours: int) -> None:
    nights = Nights(Settles(hours=hours), days(10))
    number = 0
    for gap in gaps:
        number += gap
        nights.night(night(number))
    for window, reads in nights.reads.items():
        over = day_begins(window.end, WARSAW) + nights.query.settles
        assert [at >= over for at in reads[:-1]] == [False] * (len(reads) - 1)
