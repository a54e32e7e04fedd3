"""`okr backtest`: how far off forecasts of past days were."""

from collections.abc import Iterator, Sequence

from flows.backtest import Backtest, backtests
from flows.places import Place
from okrapp import output as out
from okrapp.exits import USAGE, Exit
from okrapp.output import exact
from okrapp.refusals import expected_errors
from okrapp.rounded import percent
from okrapp.where import Where
from okrmodel.backtest import PARTS, Part
from okrmodel.store.recorded import spans
from okrmodel.store.store import Store
from okrmodel.suggestion import did_you_mean

COLUMNS = tuple(
    out.Column(key, key)
    for key in ("workspace", "key_result", "cycle", "ended", "part", "days", "off", "inside", "why")
)
_PARTS = range(1, PARTS + 1)
_TABLE = (
    out.Column("key_result", "key result"),
    out.Column("cycle", "cycle", right=True),
    *(out.Column(str(n), f"{n}/{PARTS}", right=True) for n in _PARTS),
)
_LEGEND = (
    "Half of a part's forecasts were within the first figure of what came; the second is the"
    " share of them whose 80 % range held it. Parts are quarters of the cycle."
)


def backtest(
    key_result: str | None = None,
    /,
    where: Where | None = None,
    *,
    output: out.Format = "table",
) -> None:
    """Show how far off the forecasts of past days were, by the part of the cycle.

    Args:
        key_result: Its id; all when not given.
        where: In which workspaces to look.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    places = (where or Where()).places()
    found = [(place.workspace, one) for place in places for one in _tested(place, key_result)]
    if not found and key_result:
        known = [name for place in places for name in _recorded(place)]
        raise Exit(
            USAGE, f'key result "{key_result}" was never recorded{did_you_mean(key_result, known)}'
        )
    if output == "table":
        _print(found, several=len(places) > 1)
    else:
        out.write(
            [row for workspace, one in found for row in _rows(workspace, one)], COLUMNS, output
        )


def _recorded(place: Place) -> Iterator[str]:
    if not place.is_new:
        with expected_errors(), Store.open(place.store) as store:
            yield from (name for _, name in spans(store, place.workspace))


def _tested(place: Place, key_result: str | None) -> Iterator[Backtest]:
    if not place.is_new:
        with expected_errors(), Store.open(place.store) as store:
            yield from backtests(store, place.workspace, key_result)


def _rows(workspace: str, one: Backtest) -> Iterator[out.Row]:
    about = {
        "workspace": workspace,
        "key_result": one.key_result,
        "cycle": one.cycle,
        "ended": one.ended,
        "why": one.why or None,
    }
    for part in one.parts:
        figures = {"off": exact(part.off), "inside": exact(part.inside)}
        yield about | {"part": part.number, "days": part.days} | figures
    if not one.parts:
        yield about


def _print(found: Sequence[tuple[str, Backtest]], *, several: bool) -> None:
    """A row for each that could be tested; below, why the others could not."""
    # Rich is for people: the other commands do without its tenth of a second.
    from okrapp.terminal import console  # noqa: PLC0415

    named = [
        (f"{workspace}/{one.key_result}" if several else one.key_result, one)
        for workspace, one in found
    ]
    rows = [_row(name, one) for name, one in named if one.parts]
    if rows:
        out.write(rows, _TABLE, "table")
        console().print(f"\n{_LEGEND}", style="dim")
    if lacking := [(name, one.why) for name, one in named if not one.parts]:
        console().print("\nNo forecasts to test:" if rows else "No forecasts to test:")
        for name, why in lacking:
            console().print(f"  {name}: {why}", highlight=False)
    if not named:
        console().print("Nothing was recorded yet; run okr sync.")


def _row(name: str, one: Backtest) -> out.Row:
    cycle = one.cycle if one.ended else f"{one.cycle} so far"
    return {"key_result": name, "cycle": cycle} | {str(p.number): _figures(p) for p in one.parts}


def _figures(part: Part) -> str:
    return f"{percent(part.off)}, {percent(part.inside)}"
