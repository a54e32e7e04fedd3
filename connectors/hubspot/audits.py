"""Stored days compared with the source as a whole, and searched where they differ.

A count is proved by its total alone only so far: what left one day and came to another on the same
night cancels out. Days are read again every week for that.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from math import ceil, log2

from connectors.contract import Ask, Audit, Part, Stored, answers
from connectors.hubspot.amounts import Tally
from connectors.hubspot.crm import Crm
from connectors.hubspot.merging import span, windowed
from connectors.hubspot.parts import Room
from connectors.hubspot.reading import Proofs
from connectors.hubspot.scan import pages
from connectors.hubspot.search import milliseconds, total_of
from connectors.hubspot.steps import AuditStep
from connectors.hubspot.where import Filter
from okrmodel.exact import exactly

OVERLAP = timedelta(hours=1)
"""By which "modified since" looks back further: the index follows a while after."""


@dataclass(frozen=True)
class Comparison:
    """One audit under way."""

    crm: Crm
    audit: Audit

    def run(self, step: AuditStep) -> Iterator[Part]:
        """The total over all days, and what differs from what is stored."""
        room = Room(self.crm.client)
        if step.bookmark:
            yield from self._read_again(room, step.bookmark)
        elif windowed(self.audit).sum is None:
            yield from self._count(room)
        else:
            yield from self._sum(room)

    def _count(self, room: Room) -> Iterator[Part]:
        observed_at = self.crm.now()
        whole = span(self.audit)
        answer = self.crm.total(self.audit, whole)
        total = total_of(answer.content)
        yield [self.crm.as_counted(self.audit, whole, answer, observed_at)]
        room.end()
        days = len(self.audit.windows)
        moved = abs(total - _values(self.audit.stored))
        if not moved or days == 1:
            return
        # Counted instead of read, days cost the page that told so, too.
        if min(pages(total), days + 1) <= _halvings(days, int(moved)):
            # All days, by their rows or by counts, whichever the scan finds to be cheaper.
            yield from self._read_again(room)
        else:
            yield from self._halve(self.audit, total)

    def _halve(self, part: Audit, total: int) -> Iterator[Part]:
        """The days of a part whose total differs, found by counting halves."""
        early, late = _halves(part)
        observed_at = self.crm.now()
        answer = self.crm.total(early, span(early))
        counted = total_of(answer.content)
        if counted != _values(early.stored):
            if len(early.windows) == 1:
                yield [self.crm.as_counted(early, early.windows[0], answer, observed_at)]
            else:
                yield from self._halve(early, counted)
        if total - counted != _values(late.stored):
            if len(late.windows) == 1:
                # What is left when halves are taken away is no answer of the source's.
                yield from self.crm.counted(late, late.windows, Room(self.crm.client))
            else:
                yield from self._halve(late, total - counted)

    def _sum(self, room: Room) -> Iterator[Part]:
        """Proved where as many records are there as were added up, and none was touched since."""
        observed_at = self.crm.now()
        counted = self.crm.total(self.audit, span(self.audit))
        total = total_of(counted.content)
        if total != _records(self.audit.stored):
            yield from self._read_again(room)
            return
        touched = self.crm.days_of(self.audit, self._modified())
        proofs = Proofs.of([counted, touched.answer])
        runs = _runs(self.audit, touched.windows)
        few = sum(pages(_records(run.stored)) for run in runs)
        if not touched.all_of_them or few >= min(pages(total), room.left()):
            yield from self._read_again(room)
            return
        # Held back until they are known to be all: no part ends with them, and no bookmark is theirs.
        found = [
            observation
            for run in runs
            for part in self.crm.scanned([_plain(run)], None, Room(self.crm.client))
            for observation in answers(part)
        ]
        stored = dict(zip(self.audit.windows, self.audit.stored, strict=True))
        stored |= {o.window: Stored(o.value, o.evidence.records) for o in found}
        # Of a day without a touched record some may have gone, none can have come: as many in all
        # as there should be means that none has gone.
        if _records(stored.values()) != total:
            yield from self._read_again(room)
            return
        reading = self.crm.reading(self.audit, observed_at, proofs)
        tally = Tally(_values(stored.values()), records=total)
        yield [*found, reading.observation(span(self.audit), tally, (_note(len(found)),))]

    def _modified(self) -> Filter:
        kind = windowed(self.audit).object
        name = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
        since = self.audit.since - OVERLAP
        return {"propertyName": name, "operator": "GTE", "value": milliseconds(since)}

    def _read_again(self, room: Room, bookmark: str | None = None) -> Iterator[Part]:
        """All rows of all days."""
        yield from self.crm.scanned([_plain(self.audit)], bookmark, room)


def _plain(audit: Audit) -> Ask:
    return Ask(audit.fingerprint, audit.query, audit.aggregation, audit.windows)


@exactly
def _values(stored: Iterable[Stored]) -> Decimal:
    return sum((one.value for one in stored if one.value is not None), Decimal(0))


def _records(stored: Iterable[Stored]) -> int:
    return sum(one.records or 0 for one in stored)


def _halvings(days: int, moved: int) -> int:
    """Calls that halving probably takes: each record that is missing may be of another day."""
    wrong = min(moved, days)
    return wrong * (1 + ceil(log2(days / wrong)))


def _note(days: int) -> str:
    read = f", save {days} that were read again" if days else ""
    return f"days as stored{read}: as many records, none of them modified since the last comparison"


def _part(audit: Audit, begin: int, end: int) -> Audit:
    return replace(audit, windows=audit.windows[begin:end], stored=audit.stored[begin:end])


def _halves(audit: Audit) -> tuple[Audit, Audit]:
    middle = len(audit.windows) // 2
    return _part(audit, 0, middle), _part(audit, middle, len(audit.windows))


def _runs(audit: Audit, days: Collection[int]) -> list[Audit]:
    """The days of these numbers, those that follow upon one another together."""
    begins = [day for day in sorted(days) if day - 1 not in days]
    ends = [day + 1 for day in sorted(days) if day + 1 not in days]
    return [_part(audit, begin, end) for begin, end in zip(begins, ends, strict=True)]
