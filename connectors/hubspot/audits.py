"""Stored days compared with the source as a whole, and searched where they differ.

A count is proved by its total alone only so far: what left one day and came to another on the same
night cancels out. Days are read again every week for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from math import ceil, log2

from connectors.contract import Ask, Audit, Part, Stored
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
        if step.bookmark:
            yield from self._read_again(step.bookmark)
        elif windowed(self.audit).sum is None:
            yield from self._count()
        else:
            yield from self._sum()

    def _count(self) -> Iterator[Part]:
        observed_at = self.crm.now()
        whole = span(self.audit)
        answer = self.crm.total(self.audit, whole)
        total = total_of(answer.content)
        reading = self.crm.reading(self.audit, observed_at, Proofs.of([answer]))
        if moved := int(abs(total - _values(self.audit.stored))):
            yield from self._search(total, moved)
        # Last: what was cut off before the days that moved were found does not count as compared.
        yield [reading.observation(whole, Tally(Decimal(total)))]

    def _search(self, total: int, moved: int) -> Iterator[Part]:
        """The days that moved."""
        if min(pages(total), len(self.audit.windows)) <= _halvings(self.audit, moved):
            # All days, by their rows or by counts, whichever the scan finds to be cheaper.
            yield from self._read_again(None)
        else:
            yield from self._halve(self.audit, total)

    def _halve(self, part: Audit, total: int) -> Iterator[Part]:
        """The days of a part whose total differs, found by counting halves."""
        if len(part.windows) == 1:
            yield from self.crm.counted(part, part.windows, Room(self.crm.client))
            return
        early, late = _halves(part)
        counted = total_of(self.crm.total(part, span(early)).content)
        for half, found in ((early, counted), (late, total - counted)):
            if found != _values(half.stored):
                yield from self._halve(half, found)

    def _sum(self) -> Iterator[Part]:
        """Proved where as many records are there as were added up, and none was touched since."""
        observed_at = self.crm.now()
        whole = span(self.audit)
        counted = self.crm.total(self.audit, whole)
        touched = self.crm.total(self.audit, whole, self._modified())
        same = total_of(counted.content) == _records(self.audit.stored)
        if not same or total_of(touched.content):
            yield from self._read_again(None)
            return
        reading = self.crm.reading(self.audit, observed_at, Proofs.of([counted, touched]))
        tally = Tally(_values(self.audit.stored), records=total_of(counted.content))
        note = "as stored: as many records, none of them modified since the last comparison"
        yield [reading.observation(whole, tally, (note,))]

    def _modified(self) -> Filter:
        kind = windowed(self.audit).object
        name = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
        since = self.audit.since - OVERLAP
        return {"propertyName": name, "operator": "GTE", "value": milliseconds(since)}

    def _read_again(self, bookmark: str | None) -> Iterator[Part]:
        """All rows of all days."""
        asked = Ask(
            self.audit.fingerprint,
            self.audit.query,
            self.audit.aggregation,
            self.audit.windows,
        )
        yield from self.crm.scanned([asked], bookmark)


@exactly
def _values(stored: tuple[Stored, ...]) -> Decimal:
    return sum((one.value for one in stored if one.value is not None), Decimal(0))


def _records(stored: tuple[Stored, ...]) -> int:
    return sum(one.records or 0 for one in stored)


def _halvings(audit: Audit, moved: int) -> int:
    """Calls that halving probably takes: each record that is missing may be of another day."""
    days = len(audit.windows)
    wrong = min(moved, days)
    return wrong * (1 + ceil(log2(days / wrong)))


def _halves(part: Audit) -> tuple[Audit, Audit]:
    middle = len(part.windows) // 2
    return (
        replace(part, windows=part.windows[:middle], stored=part.stored[:middle]),
        replace(part, windows=part.windows[middle:], stored=part.stored[middle:]),
    )
