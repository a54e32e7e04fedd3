"""What ran, and how it went: a list of runs, of a workspace or of all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args

from okrapp.web.page import Page, query_of
from okrapp.web.pages.endings import ENDING_LOOKS, Ending, Fault, ending, faults, lasted
from okrapp.web.pages.workspaces import commonest
from okrapp.web.shelf import Shelf
from okrmodel.publication import Publication
from okrmodel.store.answering import Answering, answering
from okrmodel.store.every_workspace import Frame, every_workspace
from okrmodel.store.limits import KnownQuota, known_quotas
from okrmodel.store.run_list import Choice, Held, Parts, connections_of, held, parts_of, run_list
from okrmodel.store.runs import Result, StoredRun

ResultAsked = Literal["any", "ok", "stale", "failed", "unended"]
KindAsked = Literal["any", "sync", "backfill", "freeze"]

RESULTS: tuple[ResultAsked, ...] = get_args(ResultAsked)
KINDS: tuple[KindAsked, ...] = get_args(KindAsked)
ON_A_PAGE = 50
FEW_FAULTS = 3
"""In the list; a run's page has all of them."""
A_DAY, A_MONTH = timedelta(hours=24), timedelta(days=30)

_BY_DAY = " a day"
"""What the name of a daily quota ends with."""


@dataclass(frozen=True)
class RunsAsked:
    """What is asked of the list."""

    result: ResultAsked = "any"
    kind: KindAsked = "any"
    before: int | None = None
    """Only those older than the run of this id."""

    def query(self, **changes: Any) -> dict[str, str]:
        """What an address asks for it, with some of it changed."""
        return query_of(replace(self, **{"before": None, **changes}))

    def choice(self, workspaces: Iterable[str] | None) -> Choice:
        """The same for the store."""
        unended = self.result == "unended"
        return Choice(
            None if workspaces is None else tuple(workspaces),
            None if self.kind == "any" else self.kind,
            None if self.result == "any" or unended else Result(self.result),
            ended=False if unended else None,
            before=self.before,
        )


@dataclass(frozen=True)
class Did:
    """What a run was asked to do, as far as it can be told to people."""

    first: date | None = None
    last: date | None = None
    cycle: str = ""
    key_results: int | None = None
    """How many were chosen; None for all."""


@dataclass(frozen=True)
class RunLine:
    """A run in the list."""

    run: StoredRun
    name: str
    """The workspace's; its id where nothing was published of it."""
    published: bool
    """Whether the workspace, and so the run, has a page."""
    ending: Ending
    parts: Parts
    did: Did
    faults: Sequence[Fault]

    @property
    def lasted(self) -> str:
        """How long; empty while nobody knows."""
        return lasted(self.run.ended - self.run.began) if self.run.ended else ""

    @property
    def calls(self) -> int:
        """Requests to all connections."""
        return sum(each.calls for each in self.parts.connections)


@dataclass(frozen=True)
class Asking:
    """A connection of a workspace, and what it may be asked."""

    answering: Answering
    faults: Sequence[Fault]
    """Why it does not answer; empty where it does."""
    quotas: Sequence[KnownQuota]


@dataclass(frozen=True)
class Shared:
    """The connections of one name in all workspaces, at their last syncs."""

    name: str
    workspaces: int
    failed: int
    calls: int


def runs_page(shelf: Shelf, words: Publication | None, asked: RunsAsked) -> Page:
    """The page of a workspace, or of all that the viewer can see."""
    frames = _frames(shelf, words)
    locale, zone = commonest(frames.values())
    chosen = (words.workspace,) if words else shelf.allowed
    found = run_list(shelf.store, asked.choice(chosen), ON_A_PAGE + 1)
    content = {
        "asked": asked,
        "results": RESULTS,
        "kinds": KINDS,
        "lines": run_lines(shelf, found[:ON_A_PAGE], frames),
        "older": found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
        "few": FEW_FAULTS,
        "ending_looks": ENDING_LOOKS,
        "zone": zone,
        "connections": _asking(shelf, words) if words else (),
        "shared": () if words else _shared(shelf),
    }
    path = f"/w/{words.workspace}/runs" if words else "/runs"
    return Page("runs.html", words, content, locale, path)


def _frames(shelf: Shelf, words: Publication | None) -> Mapping[str, Frame]:
    if words:
        return {words.workspace: frame_of(words)}
    found = every_workspace(shelf.store).frames
    return {name: frame for name, frame in found.items() if shelf.sees(name)}


def frame_of(words: Publication) -> Frame:
    """What a publication says of the workspace itself."""
    return Frame(words.name, words.timezone, words.locale, words.rests, words.clock)


def run_lines(
    shelf: Shelf, found: Sequence[StoredRun], frames: Mapping[str, Frame]
) -> list[RunLine]:
    """Runs with what they did."""
    parts = parts_of(shelf.store, [run.id for run in found])
    at_work = held(shelf.store)
    return [
        _line(run, frames.get(run.workspace), parts.get(run.id, Parts()), at_work) for run in found
    ]


def _line(
    run: StoredRun, frame: Frame | None, parts: Parts, at_work: Mapping[str, Held]
) -> RunLine:
    return RunLine(
        run=run,
        name=frame.name if frame else run.workspace,
        published=frame is not None,
        ending=ending(run.id, run.ended, run.result, at_work.get(run.workspace)),
        parts=parts,
        did=did(run.parameters),
        faults=faults_of(run, parts),
    )


def did(parameters: Mapping[str, Any]) -> Did:
    """What parameters say; what cannot be read is left to the run's page, which has them exactly."""
    chosen = parameters.get("key_results")
    first = _day(parameters.get("from") or parameters.get("as_of"))
    cycle = parameters.get("cycle")
    return Did(
        first,
        _day(parameters.get("to")) or first,
        cycle if isinstance(cycle, str) else "",
        len(chosen) if isinstance(chosen, list) else None,
    )


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def faults_of(run: StoredRun, parts: Parts) -> tuple[Fault, ...]:
    """What went wrong: as its connections say it, or, where none does, as the run itself does."""
    told = [
        replace(fault, where=each.name)
        for each in parts.connections
        if each.result is Result.FAILED
        for fault in faults(each.reason)
    ]
    return tuple(told) or faults(run.reason or "")


def _asking(shelf: Shelf, words: Publication) -> list[Asking]:
    now = words.clock or shelf.clock()
    quotas = [each for each in known_quotas(shelf.store) if each.name.endswith(_BY_DAY)]
    return [
        Asking(each, faults(each.reason) if each.fails else (), _of_account(quotas, each.account))
        for each in answering(shelf.store, words.workspace, (now - A_DAY, now - A_MONTH))
    ]


def _of_account(quotas: Iterable[KnownQuota], account: str | None) -> list[KnownQuota]:
    """An account's own; none where two systems have one of the same number."""
    own = [each for each in quotas if account and each.account.endswith(f" {account}")]
    return own if len({each.account for each in own}) == 1 else []


def _shared(shelf: Shelf) -> list[Shared]:
    standings = every_workspace(shelf.store).standings
    last = [one.last_sync.run for n, one in standings.items() if one.last_sync and shelf.sees(n)]
    asked, failed, calls = Counter[str](), Counter[str](), Counter[str]()
    for connections in connections_of(shelf.store, last).values():
        for each in connections:
            asked[each.name] += 1
            failed[each.name] += each.result is Result.FAILED
            calls[each.name] += each.calls
    return [Shared(name, asked[name], failed[name], calls[name]) for name in sorted(asked)]
