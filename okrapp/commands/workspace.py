"""`okr workspace`: a client comes, rests, goes on, and leaves."""

from typing import Annotated

from cyclopts import Parameter

from okrapp.exits import USAGE, Exit
from okrapp.refusals import today_in
from okrapp.where import Which
from okrmodel.reading.resting import rested, without

Config = Annotated[Which, Parameter(name="*")]


def pause(id_: str, /, *, where: Which | None = None, reason: str = "") -> None:
    """Let a workspace rest: no night syncs it until it is resumed.

    Args:
        id_: Its id.
        where: In which config.
        reason: Why, for whoever reads its figures.
    """
    place, workspace = _one(where, id_)
    if workspace.rests:
        raise Exit(USAGE, f"workspace {id_} is {workspace.rests} already")
    since = today_in(workspace).isoformat()
    told = f"{{ since: {since}{f', reason: {_quoted(reason)}' if reason else ''} }}"
    _edit(place, lambda text: rested(text, "paused", told))
    _say(f"{id_} is paused since {since}; okr workspace resume {id_} goes on with it.")


def resume(id_: str, /, *, where: Which | None = None) -> None:
    """Go on with a workspace that was paused.

    Args:
        id_: Its id.
        where: In which config.
    """
    place, workspace = _one(where, id_)
    if workspace.left:
        raise Exit(USAGE, f"workspace {id_} was {workspace.rests}, for good")
    if not workspace.rests:
        raise Exit(USAGE, f"workspace {id_} is not paused")
    _edit(place, lambda text: without(text, "paused"))
    _say(f"{id_} goes on: the next sync makes the missed nights good, up to a month of them.")
