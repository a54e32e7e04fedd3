"""A portal in memory, for many random ones: rows, and the search as it is documented, no more."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.hubspot import CONNECTOR
from connectors.hubspot.failures import Raw
from connectors.hubspot.options import HubSpotOptions
from connectors.hubspot.session import HubSpotSession
from tests.connectors import opening

OPTIONS = HubSpotOptions.model_validate(
    {"connector": "hubspot", "portal": 1, "token": "${TOKEN}", "endpoint": "http://127.0.0.1:9"}
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, str | None]


def milliseconds(instant: datetime) -> int:
    return round((instant - EPOCH).total_seconds() * 1000)


@dataclass
class MemoryPortal:
    """Stands in for connectors.hubspot.transport.Transport."""

    rows: dict[str, dict[int, Row]]
    """Of each object, by id."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Of properties that are no datetime."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """Every search, as it was asked."""
    before: Callable[[int], None] = lambda _: None
    """Called before each search is answered, with its number: the world may change meanwhile."""
    short_pages: Sequence[int] = ()
    """The numbers of searches whose page is short although more is there."""

    def send(self, verb: str, path: str, **asked: Any) -> Raw:
        if "/properties/" in path:
            name = path.rpartition("/")[2]
            found = {"name": name, "type": self.types.get(name, "datetime"), "options": []}
            return Raw(200, json.dumps(found).encode(), {})
        if not path.endswith("/search"):
            details = {"portalId": 1, "timeZone": "Europe/Warsaw", "companyCurrency": "EUR"}
            return Raw(200, json.dumps(details).encode(), {})
        body = asked["body"]
        number = len(self.bodies)
        self.bodies.append(body)
        self.before(number)
        return Raw(200, json.dumps(self._search(path.split("/")[4], body, number)).encode(), {})

    def close(self) -> None:
        """Nothing is open."""

    def _search(self, kind: str, body: dict[str, Any], number: int) -> dict[str, Any]:
        groups = body["filterGroups"]
        assert len(groups) <= 5
        assert max(map(_length, groups), default=0) <= 6
        assert sum(map(_length, groups)) <= 18
        assert len(json.dumps(body)) <= 3_000
        found = [
            (id_, row)
            for id_, row in sorted(self.rows[kind].items())
            if any(all(_holds(t, id_, row) for t in group["filters"]) for group in groups)
        ]
        after, limit = int(body.get("after", 0)), body["limit"]
        assert after + limit <= 10_000
        page = found[after : after + limit]
        if number in self.short_pages:
            page = page[: len(page) // 2]
        answer: dict[str, Any] = {
            "total": len(found),
            "results": [
                {"id": str(i), "properties": {n: row.get(n) for n in body["properties"]}}
                for i, row in page
            ],
        }
        if after + len(page) < len(found):
            answer["paging"] = {"next": {"after": str(after + len(page))}}
        return answer

    def session(self, **more: Any) -> HubSpotSession:
        connection = opening.connection(OPTIONS, secrets={"token": "t"}, **more)
        session = HubSpotSession(connection)
        session._client._transport = self  # type: ignore[assignment]
        return session


def plan(asks: Sequence[Any]) -> list[Any]:
    return list(CONNECTOR.plan(asks, OPTIONS))


def _length(group: dict[str, Any]) -> int:
    return len(group["filters"])


_TESTS: Mapping[str, Callable[[dict[str, Any], str], bool]] = {
    "HAS_PROPERTY": lambda _, value: True,
    "EQ": lambda test, value: bool(value == test["value"]),
    "NEQ": lambda test, value: bool(value != test["value"]),
    "IN": lambda test, value: value in test["values"],
    "NOT_IN": lambda test, value: value not in test["values"],
    "GT": lambda test, value: int(value) > int(test["value"]),
    "GTE": lambda test, value: _number(value) >= int(test["value"]),
    "LT": lambda test, value: _number(value) < int(test["value"]),
}
"""Of what has a value; what has none passes no test here."""


def _holds(test: dict[str, Any], id_: int, row: Row) -> bool:
    name = test["propertyName"]
    value = str(id_) if name == "hs_object_id" else row.get(name)
    return bool(value) and _TESTS[test["operator"]](test, str(value))


def _number(value: str) -> int:
    return int(value) if value.isdigit() else milliseconds(datetime.fromisoformat(value))
