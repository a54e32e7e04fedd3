"""Linting a config against its sources and its store: the facts, and what the rules say of them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from connectors.contract import Ask, Finding
from connectors.registry import catalogue, installed
from flows.edges import Edges
from flows.limits import shared
from flows.live_asking import Said, Wanted, ask, is_cheap
from flows.live_memory import Memory, recall
from flows.places import BadConfig, Place
from flows.view import View, open_view
from okrmodel.definitions.company import Company
from okrmodel.definitions.metrics import SourceMetric
from okrmodel.lint.draft import METRICS_FILE, WORKSPACE_FILE
from okrmodel.lint.live import Complaint, Facts, LastDays, Reading, Way, judged, last_days
from okrmodel.lint.ways import Need, Open, open_ways
from okrmodel.observations import Aggregation, Key
from okrmodel.problems import KeyPath, Problem
from okrmodel.problems import Place as Position
from okrmodel.resolution import Source, source_of
from okrmodel.secrets import redacted
from okrmodel.snapshot import Known
from okrmodel.store.observations import known_observations
from okrmodel.store.snapshots import latest
from okrmodel.windows import ONE_DAY, Window, day_of, in_order

ASKED = 0
"""The id of what was not stored but asked."""


@dataclass(frozen=True)
class Live:
    """What linting a workspace against its sources gave."""

    problems: tuple[Problem, ...] = ()
    calls: int = 0
    """Requests sent."""
    asked: bool = True
    """Whether it was; a config with errors is not."""
    since: datetime | None = None
    """When the oldest of what was only remembered had been said; None: nothing was."""


def lint_live(place: Place, edges: Edges, *, fresh: bool = False) -> Live:
    """Ask a workspace's connections, as far as they were not asked within a day.

    A config with errors is not asked about: nobody knows what it means. Nothing is recorded but
    what the sources said, beside the store (`flows.live_memory`).

    Args:
        place: The workspace.
        edges: The budget is the one that all users of the store share.
        fresh: Believe nothing that is only remembered.

    Raises:
        StoreError: The store cannot be opened.
    """
    try:
        with open_view(place, edges) as view, _budget(place, view, edges) as sharing:
            return _looked(view, sharing, recall(place, edges.clock(), fresh=fresh))
    except BadConfig:
        return Live(asked=False)


def _looked(view: View, sharing: Edges, memory: Memory) -> Live:
    look = _Look(view)
    said = {
        name: ask(view, name, sharing, wanted, memory)
        for name, wanted in sorted(look.wanted.items())
    }
    memory.write()
    since = [moment for one in said.values() for moment in one.since]
    return Live(
        problems=tuple(
            problem
            for problem in dict.fromkeys(judged(look.facts(said)))
            if not view.places.ignores(problem)
        ),
        calls=sum(one.calls for one in said.values()),
        since=min(since, default=None),
    )


@contextmanager
def _budget(place: Place, view: View, edges: Edges) -> Iterator[Edges]:
    """The edges with the shared budget; of a workspace without a store nobody else is pulling."""
    if place.is_new:
        yield edges
    else:
        with shared(edges, view.store) as sharing:
            yield sharing


class _Look:
    """What is wanted to know of a workspace, and what came of it."""

    def __init__(self, view: View) -> None:
        company = view.company
        self._company = company
        self._places = view.places
        self._today = day_of(view.now(), company.workspace.zone)
        self._sources = {
            name: source_of(company, name, metric)
            for name, metric in company.metrics.items()
            if isinstance(metric, SourceMetric)
        }
        self._ways = tuple(open_ways(company, catalogue(), self._today))
        self._recorded = _recorded(view, self._ways)
        days = last_days(self._today)
        self._days = (days, *days.day_windows())
        """The last complete ones: as one window, and each by itself."""
        self._stored = known_observations(view.store, view.workspace, self._of_interest())
        self._presence = {
            name: _presence(company, source, self._today)
            for name, source in self._sources.items()
            if not self._is_present(source)
        }
        self.wanted = {name: Wanted() for name in company.workspace.connections}
        """By connection."""
        for source in self._sources.values():
            self.wanted[source.connection].metrics[source.fingerprint] = source
        self._want()

    def facts(self, said: Mapping[str, Said]) -> Facts:
        """All that is known now."""
        known = self._stored | {
            key: Known(ASKED, ASKED, *key, answer.value, answer.asked_at)
            for one in said.values()
            for key, answer in one.values.items()
        }
        return Facts(
            complaints=tuple(self._complaints(said)),
            last_days=tuple(self._last_days(known)),
            ways=tuple(self._way(one, known) for one in self._ways),
        )

    def _of_interest(self) -> dict[str, set[Window]]:
        """The windows that the store may know, by fingerprint."""
        found = {source.fingerprint: set(self._days) for source in self._sources.values()}
        for way in self._ways:
            for need in self._needs(way):
                for source, window in need.stored | need.asked:
                    found.setdefault(source.fingerprint, set()).add(window)
        return found

    def _is_present(self, source: Source) -> bool:
        """Whether the store had something of a metric in the last days."""
        found = (self._stored.get((source.fingerprint, window)) for window in self._days)
        return any(known and known.value for known in found)

    def _needs(self, way: Open) -> Iterator[Need]:
        """What must be known of a key result that the snapshots do not tell."""
        begun = way.closure.span.start < self._today
        if way.written is not None or not (begun or way.counts_up):
            yield way.need(way.before)
        if way.closure.name not in self._recorded:
            yield way.need(way.now)

    def _want(self) -> None:
        """Note what is to be asked, as far as each value is one call at most."""
        for name, (source, windows) in self._presence.items():
            wanted = self.wanted[source.connection]
            wanted.behind[source.fingerprint] = self._sources[name].fingerprint
            self._if_cheap(wanted, source, windows)
        for way in self._ways:
            for need in self._needs(way):
                stored = all(_key(*one) in self._stored for one in need.stored)
                for source in {} if stored else {source for source, _ in need.asked}:
                    asked = {window for one, window in need.asked if one == source}
                    self._if_cheap(self.wanted[source.connection], source, asked)

    def _if_cheap(self, wanted: Wanted, source: Source, windows: Iterable[Window]) -> None:
        options = self._company.workspace.connections[source.connection]
        question = Ask(source.fingerprint, source.query, source.aggregation, in_order(windows))
        if is_cheap(installed()[options.connector], options, question):
            wanted.values.setdefault(source, set()).update(windows)

    def _complaints(self, said: Mapping[str, Said]) -> Iterator[Complaint]:
        for connection, one in said.items():
            for finding in one.findings:
                if finding.mistake is None:
                    place = self._places.connection(connection)
                    told = f'connection "{connection}": {_told(finding)}'
                    yield Complaint("live-connection", place, told)
                else:
                    yield from self._mistakes(f"live-{finding.mistake}", finding)

    def _mistakes(self, code: str, finding: Finding) -> Iterator[Complaint]:
        """A finding at each place that makes the mistake."""
        for written in finding.written:
            for name, source in self._sources.items():
                if source.fingerprint == written.fingerprint:
                    path = (METRICS_FILE, "metrics", name, "query", *written.path)
                    place = self._place(path, written.word)
                    yield Complaint(code, place, f'metric "{name}": {_told(finding)}')

    def _place(self, path: KeyPath, word: str) -> Position:
        """Where a mistake is written: of a stage of the workspace's own, where that stands."""
        content = self._places.content(path)
        if isinstance(content, str) and content in self._company.workspace.stages:
            return self._places.at((WORKSPACE_FILE, "stages", content))
        return self._places.word(path, word) if word else self._places.at(path)

    def _last_days(self, known: Mapping[Key, Known]) -> Iterator[LastDays]:
        for name, (source, windows) in self._presence.items():
            found = [known.get(_key(source, window)) for window in windows]
            answers = [one for one in found if one]
            if len(answers) == len(windows):
                yield LastDays(
                    metric=name,
                    place=self._places.metric(name),
                    window=Window(windows[0].start, windows[-1].end),
                    values=tuple(answer.value for answer in answers),
                    level=source.aggregation is Aggregation.LEVEL,
                    origin=self._origin(answers),
                )

    def _way(self, one: Open, known: Mapping[Key, Known]) -> Way:
        before = one.value(one.before, known, self._origin)
        begun = one.closure.span.start < self._today
        newest = self._recorded.get(one.closure.name) or one.value(one.now, known, self._origin)
        path = self._places.key_results[one.closure.name]
        return Way(
            key_result=one.scale.id,
            written=one.written,
            written_at=self._places.at((*path, "from")),
            target=one.target,
            target_at=self._places.at((*path, *one.target_path)),
            rising=one.rising,
            before=before,
            newest=newest if begun or one.counts_up else before,
            ends=one.closure.due,
        )

    def _origin(self, used: Iterable[Known]) -> str:
        """Who says so, since when."""
        used = tuple(used)
        newest = max(one.observed_at for one in used).astimezone(self._company.workspace.zone)
        how = "asked" if any(one.id == ASKED for one in used) else "stored, read"
        return f"{how} {newest:%Y-%m-%d %H:%M}"


def _presence(company: Company, source: Source, today: date) -> tuple[Source, tuple[Window, ...]]:
    """The cheapest question that tells whether a metric has anything, and over which windows."""
    query = source.query.presence()
    mark = company.fingerprint(source.connection, query, source.aggregation)
    asked = Source(mark, source.connection, query, source.aggregation)
    days = last_days(today)
    if source.aggregation is Aggregation.LEVEL:
        newest = today - ONE_DAY if query.has_history else today
        return asked, (Window.of_day(newest),)
    if source.aggregation is Aggregation.DISTINCT or query.asks_whole:
        return asked, (days,)
    return asked, tuple(days.day_windows())


def _recorded(view: View, ways: Iterable[Open]) -> dict[tuple[str, str], Reading]:
    """The newest recorded value of each key result, by cycle and id."""
    found: dict[tuple[str, str], Reading] = {}
    for cycle in {way.closure.cycle for way in ways}:
        for name, revision in latest(view.store, view.workspace, cycle).items():
            one = revision.snapshot
            if one.value is not None:
                window = Window.of_day(one.through or one.as_of)
                found[cycle, name] = Reading(one.value, window, f"recorded as of {one.as_of}")
    return found


def _key(source: Source, window: Window) -> Key:
    return source.fingerprint, window


def _told(finding: Finding) -> str:
    told = f"{finding.message}; {finding.remedy}" if finding.remedy else finding.message
    return redacted(told)
