"""All workspaces at one glance: how they stand, which need attention, and did their syncs go well?"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from okrapp.web.page import Page, query_of
from okrapp.web.pages.endings import A_NIGHT, ENDING_LOOKS, TROUBLE, Ending, ending
from okrapp.web.shelf import Shelf
from okrmodel.rollup import EVERY_STATUS
from okrmodel.snapshot import Status
from okrmodel.store.board import Standing
from okrmodel.store.every_workspace import (
    Frame,
    Weakest,
    anything_recorded,
    every_workspace,
    reasons_of,
    weakest_of,
)
from okrmodel.store.run_list import Held, held
from okrmodel.telling.looks import COURSE_SIGNS, COURSES

Column = Literal["name", "cycle", "courses", "worst", "score", "through", "sync"]
Sort = Literal[
    "name", "cycle", "courses", "worst", "score", "through", "sync",
    "-name", "-cycle", "-courses", "-worst", "-score", "-through", "-sync",
]  # fmt: skip
"""By which column; with a minus the other way round."""
Filter = Literal["all", "attention", "off-track", "at-risk", "on-course", "sync", "rests"]

COLUMNS: tuple[Column, ...] = get_args(Column)
FILTERS: tuple[Filter, ...] = get_args(Filter)
ON_A_PAGE = 100
"""So that a page stays under 150 kB."""
MOST_REASON = 160
"""Characters of a reason in the list; the run's page has all of it."""

_WHOLE_LETTERS = str.maketrans("łøđ", "lod")
"""Letters that Unicode does not take for others with an accent."""
_FINE = EVERY_STATUS.index(Status.ON_TRACK)
_WORST_FIRST = (*EVERY_STATUS[:_FINE], Status.NO_DATA, None, *EVERY_STATUS[_FINE:-1])
"""A workspace of which nothing at all is known, or was ever recorded, comes before what is well."""
_RANKS = {status: rank for rank, status in enumerate(_WORST_FIRST)}
_SYNC_RANKS = {one: n for n, one in enumerate((*TROUBLE, Ending.GOES_ON, Ending.OK, Ending.RESTS))}


@dataclass(frozen=True)
class Listing:
    """What is asked of the list."""

    sort: Sort = "worst"
    filter: Filter = "all"
    q: str = ""
    """A part of a name or an id."""
    page: int = 1

    def query(self, **changes: Any) -> dict[str, str]:
        """What an address asks for it, with some of it changed."""
        return query_of(replace(self, **{"page": 1, **changes}))

    @property
    def column(self) -> str:
        """Which column it is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def down(self) -> bool:
        """Whether the other way round."""
        return self.sort.startswith("-")


@dataclass(frozen=True)
class Line:
    """A workspace in the list."""

    standing: Standing
    frame: Frame
    through: date | None
    """The last day that most of its figures are complete up to."""
    sync: Ending
    weakest: Weakest | None = None
    reason: str = ""
    """Why the last sync went as it did."""
    places: Sequence[int] = field(default=())
    """Where it stands in the order of each column."""
    hidden: bool = False
    """Here only for scripts, which choose others at once."""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many key results are on each course."""
        counts = self.standing.counts
        found = {name: sum(counts.get(s, 0) for s in among) for name, among in COURSES.items()}
        return found | {"quiet": found["quiet"] + self.standing.unrecorded}

    @cached_property
    def filters(self) -> frozenset[Filter]:
        """Those that let it through."""
        counts, rests = self.counts, self.sync is Ending.RESTS
        trouble = self.sync in TROUBLE
        nothing = self.standing.weakest is None or self.standing.stale > 0
        chosen: dict[Filter, bool] = {
            "all": True,
            "attention": not rests and (counts["bad"] > 0 or trouble or nothing),
            "off-track": counts["bad"] > 0,
            "at-risk": counts["bad"] == 0 and counts["warn"] > 0,
            "on-course": counts["good"] > 0 and counts["bad"] == counts["warn"] == 0,
            "sync": trouble,
            "rests": rests,
        }
        return frozenset(name for name, among in chosen.items() if among)

    def has(self, text: str) -> bool:
        """Whether a text is part of its name or id."""
        wanted = _folded(text.strip())
        return wanted in _folded(self.standing.name) or wanted in self.standing.workspace


def workspaces_page(shelf: Shelf, asked: Listing, *, whole: bool = False) -> Page:
    """The page.

    Args:
        shelf: What the viewer can read.
        asked: Which of them, and in which order.
        whole: Whether all of them are to be on one page, however many there are.
    """
    lines = all_lines(shelf)
    if not lines:
        return Page("workspaces.html", None, {"empty": _why_empty(shelf)})
    locale, zone = commonest(line.frame for line in lines)
    ordered = _ordered(lines, asked.sort)
    chosen = [line for line in ordered if asked.filter in line.filters and line.has(asked.q)]
    whole = whole or len(lines) <= ON_A_PAGE
    pages = 1 if whole else max(-(-len(chosen) // ON_A_PAGE), 1)
    page = min(asked.page, pages)
    first = (page - 1) * ON_A_PAGE
    here = _all_placed(ordered, chosen) if whole else chosen[first : first + ON_A_PAGE]
    content = {
        "empty": "",
        "asked": replace(asked, page=page),
        "columns": COLUMNS,
        "lines": _told(shelf, here),
        "chosen": len(chosen),
        "first": first,
        "pages": pages,
        "whole": whole,
        "zone": zone,
        "year": max((line.through.year for line in lines if line.through), default=None),
    }
    return Page("workspaces.html", None, content | _glance(lines), locale)


def only_one(shelf: Shelf) -> str | None:
    """The id of the workspace that the viewer can see, if it is the only one."""
    found = [name for name in every_workspace(shelf.store).standings if shelf.sees(name)]
    return found[0] if len(found) == 1 else None


def commonest(frames: Iterable[Frame]) -> tuple[str, ZoneInfo]:
    """The locale and the zone of most workspaces, for a page that tells of many."""
    locales, zones = Counter[str](), Counter[str]()
    for frame in frames:
        locales[frame.locale] += 1
        zones[frame.timezone] += 1
    return _most(locales) or "en", ZoneInfo(_most(zones) or "UTC")


def _most(counter: Counter[str]) -> str | None:
    """Of equals the first by name, so that a page stays as it is."""
    return min(counter, key=lambda each: (-counter[each], each), default=None)


def _why_empty(shelf: Shelf) -> str:
    if shelf.allowed is not None:
        return "not-for-you"
    return "unpublished" if anything_recorded(shelf.store) else "nothing"


def all_lines(shelf: Shelf) -> list[Line]:
    """All that the viewer can see."""
    found = every_workspace(shelf.store)
    at_work = held(shelf.store)
    now = shelf.clock()
    return [
        Line(
            standing,
            frame := found.frames[name],
            found.through(name),
            _sync(standing, frame, frame.clock or now, at_work.get(name)),
        )
        for name, standing in found.standings.items()
        if shelf.sees(name)
    ]


def _sync(standing: Standing, frame: Frame, now: datetime, at_work: Held | None) -> Ending:
    """How the last sync ended, or that it was left out."""
    last = standing.last_sync
    if frame.rests:
        return Ending.RESTS
    if last is None:
        return Ending.NEVER
    found = ending(last.run, last.ended, last.result, at_work)
    late = found in (Ending.OK, Ending.STALE) and now - last.began > A_NIGHT
    return Ending.MISSED if late else found


def _glance(lines: Sequence[Line]) -> dict[str, Any]:
    """What is counted over all that can be seen, whatever is chosen of them."""
    courses: Counter[str] = Counter()
    for line in lines:
        courses.update(line.counts)
    return {
        "all": len(lines),
        "filters": {name: sum(name in line.filters for line in lines) for name in FILTERS},
        "courses": courses,
        "course_signs": COURSE_SIGNS,
        "endings": Counter(line.sync for line in lines),
        "ending_looks": ENDING_LOOKS,
        "trouble": TROUBLE,
    }


def _told(shelf: Shelf, lines: Sequence[Line]) -> list[Line]:
    """With what is read only of those that are shown."""
    weakest = weakest_of(shelf.store, [line.standing.workspace for line in lines])
    runs = [x.standing.last_sync.run for x in lines if x.standing.last_sync and x.sync in TROUBLE]
    reasons = reasons_of(shelf.store, runs)
    return [
        replace(
            line,
            weakest=weakest.get(line.standing.workspace),
            reason=_short(reasons.get(last.run, "")) if (last := line.standing.last_sync) else "",
        )
        for line in lines
    ]


def _short(reason: str) -> str:
    line = " ".join(reason.split())
    return line if len(line) <= MOST_REASON else f"{line[:MOST_REASON].rstrip()}…"


def _all_placed(ordered: Sequence[Line], chosen: Iterable[Line]) -> list[Line]:
    """All, with their place in every order: scripts sort by it, and show those that were not chosen."""
    shown = {line.standing.workspace for line in chosen}
    places: dict[str, list[int]] = {line.standing.workspace: [] for line in ordered}
    for column in COLUMNS:
        for place, line in enumerate(_ordered(ordered, column)):
            places[line.standing.workspace].append(place)
    return [
        replace(line, places=places[name], hidden=name not in shown)
        for line in ordered
        for name in (line.standing.workspace,)
    ]


def _ordered(lines: Iterable[Line], sort: Sort) -> list[Line]:
    key = _KEYS[sort.removeprefix("-")]
    return sorted(lines, key=lambda line: (*key(line), *_name(line)), reverse=sort.startswith("-"))


def _name(line: Line) -> tuple[Any, ...]:
    return _folded(line.standing.name), line.standing.workspace


def _courses(line: Line) -> tuple[Any, ...]:
    """The largest share off track first, then the largest at risk."""
    counts = line.counts
    of = max(line.standing.key_results, 1)
    return -Decimal(counts["bad"]) / of, -Decimal(counts["warn"]) / of


def _worst(line: Line) -> tuple[Any, ...]:
    return _RANKS[line.standing.weakest], *_courses(line), *_score(line)


def _score(line: Line) -> tuple[Any, ...]:
    score = line.standing.score
    return (Decimal(-1) if score is None else score,)


def _through(line: Line) -> tuple[Any, ...]:
    return (line.through or date.min,)


def _synced(line: Line) -> tuple[Any, ...]:
    last = line.standing.last_sync
    return _SYNC_RANKS[line.sync], last.began.timestamp() if last else 0.0


_KEYS: Mapping[str, Callable[[Line], tuple[Any, ...]]] = {
    "name": lambda _: (),
    "cycle": lambda line: (line.standing.cycle,),
    "courses": _courses,
    "worst": _worst,
    "score": _score,
    "through": _through,
    "sync": _synced,
}
"""What each column is sorted by; what is not known is the least."""


def _folded(text: str) -> str:
    """Without capitals and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_WHOLE_LETTERS)
    return "".join(each for each in plain if not unicodedata.combining(each))
