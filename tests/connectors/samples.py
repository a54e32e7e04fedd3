"""Each of our connectors with a source of its own, working and broken, for the conformance suite."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from connectors import ga4, http_json, hubspot, manual, sql
from connectors.conformance import Sample
from connectors.contract import Ask, Connector, Session
from okrmodel.definitions.query import ConnectionOptions
from okrmodel.observations import Aggregation
from okrmodel.windows import Window
from sandbox.clock import Clock
from sandbox.company.grow import grow
from sandbox.faults import Faults
from sandbox.ga4.grpc_server import Ga4GrpcServer
from sandbox.hubspot.access import TOKEN
from sandbox.hubspot.server import HubSpotServer
from sandbox.request_log import RequestLog
from tests.connectors.http_json.conftest import Reply, Service
from tests.connectors.opening import NOW, ask, connection, days

MONTH = days("2026-10-01", "2026-10-31")
TO_DATE = tuple(Window(date(2026, 10, 1), day.end) for day in MONTH)
SECRET = "hush-hush"
KEY = json.dumps({"type": "service_account", "client_email": "a@b.example", "private_key": SECRET})
NOWHERE = "127.0.0.1:9"


def questions(connector: Connector, *written: tuple[dict[str, Any], Any]) -> list[Ask]:
    """Asks from questions as written and their windows; days of what is not declared are sums."""
    asks = []
    for raw, windows in written:
        query = connector.query.validate_python(raw)
        implied = query.aggregation or Aggregation.SUM
        asks.append(ask(query, *windows, aggregation=implied))
    return asks


def opening(
    connector: Connector,
    options: dict[str, Any],
    secrets: dict[str, str] | None = None,
    root: Path = Path(),
) -> tuple[ConnectionOptions, Callable[[], Session]]:
    valid = connector.options.model_validate(options)
    return valid, lambda: connector.connect(connection(valid, secrets=secrets, root=root))


@contextmanager
def manual_sample(folder: Path) -> Iterator[Sample]:
    (folder / "checkins").mkdir()
    entry = "- {key_result: a, date: 2026-10-05, value: 1}\n"
    (folder / "checkins" / "2026-Q4.yaml").write_text(entry)
    (folder / "spend.csv").write_text("date,value\n2026-10-02,1\n")
    broken = folder / "broken"
    (broken / "checkins").mkdir(parents=True)
    (broken / "checkins" / "2026-Q4.yaml").write_text("- nonsense")
    options, connect = opening(manual.CONNECTOR, {}, root=folder)
    yield Sample(
        connector=manual.CONNECTOR,
        package="connectors.manual",
        sdks=("requests", "sqlalchemy", "google", "grpc"),
        options=options,
        asks=questions(
            manual.CONNECTOR,
            ({"check_ins": "a", "cycle": "2026-Q4", "values": "increment"}, MONTH),
            ({"milestone": "a/b", "cycle": "2026-Q4"}, MONTH[:3]),
            ({"ledger": "spend.csv", "values": "daily"}, MONTH),
        ),
        connect=connect,
        connect_broken=opening(manual.CONNECTOR, {}, root=broken)[1],
        secrets=(),
        now=NOW,
    )


@contextmanager
def sql_sample(folder: Path) -> Iterator[Sample]:
    file = folder / f"{SECRET}.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE t (at TEXT, v INTEGER)")
        database.execute("INSERT INTO t VALUES ('2026-10-05', 3)")
    database.close()
    raw = {"connector": "sql", "url": "${URL}", "database": file.name.replace(SECRET, "shop")}
    file.rename(folder / "shop.db")
    good, bad = f"sqlite:///{folder / 'shop.db'}", f"sqlite:///{folder / SECRET}.db"
    options, connect = opening(sql.CONNECTOR, raw, {"url": good})
    count = "SELECT count(*) FROM t WHERE at >= :start AND at < :end"
    yield Sample(
        connector=sql.CONNECTOR,
        package="connectors.sql",
        sdks=("sqlalchemy", "psycopg"),
        options=options,
        asks=questions(
            sql.CONNECTOR,
            ({"select": "SELECT at, v FROM t WHERE at < :end", "missing": "zero"}, MONTH),
            ({"select": count, "answer": "number", "settles_days": 3}, MONTH),
        ),
        connect=connect,
        connect_broken=opening(sql.CONNECTOR, raw, {"url": bad})[1],
        secrets=(SECRET,),
        now=NOW,
    )


@contextmanager
def http_json_sample(_folder: Path) -> Iterator[Sample]:
    service = Service()
    service.replies = [Reply(b'{"total": 3, "rows": [["2026-10-05", 3]]}')]
    raw = {
        "connector": "http_json",
        "service": "webinars",
        "url": f"http://127.0.0.1:{service.port}",
        "headers": {"Authorization": "${AUTH}"},
    }
    secrets = {"headers.Authorization": f"Bearer {SECRET}"}
    options, connect = opening(http_json.CONNECTOR, raw, secrets)
    broken = opening(http_json.CONNECTOR, raw | {"url": f"http://{NOWHERE}"}, secrets)[1]
    yield Sample(
        connector=http_json.CONNECTOR,
        package="connectors.http_json",
        sdks=("requests", "urllib3"),
        options=options,
        asks=questions(
            http_json.CONNECTOR,
            ({"pick": "rows", "params": {"from": "{start}", "n": 3}}, MONTH),
            ({"pick": "total", "answer": "number", "path": "{start}"}, MONTH),
        ),
        connect=connect,
        connect_broken=broken,
        secrets=(SECRET,),
        now=NOW,
    )
    service.close()


@contextmanager
def ga4_sample(_folder: Path) -> Iterator[Sample]:
    company = grow(contacts=40, sessions_per_weekday=30)
    server = Ga4GrpcServer(company, Clock(NOW), Faults(), RequestLog())
    server.start()
    raw = {
        "connector": "ga4",
        "property": str(company.property_id),
        "credentials": "${KEY}",
        "endpoint": f"127.0.0.1:{server.port}",
    }
    options, connect = opening(ga4.CONNECTOR, raw, {"credentials": KEY})
    broken = opening(ga4.CONNECTOR, raw | {"endpoint": NOWHERE}, {"credentials": KEY})[1]
    yield Sample(
        connector=ga4.CONNECTOR,
        package="connectors.ga4",
        sdks=("google", "grpc", "requests"),
        options=options,
        asks=questions(
            ga4.CONNECTOR,
            ({"metric": "keyEvents", "where": {"country": "Poland"}}, MONTH),
            ({"metric": "activeUsers"}, TO_DATE),
            ({"metric": "engagementRate", "where": {"country": {"contains": "a"}}}, TO_DATE[-2:]),
        ),
        connect=connect,
        connect_broken=broken,
        secrets=(SECRET,),
        now=NOW,
    )
    server.close()


@contextmanager
def hubspot_sample(_folder: Path) -> Iterator[Sample]:
    company = grow(contacts=300, newsletter_recipients=60, sessions_per_weekday=1)
    server = HubSpotServer(company, Clock(NOW), Faults(), RequestLog(), limits=False)
    server.start()
    raw = {
        "connector": "hubspot",
        "portal": company.portal_id,
        "token": "${TOKEN}",
        "endpoint": f"http://127.0.0.1:{server.port}",
    }
    options, connect = opening(hubspot.CONNECTOR, raw, {"token": TOKEN})
    broken = opening(hubspot.CONNECTOR, raw | {"endpoint": f"http://{NOWHERE}"}, {"token": TOKEN})
    yield Sample(
        connector=hubspot.CONNECTOR,
        package="connectors.hubspot",
        sdks=("hubspot", "requests", "urllib3"),
        options=options,
        asks=questions(
            hubspot.CONNECTOR,
            ({"object": "contacts", "entered": "marketingqualifiedlead"}, MONTH),
            ({"object": "deals", "closed": "won", "sum": "amount"}, MONTH),
            ({"emails": "open"}, MONTH),
        ),
        connect=connect,
        connect_broken=broken[1],
        secrets=(TOKEN,),
        now=NOW,
    )
    server.close()


SAMPLES = {
    "manual": manual_sample,
    "sql": sql_sample,
    "http_json": http_json_sample,
    "ga4": ga4_sample,
    "hubspot": hubspot_sample,
}
