"""One grown company for what needs numbers, one of a few rows for what can be counted by hand."""

from collections.abc import Iterator

import pytest

from sandbox.clock import Clock
from sandbox.company.grow import grow
from sandbox.company.tables import (
    SOURCES,
    STAGES,
    Companies,
    Company,
    Contacts,
    Deals,
    Deliveries,
    Emails,
    StageEntries,
)
from tests.sandbox.hubspot.hub import Hub
from tests.sandbox.rows import at, company_of, ms, table

LEAD, MQL = STAGES.index("lead"), STAGES.index("marketingqualifiedlead")


@pytest.fixture(scope="session")
def grown() -> Company:
    return grow(contacts=1500)


@pytest.fixture(scope="session")
def few() -> Company:
    """Five contacts, three deals, three emails; the clock of `hub` is at noon on 1 May 2026 UTC."""
    contacts = table(
        Contacts,
        {"id": 104, "created_ms": ms("2026-01-05 10:00"), "source": SOURCES.index("OFFLINE")},
        {"id": 101, "created_ms": ms("2026-01-06 10:00"), "company": 0, "source": 0},
        {"id": 102, "created_ms": ms("2026-02-01 10:00"), "gone_ms": ms("2026-04-01 00:00")},
        {
            "id": 103,
            "created_ms": ms("2026-02-02 10:00"),
            "gone_ms": ms("2026-04-20 08:00"),
            "merged_into": 1,
            "source": 1,
        },
        {"id": 130, "created_ms": ms("2026-05-20 10:00")},
    )
    entries = table(
        StageEntries,
        {"contact": 0, "stage": LEAD, "at_ms": ms("2026-01-05 10:00")},
        {"contact": 1, "stage": MQL, "at_ms": ms("2026-01-07 10:00")},
        {"contact": 0, "stage": MQL, "at_ms": ms("2026-02-10 12:00")},
        {"contact": 0, "stage": LEAD, "at_ms": ms("2026-03-01 12:00")},
        {"contact": 0, "stage": MQL, "at_ms": ms("2026-04-15 12:00") + 250},
        {
            "contact": 0,
            "stage": STAGES.index("salesqualifiedlead"),
            "at_ms": ms("2026-06-01 12:00"),
        },
    )
    companies = table(
        Companies,
        {
            "id": 501,
            "created_ms": ms("2026-01-01 10:00"),
            "name": "Amber Labs",
            "domain": "amber.example",
            "gone_ms": ms("2026-06-15 10:00"),
        },
    )
    deals = table(
        Deals,
        {
            "id": 901,
            "created_ms": ms("2026-03-01 10:00"),
            "contact": 0,
            "company": -1,
            "amount_cents": 500_000,
            "edited_ms": ms("2026-04-10 10:00"),
            "edited_amount_cents": 300_050,
            "closed_ms": ms("2026-04-01 10:00"),
            "closed_known_ms": ms("2026-04-05 10:00"),
            "won": True,
        },
        {
            "id": 902,
            "created_ms": ms("2026-03-02 10:00"),
            "company": 0,
            "amount_cents": 100_001,
            "currency": 1,
            "stage": 2,
            "closed_ms": ms("2026-05-10 10:00"),
            "closed_known_ms": ms("2026-05-10 10:00"),
            "won": True,
        },
        {
            "id": 903,
            "created_ms": ms("2026-03-03 10:00"),
            "company": -1,
            "amount_cents": -1,
            "closed_ms": ms("2026-04-02 10:00"),
            "closed_known_ms": ms("2026-04-02 10:00"),
        },
    )
    return company_of(
        contacts=contacts,
        stage_entries=entries,
        companies=companies,
        deals=deals,
        **_mailings(),
    )


def _mailings() -> dict[str, Emails | Deliveries]:
    """Sent on 10 March (23:50 to 00:10 in Warsaw), on 12 April and on 3 May 2026."""
    sent = [ms("2026-03-10 22:50"), ms("2026-04-12 08:00"), ms("2026-05-03 08:00")]
    types = ("BATCH_EMAIL", "AB_EMAIL", "BATCH_EMAIL")
    emails = table(
        Emails,
        *(
            {
                "id": 701 + n,
                "name": f"Letter {n}",
                "type": kind,
                "created_ms": at_ms - 86_400_000 * 5,
                "published_ms": at_ms,
                "sent_ms": at_ms,
            }
            for n, (kind, at_ms) in enumerate(zip(types, sent, strict=True))
        ),
    )
    deliveries = table(
        Deliveries,
        {
            "email": 0,
            "sent_ms": sent[0],
            "delivered": True,
            "opened_ms": ms("2026-03-12 09:00"),
            "clicked_ms": ms("2026-04-30 09:00"),
        },
        {
            "email": 0,
            "sent_ms": sent[0] + 1_200_000,
            "delivered": True,
            "opened_ms": ms("2026-05-02 09:00"),
        },
        {"email": 0, "sent_ms": sent[0] + 1_200_000, "hard_bounce": True},
        {"email": 1, "sent_ms": sent[1]},
        {
            "email": 1,
            "sent_ms": sent[1],
            "delivered": True,
            "opened_ms": ms("2026-04-13 09:00"),
            "unsubscribed_ms": ms("2026-04-13 09:01"),
            "spam_ms": ms("2026-04-14 09:01"),
        },
        {"email": 2, "sent_ms": sent[2], "delivered": True},
    )
    return {"emails": emails, "deliveries": deliveries}


@pytest.fixture
def hub(few: Company) -> Iterator[Hub]:
    with Hub(few, Clock(at("2026-05-01 12:00"))) as running:
        yield running


@pytest.fixture(scope="module")
def big_hub(grown: Company) -> Iterator[Hub]:
    with Hub(grown) as running:
        yield running
