"""From asks to statements: one for all days of a series, one for each window of a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.contract import Ask, Step
from connectors.errors import QueryError
from connectors.sql.query import SqlQuery
from okrmodel.observations import Aggregation
from okrmodel.windows import Window

STATEMENTS_A_STEP = 20
"""What a kill may lose."""


@dataclass(frozen=True)
class SelectStep(Step):
    """Some statements of one ask."""

    spans: tuple[Window, ...]
    """The window of each statement."""


def plan(asks: Sequence[Ask]) -> list[SelectStep]:
    """Steps for the asks, one ask at a time: statements are not joined.

    Raises:
        QueryError: A statement cannot answer what it is declared to be.
    """
    return [step for ask in asks for step in _steps(ask, query_of(ask))]


def query_of(ask: Ask) -> SqlQuery:
    """The ask's question, which must be one for a database."""
    if not isinstance(ask.query, SqlQuery):
        raise TypeError(f"not a question for the sql connector: {ask.query!r}")
    return ask.query


def _steps(ask: Ask, query: SqlQuery) -> Iterator[SelectStep]:
    title = " ".join(query.select.split())[:80]
    if query.answer == "days":
        if any(window.length > 1 for window in ask.windows):
            raise QueryError(
                f"{title}: days cannot be added up to a distinct count",
                remedy="say `answer: number`, and select the count between :start and :end",
            )
        span = Window(ask.windows[0].start, ask.windows[-1].end)
        yield SelectStep(title=title, serves=(ask,), calls=1, spans=(span,))
        return
    if ask.aggregation is not Aggregation.LEVEL and not query.binds:
        raise QueryError(
            f"{title}: gives the same number for every window",
            remedy="use :start and :end in the statement, or declare the metric a level",
        )
    for first in range(0, len(ask.windows), STATEMENTS_A_STEP):
        windows = ask.windows[first : first + STATEMENTS_A_STEP]
        # Without a parameter there is one number, the present one.
        calls = len(windows) if query.binds else 1
        part = replace(ask, windows=windows)
        yield SelectStep(title=title, serves=(part,), calls=calls, spans=windows)
