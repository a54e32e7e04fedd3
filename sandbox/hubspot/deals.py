"""Deals: their properties at an instant. A close counts from when somebody entered it."""

from collections.abc import Callable

import numpy as np

from sandbox.company.tables import (
    CURRENCIES,
    DEAL_STAGES,
    EUR_PER_USD,
    NEVER,
    SOURCES,
    Company,
    Flags,
    Ints,
)
from sandbox.hubspot.columns import Column, Spelled, Whole, Words
from sandbox.hubspot.history import History
from sandbox.hubspot.schema import Lifetimes, ObjectType, Property, by_name

DEAL_STAGE_LABELS = {
    "appointmentscheduled": "Appointment Scheduled",
    "qualifiedtobuy": "Qualified To Buy",
    "presentationscheduled": "Presentation Scheduled",
    "contractsent": "Contract Sent",
    "closedwon": "Closed Won",
    "closedlost": "Closed Lost",
}
_WON, _LOST = DEAL_STAGES.index("closedwon"), DEAL_STAGES.index("closedlost")
_USD = CURRENCIES.index("USD")
_CENTS_PER_USD = round(EUR_PER_USD * 100)
_TRUTH = ("false", "true")


def _closed(history: History, at_ms: int) -> Flags:
    return history.company.deals.closed_known_ms <= at_ms


def _won(history: History, at_ms: int) -> Flags:
    return _closed(history, at_ms) & history.company.deals.won


def _amount(history: History, at_ms: int) -> Ints:
    """Cents of the deal's currency, NEVER for no amount."""
    deals = history.company.deals
    cents = np.where(deals.edited_ms <= at_ms, deals.edited_amount_cents, deals.amount_cents)
    return np.where(cents < 0, NEVER, cents)


def _amount_at_home(history: History, at_ms: int) -> Ints:
    cents = _amount(history, at_ms)
    foreign = (history.company.deals.currency == _USD) & (cents != NEVER)
    # Half a cent is rounded up; whole numbers keep it exact.
    return np.where(foreign, (np.where(foreign, cents, 0) * _CENTS_PER_USD + 50) // 100, cents)


def _closed_amount_at_home(history: History, at_ms: int) -> Ints:
    return np.where(_won(history, at_ms), _amount_at_home(history, at_ms), 0)


def _money(cents: Callable[[History, int], Ints]) -> Callable[[History, int], Column]:
    return lambda history, at_ms: Whole("number", cents(history, at_ms), scale=100)


def _flag(flags: Callable[[History, int], Flags]) -> Callable[[History, int], Column]:
    return lambda history, at_ms: Words("bool", flags(history, at_ms).astype(np.int64), _TRUTH)


def _stage(history: History, at_ms: int) -> Words:
    deals = history.company.deals
    ended = np.where(deals.won, _WON, _LOST)
    codes = np.where(_closed(history, at_ms), ended, deals.stage)
    return Words("enumeration", codes, DEAL_STAGES)


def _closed_on(history: History, at_ms: int) -> Whole:
    closed = np.where(_closed(history, at_ms), history.company.deals.closed_ms, NEVER)
    return Whole("datetime", closed)


def _modified(history: History, at_ms: int) -> Whole:
    deals = history.company.deals
    changes = (deals.edited_ms, deals.closed_known_ms)
    known = (np.where(change <= at_ms, change, 0) for change in changes)
    return Whole("datetime", np.maximum.reduce([deals.created_ms, *known]))


def _source(history: History, _at_ms: int) -> Words:
    sources = np.append(history.company.contacts.source, -1)
    return Words("enumeration", sources[history.company.deals.contact], SOURCES)


def _name(history: History, _at_ms: int) -> Words:
    deals, names = history.company.deals, history.company.companies.name

    def spell(row: int) -> str:
        company = deals.company[row]
        owner = names[company] if company >= 0 else "Private"
        return f"{owner} - deal {deals.id[row]}"

    return Words("string", np.arange(len(deals.id)), Spelled(len(deals.id), spell))


def _lifetimes(company: Company) -> Lifetimes:
    return Lifetimes(company.deals.id, company.deals.created_ms, company.deals.gone_ms)


_INFORMATION = "dealinformation"
_REVENUE = "deal_revenue"

DEALS = ObjectType(
    name="deals",
    type_id="0-3",
    singular="DEAL",
    defaults=(
        "amount",
        "closedate",
        "createdate",
        "dealname",
        "dealstage",
        "hs_lastmodifieddate",
        "hs_object_id",
        "pipeline",
    ),
    searched=("dealname",),
    modified="hs_lastmodifieddate",
    scope="crm.objects.deals.read",
    lifetimes=_lifetimes,
    properties=by_name(
        Property("amount", "Amount", "number", _INFORMATION, _money(_amount)),
        Property(
            "amount_in_home_currency",
            "Amount in company currency",
            "number",
            _INFORMATION,
            _money(_amount_at_home),
            calculated=True,
        ),
        Property(
            "hs_closed_amount_in_home_currency",
            "Closed Deal Amount In Home Currency",
            "number",
            _REVENUE,
            _money(_closed_amount_at_home),
            calculated=True,
            hidden=True,
        ),
        Property(
            "deal_currency_code",
            "Currency",
            "enumeration",
            _INFORMATION,
            lambda history, _: Words("enumeration", history.company.deals.currency, CURRENCIES),
            tuple((code, code) for code in CURRENCIES),
        ),
        Property(
            "createdate",
            "Create Date",
            "datetime",
            _INFORMATION,
            lambda history, _: Whole("datetime", history.company.deals.created_ms),
        ),
        Property("closedate", "Close Date", "datetime", _INFORMATION, _closed_on),
        Property(
            "dealstage",
            "Deal Stage",
            "enumeration",
            _INFORMATION,
            _stage,
            tuple(DEAL_STAGE_LABELS.items()),
        ),
        Property(
            "pipeline",
            "Pipeline",
            "enumeration",
            _INFORMATION,
            lambda history, _: Words(
                "enumeration", np.zeros_like(history.company.deals.id), ("default",)
            ),
            (("default", "Sales Pipeline"),),
        ),
        Property(
            "hs_is_closed", "Is Deal Closed?", "bool", _INFORMATION, _flag(_closed), calculated=True
        ),
        Property(
            "hs_is_closed_won", "Is Closed Won", "bool", _INFORMATION, _flag(_won), calculated=True
        ),
        Property("hs_lastmodifieddate", "Last Modified Date", "datetime", _INFORMATION, _modified),
        Property(
            "hs_analytics_source",
            "Original Traffic Source",
            "enumeration",
            "analyticsinformation",
            _source,
            tuple((source, source.replace("_", " ").capitalize()) for source in SOURCES),
        ),
        Property("dealname", "Deal Name", "string", _INFORMATION, _name),
        Property(
            "hs_object_id",
            "Record ID",
            "number",
            _INFORMATION,
            lambda history, _: Whole("number", history.company.deals.id),
        ),
    ),
)
