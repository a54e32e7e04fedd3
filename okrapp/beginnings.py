"""What a new workspace begins with: the commented templates, filled in."""

import re
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

from flows.edges import wall_clock
from okrapp.exits import USAGE, Exit
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import ONE_DAY, day_of


def refuse_unknown(timezone: str, currency: str) -> None:
    """A zone and a currency that there are.

    Raises:
        Exit: One of them is none.
    """
    if timezone not in available_timezones():
        hint = did_you_mean(timezone, available_timezones())
        raise Exit(USAGE, f"unknown time zone {timezone!r}{hint}")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise Exit(USAGE, f"{currency!r} is no currency; expected three letters, such as EUR")


def current_quarter(timezone: str) -> tuple[str, date]:
    """Its cycle's id and its last day, where the company is."""
    today = day_of(wall_clock(), ZoneInfo(timezone))
    number = (today.month + 2) // 3
    return f"{today.year}-Q{number}", (
        date(today.year + number // 4, number % 4 * 3 + 1, 1) - ONE_DAY
    )


def filled(template: str, words: dict[str, str]) -> str:
    """A template with its @@words@@ in place."""
    text = (files("okrapp") / "templates" / template).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@@{word}@@", value)
    return text
