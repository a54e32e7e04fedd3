"""The peers: how each is made ready, told its task, and what it found out."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.ours import OURS
from benchmarks.program import Program, Task
from benchmarks.world import MQLS, MQLS_IN_UTC, QUARTER, SENDS, SESSIONS, USERS, Answer
from sandbox.company.grow import ZONE

WRAPPERS = Path(__file__).with_name("wrappers")
ENTERED = "hs_v2_date_entered_marketingqualifiedlead"
NO_GA4 = "cannot: HubSpot only"
SINCE = "2015-01-01T00:00:00Z"


def _mqls(instants: Iterable[str | None]) -> dict[str, Answer]:
    """Counted by the portal's days, which none of the peers knows, and by those of UTC."""
    moments = [datetime.fromisoformat(text.replace(" ", "T")) for text in instants if text]
    aware = [m if m.tzinfo else m.replace(tzinfo=UTC) for m in moments]
    return {MQLS: _by_day(aware, ZoneInfo(ZONE)), MQLS_IN_UTC: _by_day(aware, UTC)}


def _by_day(moments: Iterable[datetime], zone: tzinfo) -> Answer:
    days = Counter(moment.astimezone(zone).date() for moment in moments)
    return {day: days[day] for day in QUARTER.days()}


# ingestr


def _ingestr_commands(task: Task) -> Iterator[list[str]]:
    into = ["--dest-uri", f"sqlite:///{task.folder / 'out.db'}", "--yes", "--progress", "log"]
    ingest = [task.program("ingestr"), "ingest", *into]
    hubspot = f"hubspot://?api_key={task.token}"
    # The colon leaves out associations, which nobody asked for: eleven times fewer requests.
    yield [*ingest, "--source-uri", hubspot, "--source-table", "contacts:", "--dest-table", "main.contacts"]  # fmt: skip
    account = task.write("account.json", _service_account())
    property_id = task.world.sandbox.company.property_id
    ga4 = f"googleanalytics://?credentials_path={account}&property_id={property_id}"
    days = ["--interval-start", str(QUARTER.start), "--interval-end", str(QUARTER.last_day)]
    yield [*ingest, "--source-uri", ga4, "--source-table", "custom:date:sessions", "--dest-table", "main.web", *days]  # fmt: skip


def _ingestr_answers(task: Task) -> dict[str, Answer]:
    with sqlite3.connect(task.folder / "out.db") as database:
        entered = database.execute(f"SELECT {ENTERED} FROM contacts")
        mqls = _mqls(row[0] for row in entered)
        rows = database.execute("SELECT date, sessions FROM web").fetchall()
    return {**mqls, SESSIONS: {date.fromisoformat(day[:10]): int(n) for day, n in rows}}


def _service_account() -> dict[str, str]:
    """Of nobody: the token endpoint takes any signature."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "pretend",
        "private_key_id": "pretend",
        "private_key": key.decode(),
        "client_email": "nobody@pretend.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token",
    }


# Taps that print their records


def _printed(task: Task, number: int) -> Iterator[dict[str, Any]]:
    """The records of the command's standard output, each id's last one."""
    last: dict[str, dict[str, Any]] = {}
    with (task.folder / f"{number}.out").open(encoding="utf-8") as lines:
        for line in lines:
            message = json.loads(line) if line.startswith("{") else {}
            if message.get("type") == "RECORD":
                record = message["record"]
                record = record.get("data", record)
                last[str(record["id"])] = record
    yield from last.values()


def _printed_mqls(
    number: int, entered: Callable[[dict[str, Any]], Any]
) -> Callable[[Task], dict[str, Answer]]:
    return lambda task: _mqls(map(entered, _printed(task, number)))


def _singer_commands(task: Task) -> Iterator[list[str]]:
    config = {"api_key": task.token, "start_date": SINCE, "select_fields_by_default": "false"}
    tap = [task.program("python"), str(WRAPPERS / "singer_tap.py")]
    tap += ["--config", task.write("config.json", config)]
    yield [*tap, "--discover"]
    catalog = _catalog(task, lambda path: path[-1].endswith(ENTERED))
    yield [*tap, "--properties", catalog]


def _meltano_commands(task: Task) -> Iterator[list[str]]:
    config = {"access_token": task.token, "start_date": SINCE}
    tap = [task.program("python"), str(WRAPPERS / "meltano_tap.py")]
    tap += ["--config", task.write("config.json", config)]
    yield [*tap, "--discover"]
    yield [*tap, "--catalog", _catalog(task, lambda _: True)]


def _catalog(task: Task, wanted: Callable[[list[str]], bool]) -> str:
    """What was discovered, with its fields chosen."""
    catalog = json.loads((task.folder / "0.out").read_text("utf-8"))
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            path = entry["breadcrumb"]
            entry["metadata"]["selected"] = not path or wanted(path)
    return task.write("catalog.json", catalog)


def _airbyte_commands(task: Task) -> Iterator[list[str]]:
    credentials = {
        "credentials_title": "Private App Credentials",
        "access_token": task.token,
    }
    config = task.write("config.json", {"credentials": credentials, "start_date": SINCE})
    stream = {"name": "contacts", "json_schema": {}, "supported_sync_modes": ["full_refresh"]}
    chosen = {
        "stream": stream,
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
    catalog = task.write("catalog.json", {"streams": [chosen]})
    tap = [task.program("python"), str(WRAPPERS / "airbyte_source.py"), "read"]
    yield [*tap, "--config", config, "--catalog", catalog]


def _pages(contacts: int, size: int) -> int:
    return -(-contacts // size)


V1 = "not asked: by events of v1, which are not in the sandbox"

PROGRAMS = (
    *OURS,
    Program(
        "ingestr 1.0.78",
        ("ingestr==1.0.78",),
        _ingestr_commands,
        _ingestr_answers,
        lambda contacts: 3 + _pages(contacts, 200),
        fastest=4,
        cannot={
            USERS: "cannot: refuses a report without a date",
            SENDS: "cannot: its emails are one-to-one emails",
        },
        note="without associations: with them, eleven times the requests",
    ),
    Program(
        "singer-io tap-hubspot 4.5.0",
        ("tap-hubspot==4.5.0", "pytz"),
        _singer_commands,
        _printed_mqls(1, lambda record: record.get(f"property_{ENTERED}")),
        lambda contacts: 4 + _pages(contacts, 100),
        fastest=19,
        cannot={SESSIONS: NO_GA4, USERS: NO_GA4, SENDS: V1},
        note="contacts only, one property",
    ),
    Program(
        "MeltanoLabs tap-hubspot 0.10.1",
        ("meltano-tap-hubspot==0.10.1",),
        _meltano_commands,
        _printed_mqls(1, lambda record: record["properties"].get(ENTERED)),
        lambda contacts: 2 + _pages(contacts, 100) + contacts // 9_900,
        fastest=5,
        cannot={
            SESSIONS: NO_GA4,
            USERS: NO_GA4,
            SENDS: "cannot: its emails are one-to-one emails",
        },
        note="contacts only; it would ask for 13 more property lists",
    ),
    Program(
        "Airbyte source-hubspot 5.7.0",
        ("airbyte-source-hubspot==5.7.0",),
        _airbyte_commands,
        _printed_mqls(0, lambda record: record["properties"].get(ENTERED)),
        lambda contacts: 3 + _pages(contacts, 100),
        fastest=19,
        cannot={SESSIONS: NO_GA4, USERS: NO_GA4, SENDS: V1},
        note="contacts only",
    ),
)
