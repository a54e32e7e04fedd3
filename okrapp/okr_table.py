"""The OKR table for people: rounded, right-aligned, readable on 80 columns and without colours."""

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from okrapp.sheet import Sheet
from okrmodel.snapshot import Snapshot, Status

_LOOKS = {
    Status.ACHIEVED: ("★", "achieved", "bold green"),
    Status.ON_TRACK: ("●", "on track", "green"),
    Status.AT_RISK: ("▲", "at risk", "bold yellow"),
    Status.OFF_TRACK: ("■", "off track", "bold red"),
    Status.MISSED: ("■", "missed", "bold red"),
    Status.STALE: ("?", "stale", "bold magenta"),
    Status.TOO_EARLY: ("·", "too early", ""),
    Status.NO_DATA: ("–", "no data", ""),
}
"""A sign, a word, and the sign's colour: never the colour alone, and words on any background."""

_WIDE = 100
"""Columns from which on every number is written out."""
_WIDEST = 120
"""On more, the eye would lose the line between title and figures."""
_MILLION = Decimal(1_000_000)


def print_sheet(screen: Console, sheet: Sheet) -> None:
    """The cycle's heading, its table, and what to know about the figures."""
    when = f"as of {sheet.as_of}" if sheet.snapshots else sheet.absence
    screen.print(Text.assemble((sheet.title, "bold"), f"  {sheet.cycle.id}, {when}"))
    screen.print()
    screen.print(_table(sheet, wide=screen.width >= _WIDE), width=min(screen.width, _WIDEST))
    screen.print()
    for note in _notes(sheet):
        screen.print(note)


def _table(sheet: Sheet, *, wide: bool) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="dim", collapse_padding=True)
    shown.add_column("key result", ratio=1)
    shown.add_column("value", justify="right", no_wrap=True)
    shown.add_column("target", justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    shown.add_column("progress", justify="right", no_wrap=True)
    shown.add_column("expected" if wide else "exp.", justify="right", no_wrap=True)
    shown.add_column("status", no_wrap=True)
    for number, objective in enumerate(sheet.cycle.objectives):
        if number:
            shown.add_row()
        state = sheet.state(objective)
        score = Text(_percent(state.score), "bold")
        shown.add_row(Text(objective.title, "bold"), "", "", "", score, "", _status(state.status))
        for key_result in objective.key_results:
            title = Padding(Text(key_result.title), (0, 0, 0, 2))
            shown.add_row(title, *_figures(sheet, key_result.id, wide=wide))
    return shown


def _figures(sheet: Sheet, key_result: str, *, wide: bool) -> Iterator[RenderableType]:
    snapshot = sheet.snapshots.get(key_result)
    if snapshot is None:
        yield from ("–", "–", "", "–", "–", _status(Status.NO_DATA))
        return
    unit = sheet.units[key_result]
    yield _number(snapshot.value, wide=wide) + ("*" if snapshot.provisional else " ")
    yield _number(snapshot.target, wide=wide)
    yield unit if wide or len(unit) <= 3 else ""
    yield _percent(snapshot.raw_progress)
    yield _percent(snapshot.expected)
    yield _status(snapshot.status)


def _status(status: Status) -> Text:
    sign, word, colour = _LOOKS[status]
    return Text.assemble((sign, colour), f" {word}")


def _number(value: Decimal | None, *, wide: bool) -> str:
    """Rounded to what a person compares by; exact numbers are in the JSON and the CSV."""
    if value is None:
        return "–"
    if not wide and abs(value) >= _MILLION:
        return f"{value / _MILLION:,.2f} M"
    if value == value.to_integral_value() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:,.4f}"


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value * 100:.0f} %"


def _notes(sheet: Sheet) -> Iterator[Text]:
    """How fresh the figures are, and why some are missing."""
    known = list(sheet.snapshots.values())
    stale = sum(bool(snapshot.stale) for snapshot in known)
    if stale:
        yield Text(f"{_of(stale)} stale: the value shown is older than {sheet.as_of}.", "bold")
    elif known:
        yield Text(f"Every source answered up to {sheet.as_of}.", "dim")
    if settling := sum(bool(snapshot.provisional) for snapshot in known):
        yield Text(f"* {_of(settling)} provisional: the source may still change the value.", "dim")
    for _, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        if snapshot and (why := _why_old(sheet, snapshot)):
            sign, _, colour = _LOOKS[snapshot.status]
            yield Text.assemble((sign, colour), f" {key_result.title}: {why}")


def _of(count: int) -> str:
    return "1 key result is" if count == 1 else f"{count} key results are"


def _why_old(sheet: Sheet, snapshot: Snapshot) -> str:
    """Why the figure is older than the sheet, or missing; nothing where all is well."""
    if snapshot.stale:
        shown = f"through {snapshot.through}; " if snapshot.through else ""
        return f"{shown}{snapshot.stale}"
    if snapshot.status is Status.NO_DATA:
        return snapshot.reason
    return f"recorded as of {snapshot.as_of} only" if snapshot.as_of != sheet.as_of else ""
