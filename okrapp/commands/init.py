"""`okr init`: a commented config to begin with."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okrapp.beginnings import current_quarter, filled, refuse_unknown
from okrapp.commands.schema import schema
from okrapp.exits import FAILED, Exit
from okrapp.terminal import console
from okrmodel.slug import slug


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
    refuse_unknown(timezone, currency)
    cycle, last_day = current_quarter(timezone)
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
        path.write_text(filled(template, words), encoding="utf-8")
        console().print(f"wrote {path}", soft_wrap=True, markup=False)
