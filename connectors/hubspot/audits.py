"""Stored days compared with the source as a whole, and searched where they differ.

A count is proved by its total alone only so far: what left one day and came to another on the same
night cancels out. Days are read again every week for that.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from math import ceil, log2

from connectors.contract import Ask, Audit, Part, Stored, answers
from connectors.hubspot.amounts import Tally
from connectors.hubspot.choices import judged_here
from connectors.hubspot.crm import Crm
from connectors.hubspot.merging import covered, packed, span, windowed
from connectors.hubspot.parts import Room
from connectors.hubspot.reading import Proofs
from connectors.hubspot.search import milliseconds, pages, total_of
from connectors.hubspot.where import Filter
from okrmodel.exact import exactly

OVERLAP = timedelta(hours=1)
"""By which "modified since" looks back further: the index follows a while after."""


@dataclass(frozen=True)
class Moved:
    """A count that is not what is stored."""

    audit: Audit
    total: int

    @property
    def halvings(self) -> int:
        """Calls that halving probably takes: each missing record may be of another day."""
        days, missing = len(self.audit.windows), abs(self.total - _values(self.audit.stored))
        wrong = min(int(missing), days)
        return wrong * (1 + ceil(log2(days / wrong)))

    @property
    def all_days(self) -> int:
        """Calls for every day: of its rows, or of counts and the page that told to count."""
        return min(pages(self.total), len(self.audit.windows) + 1)


@dataclass(frozen=True)
class Comparison:
    """Audits of one object under way."""

    crm: Crm
    bookmark: str | None
    """Of a reading again that was left in the middle; it says itself which."""

    def run(self, audits: Sequence[Audit]) -> Iterator[Part]:
        """The totals over all days, and what differs from what is stored."""
        room = Room(self.crm.client)
        counts = [audit for audit in audits if windowed(audit).sum is None]
        if counts:
            yield from self._count(counts, room)
        for audit in audits:
            if audit not in counts:
                yield from self._sum(audit, room)

    def _count(self, audits: Sequence[Audit], room: Room) -> Iterator[Part]:
        observed_at = self.crm.now()
        answered = self.crm.totals([(audit, span(audit)) for audit in audits])
        found = [
            Moved(audit, total)
            for audit, answer in zip(audits, answered, strict=True)
            # The total over a single day is the day's.
            if (total := total_of(answer.content)) != _values(audit.stored)
            and len(audit.windows) > 1
        ]
        together = _together(found)
        for one in found:
            if one not in together:
                yield from self._halve(one.audit, one.total)
        alone = [_plain(one.audit) for one in together if not judged_here(windowed(one.audit))]
        joint = [_plain(one.audit) for one in together if judged_here(windowed(one.audit))]
        for asks in [*packed(joint), *([ask] for ask in alone)]:
            yield from self.crm.scanned(asks, self.bookmark, room)
        # Last: what was cut off before the days that moved were found does not count as compared.
        yield [
            self.crm.as_counted(audit, span(audit), answer, observed_at)
            for audit, answer in zip(audits, answered, strict=True)
        ]
        room.end()

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

    def _sum(self, audit: Audit, room: Room) -> Iterator[Part]:
        """Proved where as many records are there as were added up, and none was touched since."""
        observed_at = self.crm.now()
        counted = self.crm.total(audit, span(audit))
        total = total_of(counted.content)
        if total != _records(audit.stored):
            yield from self._read_again(audit, room)
            return
        touched = self.crm.days_of(audit, _modified(audit))
        proofs = Proofs.of([counted, touched.answer])
        runs = _runs(audit, touched.windows)
        few = sum(pages(_records(run.stored)) for run in runs)
        if not touched.all_of_them or few >= min(pages(total), room.left()):
            yield from self._read_again(audit, room)
            return
        # Held back until they are known to be all: no part ends with them, and no bookmark is theirs.
        found = [
            observation
            for run in runs
            for part in self.crm.scanned([_plain(run)], None, Room(self.crm.client))
            for observation in answers(part)
        ]
        stored = dict(zip(audit.windows, audit.stored, strict=True))
        stored |= {o.window: Stored(o.value, o.evidence.records) for o in found}
        # Of a day without a touched record some may have gone, none can have come: as many in all
        # as there should be means that none has gone.
        if _records(stored.values()) != total:
            yield from self._read_again(audit, room)
            return
        reading = self.crm.reading(audit, observed_at, proofs)
        tally = Tally(_values(stored.values()), records=total)
        yield [*found, reading.observation(span(audit), tally, (_note(len(found)),))]

    def _read_again(self, audit: Audit, room: Room) -> Iterator[Part]:
        """All rows of all days."""
        yield from self.crm.scanned([_plain(audit)], self.bookmark, room)


def _together(found: Sequence[Moved]) -> list[Moved]:
    """Those whose days are all read again: all at once where their rows are the fewest calls.

    Rows that several of them share are read once; how many those are is not known, so the sum is
    a bound.
    """
    own = [one for one in found if not covered(one.audit, [other.audit for other in found])]
    apart = sum(min(one.halvings, one.all_days) for one in found)
    if len(found) > 1 and pages(sum(one.total for one in own)) < apart:
        return list(found)
    return [one for one in found if one.all_days <= one.halvings]


def _modified(audit: Audit) -> Filter:
    kind = windowed(audit).object
    name = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    return {
        "propertyName": name,
        "operator": "GTE",
        "value": milliseconds(audit.since - OVERLAP),
    }


def _plain(audit: Audit) -> Ask:
    return Ask(audit.fingerprint, audit.query, audit.aggregation, audit.windows)


@exactly
def _values(stored: Iterable[Stored]) -> Decimal:
    return sum((one.value for one in stored if one.value is not None), Decimal(0))


def _records(stored: Iterable[Stored]) -> int:
    return sum(one.records or 0 for one in stored)


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
