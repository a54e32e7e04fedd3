"""`okr init`: a commented config to begin with."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from cyclopts import Parameter

from flows.edges import wall_clock
from okrapp.commands.schema import schema
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.terminal import console
from okrmodel.cycles import quarter
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import day_of


def init(
    folder: Path = Path("config"),
    /,
    *,
    name: str = "My company",
    timezone: Annotated[str, Parameter(name=["--timezone", "-z"])] = "UTC",
    currency: str = "EUR",
    portal: int = 12345678,
    property_: Annotated[str, Parameter(name="--property")] = "123456789",
) -> None:
    """Write a commented config: a workspace, metrics, the current quarter's OKRs, check-ins.

    Overwrites nothing.

    Args:
        folder: Where to write it.
        name: The company's name.
        timezone: Its IANA time zone, such as Europe/Warsaw.
        currency: Its currency, such as EUR.
        portal: The HubSpot portal id (Settings > Account).
        property_: The GA4 property id (Admin > Property details).
    """
    if timezone not in available_timezones():
        hint = did_you_mean(timezone, available_timezones())
        raise Exit(USAGE, f"unknown time zone {timezone!r}{hint}")
    today = day_of(wall_clock(), ZoneInfo(timezone))
    cycle = f"{today.year}-Q{(today.month + 2) // 3}"
    days = quarter(cycle, fiscal_year_starts=1)
    words = {
        "id": re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "company",
        "name": json.dumps(name, ensure_ascii=False),
        "timezone": timezone,
        "currency": currency,
        "portal": str(portal),
        "property": property_,
        "cycle": cycle,
        "due": days.last_day.isoformat() if days else "",
    }
    targets = {
        folder / "workspace.yaml": "workspace.yaml",
        folder / "metrics.yaml": "metrics.yaml",
        folder / "okrs" / f"{cycle}.yaml": "okrs.yaml",
        folder / "checkins" / f"{cycle}.yaml": "checkins.yaml",
    }
    if taken := [path for path in targets if path.exists()]:
        raise Exit(FAILED, f"{taken[0]} exists already; nothing was written")
    for path, template in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template, words), encoding="utf-8")
        console().print(f"wrote {path}", soft_wrap=True)
    schema(folder)
    console().print(
        "\nNext: put your ids and secrets in place, then"
        f" `okr lint --config {folder}` and `okr doctor --config {folder}`.",
        soft_wrap=True,
    )


def _filled(template: str, words: dict[str, str]) -> str:
    text = (files("okrapp") / "templates" / template).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@@{word}@@", value)
    return text
