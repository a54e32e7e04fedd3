"""`okr freeze`: a closed cycle's figures, noted for good; and proof that they are as they were."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Annotated

from cyclopts import Parameter

from flows import freeze as job
from flows.places import Place
from okrapp import output as out
from okrapp.commands.status import write
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.jobs import refuse, run_here, tell_frozen
from okrapp.reading import read_sheets
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.store.frozen import Broken, FrozenCycle, broken, frozen_cycles
from okrmodel.store.store import Store, wall_clock

COLUMNS = (
    out.Column("workspace", "workspace"),
    out.Column("cycle", "cycle"),
    out.Column("frozen_at", "frozen (UTC)"),
    out.Column("key_results", "figures", right=True),
    out.Column("not_final", "not final", right=True),
    out.Column("changed", "changed", right=True),
    out.Column("digest", "digest", right=True),
)
_SHORT = 12
"""Digits of a digest that a person compares; JSON and CSV have all 64."""


def freeze(
    cycle: str | None = None,
    /,
    where: Where | None = None,
    *,
    verify: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Note for good how a cycle ended; what changes later stands beside it.

    Args:
        cycle: The cycle's id, such as 2026-Q4.
        where: Which workspaces.
        verify: Freeze nothing: compare the store with what was frozen, of this cycle or of all.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    places = (where or Where()).places()
    if verify:
        _verify(places, cycle, output)
        return
    if cycle is None:
        raise Exit(USAGE, "name the cycle to freeze, such as: okr freeze 2026-Q4")
    done = run_here(places, lambda opened: job.freeze(opened, cycle))
    frozen = {each.workspace: each for each in done.reports}
    with expected_errors():
        shown = [
            sheet
            for place in places
            if place.workspace in frozen
            for sheet in read_sheets(place, as_of=None, cycle=cycle, clock=wall_clock())
        ]
    if shown:
        write(shown, output)
    for each in frozen.values():
        tell_frozen(each)
    refuse(done)


def _verify(places: Iterable[Place], cycle: str | None, form: out.Format) -> None:
    with expected_errors():
        compared = [pair for place in places for pair in _compared(place, cycle)]
    if not compared:
        raise Exit(FAILED, f"{cycle or 'no cycle'} is {'not ' * bool(cycle)}frozen")
    digits = _SHORT if form == "table" else None
    out.write([_row(*pair, digits) for pair in compared], COLUMNS, form)
    if changed := [f"{f.workspace}: {each}" for f, found in compared for each in found]:
        raise Exit(FAILED, "\n".join(changed))


def _compared(place: Place, cycle: str | None) -> list[tuple[FrozenCycle, list[Broken]]]:
    """Each frozen cycle that is meant, with what is not as it was."""
    if place.is_new:
        return []
    with Store.open(place.store) as store:
        frozen = frozen_cycles(store, place.workspace).values()
        return [(f, list(broken(store, f))) for f in frozen if cycle in {None, f.cycle}]


def _row(frozen: FrozenCycle, changed: Sequence[Broken], digits: int | None) -> out.Row:
    return {
        "workspace": frozen.workspace,
        "cycle": frozen.cycle,
        "frozen_at": f"{frozen.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M}",
        "key_results": len(frozen.key_results),
        "not_final": len(frozen.not_final),
        "changed": len(changed),
        "digest": frozen.digest[:digits],
    }
