"""Which conditions can be judged here, with the very verdict that HubSpot's search gives. Pure.

HubSpot compares the values of choices and of truth values letter by letter, so equality of the
text that it answers is its own test. How it compares numbers, words and negations with what has
no value is not documented to the letter: such conditions are left to it.
"""

from collections.abc import Mapping
from typing import Any

from connectors.errors import QueryError
from connectors.hubspot.query import CrmQuery
from connectors.hubspot.where import Filter

SOURCES = {
    "AI_REFERRALS",
    "DIRECT_TRAFFIC",
    "EMAIL_MARKETING",
    "OFFLINE",
    "ORGANIC_SEARCH",
    "OTHER_CAMPAIGNS",
    "PAID_SEARCH",
    "PAID_SOCIAL",
    "REFERRALS",
    "SOCIAL_MEDIA",
}
STAGES = {
    "customer",
    "evangelist",
    "lead",
    "marketingqualifiedlead",
    "opportunity",
    "other",
    "salesqualifiedlead",
    "subscriber",
}
EVERYWHERE: Mapping[str, set[str]] = {
    "hs_analytics_source": SOURCES,
    "hs_latest_source": SOURCES,
    "lifecyclestage": STAGES,
}
"""Choices of HubSpot's own, the same in every account: no need to ask whether they exist."""

_TRUTH_VALUES = {"hs_is_closed", "hs_is_closed_won"}


def judged_here(query: CrmQuery) -> bool:
    """Whether all conditions of a question can be judged from a row's properties."""
    return all(_is_exact(test) for test in query.filters())


def holds(test: Filter, row: Mapping[str, Any]) -> bool:
    """Whether a row meets a condition that can be judged here.

    Raises:
        QueryError: There is no such property: HubSpot would refuse the question, and so do we.
    """
    name = test["propertyName"]
    if name not in row:
        # HubSpot leaves out what it does not know; what is only empty comes as null.
        raise QueryError(
            f"there is no property {name} to judge records by",
            remedy="take the internal name from HubSpot's property settings",
        )
    value = row[name]
    match test["operator"]:
        case "EQ":
            return bool(value == test["value"])
        case "IN":
            return value in test["values"]
        case "HAS_PROPERTY":
            return value not in {None, ""}
        case operator:
            raise ValueError(f"{operator} cannot be judged here")


def _is_exact(test: Filter) -> bool:
    name = test["propertyName"]
    match test["operator"]:
        case "EQ" if name in _TRUTH_VALUES:
            return test["value"] in {"true", "false"}
        case "EQ":
            return test["value"] in EVERYWHERE.get(name, ())
        case "IN":
            return set(test["values"]) <= EVERYWHERE.get(name, set())
        case "HAS_PROPERTY":
            return True
        case _:
            return False
