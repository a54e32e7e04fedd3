"""The OKR table for people: rounded, right-aligned, readable on 80 columns and without colours."""

from collections.abc import Iterator
from decimal import Decimal

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from okrapp.rounded import number as _number
from okrapp.rounded import percent as _percent
from okrmodel.definitions.key_results import KeyResult
from okrmodel.snapshot import Automatic, Snapshot, Status
from okrmodel.store.kinds import Kind, kind_of
from okrmodel.store.snapshots import Revision
from okrmodel.telling.looks import LOOKS
from okrmodel.telling.sheet import Sheet
from okrmodel.windows import day_of

_COLOURS = {
    Status.ACHIEVED: "bold green",
    Status.ON_TRACK: "green",
    Status.AT_RISK: "bold yellow",
    Status.OFF_TRACK: "bold red",
    Status.MISSED: "bold red",
    Status.STALE: "bold magenta",
    Status.TOO_EARLY: "",
    Status.NO_DATA: "",
}
"""Beside sign and word: never the colour alone, and words on any background."""

_DONE = {
    Kind.FIRST: "recorded",
    Kind.RECOMPUTATION: "recomputed",
    Kind.RESTATEMENT: "restated",
    Kind.CONFIRMATION: "confirmed",
}

_WIDE = 100
"""Columns from which on every number is written out."""
_WIDEST = 120
"""On more, the eye would lose the line between title and figures."""


def print_sheet(screen: Console, sheet: Sheet) -> None:
    """The cycle's heading, its table, and what to know about the figures."""
    screen.print(Text.assemble((sheet.title, "bold"), f"  {sheet.cycle.id}, {_when(sheet)}"))
    if sheet.rests:
        screen.print(f"{sheet.rests[0].upper()}{sheet.rests[1:]}.", style="bold", markup=False)
    if sheet.known and sheet.snapshots:
        screen.print(f"As known at {sheet.known}.")
    screen.print()
    screen.print(_table(sheet, wide=screen.width >= _WIDE), width=min(screen.width, _WIDEST))
    if (notes := _notes(sheet)).row_count:
        screen.print()
        screen.print(notes)


def _when(sheet: Sheet) -> str:
    """The times that the figures are of."""
    if not sheet.snapshots:
        return sheet.absence
    frozen = f", frozen {day_of(sheet.frozen.recorded_at, sheet.zone)}" if sheet.frozen else ""
    return f"as of {sheet.as_of}{frozen}"


def _table(sheet: Sheet, *, wide: bool) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="dim", collapse_padding=True)
    shown.add_column("key result", ratio=1)
    shown.add_column("value", justify="right", no_wrap=True)
    shown.add_column("target", justify="right", no_wrap=True)
    shown.add_column("", no_wrap=True)
    shown.add_column("progress", justify="right", no_wrap=True)
    shown.add_column("expected" if wide else "exp.", justify="right", no_wrap=True)
    if wide:
        shown.add_column("forecast", justify="right", no_wrap=True)
    shown.add_column("chance", justify="right", no_wrap=True)
    shown.add_column("status", no_wrap=True)
    for number, objective in enumerate(sheet.cycle.objectives):
        if number:
            shown.add_row()
        state = sheet.state(objective)
        score = Text(_percent(state.score), "bold")
        blank = [""] * (3 if wide else 2)
        heading = Text(objective.title, "bold")
        shown.add_row(heading, "", "", "", score, *blank, _status(state.status))
        for key_result in objective.key_results:
            title = Padding(Text(key_result.title), (0, 0, 0, 2))
            shown.add_row(title, *_figures(sheet, key_result.id, wide=wide))
    return shown


def _figures(sheet: Sheet, key_result: str, *, wide: bool) -> Iterator[RenderableType]:
    snapshot = sheet.snapshots.get(key_result)
    if snapshot is None:
        yield from ("–", "–", "")
        yield from ["–"] * (4 if wide else 3)
        yield _status(Status.NO_DATA)
        return
    unit = sheet.unit(key_result)
    yield _number(snapshot.value, wide=wide) + _marks(snapshot).ljust(_mark_width(sheet))
    yield _number(snapshot.target, wide=wide)
    yield unit if wide or len(unit) <= 3 else ""
    yield _percent(snapshot.raw_progress)
    yield _percent(snapshot.expected)
    if wide:
        yield _forecast(snapshot)
    yield _percent(snapshot.forecast.hit if snapshot.forecast else None)
    yield _status(snapshot.status)


def _forecast(snapshot: Snapshot) -> str:
    """The final value to be expected, with the ends of its 80 % interval."""
    expects = snapshot.forecast
    if expects is None:
        return "–"
    if expects.low is None or expects.high is None:
        return f"~{_estimate(expects.final)}"
    return f"{_estimate(expects.final)} ({_estimate(expects.low)}–{_estimate(expects.high)})"


def _estimate(value: Decimal) -> str:
    """An estimate has fewer digits to tell than a figure."""
    return _number(value if abs(value) < 10 else Decimal(round(value)), wide=False)


def _marks(snapshot: Snapshot) -> str:
    """The signs of the notes below the table that speak of the value."""
    return ("*" if snapshot.provisional else "") + ("†" if snapshot.automatic else "")


def _mark_width(sheet: Sheet) -> int:
    """As wide as the longest, so that numbers stand below one another."""
    return max([1, *(len(_marks(snapshot)) for snapshot in sheet.snapshots.values())])


def _status(status: Status) -> Text:
    return Text.assemble(_sign(status), f" {status.words}")


def _sign(status: Status) -> Text:
    return Text(LOOKS[status].sign, _COLOURS[status])


def _notes(sheet: Sheet) -> Table:
    """How fresh the figures are, and why some are old or missing; each with its sign."""
    notes = Table.grid(padding=(0, 1))
    known = list(sheet.snapshots.values())
    why = [(key_result, _why(sheet, key_result)) for _, key_result in sheet.cycle.key_results()]
    behind = [(key_result, reason) for key_result, reason in why if reason]
    if behind:
        notes.add_row(Text("!", "bold red"), Text(f"Not complete on {sheet.as_of}:", "bold"))
    elif known:
        notes.add_row("=", f"Complete up to {sheet.as_of}.", style="dim")
    for key_result, reason in behind:
        sign = _sign(sheet.snapshots[key_result.id].status)
        notes.add_row(sign, Text(f"{key_result.title}: {reason}"))
    if any(snapshot.forecast for snapshot in known):
        chance = "chance: to meet the target; okr backtest tells how far off such forecasts were."
        notes.add_row("~", chance, style="dim")
    if settling := sum(bool(snapshot.provisional) for snapshot in known):
        notes.add_row("*", _provisional(settling, frozen=bool(sheet.frozen)), style="dim")
    for _, key_result in sheet.cycle.key_results():
        if later := sheet.since.get(key_result.id):
            shown = sheet.snapshots.get(key_result.id)
            notes.add_row("≠", f"{key_result.title}, since: {_since(sheet, shown, later)}")
    _add_signed(notes, sheet)
    return notes


def _add_signed(notes: Table, sheet: Sheet) -> None:
    """What stands beside single figures."""
    for told in _guardrails(sheet):
        notes.add_row(Text("▲", "bold yellow"), told)
    for told in _by_hand(sheet):
        notes.add_row("†", told)


def _provisional(settling: int, *, frozen: bool) -> str:
    if frozen:
        are = "1 value was" if settling == 1 else f"{settling} values were"
        return f"{are} provisional when the cycle was frozen."
    are = "1 value is" if settling == 1 else f"{settling} values are"
    return f"{are} provisional and may still change at the source."


def _since(sheet: Sheet, shown: Snapshot | None, later: Revision) -> str:
    """What is said by now instead of a frozen figure."""
    new = _words(later.snapshot)
    old = _words(shown) if shown else ("–",) * len(new)
    changed = (f"{was} → {now}" for was, now in zip(old, new, strict=True) if was != now)
    what = next(changed, "by less than is shown here")
    when = day_of(later.recorded_at, sheet.zone)
    return f"{what}, {_DONE[kind_of(shown, later.snapshot)]} {when}, not applied"


def _words(said: Snapshot) -> tuple[str, ...]:
    """What can change of a figure, what matters most first."""
    return (
        _number(said.value, wide=True),
        f"target {_number(said.target, wide=True)}",
        _percent(said.raw_progress),
        said.status.words,
        _told(said.automatic) if said.automatic else "no value set by hand",
        "provisional" if said.provisional else "final",
    )


def _guardrails(sheet: Sheet) -> Iterator[Text]:
    """The second metrics that are on the wrong side of their bound, or of which nothing is known."""
    for _, key_result in sheet.cycle.key_results():
        snapshot = sheet.snapshots.get(key_result.id)
        held = snapshot.guardrail if snapshot else None
        if held and not held.kept:
            value = _number(held.value, wide=True)
            told = held.reason if held.kept is None else f"{value}, {held.bound} agreed: broken"
            yield Text(f"{key_result.title}: guardrail {held.metric} {told}")


def _by_hand(sheet: Sheet) -> Iterator[Text]:
    """The automatic values beside those that were set by hand."""
    shown = ((k.title, sheet.snapshots.get(k.id)) for _, k in sheet.cycle.key_results())
    found = [(title, _told(s.automatic)) for title, s in shown if s and s.automatic]
    if len(found) == 1:
        yield Text(f"1 value is set by hand: {found[0][1]}")
    elif found:
        yield Text(f"{len(found)} values are set by hand:")
        yield from (Text(f"{title}: {told}") for title, told in found)


def _told(automatic: Automatic) -> str:
    return f"automatic {_number(automatic.value, wide=True)}, {automatic.status.words}"


def _why(sheet: Sheet, key_result: KeyResult) -> str:
    """Why the figure is old or missing; empty where all is well."""
    snapshot = sheet.snapshots.get(key_result.id)
    if snapshot is None:
        return ""
    if snapshot.stale:
        through = (snapshot.automatic or snapshot).through
        since = f"through {through}" if through else "no automatic value"
        return f"{since}; {_short(sheet, snapshot.stale)}"
    if snapshot.status is Status.NO_DATA:
        return _short(sheet, snapshot.reason)
    return f"recorded on {snapshot.as_of} only" if snapshot.as_of != sheet.as_of else ""


def _short(sheet: Sheet, reason: str) -> str:
    """The reason; of a failed connection only the name, for it is told once for all."""
    failed = [f"{failure.connection} failed" for failure in sheet.failures]
    return ", ".join(name for name in failed if name in reason) or reason


def print_failures(screen: Console, sheet: Sheet) -> None:
    """What each connection answered that failed, where a key result shows it."""
    for failure in sheet.failures:
        if any(f"{failure.connection} failed" in s.reason for s in sheet.snapshots.values()):
            line = Text.assemble(("✗", "bold red"), f" {failure.connection}: {failure.reason}")
            screen.print(line, soft_wrap=True)
