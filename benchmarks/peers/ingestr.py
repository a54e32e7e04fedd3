"""ingestr: a program that copies a table. Contacts into SQLite, without their associations."""

import math
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.question import MQL_DATE, SENDS, SESSIONS, USERS, mqls
from benchmarks.peers.tool import Answers, Place, Tool
from benchmarks.peers.watched import watch


def _formula(contacts: int) -> int:
    """Properties, searches of 200 sorted by id and begun anew after 10,000, archived ones."""
    return 2 + math.ceil(contacts / 200) + 1


def _answer(place: Place) -> tuple[Took, Answers]:
    loaded = place.folder / "contacts.db"
    took = watch(
        [
            str(place.environment / "bin" / "ingestr"),
            "ingest",
            "--yes",
            "--progress=log",
            f"--source-uri=hubspot://?api_key={place.sandbox.hubspot_token}",
            "--source-table=contacts:",
            f"--dest-uri=sqlite:///{loaded}",
            "--dest-table=contacts",
            f"--pipelines-dir={place.folder}",
        ],
        {
            "HTTPS_PROXY": place.front.url,
            "SSL_CERT_FILE": str(place.front.authority),
            "DISABLE_TELEMETRY": "true",
            "HOME": str(place.folder),
        },
        place.folder / "ingestr.out",
        place.limit,
    )
    return took, {} if took.code else mqls(_instants(loaded))


def _instants(loaded: Path) -> list[datetime]:
    with closing(sqlite3.connect(loaded)) as connection:
        rows = connection.execute(
            f"SELECT {MQL_DATE} FROM contacts WHERE {MQL_DATE} IS NOT NULL"
        ).fetchall()
    return [datetime.fromisoformat(text) for (text,) in rows]


TOOLS = (
    Tool(
        "ingestr 1.0.78",
        _answer,
        # The last one whose wheel holds the program; later ones fetch it when first run.
        packages=("ingestr==1.0.78",),
        formula=_formula,
        # A GA4 source it has, which speaks to Google's address only and refuses a report without days.
        # Its emails are those that people write to one another.
        lacks={SESSIONS: "not asked", USERS: "cannot", SENDS: "cannot"},
    ),
)
