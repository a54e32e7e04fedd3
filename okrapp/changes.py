"""What is said otherwise than before: as rows for programs, and as tables with their causes."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from itertools import groupby

from okrapp import output as out
from okrmodel.closure import SourceMeasure
from okrmodel.exact import percent, plain, short
from okrmodel.snapshot import Snapshot
from okrmodel.store.definitions import definition
from okrmodel.store.restatements import Moved, moved
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
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
    "changed",
    "moved",
    "reason",
    "known_since",
    "run",
)
COLUMNS = tuple(out.Column(key, key.replace("_", " ")) for key in FIELDS)
ONE = (
    out.Column("as_of", "as of"),
    out.Column("value", "value", right=True),
    out.Column("progress", "progress", right=True),
    out.Column("status", "status"),
    out.Column("kind", "why"),
    out.Column("known_since", "known since (UTC)"),
    out.Column("run", "run", right=True),
)
"""Of which a person sees fewer; what changed has an arrow."""
ALL = (
    out.Column("key_result", "key result"),
    out.Column("days", "as of, + days before"),
    out.Column("value", "value", right=True),
    out.Column("status", "status"),
)
_SHOWN = 2
"""Answers of a metric named in a sentence before the rest are counted."""


@dataclass(frozen=True)
class Told:
    """A revision, what was said before, and the answers that had moved."""

    old: Revision | None
    new: Revision
    moved: tuple[Moved, ...]
    names: Mapping[str, str]
    """The metrics by their fingerprints."""

    @property
    def flipped(self) -> bool:
        """Whether the status is another."""
        return self.old is not None and self.old.snapshot.status != self.new.snapshot.status


def pair(old: Revision | None, new: Revision) -> tuple[Revision | None, Revision]:
    """A revision with the one before it, where that is of the same day."""
    same = old is not None and old.snapshot.as_of == new.snapshot.as_of
    return (old if same else None), new


def explained(
    store: Store, workspace: str, pairs: Sequence[tuple[Revision | None, Revision]]
) -> list[Told]:
    """The same with the answers that had moved, named by their metrics."""
    causes = moved(store, [(old, new) for old, new in pairs if old])
    digests = {new.snapshot.definition_hash for _, new in pairs}
    names = {digest: _names(store, workspace, digest) for digest in digests}
    return [
        Told(old, new, causes.get(new.id, ()), names[new.snapshot.definition_hash])
        for old, new in pairs
    ]


def _names(store: Store, workspace: str, digest: str) -> dict[str, str]:
    measures = definition(store, workspace, digest).measures
    return {m.fingerprint: key for key, m in measures.items() if isinstance(m, SourceMeasure)}


def write(told: Iterable[Told], form: out.Format) -> None:
    """For programs."""
    rows = [_row(each) for each in told]
    if form == "csv":
        rows = [row | {"moved": "; ".join(map(_as_text, row["moved"])) or None} for row in rows]
    out.write(rows, COLUMNS, form)


def _as_text(move: Mapping[str, str]) -> str:
    return f"{move['metric']} [{move['start']}, {move['end']}): {move['old']} → {move['new']}"


def print_one(told: Sequence[Told]) -> None:
    """Of one key result: what was said before stands above what is said now; the causes below."""
    out.write(_lines(told), ONE, "table")
    _print_causes(told)


def print_all(told: Sequence[Told]) -> None:
    """Of many, run by run: a line for each key result, as of its last day; the causes below."""
    for number, (run, group) in enumerate(groupby(told, lambda each: each.new.run)):
        some = list(group)
        since = some[0].new.recorded_at.astimezone(UTC)
        say(f"{'' if number == 0 else chr(10)}Since {since:%Y-%m-%d %H:%M} UTC (run {run}):")
        by_place: dict[tuple[str, str], list[Told]] = {}
        for each in sorted(some, key=lambda each: each.new.snapshot.as_of):
            place = each.new.snapshot.cycle, each.new.snapshot.key_result
            by_place.setdefault(place, []).append(each)
        out.write(map(_summary, by_place.values()), ALL, "table")
        _print_causes(some)


def say(line: str) -> None:
    """A sentence instead of a table."""
    from okrapp.terminal import console  # noqa: PLC0415 - Rich is for people

    console().print(line, markup=False)


def _summary(some: Sequence[Told]) -> out.Row:
    last = some[-1]
    before = _rounded(last.old.snapshot) if last.old else {}
    after = _rounded(last.new.snapshot)
    more = f" + {len(some) - 1}" if len(some) > 1 else ""
    flipped = sum(each.flipped for each in some[:-1])
    return {
        "key_result": last.new.snapshot.key_result,
        "days": f"{last.new.snapshot.as_of}{more}",
        "value": _from_to(before.get("value", "–"), after["value"]),
        "status": _from_to(before.get("status", "–"), after["status"])
        + (f", {flipped} flips before" if flipped else ""),
    }


def _from_to(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def _print_causes(told: Iterable[Told]) -> None:
    """Each answer that moved, once; of a metric with many the first ones."""
    moves: dict[tuple[str, str, Window], Moved] = {}
    key_results: dict[tuple[str, str], str] = {}
    for each in told:
        for move in each.moved:
            name = each.names.get(move.fingerprint, "a metric")
            moves[name, move.fingerprint, move.window] = move
            key_results[name, move.fingerprint] = each.new.snapshot.key_result
    shared = Counter(name for name, _ in key_results)
    for (own, mark), group in groupby(sorted(moves), lambda key: key[:2]):
        some = [moves[key] for key in group]
        # Each manual key result has check-ins, and may have a milestone of the same id.
        name = f"{own} of {key_results[own, mark]}" if shared[own] > 1 else own
        shown = [f"{_over(m.window)}: {_number(m.old)} → {_number(m.new)}" for m in some[:_SHOWN]]
        more = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
        say(f"  {name} reads otherwise: {', '.join(shown)}{more}")


def _over(window: Window) -> str:
    if window.length == 1:
        return window.start.isoformat()
    return f"{window.start.isoformat()} to {window.last_day.isoformat()}"


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
        "changed": " ".join(_changed(each.old, each.new)) or None,
        "moved": [
            {
                "metric": each.names.get(move.fingerprint),
                "start": move.window.start.isoformat(),
                "end": move.window.end.isoformat(),
                "old": None if move.old is None else plain(move.old),
                "new": None if move.new is None else plain(move.new),
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
    value = snapshot.value if snapshot else None
    progress = snapshot.raw_progress if snapshot else None
    return {
        f"{when}value": None if value is None else plain(value),
        f"{when}progress": None if progress is None else plain(progress),
        f"{when}status": snapshot.status.value if snapshot else None,
    }


def _changed(old: Revision | None, new: Revision) -> list[str]:
    """The fields that are not what they were."""
    if old is None:
        return []
    before, after = json.loads(old.payload), json.loads(new.payload)
    keys = before.keys() | after.keys()
    return sorted(key for key in keys if before.get(key) != after.get(key))


def _lines(told: Iterable[Told]) -> Iterator[out.Row]:
    """Rounded, for people: what was said before stands above what is said now."""
    shown: Revision | None = None
    for each in told:
        if each.old and each.old is not shown:
            yield _line(None, each.old)
        yield _line(each.old, each.new)
        shown = each.new


def _line(old: Revision | None, new: Revision) -> out.Row:
    before = _rounded(old.snapshot) if old else {}
    after = _rounded(new.snapshot)
    return {
        "as_of": "" if old else new.snapshot.as_of.isoformat(),
        **{key: _arrow(before.get(key, text), text) for key, text in after.items()},
        "kind": new.kind.value,
        "known_since": f"{new.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M}",
        "run": new.run,
    }


def _rounded(snapshot: Snapshot) -> dict[str, str]:
    value, progress = snapshot.value, snapshot.raw_progress
    return {
        "value": _number(value),
        "progress": "–" if progress is None else percent(progress),
        "status": snapshot.status.value.replace("_", " "),
    }


def _number(value: Decimal | None) -> str:
    return "–" if value is None else short(value)


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"→ {new}"
