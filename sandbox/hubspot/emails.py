"""GET /marketing/v3/emails: the emails that there were by the clock, published or still drafts."""

import base64
from typing import Any
from urllib.parse import quote, unquote, urlencode

import numpy as np

from sandbox.company.tables import NEVER, Company, Flags, Ints
from sandbox.hubspot.call import Call, as_id
from sandbox.hubspot.columns import iso, ordering, parse_instant
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.statistics import Statistics, campaign_of

DEFAULT_LIMIT = 10
MAX_LIMIT = 100

_STATES = {
    "BATCH_EMAIL": ("DRAFT", "PUBLISHED", "batch"),
    "AUTOMATED_EMAIL": ("AUTOMATED_DRAFT", "AUTOMATED", "automated"),
    "AB_EMAIL": ("DRAFT_AB", "PUBLISHED_AB", "ab_master"),
    "RSS_EMAIL": ("RSS_TO_EMAIL_DRAFT", "RSS_TO_EMAIL_PUBLISHED", "rss_to_email"),
}
"""State before and after publication, and subcategory."""


class EmailListing:
    """The emails of one company, at any instant."""

    def __init__(self, company: Company, statistics: Statistics) -> None:
        self._portal_id = company.portal_id
        self._emails = company.emails
        self._statistics = statistics

    def listing(self, call: Call, now_ms: int) -> dict[str, Any]:
        """One page; `after` is opaque (the offset in base64, percent-encoded)."""
        limit, offset = call.whole("limit", DEFAULT_LIMIT), _offset(call.first("after"))
        if not 1 <= limit <= MAX_LIMIT:
            raise invalid(f"limit must be between 1 and {MAX_LIMIT}, got {limit}.")
        found = self._sorted(np.flatnonzero(self._matching(call, now_ms)), call, now_ms)
        page = found[offset : offset + limit].tolist()
        content: dict[str, Any] = {
            "total": len(found),
            "results": [self._email(row, call, now_ms) for row in page],
        }
        if offset + limit < len(found):
            cursor = quote(base64.b64encode(str(offset + limit).encode()).decode(), safe="")
            kept = {name: values for name, values in call.query.items() if name != "after"}
            link = f"{call.host}{call.path}?{urlencode(kept, doseq=True)}&after={cursor}"
            content["paging"] = {"next": {"after": cursor, "link": link}}
        return content

    def one(self, email_id: str, call: Call, now_ms: int) -> dict[str, Any]:
        """GET /marketing/v3/emails/{id}."""
        there = (self._emails.id == as_id(email_id)) & (self._emails.created_ms <= now_ms)
        rows = np.flatnonzero(there).tolist()
        if not rows:
            raise not_found(f"Email with id {email_id} does not exist.")
        return self._email(rows[0], call, now_ms)

    def _instants(self, now_ms: int) -> dict[str, Ints]:
        published = np.where(self._emails.published_ms <= now_ms, self._emails.published_ms, NEVER)
        updated = np.where(published == NEVER, self._emails.created_ms, published)
        return {"created": self._emails.created_ms, "published": published, "updated": updated}

    def _matching(self, call: Call, now_ms: int) -> Flags:
        """The filters of the query; After and Before leave the instant itself out."""
        instants = self._instants(now_ms)
        matching = self._emails.created_ms <= now_ms
        if call.first("archived") == "true":
            return np.zeros_like(matching)
        if call.first("type"):
            matching &= self._emails.type == call.first("type")
        if call.first("isPublished"):
            is_published = instants["published"] != NEVER
            matching &= is_published == (call.first("isPublished").lower() == "true")
        for name, at_ms in instants.items():
            after, before = call.first(f"{name}After"), call.first(f"{name}Before")
            if after:
                matching &= (at_ms > _instant(after, f"{name}After")) & (at_ms != NEVER)
            if before:
                matching &= at_ms < _instant(before, f"{name}Before")
        return matching

    def _sorted(self, found: Ints, call: Call, now_ms: int) -> Ints:
        """By creation, or by the one date or name that `sort` asks for, "-" for descending."""
        instants = self._instants(now_ms)
        names = np.argsort(np.argsort(self._emails.name, kind="stable"), kind="stable")
        keys = {
            "createdAt": instants["created"],
            "updatedAt": instants["updated"],
            "publishedAt": instants["published"],
            "publishDate": instants["published"],
            "name": names,
            "id": self._emails.id,
        }
        sort = call.first("sort") or "createdAt"
        key = keys.get(sort.removeprefix("-"))
        if key is None:
            raise invalid(f"Invalid sort field: {sort}")
        return found[ordering(key[found], descending=sort.startswith("-"))]

    def _email(self, row: int, call: Call, now_ms: int) -> dict[str, Any]:
        emails = self._emails
        number, kind = int(emails.id[row]), str(emails.type[row])
        created_ms, published_ms = int(emails.created_ms[row]), int(emails.published_ms[row])
        published = published_ms <= now_ms
        draft_state, published_state, subcategory = _STATES[kind]
        campaign = str(campaign_of(number))
        content: dict[str, Any] = {
            "activeDomain": f"{self._portal_id}.hs-sites-eu1.com",
            "archived": False,
            "businessUnitId": "0",
            "content": {},
            "createdAt": iso(created_ms),
            "createdById": "77001",
            "emailTemplateMode": "DRAG_AND_DROP",
            "from": {"fromName": "The Company", "replyTo": "hello@company.example"},
            "id": str(number),
            "isAb": kind == "AB_EMAIL",
            "isPublished": published,
            "isTransactional": False,
            "jitterSendTime": False,
            "language": "en",
            "name": str(emails.name[row]),
            "previewKey": f"pretend{number % 997}",
            "publishDate": iso(published_ms if published else created_ms),
            "sendOnPublish": True,
            "state": published_state if published else draft_state,
            "subcategory": subcategory,
            "subject": str(emails.name[row]),
            "subscriptionDetails": {},
            "to": {},
            "type": kind,
            "updatedAt": iso(published_ms if published else created_ms),
            "updatedById": "77001",
            "webversion": {},
        }
        if published:
            content |= {
                "allEmailCampaignIds": [campaign],
                "primaryEmailCampaignId": campaign,
                "publishedAt": iso(published_ms),
                "publishedById": "77001",
            }
        if call.first("includeStats").lower() == "true":
            content["stats"] = self._statistics.of_email(row, now_ms)
        return dict(sorted(content.items()))


def _offset(cursor: str) -> int:
    """What a cursor means, whether it was sent back as it was or decoded once."""
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(unquote(cursor), validate=True))
    except ValueError:
        raise invalid("Unable to parse value for query parameter: after") from None


def _instant(text: str, name: str) -> int:
    try:
        return int(parse_instant(text))
    except ValueError:
        raise invalid(f"Unable to parse value for query parameter: {name}") from None
