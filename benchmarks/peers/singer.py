"""singer-io's tap-hubspot: writes records as lines of JSON. Contacts with six properties."""

import json
import math
from datetime import datetime
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.front import Front
from benchmarks.peers.question import MQL_DATE, MQLS, Answer, per_day
from benchmarks.peers.watched import watch
from benchmarks.quarter import WARSAW
from sandbox.world import Sandbox

PACKAGES = ("tap-hubspot==4.5.0", "pytz")
"""It needs pytz and does not say so."""
PROPERTIES = (
    MQL_DATE,
    "createdate",
    "email",
    "hs_analytics_source",
    "lastmodifieddate",
    "lifecyclestage",
)
_RUN = Path(__file__).with_name("run_tap.py")


def formula(contacts: int) -> int:
    """Properties twice, custom objects, lists of 100."""
    return 3 + math.ceil(contacts / 100)


def answer(
    sandbox: Sandbox, front: Front, environment: Path, folder: Path, limit: float
) -> tuple[Took, dict[str, Answer]]:
    out = folder / "tap.jsonl"
    took = watch(
        [str(environment / "bin" / "python"), "-P", str(_RUN), front.url, *PROPERTIES],
        {"TAP_TOKEN": sandbox.hubspot_token, "NO_PROXY": "127.0.0.1"},
        out,
        limit,
    )
    return took, {MQLS: per_day(_instants(out), WARSAW)}


def _instants(out: Path) -> list[datetime]:
    found = []
    with out.open("rb") as lines:
        for line in lines:
            if b'"RECORD"' in line and line.endswith(b"\n"):
                text = json.loads(line)["record"].get(f"property_{MQL_DATE}")
                if text:
                    found.append(datetime.fromisoformat(text))
    return found
