"""What a snapshot goes back to, as far as the store alone can tell."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from okrmodel.closure import Closure
from okrmodel.explanation import Asked, Compared, asked, chain
from okrmodel.observations import Aggregation
from okrmodel.snapshot import Term
from okrmodel.store.definitions import definition
from okrmodel.store.recorded import answers, compared
from okrmodel.store.runs import StoredRun, run
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
from okrmodel.windows import Window


@dataclass(frozen=True)
class StoredEvidence:
    """A snapshot with everything behind it that is remembered."""

    revision: Revision
    closure: Closure
    arithmetic: Term
    asked: tuple[Asked, ...]
    compared: dict[str, Compared]
    """By metric, the newest comparison of stored days with the source's own total."""
    run: StoredRun | None


def stored_evidence(
    store: Store, workspace: str, revision: Revision, known_at: datetime | None = None
) -> StoredEvidence:
    """Everything that the store knows of a snapshot.

    Args:
        store: Where it is kept.
        workspace: Whose id.
        revision: The snapshot.
        known_at: Look at no comparison recorded later.
    """
    closure = definition(store, workspace, revision.snapshot.definition_hash)
    gathered = asked(closure, answers(store, revision))
    return StoredEvidence(
        revision=revision,
        closure=closure,
        arithmetic=chain(closure, revision.snapshot),
        asked=gathered,
        compared=dict(_compared_totals(store, workspace, gathered, known_at)),
        run=run(store, revision.run),
    )


def _compared_totals(
    store: Store, workspace: str, gathered: Iterable[Asked], known_at: datetime | None
) -> Iterator[tuple[str, Compared]]:
    """Of the metrics whose days add up, where they were ever compared as a whole."""
    for one in gathered:
        days = [answer.known.window for answer in one.answers if answer.known.window.length == 1]
        if one.measure.aggregation is Aggregation.SUM and days:
            span = Window(min(days).start, max(days).end)
            mark = one.measure.fingerprint
            if told := compared(store, workspace, mark, span, known_at):
                yield one.key, told
