"""`okr plan --all`: which workspaces a change moves, a line each, however many there are."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.edges import Edges
from flows.places import Place
from flows.view import open_store, view_in
from flows.whatif import Foretold, WhatIf, what_if
from okrapp import output as out
from okrapp import plan_told as told
from okrapp.exits import FAILED, Exit
from okrapp.plan_text import problem_told, quoted
from okrapp.refusals import expected_errors
from okrmodel.exact import counted
from okrmodel.problems import Problem, Severity, with_lines
from okrmodel.snapshot import Status
from okrmodel.telling.markdown_text import plain

_NAMED = 3
"""Key results or metrics that are named before the rest are counted."""


Figures = dict[str, str | None] | None
"""Exact, for programs; None when not known, or not recorded."""


@dataclass(frozen=True)
class Last:
    """A key result that changes, on its last recorded day."""

    key_result: str
    as_of: date | None
    """None: nothing was recorded."""
    old: Figures
    new: Figures
    moves: str
    """Value and progress before and after, where they are others; rounded, for people."""

    def __str__(self) -> str:
        return f"{self.key_result} ({self.moves})" if self.moves else self.key_result


@dataclass(frozen=True)
class Moving:
    """What changes in a workspace, without its days: a thousand of these are kept at once."""

    workspace: str
    title: str
    key_results: tuple[Last, ...]
    metrics: tuple[str, ...]
    words: tuple[str, ...]
    """Key results that change in words only."""
    recorded: int
    """Recorded days of the key results that change."""
    moved: int
    """Those of them with other figures."""
    unknown: int
    """Those of them that are not known without a pull."""
    flips: Counter[tuple[Status, Status]]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Everyone:
    """All workspaces of a root."""

    moving: tuple[Moving, ...]
    unmoved: int
    unread: Mapping[str, str]
    """Those whose config cannot be used, by id, and why not."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """Each reason once: a broken template is the same one for all who use it."""
        return tuple(dict.fromkeys(self.unread.values()))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everyone's; what the library is to blame for is told once."""
        return tuple(sorted({problem for one in self.moving for problem in one.problems}))


def plan_all(places: Sequence[Place], output: str) -> None:
    """Look at all of them, and print whom the config would move.

    Raises:
        Exit: There are problems, or workspaces that cannot be read.
    """
    found = _everyone(places)
    match output:
        case "json":
            out.write_json(_as_json(found))
        case "markdown":
            sys.stdout.write("\n\n".join(_markdown(found)) + "\n")
        case _:
            for line in (*_text(found), *_problem_lines(found, places[0])):
                print(line)  # noqa: T201 - a line for a workspace, unwrapped
    if found.unread or any(p.severity is Severity.ERROR for p in found.problems):
        raise Exit(FAILED, "\n\n".join(found.refusals))


def _everyone(places: Sequence[Place]) -> Everyone:
    moving: list[Moving] = []
    unread: dict[str, str] = {}
    edges = Edges()
    # One store remembers them all: opened once, for opening takes as long as looking.
    with expected_errors(), open_store(places[0], edges) as store:
        for place in places:
            try:
                with expected_errors():
                    view = view_in(store, place, edges)
                    # Who left for good is synced no more: nothing moves it.
                    found = None if view.company.workspace.left else what_if(view)
            except Exit as refusal:
                unread[place.workspace] = refusal.message
            else:
                if found and not found.empty:
                    moving.append(_in_short(found))
    unmoved = len(places) - len(moving) - len(unread)
    return Everyone(tuple(moving), unmoved, unread)


def _in_short(found: WhatIf) -> Moving:
    every = found.key_results
    return Moving(
        workspace=found.workspace,
        title=found.title,
        key_results=tuple(map(_last, every)),
        metrics=tuple(metric.id for metric in found.metrics),
        words=tuple(told.names(change)[0] for change in found.words),
        recorded=sum(day.old is not None for one in every for day in one.days),
        moved=sum(len(one.moved) for one in every),
        unknown=sum(day.old is not None for one in every for day in one.unknown),
        flips=sum((one.flips for one in every), Counter()),
        problems=found.problems,
    )


def _last(foretold: Foretold) -> Last:
    day = foretold.days[-1] if foretold.days and foretold.days[-1].old else None
    return Last(
        key_result=told.names(foretold.change)[0],
        as_of=day.as_of if day else None,
        old=told.exact_figures(day.old if day else None),
        new=told.exact_figures(day.new if day else None),
        moves=told.moves(foretold),
    )


def _text(found: Everyone) -> Iterator[str]:
    for one in found.moving:
        yield f"{one.workspace}: {'; '.join(_sentences(one))}"
    if found.moving:
        yield ""
    yield _count(found)


def _problem_lines(found: Everyone, place: Place) -> Iterator[str]:
    if found.problems:
        yield ""
        yield from with_lines(found.problems, place.root)


def _count(found: Everyone) -> str:
    moving, unmoved = len(found.moving), found.unmoved
    every = counted(moving + unmoved + len(found.unread), "workspace")
    parts = [f"{moving} of {every} {'moves' if moving == 1 else 'move'}"]
    parts.append(f"{unmoved} {'does' if unmoved == 1 else 'do'} not")
    if found.unread:
        parts.append(f"{len(found.unread)} cannot be read ({_some(tuple(found.unread))})")
    return f"{', '.join(parts)}."


def _sentences(one: Moving) -> Iterator[str]:
    yield _changes(one)
    if days := _days(one):
        yield days
    if flips := _flips(one):
        yield f"status {flips}"


def _changes(one: Moving) -> str:
    every = (
        ("key result", one.key_results, ""),
        ("metric", one.metrics, ""),
        ("key result", one.words, " in words only"),
    )
    named = ((f"{what}{'s' * (len(ids) > 1)}", ids, how) for what, ids, how in every if ids)
    return ", ".join(f"{what} {_some(ids)}{how}" for what, ids, how in named)


def _some(ids: Sequence[object]) -> str:
    # One more takes no more room than its being counted.
    shown = len(ids) if len(ids) <= _NAMED + 1 else _NAMED
    more = len(ids) - shown
    return ", ".join(map(str, ids[:shown])) + (f" and {more} more" if more else "")


def _days(one: Moving) -> str:
    if not one.recorded:
        return ""
    moves = "moves" if one.moved == 1 else "move"
    moved = f"{one.moved} of {counted(one.recorded, 'recorded day')} {moves}"
    return moved + (f", {one.unknown} not known without a pull" if one.unknown else "")


def _flips(one: Moving) -> str:
    flips = one.flips.most_common()
    return ", ".join(f"{a.words} → {b.words} on {counted(n, 'day')}" for (a, b), n in flips)


def _markdown(found: Everyone) -> Iterator[str]:
    """The same as a comment on a pull request."""
    yield f"## okr plan --all\n\n{plain(_count(found))}"
    yield from map(quoted, found.refusals)
    if found.problems:
        yield "\n".join(f"- {problem_told(problem)}" for problem in found.problems)
    if found.moving:
        yield "\n".join(_rows(found.moving))


def _rows(moving: Iterable[Moving]) -> Iterator[str]:
    yield "| workspace | what changes | recorded days | status |"
    yield "|---|---|---|---|"
    for one in moving:
        cells = map(plain, (one.title, _changes(one), _days(one), _flips(one)))
        yield f"| `{one.workspace}` {' | '.join(cells)} |"


def _as_json(found: Everyone) -> dict[str, Any]:
    return {
        "moving": [
            {
                "workspace": one.workspace,
                "key_results": [_last_json(last) for last in one.key_results],
                "metrics": list(one.metrics),
                "words": list(one.words),
                "recorded_days": one.recorded,
                "moved_days": one.moved,
                "not_known_without_a_pull": one.unknown,
                "flips": [
                    {"from": a.value, "to": b.value, "days": days}
                    for (a, b), days in one.flips.most_common()
                ],
                "problems": [problem.as_json() for problem in one.problems],
            }
            for one in found.moving
        ],
        "unmoved": found.unmoved,
        "unread": list(found.unread),
    }


def _last_json(last: Last) -> dict[str, Any]:
    return {
        "key_result": last.key_result,
        "as_of": last.as_of and last.as_of.isoformat(),
        "old": last.old,
        "new": last.new,
    }
