"""Asking each connection whether it would work tonight, with few cheap calls."""

from collections.abc import Iterator
from pathlib import Path

from connectors.contract import Ask, Finding, failed
from connectors.errors import ConnectorError
from connectors.registry import catalogue
from flows.connections import opened, refuse_strangers
from flows.edges import Edges
from okrmodel.definitions.company import Company
from okrmodel.demand import demand
from okrmodel.windows import ONE_DAY, last_complete_day


def doctor(company: Company, folder: Path, edges: Edges) -> Iterator[tuple[str, Finding]]:
    """What each connection's check found, connection by connection.

    Every connection that is written down is checked, also one that no key result needs.
    """
    asks = _asks(company, edges)
    for name in sorted({*company.workspace.connections, *asks}):
        # Two questions may use one name: it is told once.
        for finding in dict.fromkeys(_check(company, name, folder, edges, asks.get(name, []))):
            yield name, finding


def _asks(company: Company, edges: Edges) -> dict[str, list[Ask]]:
    """The questions that the last complete day's snapshots ask, by connection."""
    workspace = company.workspace
    day = last_complete_day(edges.now(workspace), workspace.zone)
    found: dict[str, list[Ask]] = {}
    for cycle in company.cycles:
        as_of = min(max(day, cycle.starts), cycle.ends)
        key_results = [key_result for _, key_result in cycle.key_results()]
        days = (as_of, cycle.ends - ONE_DAY)
        wanted = demand(company, cycle, key_results, days, catalogue())
        for source, windows in wanted.windows.items():
            ask = Ask(source.fingerprint, source.query, source.aggregation, windows)
            found.setdefault(source.connection, []).append(ask)
    return found


def _check(
    company: Company, name: str, folder: Path, edges: Edges, asks: list[Ask]
) -> Iterator[Finding]:
    try:
        with opened(company, name, folder, edges) as connection:
            findings = list(connection.session.doctor(asks))
            yield from findings
            if all(finding.ok for finding in findings):
                refuse_strangers(company, connection, connection.session.identity())
    except ConnectorError as error:
        yield failed("connection", error)
