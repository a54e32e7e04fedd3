"""Asking the sources once more for what a snapshot was computed from, and comparing; nothing is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from connectors.contract import Ask, answers
from connectors.errors import ConnectorError
from connectors.registry import installed
from flows.connections import Opened, opened, refuse_strangers
from flows.edges import Listener, Progress
from flows.limits import shared, waiting
from flows.view import View
from okrmodel.closure import SourceMeasure
from okrmodel.definitions.query import Query
from okrmodel.explanation import Asked
from okrmodel.observations import Provisional
from okrmodel.windows import Window


@dataclass(frozen=True)
class Verified:
    """One window, as it was answered then and now."""

    metric: str
    window: Window
    stored: Decimal | None
    now: Decimal | None
    provisional: Provisional | None
    """Why the stored answer might still have changed."""
    watched: bool
    """Whether syncs go on comparing it with the source when it has settled."""

    @property
    def same(self) -> bool:
        """Whether the source says the same."""
        return self.stored == self.now

    @property
    def wrong(self) -> bool:
        """Whether it says something else than what was final."""
        return not self.same and self.provisional is None


@dataclass(frozen=True)
class Unverified:
    """A metric that could not be asked for again, and why."""

    metric: str
    why: str
    failed: bool = False
    """The source should have answered; otherwise nobody could expect it to."""


@dataclass(frozen=True)
class _Question:
    one: Asked
    query: Query

    @property
    def ask(self) -> Ask:
        measure = self.one.measure
        windows = tuple(answer.known.window for answer in self.one.newest)
        return Ask(measure.fingerprint, self.query, measure.aggregation, windows)


def verify(view: View, asked: Sequence[Asked]) -> Iterator[Verified | Unverified]:
    """Ask for every window again; one connection's failure leaves the others."""
    questions: dict[str, list[_Question]] = {}
    for one in asked:
        match _question(view, one):
            case str(why):
                yield Unverified(one.key, why)
            case question if one.answers:
                questions.setdefault(one.measure.connection, []).append(question)
    with shared(view.edges, view.store) as common:
        # The nightly run comes first: what it needs of a quota is left alone.
        edges = waiting(common)
        for name, some in sorted(questions.items()):
            try:
                with opened(view.company, name, view.folder, edges) as connection:
                    refuse_strangers(view.company, connection, connection.session.identity())
                    yield from _compared(connection, some, edges.listen)
            except ConnectorError as error:
                remedy = f"; {error.remedy}" if error.remedy else ""
                why = f"{error}{remedy}"
                yield from (Unverified(each.one.key, why, failed=True) for each in some)


def _question(view: View, one: Asked) -> _Question | str:
    """What is asked again, or why nothing can be."""
    measure = one.measure
    options = view.company.workspace.connections.get(measure.connection)
    if options is None or options.connector != measure.connector:
        return f"the config has no connection {measure.connection} to {measure.connector} any more"
    if options.account != measure.account:
        return f"{measure.connection} leads to account {options.account} by now"
    try:
        query: Query = installed()[measure.connector].query.validate_python(measure.query)
    except ValidationError:
        return f"{measure.connector} does not know its question any more"
    now = view.company.fingerprint(measure.connection, query, measure.aggregation)
    return _unaskable(query, measure, now) or _Question(one, query)


def _unaskable(query: Query, measure: SourceMeasure, now: str) -> str:
    if not measure.has_history:
        return f"{measure.connector} knows only how it stands now"
    if query.FREE:
        return "it is read from a file, anew at each sync"
    if now != measure.fingerprint:
        return "the same words ask something else by now, or its days are cut in another zone"
    return ""


def _compared(
    connection: Opened, questions: Sequence[_Question], listen: Listener
) -> Iterator[Verified | Unverified]:
    steps = connection.connector.plan([each.ask for each in questions], connection.options)
    now: dict[tuple[str, Window], Decimal | None] = {}
    for number, step in enumerate(steps):
        listen(Progress("pull", number, len(steps), f"{connection.name}: {step.title}"))
        for part in connection.session.run(step):
            now |= {(found.fingerprint, found.window): found.value for found in answers(part)}
    for each in questions:
        one = each.one
        for known in (answer.known for answer in one.newest):
            key = (known.fingerprint, known.window)
            if key not in now:
                why = f"{connection.name} did not answer for {known.window}"
                yield Unverified(one.key, why, failed=True)
                continue
            yield Verified(
                metric=one.key,
                window=known.window,
                stored=known.value,
                now=now[key],
                provisional=known.provisional,
                watched=each.query.DRIFTS,
            )
