"""Account details and the daily usage of the private app."""

from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.company.tables import CURRENCIES, Company
from sandbox.hubspot.columns import iso
from sandbox.hubspot.limits import Limits


def details(company: Company, clock: Clock, account_type: str) -> dict[str, Any]:
    """GET /account-info/v3/details; the offset is the current one, the zone the lasting fact."""
    offset = clock.now().astimezone(ZoneInfo(company.portal_zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign = "-" if minutes < 0 else "+"
    return {
        "portalId": company.portal_id,
        "accountType": account_type,
        "timeZone": company.portal_zone,
        "companyCurrency": company.currency,
        "additionalCurrencies": [code for code in CURRENCIES if code != company.currency],
        "utcOffset": f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
        "utcOffsetMilliseconds": minutes * 60_000,
        "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
    }


def usage(clock: Clock, limits: Limits) -> dict[str, Any]:
    """GET /account-info/v3/api-usage/daily/private-apps."""
    resets_ms = int(limits.resets_at().timestamp() * 1000)
    return {
        "results": [
            {
                "name": "private-apps-api-calls-daily",
                "usageLimit": limits.daily,
                "currentUsage": limits.used_today(),
                "collectedAt": iso(clock.now_ms()),
                "fetchStatus": "SUCCESS",
                "resetsAt": iso(resets_ms),
            }
        ]
    }
