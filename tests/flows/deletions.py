"""Contacts of the pretend company that somebody deletes: the days on which they came change then."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from okrmodel.windows import ONE_DAY
from sandbox.company.tables import NEVER, STAGES, Company


def mqls_of(company: Company, first: date, last: date) -> list[int]:
    """Contacts whose only entry into the stage lies in these days."""
    entries, stage = company.stage_entries, STAGES.index("marketingqualifiedlead")
    begins, ends = (
        datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000
        for day in (first, last + ONE_DAY)
    )
    rows = [c for c, s in zip(entries.contact, entries.stage, strict=True) if s == stage]
    return [
        int(contact)
        for contact, s, at in zip(entries.contact, entries.stage, entries.at_ms, strict=True)
        if s == stage and begins < at < ends and rows.count(contact) == 1
        if company.contacts.gone_ms[contact] == NEVER
    ]


def gone_on(company: Company, contact: int, at: datetime) -> Company:
    """The same company, but that somebody deletes a contact."""
    gone = company.contacts.gone_ms.copy()
    gone[contact] = int(at.timestamp() * 1000)
    return replace(company, contacts=replace(company.contacts, gone_ms=gone))


@contextmanager
def deleted(company: Company, contact: int, at: datetime) -> Iterator[None]:
    """A contact of a company whose servers run already is gone from an instant on, for a while."""
    gone = company.contacts.gone_ms
    before = gone[contact]
    gone[contact] = int(at.timestamp() * 1000)
    try:
        yield
    finally:
        gone[contact] = before
