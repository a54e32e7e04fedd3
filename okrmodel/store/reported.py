"""What people reported of a key result: read off the evidence of the answers that it went into."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, func, select, true
from sqlalchemy.engine import Row

from okrmodel.store.store import Store
from okrmodel.store.tables import EvidenceRow, ObservationRow

_NOTED = re.compile(
    r"(?P<place>.+?:\d+): (?P<day>\d{4}-\d\d-\d\d)(?: until (?P<until>\d{4}-\d\d-\d\d))?"
    r"(?: by (?P<author>[^:]+))?(?:: (?P<note>.*))?",
    re.DOTALL,
)
"""How the manual connector notes an entry: `checkins/2026-Q4.yaml:8: 2026-10-21 by jan: Done.`"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a check-in file, as the store has it."""

    day: date
    value: Decimal | None
    """What the source answered for the entry's day: of increments, all so far."""
    until: date | None
    """The last day that an override holds; None where it is one day, or no override."""
    author: str
    """Their id; empty where nobody signed."""
    note: str
    place: str
    """File and line when it was read."""
    recorded_at: datetime
    """Since when it is known."""


_BY_DAY = attrgetter("day")


def reported(
    store: Store,
    workspace: str,
    fingerprints: Collection[str],
    as_of: date,
    known_at: datetime | None = None,
) -> dict[str, tuple[Entry, ...]]:
    """The entries behind questions to check-ins, oldest first, by fingerprint.

    Args:
        store: Where their answers are kept.
        workspace: Whose id.
        fingerprints: The measures': check-ins, milestones, or what was set by hand.
        as_of: Look at no later day.
        known_at: Look at nothing recorded later.
    """
    query = _answers(workspace, fingerprints, as_of, known_at)
    with store.asking() as connection:
        rows = connection.execute(query).all()
    return {
        mark: tuple(sorted(_entries(r for r in rows if r.fingerprint == mark), key=_BY_DAY))
        for mark in fingerprints
    }


def _answers(
    workspace: str, fingerprints: Collection[str], as_of: date, known_at: datetime | None
) -> Select[Any]:
    """Of each window the last answer with its evidence, oldest day first."""
    newest = (
        select(func.max(ObservationRow.id).label("id"))
        .where(
            ObservationRow.workspace == workspace,
            ObservationRow.fingerprint.in_(fingerprints),
            ObservationRow.starts <= as_of,
            ObservationRow.recorded_at <= known_at if known_at else true(),
        )
        .group_by(ObservationRow.fingerprint, ObservationRow.starts, ObservationRow.ends)
        .subquery()
    )
    return (
        select(
            ObservationRow.fingerprint,
            ObservationRow.value,
            ObservationRow.recorded_at,
            EvidenceRow.body,
        )
        .join(newest, newest.c.id == ObservationRow.id)
        .join(
            EvidenceRow,
            and_(
                EvidenceRow.workspace == ObservationRow.workspace,
                EvidenceRow.digest == ObservationRow.evidence,
            ),
        )
        .order_by(ObservationRow.starts)
    )


def _entries(rows: Iterable[Row[Any]]) -> Iterator[Entry]:
    """Each entry once, with the answer of the first stored day that knows it."""
    told: set[tuple[Any, ...]] = set()
    for row in rows:
        for note in row.body.get("notes", ()):
            found = _NOTED.fullmatch(note)
            # Lines move when a file grows: an entry is known by what it says.
            if found and (said := found.group("day", "until", "author", "note")) not in told:
                told.add(said)
                yield _entry(found.groupdict(), row)


def _entry(said: Mapping[str, str | None], row: Row[Any]) -> Entry:
    until = said["until"]
    return Entry(
        day=date.fromisoformat(said["day"] or ""),
        value=row.value,
        until=date.fromisoformat(until) if until else None,
        author=said["author"] or "",
        note=said["note"] or "",
        place=said["place"] or "",
        recorded_at=row.recorded_at,
    )
