"""The rows behind everything: one frozen dataclass of equally long columns per table.

Instants are int64 milliseconds since 1970-01-01T00:00Z; NEVER stands for "did not happen".
The tables hold the *whole* story, also what lies after the sandbox clock: a reader takes what
had happened (or had arrived) by its clock.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[Any]

NEVER = 2**62

STAGES = (
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
    "1066237962",
)
"""Lifecycle stage ids; the last is a custom stage ("Product qualified lead")."""

SOURCES = (
    "ORGANIC_SEARCH",
    "PAID_SEARCH",
    "EMAIL_MARKETING",
    "SOCIAL_MEDIA",
    "REFERRALS",
    "OTHER_CAMPAIGNS",
    "DIRECT_TRAFFIC",
    "OFFLINE",
    "PAID_SOCIAL",
    "AI_REFERRALS",
)
"""hs_analytics_source values; a contact's `source` column is an index, -1 is unset."""

CHANNELS = (
    "Organic Search",
    "Paid Search",
    "Direct",
    "Referral",
    "Email",
    "Organic Social",
    "Paid Social",
    "Unassigned",
)
"""sessionDefaultChannelGroup values; a session's `channel` column is an index."""

DEAL_STAGES = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "contractsent",
    "closedwon",
    "closedlost",
)


@dataclass(frozen=True)
class Contacts:
    """One row a contact ever created. A merged or deleted one is gone from `gone_ms` on."""

    id: Ints
    created_ms: Ints
    source: Ints
    company: Ints
    """Row in Companies, -1 for none."""
    gone_ms: Ints
    """When it was deleted or merged away; NEVER otherwise."""
    merged_into: Ints
    """Row of the contact that survived the merge, -1 when not merged."""
    modified_ms: Ints
    """Last modification of the whole story (creation, stage entries, merges received); where
    that lies after the clock, the last of these that does not is the one to show."""


@dataclass(frozen=True)
class StageEntries:
    """Each entry of a contact into a lifecycle stage, in order of time. Re-entries are rows."""

    contact: Ints
    """Row in Contacts."""
    stage: Ints
    """Index into STAGES."""
    at_ms: Ints


@dataclass(frozen=True)
class Companies:
    id: Ints
    created_ms: Ints
    name: Texts
    domain: Texts
    gone_ms: Ints


@dataclass(frozen=True)
class Deals:
    """One row a deal. Its amount may be edited once; it closes won, lost, or not at all."""

    id: Ints
    created_ms: Ints
    contact: Ints
    company: Ints
    amount_cents: Ints
    """First amount, in cents of the deal's currency; -1 is no amount."""
    edited_ms: Ints
    edited_amount_cents: Ints
    currency: Ints
    """Index into CURRENCIES."""
    closed_ms: Ints
    """The closedate that the deal carries once it is closed; NEVER while open."""
    closed_known_ms: Ints
    """When somebody entered that it is closed: later than `closed_ms` for back-dated closes."""
    won: Flags
    stage: Ints
    """Index into DEAL_STAGES while open."""
    gone_ms: Ints


CURRENCIES = ("EUR", "USD")
EUR_PER_USD = 0.92
"""One fixed rate: amount_in_home_currency of a dollar deal is rounded to cents by it."""


@dataclass(frozen=True)
class Emails:
    """One row a marketing email that was published and sent."""

    id: Ints
    name: Texts
    type: Texts
    """BATCH_EMAIL, AUTOMATED_EMAIL, AB_EMAIL or RSS_EMAIL."""
    created_ms: Ints
    published_ms: Ints
    sent_ms: Ints


@dataclass(frozen=True)
class Deliveries:
    """One row a recipient of an email: its whole fate. Counters are sums over these rows."""

    email: Ints
    """Row in Emails."""
    sent_ms: Ints
    """When it left. A statistics time span selects deliveries by this, and counts their whole
    fate so far. (An automated email leaves to somebody nearly every day, for months.)"""
    delivered: Flags
    hard_bounce: Flags
    opened_ms: Ints
    clicked_ms: Ints
    unsubscribed_ms: Ints
    spam_ms: Ints


@dataclass(frozen=True)
class Sessions:
    """One row a website session; each belongs to a user.

    Total users are the distinct users with any session in the window, new users those whose
    first visit ever is in it, active users the distinct users with an engaged session or their
    first visit in it.
    """

    user: Ints
    started_ms: Ints
    arrived_ms: Ints
    """When GA4 had processed it: hours, for some more than a day, after it started."""
    channel: Ints
    channel_late_ms: Ints
    """Until then its channel reads "Unassigned"; 0 when known at once."""
    page_views: Ints
    engaged: Flags
    key_events: Ints
    new_user: Flags
    """The user's first session ever."""
    duration_s: Ints
    landing: Ints
    """Index into LANDINGS."""
    country: Ints
    """Index into COUNTRIES."""
    revenue_cents: Ints


LANDINGS = ("/", "/pricing", "/blog/okr-guide", "/blog/mql-definition", "/demo", "/docs")
COUNTRIES = ("Poland", "Germany", "United States", "United Kingdom", "France")


@dataclass(frozen=True)
class Company:
    """The pretend company: who it is and every row of its history."""

    seed: int
    portal_id: int
    portal_zone: str
    """IANA zone in which HubSpot cuts statistics buckets."""
    property_id: int
    property_zone: str
    """IANA zone in which GA4 cuts days."""
    currency: str
    contacts: Contacts
    stage_entries: StageEntries
    companies: Companies
    deals: Deals
    emails: Emails
    deliveries: Deliveries
    sessions: Sessions
