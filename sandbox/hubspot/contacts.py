"""Contacts: their properties at an instant, stage dates above all.

A stage date is the latest entry by then, as HubSpot's is: who enters again moves.
"""

import numpy as np

from sandbox.company.tables import NEVER, SOURCES, STAGES, Company
from sandbox.hubspot.columns import Spelled, Whole, Words
from sandbox.hubspot.history import History
from sandbox.hubspot.schema import Lifetimes, ObjectType, Property, by_name

STAGE_LABELS = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
    "1066237962": "Product Qualified Lead",
}

_FIRST = ("Anna", "Ben", "Chloé", "Davide", "Ewa", "Felix", "Grace", "Hugo", "Inés", "Jan", "Kasia")
_LAST = ("Nowak", "Schmidt", "Martin", "Smith", "Kowalska", "Weber", "Dubois", "Jones", "Fischer")


def _first_name(history: History, _at_ms: int) -> Words:
    # One in thirteen never said; the id decides, so that nothing need be stored.
    ids = history.company.contacts.id
    return Words("string", np.where(ids % 13 == 0, -1, ids % len(_FIRST)), _FIRST)


def _last_name(history: History, _at_ms: int) -> Words:
    ids = history.company.contacts.id
    return Words("string", np.where(ids % 7 == 0, -1, ids // 3 % len(_LAST)), _LAST)


def _email(history: History, _at_ms: int) -> Words:
    contacts, domains = history.company.contacts, history.company.companies.domain

    def spell(row: int) -> str:
        company = contacts.company[row]
        domain = domains[company] if company >= 0 else "freemail.example"
        return f"person{contacts.id[row]}@{domain}"

    size = len(contacts.id)
    return Words("string", np.arange(size), Spelled(size, spell))


def _merged_ids(history: History, at_ms: int) -> Words:
    merged = history.merged_ids(at_ms)
    codes = np.full(len(history.company.contacts.id), -1, dtype=np.int64)
    codes[list(merged)] = np.arange(len(merged))
    return Words("string", codes, tuple(merged.values()))


def _company(history: History, at_ms: int) -> Whole:
    contacts, companies = history.company.contacts, history.company.companies
    there = (companies.created_ms <= at_ms) & (companies.gone_ms > at_ms)
    ids = np.append(np.where(there, companies.id, NEVER), NEVER)
    return Whole("number", ids[contacts.company])


def _entered(stage: int, name: str, *, legacy: bool) -> Property:
    return Property(
        name,
        f"Date entered “{STAGE_LABELS[STAGES[stage]]}”",
        "datetime",
        "contact_activity" if legacy else "contactlcs",
        lambda history, at_ms: Whole("datetime", history.entered(stage, at_ms)),
        calculated=True,
        hidden=legacy,
    )


def _stage_dates() -> list[Property]:
    dates = []
    for number, stage in enumerate(STAGES):
        dates.append(_entered(number, f"hs_v2_date_entered_{stage}", legacy=False))
        if not stage.isdigit():
            # The family announced for sunset: it never existed for custom stages.
            dates.append(_entered(number, f"hs_lifecyclestage_{stage}_date", legacy=True))
    return dates


def _lifetimes(company: Company) -> Lifetimes:
    contacts = company.contacts
    return Lifetimes(contacts.id, contacts.created_ms, contacts.gone_ms)


_INFORMATION = "contactinformation"

CONTACTS = ObjectType(
    name="contacts",
    type_id="0-1",
    singular="CONTACT",
    defaults=("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    searched=("email", "firstname", "lastname"),
    modified="lastmodifieddate",
    scope="crm.objects.contacts.read",
    lifetimes=_lifetimes,
    properties=by_name(
        Property(
            "createdate",
            "Create Date",
            "datetime",
            _INFORMATION,
            lambda history, _: Whole("datetime", history.company.contacts.created_ms),
        ),
        Property(
            "lastmodifieddate",
            "Last Modified Date",
            "datetime",
            _INFORMATION,
            lambda history, at_ms: Whole("datetime", history.contacts_modified(at_ms)),
        ),
        Property(
            "lifecyclestage",
            "Lifecycle Stage",
            "enumeration",
            _INFORMATION,
            lambda history, at_ms: Words("enumeration", history.stage(at_ms), STAGES),
            tuple(STAGE_LABELS.items()),
        ),
        Property(
            "hs_analytics_source",
            "Original Traffic Source",
            "enumeration",
            "analyticsinformation",
            lambda history, _: Words("enumeration", history.company.contacts.source, SOURCES),
            tuple((source, source.replace("_", " ").capitalize()) for source in SOURCES),
        ),
        Property(
            "hs_object_id",
            "Record ID",
            "number",
            _INFORMATION,
            lambda history, _: Whole("number", history.company.contacts.id),
        ),
        Property(
            "associatedcompanyid", "Primary Associated Company ID", "number", _INFORMATION, _company
        ),
        Property("email", "Email", "string", _INFORMATION, _email),
        Property("firstname", "First Name", "string", _INFORMATION, _first_name),
        Property("lastname", "Last Name", "string", _INFORMATION, _last_name),
        Property("hs_merged_object_ids", "Merged record IDs", "string", _INFORMATION, _merged_ids),
        *_stage_dates(),
    ),
)
