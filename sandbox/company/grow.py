"""Grow the whole company from a seed: the same seed gives the same rows on every machine."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.clock import DEFAULT_NOW
from sandbox.company.companies import found
from sandbox.company.contacts import (
    Arrivals,
    arrive,
    companies_of,
    deletions,
    last_complete_quarter,
)
from sandbox.company.days import Days, story_days
from sandbox.company.deals import sell
from sandbox.company.draws import ids, stream
from sandbox.company.emails import send
from sandbox.company.merges import merge, rewrite
from sandbox.company.stages import walk
from sandbox.company.tables import Companies, Company, Contacts, Ints, StageEntries
from sandbox.company.traffic import visit

PORTAL_ID = 24681357
PROPERTY_ID = 354217890
ZONE = "Europe/Warsaw"

_FIRST_CONTACT_ID = 80_000_000_000
_COMPANIES, _CONTACTS, _DEALS, _EMAILS, _TRAFFIC = range(5)


def grow(
    *,
    seed: int = 7,
    contacts: int = 4000,
    now: datetime = DEFAULT_NOW,
    mqls_per_quarter: int | None = None,
    sessions_per_weekday: int = 300,
    newsletter_recipients: int = 1500,
    portal_id: int = PORTAL_ID,
    portal_zone: str = ZONE,
    property_id: int = PROPERTY_ID,
    property_zone: str = ZONE,
) -> Company:
    """Eighteen months of history before `now` and a month of future after it.

    `mqls_per_quarter` is the number of contacts whose first MQL date falls in the last complete
    calendar quarter before `now`; other quarters follow in proportion, the older ones with fewer
    where the contacts do not suffice. Without it three contacts in five become MQLs.
    Traffic and newsletters do not depend on the number of contacts, save that no newsletter has
    more recipients than there are contacts.

    Raises:
        ValueError: without any contacts, or with too few for that many MQLs.
    """
    if contacts < 1:
        raise ValueError(f"a company needs at least one contact, got {contacts}")
    days = story_days(portal_zone, now)
    firms = found(stream(seed, _COMPANIES), days, contacts)
    people_stream = stream(seed, _CONTACTS)
    today = now.astimezone(ZoneInfo(portal_zone)).date()
    quarter = last_complete_quarter(days, today)
    arrivals = arrive(people_stream, days, count=contacts, quarter=quarter, mqls=mqls_per_quarter)
    people, entries = _people(people_stream, days, firms, arrivals)
    emails, deliveries = send(stream(seed, _EMAILS), days, people, newsletter_recipients)
    web_days = story_days(property_zone, now)
    return Company(
        seed=seed,
        portal_id=portal_id,
        portal_zone=portal_zone,
        property_id=property_id,
        property_zone=property_zone,
        currency="EUR",
        contacts=people,
        stage_entries=entries,
        companies=firms,
        deals=sell(stream(seed, _DEALS), days, people, entries),
        emails=emails,
        deliveries=deliveries,
        sessions=visit(stream(seed, _TRAFFIC), web_days, sessions_per_weekday),
    )


def _people(
    rng: np.random.Generator, days: Days, firms: Companies, arrivals: Arrivals
) -> tuple[Contacts, StageEntries]:
    """Contacts with everything that happened to them."""
    created = arrivals.created_ms
    gone = deletions(rng, created, days.end_ms)
    merges = merge(rng, days, created, gone)
    gone[merges.loser] = merges.at_ms
    merged_into = np.full(len(created), -1, dtype=np.int64)
    merged_into[merges.loser] = merges.survivor
    entries = rewrite(walk(rng, days, arrivals), gone, merges)
    people = Contacts(
        id=ids(rng, _FIRST_CONTACT_ID, len(created)),
        created_ms=created,
        source=arrivals.source,
        company=companies_of(rng, created, firms.created_ms),
        gone_ms=gone,
        merged_into=merged_into,
        modified_ms=_modified(created, entries, merges.survivor, merges.at_ms),
    )
    return people, entries


def _modified(created: Ints, entries: StageEntries, survivor: Ints, merged_ms: Ints) -> Ints:
    modified = created.copy()
    np.maximum.at(modified, entries.contact, entries.at_ms)
    np.maximum.at(modified, survivor, merged_ms)
    return modified
