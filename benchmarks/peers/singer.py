"""singer-io's tap-hubspot: writes records as lines of JSON. Contacts with six properties."""

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
_RUN = Path(__file__).with_name("run_tap.py")


def _formula(contacts: int) -> int:
    """Properties twice, custom objects, lists of 100."""
    return 3 + math.ceil(contacts / 100)


def _answer(place: Place) -> tuple[Took, Answers]:
    out = place.folder / "tap.jsonl"
    took = watch(
        [str(place.environment / "bin" / "python"), "-P", str(_RUN), place.front.url, *PROPERTIES],
        {"TAP_TOKEN": place.sandbox.hubspot_token, "NO_PROXY": "127.0.0.1"},
        out,
        place.limit,
    )
    return took, mqls(_instants(out))


def _instants(out: Path) -> list[datetime]:
    found = []
    with out.open("rb") as lines:
        for line in lines:
            if b'"RECORD"' in line and line.endswith(b"\n"):
                text = json.loads(line)["record"].get(f"property_{MQL_DATE}")
                if text:
                    found.append(datetime.fromisoformat(text))
    return found


TOOLS = (
    Tool(
        "tap-hubspot 4.5.0",
        _answer,
        # It needs pytz and does not say so.
        packages=("tap-hubspot==4.5.0", "pytz"),
        formula=_formula,
        # Sends it reads from /email/public/v1/events, which the pretend HubSpot has not.
        lacks={SESSIONS: "cannot", USERS: "cannot", SENDS: "not asked"},
    ),
)
