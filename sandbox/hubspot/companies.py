"""Companies: name, domain and dates. Nothing changes one after its creation."""

import numpy as np

from sandbox.company.tables import Company
from sandbox.hubspot.columns import Whole, Words
from sandbox.hubspot.history import History
from sandbox.hubspot.schema import Lifetimes, ObjectType, Property, by_name

_INFORMATION = "companyinformation"


def _created(history: History, _at_ms: int) -> Whole:
    return Whole("datetime", history.company.companies.created_ms)


def _name(history: History, _at_ms: int) -> Words:
    names = history.company.companies.name
    return Words("string", np.arange(len(names)), [str(name) for name in names])


def _domain(history: History, _at_ms: int) -> Words:
    domains = history.company.companies.domain
    return Words("string", np.arange(len(domains)), [str(domain) for domain in domains])


def _lifetimes(company: Company) -> Lifetimes:
    companies = company.companies
    return Lifetimes(companies.id, companies.created_ms, companies.gone_ms)


COMPANIES = ObjectType(
    name="companies",
    type_id="0-2",
    singular="COMPANY",
    defaults=("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    searched=("name", "domain"),
    modified="hs_lastmodifieddate",
    scope="crm.objects.companies.read",
    lifetimes=_lifetimes,
    properties=by_name(
        Property("name", "Company name", "string", _INFORMATION, _name),
        Property("domain", "Company Domain Name", "string", _INFORMATION, _domain),
        Property("createdate", "Create Date", "datetime", _INFORMATION, _created),
        Property("hs_lastmodifieddate", "Last Modified Date", "datetime", _INFORMATION, _created),
        Property(
            "hs_object_id",
            "Record ID",
            "number",
            _INFORMATION,
            lambda history, _: Whole("number", history.company.companies.id),
        ),
    ),
)
