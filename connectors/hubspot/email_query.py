"""What may be asked about marketing emails."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from okrmodel.definitions.query import Query
from okrmodel.observations import Aggregation

_LISTING_LAG = timedelta(hours=1)
_SENT_SETTLES = timedelta(days=1)
_DELIVERY_SETTLES = timedelta(days=5)
_READ_SETTLES = timedelta(weeks=6)
_DAILY_FOR = timedelta(days=8)
"""The first read, in the night after the day, and a week of nightly ones. From there five weeks of
weekly ones end with the settling time: no other start takes fewer reads."""
_WEEKLY = timedelta(days=7) - timedelta(hours=4)
"""A nightly run may begin earlier than the one of a week ago did, and an hour is missing in spring."""

EmailType = Literal[
    "AB_EMAIL",
    "AUTOMATED_AB_EMAIL",
    "AUTOMATED_EMAIL",
    "BATCH_EMAIL",
    "BLOG_EMAIL",
    "BLOG_EMAIL_CHILD",
    "FOLLOWUP_EMAIL",
    "LOCALTIME_EMAIL",
    "RSS_EMAIL",
    "RSS_EMAIL_CHILD",
    "SINGLE_SEND_API",
    "SMTP_TOKEN",
    "TICKET_EMAIL",
]
"""The types that go out to people; the API's other types are forms and subscription notices."""

_AT_SENDING = ("sent", "selected", "suppressed", "notsent", "dropped", "contactslost")
_AT_DELIVERY = ("delivered", "pending", "bounce", "hardbounced", "softbounced")
Counter = Literal[
    "sent",
    "selected",
    "suppressed",
    "notsent",
    "dropped",
    "contactslost",
    "delivered",
    "pending",
    "bounce",
    "hardbounced",
    "softbounced",
    "open",
    "click",
    "reply",
    "unsubscribed",
    "spamreport",
]


def _types(written: Any) -> Any:
    """One type or several; order and repetition mean nothing."""
    several = [written] if isinstance(written, str) else written
    if not isinstance(several, list | tuple):
        return written
    # Compared, not hashed: what is wrong here may be a list, and is told by the field itself.
    names = sorted(several, key=str)
    return [name for n, name in enumerate(names) if name not in names[:n]]


EmailTypes = Annotated[
    tuple[EmailType, ...],
    BeforeValidator(_types, json_schema_input_type=EmailType | list[EmailType]),
]


class EmailQuery(Query):
    """Marketing emails, of all types or of some."""

    type: EmailTypes = ()
    """One type or several, for instance BATCH_EMAIL; without it, all."""

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation.SUM

    @property
    def words(self) -> str:
        """For people: "emails: open"."""
        raise NotImplementedError


class EmailCounter(EmailQuery):
    """A counter of the emails *sent* in the window, as it stands when it is read.

    An open counts on the day of its email, not on its own. Rates are ratios of two counters:
    HubSpot's own percentages cannot be added up.
    """

    emails: Counter

    @property
    def settles(self) -> timedelta:
        """How long the counter goes on moving after the day of the sending.

        Sending is over in a day. Mail servers try a delivery for up to five days (RFC 5321,
        4.5.4.1). People open, click and unsubscribe for weeks: after six it is one in a
        thousand.
        """
        if self.emails in _AT_SENDING:
            return _SENT_SETTLES
        return _DELIVERY_SETTLES if self.emails in _AT_DELIVERY else _READ_SETTLES

    @property
    def words(self) -> str:
        return f"emails: {self.emails}"

    def due(self, ended: datetime, checked: datetime, now: datetime) -> bool:
        """Every night for a week, then once a week: the tail is long and thin.

        Thirteen reads of an open, where nightly ones would be 43.
        """
        return now - ended <= _DAILY_FOR or now - checked >= _WEEKLY


class EmailsPublished(EmailQuery):
    """Marketing emails published in the window, without those archived since."""

    emails: Literal["published"]

    @property
    def settles(self) -> timedelta:
        """One hour, like the records of the CRM."""
        return _LISTING_LAG

    @property
    def words(self) -> str:
        return "emails published"
