"""The programs that are compared: how each is made ready, told its task, and what it found out."""

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.world import MQLS, QUARTER, QUESTIONS, SENDS, SESSIONS, USERS, Answer, World
from okrmodel.store import Store
from okrmodel.store.snapshots import series
from okrmodel.windows import day_of
from sandbox.company.grow import ZONE

WRAPPERS = Path(__file__).with_name("wrappers")
ENTERED = "hs_v2_date_entered_marketingqualifiedlead"
NO_GA4 = "cannot: it knows HubSpot only"
SINCE = "2015-01-01T00:00:00Z"


@dataclass(frozen=True)
class Task:
    """What a program is given: a folder of its own, its environment's folder, the world."""

    folder: Path
    venv: Path
    world: World

    @property
    def token(self) -> str:
        return self.world.sandbox.hubspot_token

    def program(self, name: str) -> str:
        return str(self.venv / "bin" / name)

    def write(self, name: str, content: Any) -> str:
        file = self.folder / name
        text = content if isinstance(content, str) else json.dumps(content)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        return str(file)


@dataclass(frozen=True)
class Program:
    name: str
    packages: tuple[str, ...]
    """Installed into an environment of its own; none for this project."""
    commands: Callable[[Task], Iterator[list[str]]]
    """Run one after the other; what one writes to its standard output is in `<n>.out`."""
    answers: Callable[[Task], dict[str, Answer]]
    requests: Callable[[int], int]
    """Its requests by formula, given the number of contacts."""
    fastest: float
    """Requests a second that it is allowed, or allows itself, at the most."""
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Why it gives no answer to a question."""
    note: str = ""


def _count(instants: Iterator[str | None]) -> Answer:
    """By local day: in its favour, for none of the peers knows the portal's zone."""
    zone = ZoneInfo(ZONE)
    days: Counter[date] = Counter()
    for text in instants:
        if text:
            moment = datetime.fromisoformat(text.replace(" ", "T"))
            days[day_of(moment if moment.tzinfo else moment.replace(tzinfo=UTC), zone)] += 1
    return {day: days[day] for day in QUARTER.days()}


# This project

_OUR_CONFIG = {
    "workspace.yaml": """
id: side-by-side
name: Side by side
timezone: {zone}
currency: EUR
environment: sandbox
clock: {now}
stages: {{ mql: marketingqualifiedlead }}
connections:
  hubspot: {{ connector: hubspot, portal: {portal}, token: "${{HUBSPOT_TOKEN}}", endpoint: {hubspot} }}
  web: {{ connector: ga4, property: "{property}", endpoint: {ga4} }}
""",
    "metrics.yaml": """
metrics:
  mqls: { name: MQLs, connection: hubspot, query: { object: contacts, entered: mql } }
  sends: { name: Sends, connection: hubspot, query: { emails: sent } }
  sessions: { name: Sessions, connection: web, query: { metric: sessions } }
  users: { name: Active users, connection: web, query: { metric: activeUsers } }
""",
    "okrs/2026-Q3.yaml": """
cycle: 2026-Q3
objectives:
  - id: answers
    title: Answer four questions
    key_results:
      - { id: mqls, title: MQLs a day, metric: mqls, window: { trailing: 1 }, from: 0, target: 300 }
      - { id: sessions, title: Sessions a day, metric: sessions, window: { trailing: 1 }, from: 0, target: 300 }
      - { id: users, title: Active users to date, metric: users, target: 9000 }
      - { id: sends, title: Sends a day, metric: sends, window: { trailing: 1 }, from: 0, target: 300 }
""",
}
_OURS = {MQLS: "mqls", SESSIONS: "sessions", USERS: "users", SENDS: "sends"}


def _our_commands(task: Task) -> Iterator[list[str]]:
    sandbox = task.world.sandbox
    filled = _OUR_CONFIG["workspace.yaml"].format(
        zone=ZONE,
        now=sandbox.clock.now().isoformat(),
        portal=sandbox.company.portal_id,
        property=sandbox.company.property_id,
        hubspot=sandbox.hubspot_url,
        ga4=sandbox.ga4_grpc_address,
    )
    for name, text in {**_OUR_CONFIG, "workspace.yaml": filled}.items():
        task.write(name, text)
    okr = str(Path(sys.executable).with_name("okr"))
    days = ["--from", str(QUARTER.start), "--to", str(QUARTER.last_day)]
    yield [okr, "backfill", *days, "--config", str(task.folder), "--no-prefect"]


def _our_answers(task: Task) -> dict[str, Answer]:
    with Store.open(f"sqlite:///{task.folder / 'okr.db'}") as store:
        found = {q: series(store, "side-by-side", "2026-Q3", kr) for q, kr in _OURS.items()}
    values = {
        q: {r.snapshot.as_of: r.snapshot.value for r in revisions} for q, revisions in found.items()
    }
    return {q: {d: int(v) for d, v in days.items() if v is not None} for q, days in values.items()}


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
        mqls = _count(row[0] for row in entered)
        rows = database.execute("SELECT date, sessions FROM web").fetchall()
    return {MQLS: mqls, SESSIONS: {date.fromisoformat(day[:10]): int(n) for day, n in rows}}


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


def _mqls_printed(task: Task, number: int, field_of: Callable[[dict[str, Any]], Any]) -> Answer:
    return _count(map(field_of, _printed(task, number)))


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


V1 = "not asked: by events of v1, which the pretend HubSpot does not have"

PROGRAMS = (
    Program(
        "this project",
        (),
        _our_commands,
        _our_answers,
        # Rows or one count a day, whichever is less; GA4 and sends take a handful.
        lambda contacts: min(92, _pages(contacts // 5, 200)) + 15,
        fastest=5,
    ),
    Program(
        "ingestr 1.0.78",
        ("ingestr==1.0.78",),
        _ingestr_commands,
        _ingestr_answers,
        lambda contacts: 3 + _pages(contacts, 200),
        fastest=4,
        cannot={
            USERS: "cannot: refuses a report without a date dimension",
            SENDS: "cannot: its emails are one-to-one emails",
        },
    ),
    Program(
        "singer-io tap-hubspot 4.5.0",
        ("tap-hubspot==4.5.0", "pytz"),
        _singer_commands,
        lambda task: {
            MQLS: _mqls_printed(task, 1, lambda record: record.get(f"property_{ENTERED}"))
        },
        lambda contacts: 4 + _pages(contacts, 100),
        fastest=19,
        cannot={SESSIONS: NO_GA4, USERS: NO_GA4, SENDS: V1},
        note="contacts only, one property",
    ),
    Program(
        "MeltanoLabs tap-hubspot 0.10.1",
        ("meltano-tap-hubspot==0.10.1",),
        _meltano_commands,
        lambda task: {
            MQLS: _mqls_printed(task, 1, lambda record: record["properties"].get(ENTERED))
        },
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
        lambda task: {
            MQLS: _mqls_printed(task, 0, lambda record: record["properties"].get(ENTERED))
        },
        lambda contacts: 3 + _pages(contacts, 100),
        fastest=19,
        cannot={SESSIONS: NO_GA4, USERS: NO_GA4, SENDS: V1},
        note="contacts only",
    ),
)

assert all(set(program.cannot) < set(QUESTIONS) for program in PROGRAMS)
