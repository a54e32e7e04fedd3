"""`okr init`: a commented config to begin with."""

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from cyclopts import Parameter

from flows.edges import wall_clock
from okrapp.commands.schema import schema
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.terminal import console
from okrmodel.slug import slug
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import ONE_DAY, day_of


def init(
    folder: Path = Path("config"),
    /,
    *,
    name: str = "My company",
    timezone: Annotated[str, Parameter(name=["--timezone", "-z"])] = "UTC",
    currency: str = "EUR",
    portal: int = 12345678,
    property_: Annotated[int, Parameter(name="--property")] = 123456789,
) -> None:
    """Write a commented config to begin with.

    Args:
        folder: Where to write it.
        name: The company's name.
        timezone: Its IANA time zone, such as Europe/Warsaw.
        currency: Its currency's three letters, such as EUR.
        portal: The HubSpot portal id (Settings > Account).
        property_: The GA4 property id (Admin > Property details).
    """
    if timezone not in available_timezones():
        hint = did_you_mean(timezone, available_timezones())
        raise Exit(USAGE, f"unknown time zone {timezone!r}{hint}")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise Exit(USAGE, f"{currency!r} is no currency; expected three letters, such as EUR")
    cycle, last_day = _current_quarter(timezone)
    words = {
        "id": json.dumps(slug(name, "company")),
        "name": json.dumps(name, ensure_ascii=False),
        "timezone": timezone,
        "currency": currency,
        "portal": str(portal),
        "property": str(property_),
        "cycle": cycle,
        "due": last_day.isoformat(),
    }
    _write(folder, cycle, words)
    schema(folder)
    console().print(
        "\nNext: put your ids and secrets in place, then type"
        f"\n\n  okr lint --config {folder}\n  okr doctor --config {folder}",
        soft_wrap=True,
        markup=False,
    )


def _current_quarter(timezone: str) -> tuple[str, date]:
    """Its cycle's id and its last day, where the company is."""
    today = day_of(wall_clock(), ZoneInfo(timezone))
    number = (today.month + 2) // 3
    return f"{today.year}-Q{number}", (
        date(today.year + number // 4, number % 4 * 3 + 1, 1) - ONE_DAY
    )


def _write(folder: Path, cycle: str, words: dict[str, str]) -> None:
    targets = {
        folder / "workspace.yaml": "workspace.yaml",
        folder / "metrics.yaml": "metrics.yaml",
        folder / "okrs" / f"{cycle}.yaml": "okrs.yaml",
        folder / "checkins" / f"{cycle}.yaml": "checkins.yaml",
    }
    if taken := [path for path in targets if path.exists()]:
        raise Exit(
            FAILED,
            f"{taken[0]} exists already; nothing was written. Name another folder, such as:"
            " okr init my-config",
        )
    for path, template in targets.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(template, words), encoding="utf-8")
        console().print(f"wrote {path}", soft_wrap=True, markup=False)


def _filled(template: str, words: dict[str, str]) -> str:
    text = (files("okrapp") / "templates" / template).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@@{word}@@", value)
    return text
