"""Two taps that write records as lines of JSON: singer-io's, with six properties, and Meltano's."""

import json
import math
from datetime import datetime
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.question import MQL_DATE, SENDS, SESSIONS, USERS, mqls
from benchmarks.peers.tool import Answers, Place, Tool
from benchmarks.peers.watched import watch

PROPERTIES = (
    MQL_DATE,
    "createdate",
    "email",
    "hs_analytics_source",
    "lastmodifieddate",
    "lifecyclestage",
)
_HERE = Path(__file__).parent


def _singer_io(place: Place) -> tuple[Took, Answers]:
    return _run(place, "run_tap.py", *PROPERTIES)


def _meltano(place: Place) -> tuple[Took, Answers]:
    return _run(place, "run_meltano.py")


def _run(place: Place, script: str, *words: str) -> tuple[Took, Answers]:
    out = place.folder / "records.jsonl"
    # -P: this folder's modules are not theirs.
    python = [str(place.environment / "bin" / "python"), "-P"]
    took = watch(
        [*python, str(_HERE / script), place.front.url, *words],
        {"TAP_TOKEN": place.sandbox.hubspot_token, "NO_PROXY": "127.0.0.1"},
        out,
        place.limit,
    )
    return took, {} if took.code else mqls(_instants(out))


def _instants(out: Path) -> list[datetime]:
    """By the record's id: what is written twice is one contact."""
    found: dict[str, datetime] = {}
    with out.open("rb") as lines:
        for line in lines:
            if b'"RECORD"' in line and line.endswith(b"\n"):
                record = json.loads(line)["record"]
                date = record.get(f"property_{MQL_DATE}") or record.get("properties", {}).get(
                    MQL_DATE
                )
                if date:
                    found[record["id"]] = datetime.fromisoformat(date)
    return [*found.values()]


TOOLS = (
    Tool(
        "tap-hubspot 4.5.0",
        _singer_io,
        # It needs pytz and does not say so.
        packages=("tap-hubspot==4.5.0", "pytz"),
        # Properties twice, custom objects, lists of 100.
        formula=lambda contacts: 3 + math.ceil(contacts / 100),
        # Sends it reads from /email/public/v1/events, which the pretend HubSpot has not.
        lacks={SESSIONS: "cannot", USERS: "cannot", SENDS: "not asked"},
    ),
    Tool(
        "meltano-tap-hubspot 0.10.1",
        _meltano,
        packages=("meltano-tap-hubspot==0.10.1",),
        # Properties, lists of 100; without a start date, which has it search (5 a second) instead.
        formula=lambda contacts: 1 + math.ceil(contacts / 100),
        # Its emails are those that people write to one another.
        lacks={SESSIONS: "cannot", USERS: "cannot", SENDS: "cannot"},
    ),
)
