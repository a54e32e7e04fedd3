"""This project as one of the programs: a workspace with four key results, or with one of them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.program import Program, Task
from benchmarks.world import MQLS, QUARTER, QUESTIONS, SENDS, SESSIONS, USERS, Answer
from okrmodel.store import Store
from okrmodel.store.snapshots import series
from sandbox.company.grow import ZONE

_WORKSPACE = """
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
"""
_METRICS = """
metrics:
  mqls: { name: MQLs, connection: hubspot, query: { object: contacts, entered: mql } }
  sends: { name: Sends, connection: hubspot, query: { emails: sent } }
  sessions: { name: Sessions, connection: web, query: { metric: sessions } }
  users: { name: Active users, connection: web, query: { metric: activeUsers } }
"""
_CYCLE = """
cycle: 2026-Q3
objectives:
  - id: answers
    title: Answer questions
    key_results:
"""
_KEY_RESULTS = {
    MQLS: "{ id: mqls, title: MQLs a day, metric: mqls, window: { trailing: 1 }, from: 0, target: 300 }",
    SESSIONS: "{ id: sessions, title: Sessions a day, metric: sessions, window: { trailing: 1 }, from: 0, target: 300 }",
    USERS: "{ id: users, title: Active users to date, metric: users, target: 9000 }",
    SENDS: "{ id: sends, title: Sends a day, metric: sends, window: { trailing: 1 }, from: 0, target: 300 }",
}
_IDS = {MQLS: "mqls", SESSIONS: "sessions", USERS: "users", SENDS: "sends"}


def _commands(questions: Sequence[str]) -> Callable[[Task], Iterator[list[str]]]:
    def commands(task: Task) -> Iterator[list[str]]:
        sandbox = task.world.sandbox
        workspace = _WORKSPACE.format(
            zone=ZONE,
            now=sandbox.clock.now().isoformat(),
            portal=sandbox.company.portal_id,
            property=sandbox.company.property_id,
            hubspot=sandbox.hubspot_url,
            ga4=sandbox.ga4_grpc_address,
        )
        task.write("workspace.yaml", workspace)
        task.write("metrics.yaml", _METRICS)
        key_results = "".join(f"      - {_KEY_RESULTS[question]}\n" for question in questions)
        task.write("okrs/2026-Q3.yaml", _CYCLE + key_results)
        okr = str(Path(sys.executable).with_name("okr"))
        days = ["--from", str(QUARTER.start), "--to", str(QUARTER.last_day)]
        yield [okr, "backfill", *days, "--config", str(task.folder), "--no-prefect"]

    return commands


def _answers(questions: Sequence[str]) -> Callable[[Task], dict[str, Answer]]:
    def answers(task: Task) -> dict[str, Answer]:
        with Store.open(f"sqlite:///{task.folder / 'okr.db'}") as store:
            return {q: _series(store, _IDS[q]) for q in questions}

    return answers


def _series(store: Store, key_result: str) -> Answer:
    snapshots = (r.snapshot for r in series(store, "side-by-side", "2026-Q3", key_result))
    return {s.as_of: int(s.value) for s in snapshots if s.value is not None}


def _requests(contacts: int) -> int:
    """Rows or one count a day, whichever is less; the rest takes a handful."""
    return min(92, -(-contacts // 5 // 200)) + 15


OURS = (
    Program("this project", (), _commands(QUESTIONS), _answers(QUESTIONS), _requests, fastest=5),
    Program(
        "this project, MQLs alone",
        (),
        _commands([MQLS]),
        _answers([MQLS]),
        _requests,
        fastest=5,
        cannot=dict.fromkeys((SESSIONS, USERS, SENDS), "not asked"),
    ),
)
