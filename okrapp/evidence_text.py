"""A snapshot's evidence as a page for people: 80 columns, long lists shortened."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from okrapp.evidence import Evidence
from okrmodel.backtest import PARTS, part_of
from okrmodel.exact import canonical, counted, percent, plain
from okrmodel.explanation import WHY, Answer, Asked, Compared, lines, over
from okrmodel.observations import Flag
from okrmodel.snapshot import Snapshot
from okrmodel.windows import Window

_ENDS = 2
"""Windows, and requests, shown from either end of a list that is too long."""
_WIDE = 100
"""Columns that are used at most."""
_LONG = 14
"""Digits from which on a number is rounded: a division leaves 34."""

One = TypeVar("One")


def print_evidence(screen: Console, evidence: Evidence, *, every: bool) -> None:
    """The whole page; with `every`, all windows and all requests."""
    width = min(screen.width, _WIDE)
    for part in _page(evidence, every=every):
        screen.print(part, width=width)


def print_section(screen: Console, title: str, texts: Iterable[str]) -> None:
    """One more section of the page."""
    for part in (_title(title), *_indented(texts)):
        screen.print(part, width=min(screen.width, _WIDE))


def _page(evidence: Evidence, *, every: bool) -> Iterator[RenderableType]:
    yield from _heading(evidence)
    yield _title("Arithmetic")
    yield Padding(_arithmetic(evidence), (0, 0, 0, 2), expand=False)
    for one in evidence.asked:
        yield from _metric(evidence, one, every=every)
    yield _title("Recorded")
    yield from _indented(_recorded(evidence))
    yield _title("Definition")
    yield from _indented(_definition(evidence))


def _title(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _indented(texts: Iterable[str], by: int = 2) -> Iterator[Padding]:
    return (Padding(Text(text), (0, 0, 0, by), expand=False) for text in texts)


def _heading(evidence: Evidence) -> Iterator[RenderableType]:
    snapshot, closure = evidence.revision.snapshot, evidence.closure
    yield Text(closure.key_result.title, "bold")
    known = f", known at {_instant(evidence.known_at)} UTC" if evidence.known_at else ""
    place = f"{snapshot.workspace} {snapshot.cycle} {closure.objective}/{snapshot.key_result}"
    yield from _indented((f"{place}, as of {snapshot.as_of}{known}",))
    yield from _indented((f"{snapshot.status.words}: {snapshot.reason}",))
    if evidence.wanted and evidence.wanted != snapshot.as_of:
        yield from _indented(
            (f"not recorded as of {evidence.wanted}: this is the last day before",)
        )
    yield from _indented(_ahead(snapshot))
    yield from _indented(_tested(evidence))
    if evidence.unshaped:
        told = "shape: history, but too little is stored of the time before: the plan is a straight line"
        yield from _indented((told,))
    yield from _indented(_beside(snapshot))
    if later := evidence.since:
        said = later.snapshot
        yield from _indented(
            (f"since, not applied: {said.reason} (recorded {_instant(later.recorded_at)} UTC)",)
        )


def _ahead(snapshot: Snapshot) -> Iterator[str]:
    """Where it is going to end, and what is needed from here."""
    if expects := snapshot.forecast:
        ends = ""
        if expects.low is not None and expects.high is not None:
            ends = f", with 80 % between {_number(expects.low)} and {_number(expects.high)}"
        yield f"forecast: {_number(expects.final)} at the end{ends} ({expects.method})"
        if expects.hit is not None:
            yield f"chance to meet the target: {percent(expects.hit)}"
    elif snapshot.no_forecast:
        yield f"no forecast: {snapshot.no_forecast}"
    if (days := snapshot.days_ahead) is not None and snapshot.needed_pace is not None:
        where = f"{counted(abs(days), 'day')} {'ahead of' if days > 0 else 'behind'} the plan"
        pace = f"{_number(snapshot.needed_pace)} a day from here meet the target"
        yield f"{where if days else 'on the plan to the day'}; {pace}"
    if held := snapshot.guardrail:
        value = held.reason if held.value is None else _number(held.value)
        state = {True: "kept", False: "broken", None: "not known"}[held.kept]
        yield f"guardrail {held.metric}, {held.bound}: {value}, {state}"


def _tested(evidence: Evidence) -> Iterator[str]:
    """How far off such forecasts were, in the same part of the cycle."""
    snapshot, span = evidence.revision.snapshot, evidence.closure.span
    if snapshot.forecast is None:
        return
    now = part_of(Decimal((snapshot.as_of - span.start).days + 1) / span.length)
    for tested in evidence.tested:
        # Of the running cycle only what has passed can be judged, as if it had ended.
        for part in tested.parts:
            if part.number == now and part.off is not None:
                inside = "" if part.inside is None else f", {percent(part.inside)} in their range"
                whose = tested.cycle if tested.ended else f"{tested.cycle} so far"
                off = f"half of {part.days} such forecasts within {percent(part.off)}"
                yield f"back-test: {off}{inside} ({whose}, part {now} of {PARTS})"


def _beside(snapshot: Snapshot) -> Iterator[str]:
    """What to know about the figures."""
    if snapshot.frozen:
        yield "frozen with its cycle: what changed since is not in these figures"
    if automatic := snapshot.automatic:
        value = "no value" if automatic.value is None else _number(automatic.value)
        told = f"set by hand; automatic: {value}, {automatic.status.words}"
        # What is lacking stands in the snapshot's own reason already.
        yield told if snapshot.stale else f"{told}: {automatic.reason}"
    elif snapshot.stale:
        through = f"; the figures are those through {snapshot.through}" if snapshot.through else ""
        yield f"stale: {snapshot.stale}{through}"
    if snapshot.provisional:
        yield f"provisional: {'; '.join(WHY[reason] for reason in snapshot.provisional)}"
    if snapshot.restated:
        yield "restated: a value that had been final is another since"


def _arithmetic(evidence: Evidence) -> Table:
    shown = Table.grid(padding=(0, 2))
    shown.add_column(overflow="fold")
    shown.add_column(justify="right", overflow="fold")
    for depth, term in lines(evidence.arithmetic):
        value = "no value" if term.value is None else _number(term.value)
        shown.add_row(Padding(Text(term.label), (0, 0, 0, 2 * depth)), value)
    snapshot = evidence.revision.snapshot
    if snapshot.expected is not None:
        shown.add_row("expected by now", _number(snapshot.expected))
    return shown


def _metric(evidence: Evidence, one: Asked, *, every: bool) -> Iterator[RenderableType]:
    measure, written = one.measure, evidence.written.get(one.key)
    yield _title(f"{one.key}: {measure.name}" if measure.name != one.key else one.key)
    source = measure.connection
    if measure.connector != measure.connection:
        source += f", a {measure.connector} connection"
    account = f", account {measure.account}" if measure.account else ""
    details = [f"{source}{account}; {measure.aggregation.value}"]
    if written:
        details.append(f"defined in {written}")
    details.append(f"query {canonical(measure.query)}")
    yield from _indented(details)
    if not one.answers:
        yield from _indented(("No observation of it was used.",))
        return
    yield Padding(_observations(one, every=every), (0, 0, 0, 2), expand=False)
    yield from _indented(_trust(one))
    yield from _indented(_sources(one, evidence.closure.timezone, every=every))
    if told := evidence.compared.get(one.key):
        yield from _indented((_comparison(told),))
    if one.requests:
        of = ", ".join(map(str, one.runs))
        yield from _indented((f"requests as sent by run {of}, and the SHA-256 of their responses",))
        yield from _indented(_requests(one, every=every), by=4)


def _observations(one: Asked, *, every: bool) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("window", "value", "", "last read (UTC)", "recorded (UTC)"):
        right = name == "value"
        shown.add_column(name, justify="right" if right else "left", overflow="fold")
    pinned = one.pinned
    for answer in _shortened(one.answers, every=every):
        if isinstance(answer, int):
            shown.add_row(f"… {answer} more", "", "(--all)", "", "")
            continue
        known = answer.known
        shown.add_row(
            over(known.window),
            "no data" if known.value is None else plain(known.value),
            ", ".join(_standing(answer, pinned=known.id in pinned)),
            _instant(known.observed_at),
            _instant(answer.recorded_at),
        )
    return shown


def _standing(answer: Answer, *, pinned: bool) -> Iterator[str]:
    known = answer.known
    yield known.provisional.value.replace("_", " ") if known.provisional else "final"
    if pinned:
        yield "pinned"
    if known.restated:
        yield "restated"


def _trust(one: Asked) -> Iterator[str]:
    """Why answers were provisional, and what the source said of their quality."""
    final = [answer for answer in one.answers if not answer.known.provisional]
    if len(final) == len(one.answers):
        yield "all final: read when their source had settled"
    for reason, why in WHY.items():
        windows = [a.known.window for a in one.answers if a.known.provisional is reason]
        if windows:
            yield f"provisional, as {why}: {_named(windows)}"
    for flag in Flag:
        if windows := [a.known.window for a in one.answers if flag in a.flags]:
            yield f"the source said {flag.value.replace('_', ' ')}: {_named(windows)}"
    if one.pinned:
        yield "a figure stays pinned to its first final answer, whatever was restated since"


def _named(windows: Sequence[Window]) -> str:
    if len(windows) <= _ENDS:
        return ", ".join(map(over, windows))
    return f"{len(windows)} windows from {windows[0].start} to {windows[-1].last_day}"


def _sources(one: Asked, zone: str, *, every: bool) -> Iterator[str]:
    if one.resolved:
        yield f"asked for as {', '.join(one.resolved)}"
    if one.zones:
        yield f"days cut by the source in {', '.join(one.zones)}"
    else:
        yield f"days cut in {zone}"
    if one.currencies:
        yield f"in {', '.join(one.currencies)}"
    records = [r for a in one.answers if (r := a.evidence.records) is not None]
    if records:
        yield f"{counted(sum(records), 'record')} counted"
    if nulls := sum(answer.evidence.null_amounts or 0 for answer in one.answers):
        yield f"{counted(nulls, 'record')} without an amount"
    for note in _shortened(one.notes, every=every):
        yield f"… {note} more notes (--all)" if isinstance(note, int) else f"note: {note}"


def _comparison(told: Compared) -> str:
    when = f"compared with the source's total on {_instant(told.observed_at)} UTC"
    days = f"{told.days} stored days, {over(told.window)}"
    if told.total == told.stored:
        return f"{when}: {plain(told.total)} = the sum of {days}"
    return f"{when}: {plain(told.total)}, but {plain(told.stored)} = the sum of {days}"


def _requests(one: Asked, *, every: bool) -> Iterator[str]:
    for request in _shortened(one.requests, every=every):
        if isinstance(request, int):
            yield f"… {request} more (--all)"
        else:
            yield from request


def _recorded(evidence: Evidence) -> Iterator[str]:
    revision, run = evidence.revision, evidence.run
    yield f"revision {revision.revision}, {revision.kind.value}, at {_instant(revision.recorded_at)} UTC"
    if run:
        ended = f"ended {run.result.value}" if run.result else "has not ended"
        words = " ".join(f"{k}={v}" for k, v in run.parameters.items() if v is not None)
        yield f"by run {run.id}: {run.kind} {words}, began {_instant(run.began)} UTC, {ended}"


def _definition(evidence: Evidence) -> Iterator[str]:
    place = evidence.written.get("key_result")
    yield f"{place}: {evidence.config}" if place else evidence.config
    yield f"definition  {evidence.revision.snapshot.definition_hash}"
    yield f"computation {evidence.revision.snapshot.computation_hash}"


def _shortened(many: Sequence[One], *, every: bool) -> Iterator[One | int]:
    """The first and the last ones, and between them how many are left out."""
    left_out = len(many) - 2 * _ENDS
    if every or left_out < 2:
        yield from many
        return
    yield from many[:_ENDS]
    yield left_out
    yield from many[-_ENDS:]


def _number(number: Decimal) -> str:
    """In full where a person would read it; the exact one is in the JSON."""
    text = plain(number)
    return text if len(text) <= _LONG else f"≈ {number:.6f}"


def _instant(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"
