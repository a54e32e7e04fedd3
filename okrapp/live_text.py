"""What `okr lint --live` adds: the sources' problems among the others, and what asking them took."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from flows.edges import Edges
from flows.places import Place
from okrmodel.exact import counted
from okrmodel.problems import Problem

if TYPE_CHECKING:
    from flows.live_lint import Live


def ask(places: Iterable[Place], *, fresh: bool) -> "list[Live]":
    """Lint each workspace against its sources."""
    # A lint of the files alone, before each commit, waits for no database's code.
    from flows.live_lint import lint_live  # noqa: PLC0415

    edges = Edges()
    return [lint_live(place, edges, fresh=fresh) for place in places]


def merged(problems: list[Problem], asked: "Sequence[Live]") -> list[Problem]:
    """All problems in the order of the files' lines; as they came where no source was asked."""
    more = [problem for live in asked for problem in live.problems]
    return sorted([*problems, *more]) if more else problems


def told(asked: "Sequence[Live]") -> Iterator[str]:
    """How the sources' word was come by."""
    if refused := [live for live in asked if not live.asked]:
        yield f"The sources of {counted(len(refused), 'workspace')} with errors were not asked."
    if len(refused) == len(asked):
        return
    line = f"The sources were asked: {counted(sum(live.calls for live in asked), 'call')}."
    since = [live.since for live in asked if live.since]
    if since:
        oldest = min(since).astimezone()
        line += f" Other answers are kept since {oldest:%Y-%m-%d %H:%M}; --fresh asks again."
    yield line
