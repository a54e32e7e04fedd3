"""Companies small enough to count by hand."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np

from sandbox.company.grow import grow
from sandbox.company.tables import (
    NEVER,
    Companies,
    Company,
    Contacts,
    Deals,
    Deliveries,
    Emails,
    Sessions,
    StageEntries,
)

Table = TypeVar("Table", Companies, Contacts, Deals, Deliveries, Emails, Sessions, StageEntries)

_UNSAID = {
    "source": -1,
    "company": -1,
    "contact": -1,
    "merged_into": -1,
    "edited_amount_cents": -1,
    "gone_ms": NEVER,
    "edited_ms": NEVER,
    "closed_ms": NEVER,
    "closed_known_ms": NEVER,
    "opened_ms": NEVER,
    "clicked_ms": NEVER,
    "unsubscribed_ms": NEVER,
    "spam_ms": NEVER,
}
_FLAGS = {"won", "delivered", "hard_bounce", "engaged", "new_user"}


def ms(text: str) -> int:
    """An instant written in UTC, such as "2026-03-28 23:30"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def at(text: str) -> datetime:
    """The same as a datetime."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def table(kind: type[Table], *rows: dict[str, Any]) -> Table:
    """A table of these rows; a column that is not said is empty of events."""
    columns = {
        field.name: np.array(
            [row.get(field.name, _UNSAID.get(field.name, 0)) for row in rows],
            dtype=np.bool_ if field.name in _FLAGS else None if rows else np.int64,
        )
        for field in fields(kind)
    }
    return kind(**columns)


def company_of(**tables: Any) -> Company:
    """A company in Warsaw with these tables; the others are empty."""
    kinds = {
        "contacts": Contacts,
        "stage_entries": StageEntries,
        "companies": Companies,
        "deals": Deals,
        "emails": Emails,
        "deliveries": Deliveries,
        "sessions": Sessions,
    }
    empty: dict[str, Any] = {name: table(kind) for name, kind in kinds.items()}
    return replace(grow(contacts=1), **{**empty, **tables})
