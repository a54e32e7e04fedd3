"""Planned for a whole range, the numbers are those of asking day by day, for no more requests."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okrmodel.windows import ONE_DAY, Window
from sandbox.company.grow import grow
from sandbox.world import Sandbox
from tests.flows.scene import TOKEN, Scene

QUERIES: dict[str, dict[str, Any]] = {
    "mqls": {"connection": "hubspot", "query": {"object": "contacts", "entered": "mql"}},
    "organic": {
        "connection": "hubspot",
        "query": {
            "object": "contacts",
            "entered": "mql",
            "where": {"hs_analytics_source": ["ORGANIC_SEARCH", "REFERRALS"]},
        },
    },
    "not_offline": {
        "connection": "hubspot",
        "query": {
            "object": "contacts",
            "created": True,
            "where": {"hs_analytics_source": {"not_in": ["OFFLINE"]}},
        },
    },
    "won": {"connection": "hubspot", "query": {"object": "deals", "closed": "won"}},
    "revenue": {
        "connection": "hubspot",
        "query": {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"},
    },
    "delivered": {"connection": "hubspot", "query": {"emails": "delivered"}},
    "opened": {"connection": "hubspot", "query": {"emails": "open"}},
    "sessions": {"connection": "web", "query": {"metric": "sessions"}},
    "users": {"connection": "web", "query": {"metric": "activeUsers"}},
    "views": {"connection": "web", "query": {"metric": "screenPageViews"}},
}
WINDOWS: tuple[Any, ...] = ("cycle", "week", "month", "month_to_date", {"trailing": 9})
LAST = date(2026, 11, 22)


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    company = grow(seed=11, contacts=900, sessions_per_weekday=30, newsletter_recipients=30)
    with pytest.MonkeyPatch.context() as patch, Sandbox(company, limits=False) as sandbox:
        patch.setenv(TOKEN, sandbox.hubspot_token)
        yield sandbox


key_results = st.lists(
    st.tuples(st.sampled_from(sorted(QUERIES)), st.sampled_from(WINDOWS), st.booleans()),
    min_size=1,
    max_size=4,
)
ranges = st.builds(
    lambda ends, length: [
        *Window(LAST - (ends + length - 1) * ONE_DAY, LAST - (ends - 1) * ONE_DAY).days()
    ],
    st.integers(0, 40),
    st.integers(2, 4),
)


def written(sandbox: Sandbox, chosen: list[tuple[str, Any, bool]], root: Path) -> Path:
    """A config with these key results, in front of the world."""
    workspace = {
        "id": "random",
        "name": "Random",
        "timezone": "Europe/Warsaw",
        "environment": "sandbox",
        "clock": "2026-11-23T04:00:00+01:00",
        "stages": {"mql": "marketingqualifiedlead"},
        "people": {"ola": {"name": "Ola"}},
        "connections": {
            "hubspot": {
                "connector": "hubspot",
                "portal": 24681357,
                "token": "${HUBSPOT_TOKEN}",
                "endpoint": sandbox.hubspot_url,
            },
            "web": {
                "connector": "ga4",
                "property": "354217890",
                "endpoint": sandbox.ga4_grpc_address,
            },
        },
    }
    metrics = {name: {"name": name, **QUERIES[name]} for name, _, _ in chosen}
    krs = [
        {
            "id": f"kr-{number}",
            "title": f"Key result {number}",
            "metric": name,
            "window": window,
            "target": 100_000_000,
            "direction": "increase",
            **({"previous": "measured"} if measured else {}),
            **({} if window == "cycle" else {"from": 0}),
        }
        for number, (name, window, measured) in enumerate(chosen)
    ]
    objective = {"id": "all", "title": "All of it", "owner": "ola", "key_results": krs}
    (root / "okrs").mkdir(parents=True)
    for file, content in (
        ("workspace.yaml", workspace),
        ("metrics.yaml", {"metrics": metrics}),
        ("okrs/2026-Q4.yaml", {"cycle": "2026-Q4", "objectives": [objective]}),
    ):
        (root / file).write_text(yaml.safe_dump(content), "utf-8")
    return root


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chosen=key_results, days=ranges)
def test_a_range_at_once_is_day_by_day_for_no_more_requests(
    small: Sandbox,
    migrated_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    chosen: list[tuple[str, Any, bool]],
    days: list[date],
) -> None:
    folder = tmp_path_factory.mktemp("random")
    root = written(small, chosen, folder / "config")
    numbers = count()

    def empty() -> Scene:
        store = folder / f"{next(numbers)}.db"
        store.write_bytes(migrated_file.read_bytes())
        return Scene(small, root, str(store))

    planned = empty()
    report = planned.backfill(days[0], days[-1])
    assert report.faults == ()
    alone: dict[tuple[str, date], str] = {}
    calls = 0
    for day in days:
        single = empty()
        one = single.backfill(day, day)
        assert one.faults == ()
        calls += sum(one.calls.values())
        alone |= single.payloads()
    assert planned.payloads() == alone
    assert sum(report.calls.values()) <= calls
