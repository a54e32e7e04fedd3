"""`okr backtest`: how far off forecasts of past days were."""

from collections.abc import Iterator

from flows.backtest import Backtest, backtests
from flows.places import Place
from okrapp import output as out
from okrapp.exits import USAGE, Exit
from okrapp.output import exact
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.backtest import PARTS, Part
from okrmodel.exact import percent
from okrmodel.store.recorded import spans
from okrmodel.store.store import Store
from okrmodel.suggestion import did_you_mean

COLUMNS = tuple(
    out.Column(key, title, right=right)
    for key, title, right in (
        ("workspace", "workspace", False),
        ("key_result", "key result", False),
        ("cycle", "cycle", False),
        ("part", "part", False),
        ("days", "days", True),
        ("off", "off by", True),
        ("inside", "in 80 %", True),
        ("why", "why none", False),
    )
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
    rows = [row for place in places for row in _rows(place, key_result, told=output == "table")]
    if not rows and key_result:
        known = [name for place in places for name in _recorded(place)]
        raise Exit(
            USAGE, f'key result "{key_result}" was never recorded{did_you_mean(key_result, known)}'
        )
    out.write(rows, COLUMNS, output)


def _recorded(place: Place) -> Iterator[str]:
    if not place.is_new:
        with expected_errors(), Store.open(place.store) as store:
            yield from (name for _, name in spans(store, place.workspace))


def _rows(place: Place, key_result: str | None, *, told: bool) -> Iterator[out.Row]:
    if place.is_new:
        return
    with expected_errors(), Store.open(place.store) as store:
        for one in backtests(store, place.workspace, key_result):
            about = {
                "workspace": place.workspace,
                "key_result": one.key_result,
                "cycle": _cycle(one) if told else one.cycle,
                "why": one.why or None,
            }
            yield from (about | _figures(part, told=told) for part in one.parts)
            if not one.parts:
                yield about


def _cycle(one: Backtest) -> str:
    return one.cycle if one.ended else f"{one.cycle} so far"


def _figures(part: Part, *, told: bool) -> out.Row:
    if not told:
        return {
            "part": part.number,
            "days": part.days,
            "off": exact(part.off),
            "inside": exact(part.inside),
        }
    return {
        "part": f"{part.number} of {PARTS}",
        "days": part.days,
        "off": None if part.off is None else percent(part.off),
        "inside": None if part.inside is None else percent(part.inside),
    }
