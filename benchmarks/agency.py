"""An agency's store: a thousand workspaces of twenty key results and 400 days, made in minutes.

A workspace's figures are computed by the real code from made-up answers, a few times over with other
answers; every workspace is one of those under another name, and all are written in bulk, night by
night, as a year of runs would have. Not in it are the answers themselves, and what used them.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from connectors.registry import catalogue
from flows.inputs import inputs
from flows.places import find_places, read_place
from okrmodel.closure import Closure
from okrmodel.compute import compute
from okrmodel.definitions.company import Company
from okrmodel.demand import demand
from okrmodel.exact import canonical, plain
from okrmodel.observations import Observation
from okrmodel.publication import Publication, publication
from okrmodel.resolution import resolve
from okrmodel.snapshot import Snapshot
from okrmodel.store import Store
from okrmodel.store.frozen import record_freeze
from okrmodel.store.leases import acquire, release
from okrmodel.store.publications import rebuild
from okrmodel.store.runs import Run, begin_run
from okrmodel.store.snapshots import payload
from okrmodel.store.steps import record_step
from okrmodel.windows import ONE_DAY

KEY_RESULTS = 20
LAST = date(2026, 11, 22)
QUARTERS = {
    "2025-Q4": date(2025, 10, 1),
    "2026-Q1": date(2026, 1, 1),
    "2026-Q2": date(2026, 4, 1),
    "2026-Q3": date(2026, 7, 1),
    "2026-Q4": date(2026, 10, 1),
}
GRACE = timedelta(days=7)
AT_ONCE = 200_000
KINDS = 3
"""Workspaces with figures of their own; the others repeat them."""
CONFIRMED = 10
"""The figures of every so many key result are confirmed a night later, by a second revision."""
_WRITTEN = "2026-Q4"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Kind:
    """What is remembered of one workspace, to be written under many names."""

    words: Publication
    closures: tuple[Closure, ...]
    nights: dict[date, tuple[Snapshot, ...]]
    """By the day that they are of."""


def kinds(days: int, count: int = KINDS) -> list[Kind]:
    """Computed by the real code; about ten seconds for each hundred days of a kind."""
    with TemporaryDirectory() as folder:
        root = _a_year(Path(folder) / "config")
        company, places = read_place(find_places(root)[0])
        words = publication(company, places)
        return [_kind(company, words, days, number) for number in range(count)]


def _a_year(root: Path) -> Path:
    """The shipped config with the quarters before, as they might have been."""
    shutil.copytree("config", root, ignore=shutil.ignore_patterns("examples", "okr*.db*"))
    for folder in ("okrs", "checkins"):
        file = root / folder / f"{_WRITTEN}.yaml"
        text = file.read_text("utf-8")
        for quarter, starts in QUARTERS.items():
            earlier = QUARTERS[_WRITTEN] - starts
            told = _DAY.sub(lambda day, back=earlier: str(date.fromisoformat(day[0]) - back), text)
            file.with_stem(quarter).write_text(told.replace(_WRITTEN, quarter), "utf-8")
    return root


def _kind(company: Company, words: Publication, days: int, number: int) -> Kind:
    now = datetime.combine(LAST + ONE_DAY, datetime.min.time(), tzinfo=UTC) + timedelta(hours=3)
    first = LAST - (days - 1) * ONE_DAY
    closures: list[Closure] = []
    nights: dict[date, list[Snapshot]] = {}
    with Store.open("sqlite://", now=lambda: now) as store:
        lease = acquire(store, company.workspace.id, "benchmark", timedelta(hours=9))
        run = begin_run(store, company.workspace.id, "sync", {})
        for cycle in company.cycles:
            own = [d for d in cycle.window.days() if first <= d <= LAST]
            if not own:
                continue
            chosen = [key_result for _, key_result in cycle.key_results()][:KEY_RESULTS]
            asked = demand(company, cycle, chosen, own, catalogue())
            made_up = [
                Observation(source.fingerprint, window, _value(n, number), now, timedelta())
                for source, windows in asked.windows.items()
                for n, window in enumerate(windows)
            ]
            record_step(store, run, lease, made_up, company.workspace.zone)
            some = [resolve(company, cycle, each, catalogue()).closure for each in chosen]
            closures += some
            for _, given in inputs(store, company.workspace.id, [(c, own) for c in some]):
                for snapshot in map(compute, given):
                    nights.setdefault(snapshot.as_of, []).append(snapshot)
    return Kind(words, tuple(closures), {day: tuple(found) for day, found in nights.items()})


def _value(place: int, kind: int) -> Decimal:
    """A made-up answer: another kind's are higher."""
    return Decimal((place * 7 + kind) % 5 + kind)


class Agency:
    """What is remembered of many workspaces, as rows to be written in bulk."""

    def __init__(self, kinds: Sequence[Kind], count: int, zone: str) -> None:
        self._kinds = kinds
        self._zone = zone
        """What is written after an instant."""
        self.names = [f"client-{number:04}" for number in range(count)]
        self.days = sorted(kinds[0].nights)
        self._told = [
            {day: [*map(_told, found)] for day, found in kind.nights.items()} for kind in kinds
        ]

    def kind(self, number: int) -> Kind:
        """What the workspace of this number is a copy of."""
        return self._kinds[number % len(self._kinds)]

    def words(self, number: int) -> Publication:
        """Its own."""
        own = {"workspace": self.names[number], "name": f"Client {number}"}
        return self.kind(number).words.model_copy(update=own)

    def workspaces(self) -> Iterator[tuple[Any, ...]]:
        return ((name, None) for name in self.names)

    def runs(self) -> Iterator[tuple[Any, ...]]:
        for night, day in enumerate(self.days):
            asked = canonical({"as_of": day})
            for number, name in enumerate(self.names):
                began, ended = (self._at(day, number, seconds) for seconds in (0, 9))
                run = self._run(night, number)
                yield (run, name, "sync", asked, began, ended, "ok", "")

    def outcomes(self) -> Iterator[tuple[Any, ...]]:
        for night, day in enumerate(self.days):
            for number, name in enumerate(self.names):
                run, at = self._run(night, number), self._at(day, number, 8)
                for connection in ("hubspot", "manual", "web"):
                    yield (run, "connection", connection, name, "ok", "", 20, at)
                for cycle, key_result, *_ in self._told[number % len(self._told)][day]:
                    yield (run, "key_result", f"{cycle}/{key_result}", name, "ok", "", 0, at)

    def definitions(self) -> Iterator[tuple[Any, ...]]:
        for number, name in enumerate(self.names):
            at = self._at(self.days[0], number, 1)
            for closure in self.kind(number).closures:
                text = _renamed(closure.text(), closure.workspace, name)
                yield (name, closure.definition_hash, closure.computation_hash, text, at, 1)

    def publications(self) -> Iterator[tuple[Any, ...]]:
        for number, name in enumerate(self.names):
            words = self.words(number)
            yield (name, self._at(self.days[0], number, 2), 1, words.digest, words.text)

    def snapshots(self) -> Iterator[tuple[Any, ...]]:
        """Night by night: what one workspace has lies scattered over the years of all."""
        row = 0
        for night, day in enumerate(self.days):
            for number, name in enumerate(self.names):
                told = self._told[number % len(self._told)]
                signed = (self._at(day, number, 5), self._run(night, number))
                for cycle, key_result, as_of, revision, kind, *rest in self._of(told, night):
                    row += 1
                    *figures, text, definition, computation = rest
                    said = _renamed(text, self._kinds[0].words.workspace, name)
                    yield (
                        *(row, name, cycle, key_result, as_of, revision, kind),
                        *(*figures, said, definition, computation, *signed),
                    )

    def _of(self, told: dict[date, list[tuple[Any, ...]]], night: int) -> Iterator[tuple[Any, ...]]:
        """What a night records: the day, and of the day before what was confirmed."""
        for place, one in enumerate(told[self.days[night]]):
            yield _settling(one) if place % CONFIRMED == 0 else one
        if night:
            for cycle, key_result, day, _, _, *rest in told[self.days[night - 1]][::CONFIRMED]:
                yield (cycle, key_result, day, 2, "confirmation", *rest)

    def _run(self, night: int, number: int) -> int:
        return night * len(self.names) + number + 1

    def _at(self, day: date, number: int, seconds: int) -> str:
        """Some seconds into the night in which a day is recorded."""
        return (
            f"{day + ONE_DAY} 03:{number // 60 % 60:02}:{number % 60:02}.{seconds:06}{self._zone}"
        )


def _told(one: Snapshot) -> tuple[Any, ...]:
    numbers = (one.value, one.raw_progress, one.score, one.expected)
    return (
        *(one.cycle, one.key_result, str(one.as_of), 1, "first"),
        *(None if number is None else plain(number) for number in numbers),
        *(one.status.value, payload(one), one.definition_hash, one.computation_hash),
    )


def _settling(told: tuple[Any, ...]) -> tuple[Any, ...]:
    *before, text, definition, computation = told
    text = text.replace('"provisional":[]', '"provisional":["settling"]')
    return (*before, text, definition, computation)


def _renamed(text: str, old: str, new: str) -> str:
    return text.replace(f'"workspace":"{old}"', f'"workspace":"{new}"')


COLUMNS = {
    "workspace": "id, recorded_at",
    "run": "id, workspace, kind, parameters, began, ended, result, reason",
    "outcome": "run, subject, name, workspace, result, reason, calls, recorded_at",
    "definition": "workspace, hash, computation_hash, text, recorded_at, run",
    "publication": "workspace, recorded_at, run, digest, text",
    "snapshot": (
        "id, workspace, cycle, key_result, as_of, revision, kind, value, raw_progress, score,"
        " expected, status, payload, definition_hash, computation_hash, recorded_at, run"
    ),
}


def seed(address: str, count: int, days: int) -> int:
    """Fill an empty store; how many snapshots it has then.

    Args:
        address: Of the store; one of PostgreSQL must let us do without its foreign keys' triggers.
        count: How many workspaces.
        days: Up to `LAST`.
    """
    Store.open(address).close()
    some = kinds(days)
    if address.startswith("sqlite:///"):
        agency = Agency(some, count, "")
        written = _seed_sqlite(address.removeprefix("sqlite:///"), agency)
    else:
        agency = Agency(some, count, "+00")
        written = _seed_postgresql(address.replace("+psycopg", ""), agency)
    _finish(address, agency)
    return written


def _tables(agency: Agency) -> Iterator[tuple[str, Iterator[tuple[Any, ...]]]]:
    for table in COLUMNS:
        rows: Iterator[tuple[Any, ...]] = getattr(agency, f"{table}s")()
        yield table, rows


def _seed_sqlite(file: str, agency: Agency) -> int:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        # A thousand workspaces' places in the index grow at once.
        for pragma in ("cache_size = -2000000", "synchronous = OFF", "journal_mode = WAL"):
            connection.execute(f"PRAGMA {pragma}").close()
        for table, rows in _tables(agency):
            columns = COLUMNS[table]
            places = ", ".join("?" * (columns.count(",") + 1))
            while some := [*islice(rows, AT_ONCE)]:
                connection.execute("BEGIN")
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", some)
                connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (found,) = connection.execute("SELECT max(id) FROM snapshot").fetchone()
        return int(found)


def _seed_postgresql(address: str, agency: Agency) -> int:
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, rows in _tables(agency):
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as copy,  # type: ignore[arg-type]
            ):
                for row in rows:
                    copy.write_row(row)
        for table in ("run", "snapshot"):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # type: ignore[arg-type]
            )
        (found,) = connection.execute("SELECT max(id) FROM snapshot").fetchone() or (0,)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return int(found)


def _finish(address: str, agency: Agency) -> None:
    """Freeze what has ended, and write the board, by the real code."""
    now = [datetime.now(UTC)]
    with Store.open(address, now=lambda: now[0]) as store:
        for number, name in enumerate(agency.names):
            lease = acquire(store, name, "benchmark", timedelta(hours=9))
            for cycle in agency.words(number).cycles:
                day = cycle.ends + GRACE
                if agency.days[0] <= cycle.ends and day <= agency.days[-1]:
                    now[0] = datetime.combine(day + ONE_DAY, time(4), tzinfo=UTC)
                    record_freeze(store, Run(1, name), lease, cycle)
            now[0] = datetime.combine(agency.days[-1] + ONE_DAY, time(5), tzinfo=UTC)
            rebuild(store, name)
            release(store, lease)
