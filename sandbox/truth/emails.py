"""Marketing emails: how many went out, and the counters of what was sent in a window."""

from datetime import datetime
from typing import Literal

from sandbox.company.tables import Company, Flags
from sandbox.truth.windows import Window, milliseconds, within

EmailCounter = Literal[
    "sent",
    "delivered",
    "bounce",
    "hardbounced",
    "softbounced",
    "open",
    "click",
    "unsubscribed",
    "spamreport",
]


def emails_published(
    company: Company,
    window: Window,
    zone: str,
    known_at: datetime,
    *,
    type: str | None = None,  # noqa: A002 (the API's own word)
) -> int:
    """Emails published in the window, of one type (BATCH_EMAIL, ...) or of all."""
    emails = company.emails
    counted = within(emails.published_ms, window, zone)
    counted &= emails.published_ms <= milliseconds(known_at)
    if type is not None:
        counted &= emails.type == type
    return int(counted.sum())


def email_counter(
    company: Company, counter: EmailCounter, window: Window, zone: str, known_at: datetime
) -> int:
    """A counter of the deliveries *sent* in the window, by what had become of them then.

    `open` and `click` count recipients who did so at least once.
    """
    deliveries, known_ms = company.deliveries, milliseconds(known_at)
    sent = within(deliveries.sent_ms, window, zone) & (deliveries.sent_ms <= known_ms)
    bounced = ~deliveries.delivered
    fate: dict[EmailCounter, Flags] = {
        "sent": sent,
        "delivered": deliveries.delivered,
        "bounce": bounced,
        "hardbounced": bounced & deliveries.hard_bounce,
        "softbounced": bounced & ~deliveries.hard_bounce,
        "open": deliveries.opened_ms <= known_ms,
        "click": deliveries.clicked_ms <= known_ms,
        "unsubscribed": deliveries.unsubscribed_ms <= known_ms,
        "spamreport": deliveries.spam_ms <= known_ms,
    }
    return int((sent & fate[counter]).sum())
