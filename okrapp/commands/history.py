"""`okr history`: what was said of key results once, and is said otherwise since."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from cyclopts import Parameter

from okrapp import changes
from okrapp import output as out
from okrapp.exits import USAGE, Exit
from okrapp.refusals import expected_errors
from okrapp.remembered import remembered
from okrapp.where import Where
from okrmodel.store.kinds import Kind
from okrmodel.store.restatements import pairs_since
from okrmodel.store.store import Store
from okrmodel.telling.causes import Told, explained, pairs_of


def history(
    key_result: str | None = None,
    /,
    where: Where | None = None,
    *,
    as_of: date | None = None,
    since: date | None = None,
    cycle: str | None = None,
    every: Annotated[bool, Parameter(name="--all", negative=(), show_default=False)] = False,
    output: out.Format = "table",
) -> None:
    """Show what was restated, confirmed or recomputed, since when, and because of what.

    Args:
        key_result: Its id; without one, everything that was restated in the workspaces.
        where: In which workspaces to look.
        as_of: One day only, of a key result.
        since: Only what became known on this day or later, in UTC.
        cycle: A cycle's id; the newest that the key result was recorded in when not given.
        every: Of a key result also what was said first of each day; without one also what was
            confirmed or recomputed.
        output: A table for people; JSON or CSV, with exact numbers, for programs.
    """
    instant = datetime.combine(since, time(), UTC) if since else None
    if key_result is None:
        if as_of or cycle:
            raise Exit(USAGE, "--as-of and --cycle need a key result, such as okr history mqls")
        _of_workspaces(where or Where(), instant, output, every=every)
        return
    with remembered(where, key_result, cycle=cycle, as_of=as_of) as found:
        workspace = found.place.workspace
        every_pair = pairs_of(found.store, workspace, found.cycle, key_result, as_of)
        pairs = [
            (old, new)
            for old, new in every_pair
            if (every or old) and (instant is None or new.recorded_at >= instant)
        ]
        told = explained(found.store, workspace, pairs)
    if output != "table":
        changes.write(told, output)
        return
    if not told:
        of = f"{key_result} as of {as_of}" if as_of else key_result
        since_when = since or "it was first recorded"
        ending = f"has changed since {since_when}" if every_pair else "was recorded"
        changes.say(f"Nothing of {of} {ending}.")
        return
    changes.print_one(told)


def _of_workspaces(
    where: Where, since: datetime | None, output: out.Format, *, every: bool
) -> None:
    """Newest first; what leaders ask: what has changed since Friday?"""
    told: list[Told] = []
    places = where.places()
    if not places[0].is_new:
        # All workspaces of a config are remembered in one store.
        with expected_errors(), Store.open(places[0].store) as store:
            for place in places:
                pairs = [
                    (old, new)
                    for old, new in pairs_since(store, place.workspace, since)
                    if every or new.kind is Kind.RESTATEMENT
                ]
                told += explained(store, place.workspace, pairs)
    if output != "table":
        changes.write(told, output)
    elif told:
        changes.print_all(told)
    elif places[0].is_new:
        changes.say("Nothing was recorded yet; run okr sync.")
    else:
        changes.say(f"Nothing was restated{f' since {since:%Y-%m-%d}' if since else ''}.")
