"""A search finds what a filter written row by row finds, whatever is asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.company.tables import NEVER, SOURCES, STAGES, Company
from sandbox.hubspot.contacts import CONTACTS
from sandbox.hubspot.deals import DEALS
from sandbox.hubspot.search import Search, answer
from sandbox.hubspot.views import View, Views
from tests.sandbox.hubspot.hub import where

NOW_MS = int(DEFAULT_NOW.timestamp() * 1000)
MQL = STAGES.index("marketingqualifiedlead")
Row = dict[str, Any]
Compare = Callable[[Any, Any], Any]

COMPARE: dict[str, Compare] = {
    "EQ": lambda had, asked: had == asked,
    "NEQ": lambda had, asked: had != asked,
    "GT": lambda had, asked: had > asked,
    "GTE": lambda had, asked: had >= asked,
    "LT": lambda had, asked: had < asked,
    "LTE": lambda had, asked: had <= asked,
}


def contact_rows(company: Company) -> list[Row]:
    """Each contact that exists, its values as Python numbers and text, oldest first."""
    contacts, entries = company.contacts, company.stage_entries
    last: dict[int, str] = {}
    mql: dict[int, int] = {}
    for contact, stage, at_ms in zip(entries.contact, entries.stage, entries.at_ms, strict=True):
        if at_ms <= NOW_MS:
            last[contact] = STAGES[stage]
            if stage == MQL:
                mql[contact] = int(at_ms)
    rows = [
        {
            "hs_object_id": int(contacts.id[n]),
            "createdate": int(contacts.created_ms[n]),
            "hs_v2_date_entered_marketingqualifiedlead": mql.get(n),
            "lifecyclestage": last.get(n),
            "hs_analytics_source": SOURCES[contacts.source[n]] if contacts.source[n] >= 0 else None,
        }
        for n in range(len(contacts.id))
        if contacts.created_ms[n] <= NOW_MS < contacts.gone_ms[n]
    ]
    return sorted(rows, key=lambda row: (row["createdate"], row["hs_object_id"]))


def deal_rows(company: Company) -> list[Row]:
    deals = company.deals
    rows = []
    for n in range(len(deals.id)):
        if not deals.created_ms[n] <= NOW_MS < deals.gone_ms[n]:
            continue
        cents = (
            deals.edited_amount_cents[n] if deals.edited_ms[n] <= NOW_MS else deals.amount_cents[n]
        )
        closed = deals.closed_known_ms[n] <= NOW_MS
        rows.append(
            {
                "hs_object_id": int(deals.id[n]),
                "createdate": int(deals.created_ms[n]),
                "amount": Decimal(int(cents)) / 100 if cents >= 0 else None,
                "closedate": int(deals.closed_ms[n])
                if closed and deals.closed_ms[n] != NEVER
                else None,
                "hs_is_closed_won": "true" if closed and deals.won[n] else "false",
            }
        )
    return sorted(rows, key=lambda row: (row["createdate"], row["hs_object_id"]))


def holds(row: Row, test: dict[str, Any]) -> bool:
    """One filter on one row, as the reference reads it."""
    had, operator = row[test["propertyName"]], str(test["operator"])
    if operator.endswith("HAS_PROPERTY"):
        return (had is not None) == (operator == "HAS_PROPERTY")
    if had is None:
        return False
    read: Callable[[str], Any] = str if isinstance(had, str) else Decimal
    if operator == "BETWEEN":
        return bool(read(test["value"]) <= had <= read(test["highValue"]))
    if operator in {"IN", "NOT_IN"}:
        return bool(had in [read(value) for value in test["values"]]) == (operator == "IN")
    return bool(COMPARE[operator](had, read(test["value"])))


def filters(rows: list[Row]) -> st.SearchStrategy[dict[str, Any]]:
    """Filters whose values are those of some row, numbers also a little beside them."""
    return st.one_of(*(_filters_on(name, rows) for name in sorted(rows[0])))


def _filters_on(name: str, rows: list[Row]) -> st.SearchStrategy[dict[str, Any]]:
    occurring = sorted({row[name] for row in rows if row[name] is not None})
    written: list[str] = [str(value) for value in occurring]
    if name in {"amount", "hs_object_id"}:
        written += [
            str(value + off) for value in occurring for off in (Decimal("0.004"), Decimal(-1))
        ]
    value = st.sampled_from(written)
    return st.one_of(
        st.builds(lambda op, v: where(name, op, v), st.sampled_from(sorted(COMPARE)), value),
        st.builds(lambda low, high: where(name, "BETWEEN", low, highValue=high), value, value),
        st.builds(
            lambda op, values: where(name, op, values=values),
            st.sampled_from(["IN", "NOT_IN"]),
            st.lists(value, min_size=1, max_size=4),
        ),
        st.sampled_from(["HAS_PROPERTY", "NOT_HAS_PROPERTY"]).map(lambda op: where(name, op)),
    )


def in_order(rows: list[Row], sort: str, *, descending: bool) -> list[Row]:
    """Sorted, equal ones oldest first, those without the value last."""
    having = [row for row in rows if row[sort] is not None]
    without = [row for row in rows if row[sort] is None]
    return [*sorted(having, key=lambda row: row[sort], reverse=descending), *without]


@dataclass(frozen=True)
class Subject:
    """Some objects three ways: as rows, as a view to search, and as filters to search with."""

    rows: list[Row]
    view: View
    filters: st.SearchStrategy[dict[str, Any]]


@pytest.fixture(scope="module", params=["contacts", "deals"])
def subject(request: pytest.FixtureRequest) -> Subject:
    company = grow(seed=11, contacts=400)
    kind, rows_of = {"contacts": (CONTACTS, contact_rows), "deals": (DEALS, deal_rows)}[
        request.param
    ]
    rows = rows_of(company)
    return Subject(rows, Views(company).at(kind, NOW_MS), filters(rows))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_search_agrees_with_a_row_by_row_filter(subject: Subject, data: st.DataObject) -> None:
    groups = data.draw(st.lists(st.lists(subject.filters, min_size=1, max_size=3), max_size=3))
    sort = data.draw(st.sampled_from(sorted(subject.rows[0])))
    descending = data.draw(st.booleans())
    expected = [
        row
        for row in subject.rows
        if not groups or any(all(holds(row, test) for test in group) for group in groups)
    ]

    body = {
        "filterGroups": [{"filters": group} for group in groups],
        "sorts": [{"propertyName": sort, "direction": "DESCENDING" if descending else "ASCENDING"}],
        "limit": 200,
    }
    page = answer(subject.view, Search.parse(json.dumps(body)))

    ids = [int(row["id"]) for row in page["results"]]
    assert (
        ids
        == [row["hs_object_id"] for row in in_order(expected, sort, descending=descending)][:200]
    )
    assert page["total"] == len(expected)
