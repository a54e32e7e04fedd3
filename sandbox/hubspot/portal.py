"""The pretend portal: everything that is the same for each request to it."""

from zoneinfo import ZoneInfo

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.hubspot.access import Access
from sandbox.hubspot.emails import EmailListing
from sandbox.hubspot.limits import Limits
from sandbox.hubspot.schema import ObjectType
from sandbox.hubspot.statistics import Statistics
from sandbox.hubspot.views import View, Views


class Portal:
    """One HubSpot account at the sandbox clock's time. Safe to share between threads."""

    def __init__(self, company: Company, clock: Clock, *, limits: bool = True) -> None:
        self.company = company
        self.clock = clock
        self.limits = Limits(clock, ZoneInfo(company.portal_zone), enforced=limits)
        self.access = Access(clock, company.portal_id)
        self.statistics = Statistics(company)
        self.emails = EmailListing(company, self.statistics)
        self.index_lag_ms = 0
        """A search sees changes only so many milliseconds after they happened."""
        self.account_type = "SANDBOX"
        """What the account details say: STANDARD, SANDBOX, DEVELOPER_TEST or APP_DEVELOPER."""
        self._views = Views(company)

    def now(self, kind: ObjectType) -> View:
        """The objects as they are."""
        return self._views.at(kind, self.clock.now_ms())

    def indexed(self, kind: ObjectType) -> View:
        """The objects as the search index has them."""
        return self._views.at(kind, self.clock.now_ms() - self.index_lag_ms)
