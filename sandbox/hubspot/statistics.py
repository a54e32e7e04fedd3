"""Email statistics: lifetime counters, as known by the clock, of what was sent in a span.

A span selects deliveries by when they were sent, and counts their whole fate so far: the numbers
of a past span go on moving while people open. Ratios are percentages from 0 to 100.
"""

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.company.tables import Company, Flags, Ints
from sandbox.hubspot.buckets import edges
from sandbox.hubspot.call import Call
from sandbox.hubspot.columns import iso, parse_instant
from sandbox.hubspot.errors import invalid

_RATIOS = {
    "bounceratio": ("bounce", "sent"),
    "clickratio": ("click", "delivered"),
    "clickthroughratio": ("click", "open"),
    "contactslostratio": ("contactslost", "sent"),
    "deliveredratio": ("delivered", "sent"),
    "hardbounceratio": ("hardbounced", "sent"),
    "notsentratio": ("notsent", "selected"),
    "openratio": ("open", "delivered"),
    "pendingratio": ("pending", "selected"),
    "softbounceratio": ("softbounced", "sent"),
    "spamreportratio": ("spamreport", "delivered"),
    "unsubscribedratio": ("unsubscribed", "delivered"),
}
_NEVER_HERE = ("dropped", "notsent", "pending", "reply", "suppressed")
"""Counters that this company has no cases of."""

_CAMPAIGN_OFFSET = 1_000_000


class Statistics:
    """What became of the deliveries; nothing in it changes."""

    def __init__(self, company: Company) -> None:
        self._emails = company.emails
        self._deliveries = company.deliveries
        self._zone = ZoneInfo(company.portal_zone)
        self._order = np.argsort(company.deliveries.sent_ms, kind="stable")
        self._sent_ms = company.deliveries.sent_ms[self._order]

    def listing(self, call: Call, now_ms: int) -> dict[str, Any]:
        """GET /marketing/v3/emails/statistics/list."""
        start_ms, end_ms = _span(call)
        rows = self._rows(start_ms, end_ms, now_ms, call)
        emails, of_email = np.unique(self._deliveries.email[rows], return_inverse=True)
        each = self._aggregate(rows, of_email, len(emails), now_ms)
        ids = self._emails.id[emails].tolist()
        return {
            "aggregate": self._aggregate(rows, np.zeros(len(rows), dtype=np.int64), 1, now_ms)[0],
            "campaignAggregations": {
                str(campaign_of(email)): stats for email, stats in zip(ids, each, strict=True)
            },
            "emails": ids,
        }

    def histogram(self, call: Call, now_ms: int) -> dict[str, Any]:
        """GET /marketing/v3/emails/statistics/histogram."""
        start_ms, end_ms = _span(call)
        cuts = edges(start_ms, end_ms, call.first("interval"), self._zone)
        rows = self._rows(start_ms, end_ms, now_ms, call)
        bucket = np.searchsorted(cuts, self._deliveries.sent_ms[rows], side="right") - 1
        each = self._aggregate(rows, bucket, len(cuts) - 1, now_ms)
        starts, ends = cuts[:-1].tolist(), cuts[1:].tolist()
        results = [
            {"interval": {"start": iso(start), "end": iso(end)}, "aggregations": stats}
            for start, end, stats in zip(starts, ends, each, strict=True)
        ]
        return {"total": len(results), "results": results}

    def of_email(self, row: int, now_ms: int) -> dict[str, Any]:
        """The counters of one email, as its listing includes them."""
        of_it = self._deliveries.email == row
        rows = np.flatnonzero(of_it & (self._deliveries.sent_ms <= now_ms))
        return self._aggregate(rows, np.zeros(len(rows), dtype=np.int64), 1, now_ms)[0]

    def _rows(self, start_ms: int, end_ms: int, now_ms: int, call: Call) -> Ints:
        """The deliveries sent in the half-open span by now, of the emails asked for."""
        first = np.searchsorted(self._sent_ms, start_ms, side="left")
        last = np.searchsorted(self._sent_ms, min(end_ms, now_ms + 1), side="left")
        rows = self._order[first:last]
        wanted = call.ids("emailIds")
        if not wanted:
            return rows
        return rows[np.isin(self._emails.id[self._deliveries.email[rows]], wanted)]

    def _aggregate(self, rows: Ints, group: Ints, groups: int, now_ms: int) -> list[dict[str, Any]]:
        """Counters, devices and ratios of each group; empty maps for a group without rows."""
        fates = self._fates(rows, now_ms)
        counted = {name: _count(group[happened], groups) for name, happened in fates.items()}
        device = rows % 10  # Seven in ten are known: four at a computer, three on a phone.
        by_device = {
            f"{name}_device_type": {
                "computer": _count(group[fates[name] & (device < 4)], groups),
                "mobile": _count(group[fates[name] & (device >= 4) & (device < 7)], groups),
                "unknown": _count(group[fates[name] & (device >= 7)], groups),
            }
            for name in ("click", "open")
        }
        return [
            _statistics(
                {name: counts[g] for name, counts in counted.items()},
                {
                    kind: {name: counts[g] for name, counts in devices.items()}
                    for kind, devices in by_device.items()
                },
            )
            for g in range(groups)
        ]

    def _fates(self, rows: Ints, now_ms: int) -> dict[str, Flags]:
        deliveries = self._deliveries
        delivered, hard = deliveries.delivered[rows], deliveries.hard_bounce[rows]
        unsubscribed = deliveries.unsubscribed_ms[rows] <= now_ms
        spam = deliveries.spam_ms[rows] <= now_ms
        everything = np.ones(len(rows), dtype=np.bool_)
        return {
            "sent": everything,
            "selected": everything,
            "delivered": delivered,
            "bounce": ~delivered,
            "hardbounced": hard,
            "softbounced": ~delivered & ~hard,
            "open": deliveries.opened_ms[rows] <= now_ms,
            "click": deliveries.clicked_ms[rows] <= now_ms,
            "unsubscribed": unsubscribed,
            "spamreport": spam,
            "contactslost": hard | unsubscribed | spam,
            **dict.fromkeys(_NEVER_HERE, ~everything),
        }


def campaign_of(email_id: int) -> int:
    """The id of an email's one campaign."""
    return email_id + _CAMPAIGN_OFFSET


def _span(call: Call) -> tuple[int, int]:
    """Both timestamps are needed, whatever the description says."""
    start_ms, end_ms = _instant(call, "startTimestamp"), _instant(call, "endTimestamp")
    if start_ms >= end_ms:
        raise invalid("startTimestamp must be before endTimestamp")
    return start_ms, end_ms


def _instant(call: Call, name: str) -> int:
    """ISO-8601 only: epoch milliseconds, good elsewhere, are refused here."""
    text = call.first(name)
    try:
        return int(parse_instant("" if text.isdigit() else text))
    except ValueError:
        raise invalid(f"Unable to parse value for query parameter: {name}") from None


def _count(group: Ints, groups: int) -> list[int]:
    counts: list[int] = np.bincount(group, minlength=groups).tolist()
    return counts


def _statistics(counters: dict[str, int], devices: dict[str, dict[str, int]]) -> dict[str, Any]:
    if not counters["sent"]:
        return {"counters": {}, "deviceBreakdown": {}, "qualifierStats": {}, "ratios": {}}
    return {
        "counters": dict(sorted(counters.items())),
        "deviceBreakdown": devices,
        "qualifierStats": {},
        "ratios": {
            name: _percent(counters[part], counters[whole])
            for name, (part, whole) in _RATIOS.items()
        },
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 3) if whole else 0
