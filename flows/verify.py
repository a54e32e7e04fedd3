"""Asking the sources once more for what a snapshot was computed from, and comparing; nothing is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.contract import Ask, answers
from connectors.errors import ConnectorError
from connectors.registry import installed
from flows.connections import Opened, opened, refuse_strangers
from flows.limits import shared
from flows.view import View
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
    """Whether its source was to answer, and did not."""


def verify(view: View, asked: Sequence[Asked]) -> Iterator[Verified | Unverified]:
    """Ask for every window again; one connection's failure leaves the others."""
    questions: dict[str, list[tuple[Asked, Ask]]] = {}
    for one in asked:
        if why := _unaskable(view, one):
            yield Unverified(one.key, why)
        elif one.answers:
            questions.setdefault(one.measure.connection, []).append((one, _ask(one)))
    with shared(view.edges, view.store) as edges:
        for name, pairs in sorted(questions.items()):
            try:
                with opened(view.company, name, view.folder, edges) as connection:
                    refuse_strangers(view.company, connection, connection.session.identity())
                    yield from _compared(connection, pairs)
            except ConnectorError as error:
                remedy = f" – {error.remedy}" if error.remedy else ""
                yield from (
                    Unverified(one.key, f"{error}{remedy}", failed=True) for one, _ in pairs
                )


def _unaskable(view: View, one: Asked) -> str:
    measure = one.measure
    options = view.company.workspace.connections.get(measure.connection)
    if options is None or options.connector != measure.connector:
        return f"the config has no connection {measure.connection} to {measure.connector} any more"
    if options.account != measure.account:
        return f"{measure.connection} leads to account {options.account} by now"
    if not measure.has_history:
        return f"{measure.connector} knows only how it stands now"
    query = installed()[measure.connector].query.validate_python(measure.query)
    return "it is read from a file, anew at each sync" if query.FREE else ""


def _ask(one: Asked) -> Ask:
    measure = one.measure
    query = installed()[measure.connector].query.validate_python(measure.query)
    windows = tuple(sorted({answer.known.window for answer in one.answers}))
    return Ask(measure.fingerprint, query, measure.aggregation, windows)


def _compared(
    connection: Opened, pairs: Sequence[tuple[Asked, Ask]]
) -> Iterator[Verified | Unverified]:
    steps = connection.connector.plan([ask for _, ask in pairs], connection.options)
    now = {
        (found.fingerprint, found.window): found.value
        for step in steps
        for part in connection.session.run(step)
        for found in answers(part)
    }
    for one, ask in pairs:
        for answer in one.answers:
            known = answer.known
            value = now.get((ask.fingerprint, known.window))
            yield Verified(one.key, known.window, known.value, value, known.provisional)
