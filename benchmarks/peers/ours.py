"""This project: one backfill of four key results, and of the one that the others answer, too."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.question import MQLS, SENDS, SESSIONS, USERS, Answer, days
from benchmarks.peers.tool import Answers, Place, Tool
from benchmarks.peers.watched import watch
from benchmarks.quarter import FIRST, LAST, OKR, Scene, at_four
from okrmodel.windows import ONE_DAY

_METRICS = """
metrics:
  mqls: { name: MQLs, connection: hubspot, query: { object: contacts, entered: mql } }
  sends: { name: Emails sent, connection: hubspot, query: { emails: sent } }
  sessions: { name: Sessions, connection: web, query: { metric: sessions } }
  active_users: { name: Active users, connection: web, query: { metric: activeUsers } }
"""
_MQLS_ALONE = """
cycle: 2026-Q4
objectives:
  - id: benchmark
    title: Answer the question
    owner: ola
    key_results:
      - { id: mqls, title: MQLs, metric: mqls, target: 20000 }
"""
_ALL = f"""{_MQLS_ALONE}
      - {{ id: sends, title: Emails, metric: sends, target: 20000 }}
      - {{ id: sessions, title: Sessions, metric: sessions, window: {{ trailing: 1 }}, from: 0, target: 500 }}
      - {{ id: users, title: Users, metric: active_users, target: 20000 }}
"""


def _all(place: Place) -> tuple[Took, Answers]:
    took, store = _backfill(place, _ALL)
    if took.code:
        return took, {}
    return took, {
        MQLS: _differences(_recorded(store, "mqls")),
        SENDS: _differences(_recorded(store, "sends")),
        SESSIONS: _recorded(store, "sessions"),
        USERS: _recorded(store, "users"),
    }


def _mqls_alone(place: Place) -> tuple[Took, Answers]:
    took, store = _backfill(place, _MQLS_ALONE)
    return took, {} if took.code else {MQLS: _differences(_recorded(store, "mqls"))}


def _backfill(place: Place, key_results: str) -> tuple[Took, Path]:
    scene = Scene(place.folder, place.sandbox)
    shutil.rmtree(scene.root / "checkins")
    (scene.root / "metrics.yaml").write_text(_METRICS, "utf-8")
    (scene.root / "okrs" / "2026-Q4.yaml").write_text(key_results, "utf-8")
    scene.move_to(at_four(LAST + ONE_DAY))
    quarter = ["--from", str(FIRST), "--to", str(LAST)]
    took = watch(
        [OKR, "backfill", *quarter, "--config", str(scene.root), "--no-prefect"],
        {"HUBSPOT_TOKEN": place.sandbox.hubspot_token},
        place.folder / "okr.out",
        place.limit,
    )
    return took, scene.root / "okr.db"


def _recorded(store: Path, key_result: str) -> Answer:
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute(
            "SELECT as_of, value FROM snapshot WHERE key_result = ? ORDER BY as_of, revision",
            [key_result],
        ).fetchall()
    return {date.fromisoformat(day): Decimal(value) for day, value in rows if value is not None}


def _differences(to_date: Answer) -> Answer:
    """What each day added. A day that is not there, or follows one, has no answer."""
    before = {FIRST: Decimal(0)} | {day + ONE_DAY: value for day, value in to_date.items()}
    return {d: to_date[d] - before[d] for d in days() if d in to_date and d in before}


TOOLS = (
    Tool("okr, all four", _all),
    Tool(
        "okr, MQLs alone",
        _mqls_alone,
        lacks={SESSIONS: "not asked", USERS: "not asked", SENDS: "not asked"},
    ),
)
