"""The pretend world that programs are compared in, and what is true in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.proxy import Address, Proxy
from okrmodel.windows import Window
from sandbox import truth
from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import ZONE, grow
from sandbox.company.tables import Company
from sandbox.world import Sandbox

QUARTER = Window(date(2026, 7, 1), date(2026, 10, 1))
"""92 days, over when the pretend clock stands: programs that go by the real clock see them, too."""
MQL = "marketingqualifiedlead"

Answer = dict[date, int]
"""A number for each day."""
MQLS, SESSIONS, USERS, SENDS = "MQLs a day", "sessions a day", "users to date", "sends a day"
MQLS_IN_UTC = "MQLs of each day of UTC"
"""What one gets of a peer's rows without knowing the portal's zone."""
QUESTIONS = (MQLS, SESSIONS, USERS, SENDS)

SIZES = {10_000: 2_000, 100_000: 20_000, 1_000_000: 20_000}
"""Contacts, and MQLs in the quarter: of 10,000 contacts no 20,000 become MQLs."""


@dataclass(frozen=True)
class World:
    """Where the pretend servers are."""

    sandbox: Sandbox
    proxy: Proxy

    @property
    def environment(self) -> dict[str, str]:
        """For programs that speak to HubSpot and Google by their own addresses."""
        authority = str(self.proxy.authority)
        return {
            "HTTPS_PROXY": self.proxy.url,
            "https_proxy": self.proxy.url,
            "SSL_CERT_FILE": authority,
            "REQUESTS_CA_BUNDLE": authority,
            "PRETEND_HUBSPOT": self.sandbox.hubspot_url,
            "DISABLE_TELEMETRY": "true",
        }


@contextmanager
def opened(company: Company, latency: float, folder: Path) -> Iterator[World]:
    """The servers with their documented limits, and the proxy to them; latency in seconds."""
    with Sandbox(company, latency=latency) as sandbox:
        hosts = {
            "api.hubapi.com": (_address(sandbox.hubspot_url), None),
            "analyticsdata.googleapis.com": (
                _address(sandbox.ga4_rest_url),
                _address(sandbox.ga4_grpc_address),
            ),
        }
        with Proxy(folder, hosts) as proxy:
            yield World(sandbox, proxy)


def company_of(contacts: int) -> Company:
    return grow(contacts=contacts, mqls_per_quarter=SIZES.get(contacts, contacts // 5))


def true_answers(company: Company) -> dict[str, Answer]:
    """What the company's rows say, as known at the pretend present."""
    found: dict[str, Answer] = {question: {} for question in QUESTIONS}
    for day in QUARTER.days():
        only = truth.Window(day, Window.of_day(day).end)
        to_date = truth.Window(QUARTER.start, only.end)
        found[MQLS][day] = truth.contacts_entered(company, MQL, only, ZONE, DEFAULT_NOW)
        found[SESSIONS][day] = truth.sessions(company, only, DEFAULT_NOW)
        found[USERS][day] = truth.active_users(company, to_date, DEFAULT_NOW)
        found[SENDS][day] = truth.email_counter(company, "sent", only, ZONE, DEFAULT_NOW)
    return found


def _address(url: str) -> Address:
    host, _, port = url.rpartition("/")[2].rpartition(":")
    return host, int(port)
