"""What is said otherwise than before: as rows for programs, and as tables with their causes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from itertools import groupby
from typing import Any

from okrapp import output as out
from okrmodel.exact import percent, short
from okrmodel.explanation import over
from okrmodel.snapshot import Snapshot
from okrmodel.store.kinds import Kind
from okrmodel.store.restatements import Moved
from okrmodel.store.snapshots import Revision
from okrmodel.telling.causes import Told
from okrmodel.windows import Window

FIELDS = (
    "workspace",
    "cycle",
    "key_result",
    "as_of",
    "revision",
    "kind",
    "old_value",
    "value",
    "old_progress",
    "progress",
    "old_status",
    "status",
    "flipped",
    "frozen",
    "changed",
    "moved",
    "reason",
    "known_since",
    "run",
)
COLUMNS = tuple(out.Column(key, key.replace("_", " ")) for key in FIELDS)
ONE = ("", "as of", "value", "progress", "status")
"""Of which a person sees fewer; what changed has an arrow, and a status that flipped a mark."""
ALL = (
    out.Column("mark", ""),
    out.Column("key_result", "key result"),
    out.Column("days", "as of"),
    out.Column("value", "value", right=True),
    out.Column("status", "status"),
)
SAID = {
    Kind.FIRST: "First recorded",
    Kind.RECOMPUTATION: "Recomputed",
    Kind.RESTATEMENT: "Restated",
    Kind.CONFIRMATION: "Confirmed as final",
}
MARK = "!"
"""Stands beside a status that is another than before."""
_SHOWN = 2
"""Answers of a metric named in a sentence before the rest are counted."""


def rows(told: Iterable[Told]) -> list[out.Row]:
    """As plain values; numbers as exact text."""
    return [_row(each) for each in told]


def write(told: Iterable[Told], form: out.Format) -> None:
    """For programs."""
    found = rows(told)
    if form == "csv":
        found = [row | {"moved": "; ".join(map(_as_text, row["moved"])) or None} for row in found]
    out.write(found, COLUMNS, form)


def _as_text(move: Mapping[str, Any]) -> str:
    said = f"{move['metric']} [{move['start']}, {move['end']}): "
    said += f"came late, {move['new']}" if move["came"] else f"{move['old']} → {move['new']}"
    return f"{said}, read {move['observed_at']} by run {move['run']}"


def print_one(told: Iterable[Told]) -> None:
    """Of one key result, run by run, newest first: a line for each day, and its causes below.

    The same causes stand below the last of the days that they belong to.
    """
    order = _newest_first(told)
    lines = [_line(each) for each in order]
    widths = [max(map(len, column)) for column in zip(ONE, *lines, strict=True)]
    for some in _runs(order):
        say(_aligned(ONE, widths))
        causes = [[*_causes([each])] for each in some]
        for each, own, following in zip(some, causes, [*causes[1:], None], strict=True):
            say(_aligned(_line(each), widths))
            if own != following:
                _say_all(own)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(map(str.ljust, cells, widths)).rstrip()


def print_all(told: Iterable[Told]) -> None:
    """Of many, run by run: a line for each key result, as of its last day; the causes below."""
    for some in _runs(_newest_first(told)):
        by_place: dict[tuple[str, str], list[Told]] = {}
        for each in some:
            place = each.new.snapshot.cycle, each.new.snapshot.key_result
            by_place.setdefault(place, []).append(each)
        several = len({cycle for cycle, _ in by_place}) > 1
        named = [
            (f"{cycle}/{name}" if several else name, days)
            for (cycle, name), days in by_place.items()
        ]
        out.write([_summary(name, days) for name, days in named], ALL, "table")
        _say_all(flip for name, days in named for flip in _flips(name, days))
        _say_all(_causes(some))


def _newest_first(told: Iterable[Told]) -> list[Told]:
    by_day = sorted(told, key=lambda each: each.new.snapshot.as_of)
    return sorted(by_day, key=lambda each: (each.new.recorded_at, each.new.kind), reverse=True)


def _runs(order: Sequence[Told]) -> Iterator[list[Told]]:
    """What was recorded together and is of one kind, each with a heading said before it."""
    many = len({each.new.snapshot.workspace for each in order}) > 1
    alike = groupby(order, lambda each: (each.new.recorded_at, each.new.kind))
    for number, (_, group) in enumerate(alike):
        some = list(group)
        new = some[0].new
        since = f"{new.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        frozen = sorted({each.new.snapshot.cycle for each in some if each.frozen})
        beside = f"; the frozen figures of {', '.join(frozen)} stay" if frozen else ""
        whose = f"{new.snapshot.workspace}: " if many else ""
        say("\n" if number else "", end="")
        say(f"{whose}{SAID[new.kind]} {since}, by run {new.run}{beside}")
        yield some


def _say_all(causes: Iterable[str]) -> None:
    from rich.padding import Padding  # noqa: PLC0415 - Rich is for people
    from rich.text import Text  # noqa: PLC0415

    from okrapp.terminal import console  # noqa: PLC0415

    for cause in causes:
        console().print(Padding(Text(cause), (0, 0, 0, 4), expand=False))


def say(line: str, end: str = "\n") -> None:
    """A sentence instead of a table."""
    from okrapp.terminal import console  # noqa: PLC0415 - Rich is for people

    console().print(line, end=end, markup=False)


def _summary(name: str, some: Sequence[Told]) -> out.Row:
    last = some[-1]
    more = f" ({len(some)} days)" if len(some) > 1 else ""
    told = _from_to(last)
    return {
        "mark": MARK if any(each.flipped for each in some) else "",
        "key_result": name,
        "days": f"{last.new.snapshot.as_of}{more}",
        "value": told["value"],
        "status": told["status"],
    }


def _flips(name: str, some: Sequence[Told]) -> Iterator[str]:
    """Of a key result's days before the last, which has its own line, those that flipped."""
    found: dict[tuple[str, str], list[date]] = {}
    for each in some[:-1]:
        if each.old and each.flipped:
            ends = (each.old.snapshot.status.words, each.new.snapshot.status.words)
            found.setdefault(ends, []).append(each.new.snapshot.as_of)
    for (old, new), days in found.items():
        many = f"{len(days)} days to " if len(days) > 1 else ""
        yield f"{MARK} {name} as of {many}{days[-1]}: {old} → {new}"


def _line(each: Told) -> tuple[str, ...]:
    told = _from_to(each)
    mark = MARK if each.flipped else ""
    return mark, each.new.snapshot.as_of.isoformat(), *told.values()


def _from_to(each: Told) -> dict[str, str]:
    """Value, progress and status, with what they were before where that is another."""
    after = _rounded(each.new.snapshot)
    before = _rounded(each.old.snapshot) if each.old else after
    return {
        key: text if before[key] == text else f"{before[key]} → {text}"
        for key, text in after.items()
    }


def _causes(told: Sequence[Told]) -> Iterator[str]:
    """Each answer that moved, once; of a metric with many the first ones."""
    moves: dict[tuple[str, str, Window], str] = {}
    key_results: dict[tuple[str, str], str] = {}
    several = len({each.new.snapshot.cycle for each in told}) > 1
    for each in told:
        for move in each.moved:
            name = each.names.get(move.fingerprint, "a metric")
            moves[name, move.fingerprint, move.window] = _moved(move, each.new)
            of = each.new.snapshot
            whose = f"{of.cycle}/{of.key_result}" if several else of.key_result
            key_results[name, move.fingerprint] = whose
    shared = Counter(name for name, _ in key_results)
    for (own, mark), group in groupby(sorted(moves), lambda key: key[:2]):
        # Each manual key result has check-ins, and may have a milestone of the same id.
        name = f"{own} of {key_results[own, mark]}" if shared[own] > 1 else own
        some = [f"{name} {moves[key]}" for key in group]
        # One more would take a line, too.
        shown = len(some) if len(some) <= _SHOWN + 1 else _SHOWN
        yield from some[:shown]
        if more := len(some) - shown:
            yield f"{name} in {more} more windows (--output json)"
    if any(each.redefined for each in told):
        yield "its definition is another"


def _moved(move: Moved, by: Revision) -> str:
    to = f"came late, {_number(move.new)}" if move.came else _arrow(move.old, move.new)
    on = "on" if move.window.length == 1 else "over"
    at = f", read by run {move.run}" if move.run != by.run else ""
    stays = ", its figure stays pinned" if move.pinned else ""
    return f"{on} {over(move.window)}: {to}{at}{stays}"


def _row(each: Told) -> out.Row:
    before, after = (each.old.snapshot if each.old else None), each.new.snapshot
    row = {
        "workspace": after.workspace,
        "cycle": after.cycle,
        "key_result": after.key_result,
        "as_of": after.as_of.isoformat(),
        "revision": each.new.revision,
        "kind": each.new.kind.value,
        **_figures(before, "old_"),
        **_figures(after),
        "flipped": each.flipped,
        "frozen": each.frozen,
        "changed": " ".join(_changed(each.old, each.new)) or None,
        "moved": [
            {
                "metric": each.names.get(move.fingerprint),
                "start": move.window.start.isoformat(),
                "end": move.window.end.isoformat(),
                "old": out.exact(move.old),
                "new": out.exact(move.new),
                "came": move.came,
                "pinned": move.pinned,
                "observed_at": move.observed_at.astimezone(UTC).isoformat(),
                "known_since": move.known_since.astimezone(UTC).isoformat(),
                "run": move.run,
            }
            for move in each.moved
        ],
        "reason": after.reason,
        "known_since": each.new.recorded_at.astimezone(UTC).isoformat(),
        "run": each.new.run,
    }
    return {key: row[key] for key in FIELDS}


def _figures(snapshot: Snapshot | None, when: str = "") -> out.Row:
    return {
        f"{when}value": out.exact(snapshot.value) if snapshot else None,
        f"{when}progress": out.exact(snapshot.raw_progress) if snapshot else None,
        f"{when}status": snapshot.status.value if snapshot else None,
    }


def _changed(old: Revision | None, new: Revision) -> list[str]:
    """The fields that are not what they were."""
    if old is None:
        return []
    before, after = json.loads(old.payload), json.loads(new.payload)
    keys = before.keys() | after.keys()
    return sorted(key for key in keys if before.get(key) != after.get(key))


def _rounded(snapshot: Snapshot) -> dict[str, str]:
    value, progress = snapshot.value, snapshot.raw_progress
    return {
        "value": _number(value),
        "progress": "–" if progress is None else percent(progress),
        "status": snapshot.status.words,
    }


def _number(value: Decimal | None) -> str:
    return "–" if value is None else short(value)


def _arrow(old: Decimal | None, new: Decimal | None) -> str:
    return f"{_number(old)} → {_number(new)}"
