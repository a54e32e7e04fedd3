"""A running pretend HubSpot with a client's session at hand."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import requests

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.faults import Fault, Faults
from sandbox.hubspot.access import TOKEN
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import Request, RequestLog

CONTACTS = "/crm/v3/objects/contacts/search"
DEALS = "/crm/v3/objects/deals/search"


@dataclass
class Hub:
    """Asks over a real socket. Limits are off unless the test is about them."""

    company: Company
    clock: Clock = field(default_factory=Clock)
    limits: bool = False
    latency: float = 0.0

    def __enter__(self) -> Self:
        self.faults = Faults()
        self.log = RequestLog()
        self.server = HubSpotServer(
            self.company,
            self.clock,
            self.faults,
            self.log,
            limits=self.limits,
            latency=self.latency,
        )
        self.server.start()
        self.portal = self.server.portal
        self.url = f"http://127.0.0.1:{self.server.port}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()
        self.server.close()

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=10)

    def post(self, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=10, **more)

    def search(self, path: str = CONTACTS, **body: Any) -> Any:
        answer = self.post(path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def found(self, *filters: dict[str, Any], path: str = CONTACTS, **body: Any) -> list[str]:
        """The ids of one group of filters, at most 200."""
        groups = [{"filters": list(filters)}]
        page = self.search(path, filterGroups=groups, limit=200, **body)
        return [row["id"] for row in page["results"]]

    def order(self, kind: Any, **more: Any) -> None:
        self.faults.order(Fault(kind, **more))

    def asked(self) -> tuple[Request, ...]:
        return self.log.all("hubspot")


def where(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    test = {"propertyName": name, "operator": operator, **more}
    return test if value is None else {**test, "value": value}
