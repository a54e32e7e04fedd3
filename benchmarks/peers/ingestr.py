"""ingestr: a program that copies a table. Contacts into SQLite, without their associations."""

import math
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.front import Front
from benchmarks.peers.question import MQL_DATE, MQLS, Answer, per_day
from benchmarks.peers.watched import watch
from benchmarks.quarter import WARSAW
from sandbox.world import Sandbox

PACKAGES = ("ingestr==1.0.78",)
"""The last one whose wheel holds the program; later ones fetch it when first run."""


def formula(contacts: int) -> int:
    """Properties, searches of 200 sorted by id and begun anew after 10,000, archived ones."""
    return 2 + math.ceil(contacts / 200) + 1


def answer(
    sandbox: Sandbox, front: Front, environment: Path, folder: Path, limit: float
) -> tuple[Took, dict[str, Answer]]:
    loaded = folder / "contacts.db"
    took = watch(
        [str(environment / "bin" / "ingestr"), "ingest", "--yes", "--progress", "log"]
        + ["--source-uri", f"hubspot://?api_key={sandbox.hubspot_token}"]
        + ["--source-table", "contacts:", "--dest-uri", f"sqlite:///{loaded}"]
        + ["--dest-table", "contacts", "--pipelines-dir", str(folder)],
        {
            "HTTPS_PROXY": front.url,
            "SSL_CERT_FILE": str(front.authority),
            "DISABLE_TELEMETRY": "true",
            "HOME": str(folder),
        },
        folder / "ingestr.out",
        limit,
    )
    return took, {MQLS: per_day(_instants(loaded), WARSAW)} if loaded.exists() else {}


def _instants(loaded: Path) -> list[datetime]:
    with closing(sqlite3.connect(loaded)) as connection:
        rows = connection.execute(
            f"SELECT {MQL_DATE} FROM contacts WHERE {MQL_DATE} IS NOT NULL"
        ).fetchall()
    return [datetime.fromisoformat(text) for (text,) in rows]
