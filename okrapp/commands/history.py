"""`okr history`: what was said of a key result once, and is said otherwise since."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from itertools import pairwise
from typing import Annotated

from cyclopts import Parameter

from okrapp import output as out
from okrapp.remembered import remembered
from okrapp.where import Where
from okrmodel.exact import percent, plain, short
from okrmodel.snapshot import Snapshot
from okrmodel.store.recorded import history as all_revisions
from okrmodel.store.snapshots import Revision

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
    "changed",
    "reason",
    "known_since",
    "run",
)
COLUMNS = tuple(out.Column(key, key.replace("_", " ")) for key in FIELDS)
SHOWN = (
    out.Column("as_of", "as of"),
    out.Column("value", "value", right=True),
    out.Column("progress", "progress", right=True),
    out.Column("status", "status"),
    out.Column("kind", "why"),
    out.Column("known_since", "known since (UTC)"),
    out.Column("run", "run", right=True),
)
"""Of which a person sees fewer; what changed has an arrow."""

_Pair = tuple[Revision | None, Revision]


def history(
    key_result: str,
    /,
    where: Where | None = None,
    *,
    as_of: date | None = None,
    cycle: str | None = None,
    every: Annotated[bool, Parameter(name="--all", negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Show what was restated, confirmed or recomputed of a key result, and since when.

    Args:
        key_result: Its id.
        where: In which workspaces to look.
        as_of: One day only.
        cycle: A cycle's id; the newest that the key result was recorded in when not given.
        every: Also what was said first of each day.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    with remembered(where, key_result, cycle=cycle, as_of=as_of) as found:
        workspace = found.place.workspace
        revisions = all_revisions(found.store, workspace, found.cycle, key_result, as_of)
    pairs = [pair for pair in _pairs(revisions) if every or pair[0]]
    if output != "table":
        out.write([_row(*pair) for pair in pairs], COLUMNS, output)
        return
    from okrapp.terminal import console  # noqa: PLC0415 - Rich is for people

    if not pairs:
        console().print(_nothing(key_result, as_of, recorded=bool(revisions)), markup=False)
        return
    out.write(_lines(pairs), SHOWN, "table")


def _pairs(revisions: Iterable[Revision]) -> Iterator[_Pair]:
    """Each revision with the one before it of the same day."""
    for old, new in pairwise([None, *revisions]):
        if new is None:
            continue
        same_day = old is not None and old.snapshot.as_of == new.snapshot.as_of
        yield (old if same_day else None), new


def _nothing(key_result: str, as_of: date | None, *, recorded: bool) -> str:
    of = f"{key_result} as of {as_of}" if as_of else f"{key_result}"
    return f"Nothing of {of} has changed since." if recorded else f"{of} was not recorded."


def _row(old: Revision | None, new: Revision) -> out.Row:
    before, after = (old.snapshot if old else None), new.snapshot
    row = {
        "workspace": after.workspace,
        "cycle": after.cycle,
        "key_result": after.key_result,
        "as_of": after.as_of.isoformat(),
        "revision": new.revision,
        "kind": new.kind.value,
        **_figures(before, "old_"),
        **_figures(after),
        "changed": " ".join(_changed(old, new)) or None,
        "reason": after.reason,
        "known_since": new.recorded_at.astimezone(UTC).isoformat(),
        "run": new.run,
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
    return sorted(key for key in after if before.get(key) != after[key])


def _lines(pairs: Iterable[_Pair]) -> Iterator[out.Row]:
    """The same, rounded, for people: what was said before stands above it."""
    shown: Revision | None = None
    for old, new in pairs:
        if old and old is not shown:
            yield _line(None, old)
        yield _line(old, new)
        shown = new


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
        "value": "–" if value is None else short(value),
        "progress": "–" if progress is None else percent(progress),
        "status": snapshot.status.value.replace("_", " "),
    }


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"→ {new}"
