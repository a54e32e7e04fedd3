"""The oracle: what a metric's value is, straight from the rows of the pretend company.

Plain masks over the columns, sharing nothing with the servers: where a server and the oracle
disagree, one of them is wrong. A window is half-open, in local days of an IANA zone; `known_at` is
the instant by which something must have happened (or, for sessions, have arrived) to count.
"""

from sandbox.truth.contacts import (
    companies_created,
    contacts_created,
    contacts_entered,
    contacts_in_stage,
)
from sandbox.truth.deals import (
    deals_closed,
    deals_created,
    deals_created_amount,
    deals_won,
    deals_won_amount,
    deals_won_without_amount,
    open_pipeline_amount,
)
from sandbox.truth.emails import EmailCounter, email_counter, emails_published
from sandbox.truth.web import (
    Filters,
    active_users,
    engaged_sessions,
    key_events,
    new_users,
    page_views,
    revenue,
    sessions,
    total_users,
)
from sandbox.truth.windows import Window

__all__ = [
    "EmailCounter",
    "Filters",
    "Window",
    "active_users",
    "companies_created",
    "contacts_created",
    "contacts_entered",
    "contacts_in_stage",
    "deals_closed",
    "deals_created",
    "deals_created_amount",
    "deals_won",
    "deals_won_amount",
    "deals_won_without_amount",
    "email_counter",
    "emails_published",
    "engaged_sessions",
    "key_events",
    "new_users",
    "open_pipeline_amount",
    "page_views",
    "revenue",
    "sessions",
    "total_users",
]
