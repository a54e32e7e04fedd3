"""What sources without a language of their own for windows answer: days with values, or a number.

The sql and http_json connectors share it, and a plug-in may: the question's common words, the
plan, the reading of rows, the observations.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field

from connectors.contract import MOST_CALLS, Ask, Connection, Finding, Step, Written, failed
from connectors.errors import ConnectorError, QueryError
from connectors.numbers import number_in, shown
from okrmodel.chunks import chunks
from okrmodel.definitions.query import Query
from okrmodel.observations import Aggregation, Evidence, Observation
from okrmodel.windows import Window, day_begins, day_of

Values: TypeAlias = Mapping[date | None, Decimal | None]
"""By day; under None where there is one number for the window."""


class SeriesQuery(Query):
    """A question whose answer is a column of days and values, or one number."""

    answer: Literal["days", "number"] = "days"
    """`days`: days and their values, asked once for all that are wanted; `number`: asked for each
    window."""
    missing: Literal["no_data", "zero"] = "no_data"
    """What a day without a row, or a null, means."""
    settles_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days after a window's end in which its value may still change."""

    @property
    def looks_at_window(self) -> bool:
        """Whether the request differs from window to window."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """The question in a few words."""
        raise NotImplementedError

    @property
    def aggregation(self) -> Aggregation | None:
        """Nothing tells: it must be declared."""
        return None

    @property
    def settles(self) -> timedelta:
        """As declared."""
        return timedelta(days=self.settles_days)

    @property
    def has_history(self) -> bool:
        """A number that does not look at the window is the present one."""
        return self.answer == "days" or self.looks_at_window

    def canonical(self) -> dict[str, Any]:
        """Without the settling time, which does not change what is asked."""
        return {name: said for name, said in super().canonical().items() if name != "settles_days"}


@dataclass(frozen=True)
class SeriesStep(Step):
    """Some requests for one ask."""

    spans: tuple[Window, ...]
    """The window of each request."""


@dataclass(frozen=True)
class Answer:
    """What one request gave."""

    values: Values
    records: int
    query: str
    """As sent: canonical JSON, without credentials."""
    digest: str
    """SHA-256 of what came back."""


def plan(asks: Sequence[Ask]) -> list[SeriesStep]:
    """One request for a series of days, one a window for a number; asks are not joined.

    A question that cannot be answered as what it is declared to be gets a step that fails, so
    that its neighbours are answered.
    """
    return [step for ask in asks for step in _steps(ask, query_of(ask))]


def query_of(ask: Ask) -> SeriesQuery:
    """The ask's question, which must be one for a series."""
    if not isinstance(ask.query, SeriesQuery):
        raise TypeError(f"not a question for days or a number: {ask.query!r}")
    return ask.query


def _steps(ask: Ask, query: SeriesQuery) -> Iterator[SeriesStep]:
    if _unanswerable(ask, query):
        yield SeriesStep(title=query.title, serves=(ask,), calls=0, spans=())
        return
    if query.answer == "days":
        span = Window(ask.windows[0].start, ask.windows[-1].end)
        yield SeriesStep(title=query.title, serves=(ask,), calls=1, spans=(span,))
        return
    for some in chunks(ask.windows, MOST_CALLS):
        windows = tuple(some)
        spans = windows if query.looks_at_window else windows[-1:]
        part = replace(ask, windows=windows)
        yield SeriesStep(title=query.title, serves=(part,), calls=len(spans), spans=spans)


def _unanswerable(ask: Ask, query: SeriesQuery) -> QueryError | None:
    if query.answer == "days" and any(window.length > 1 for window in ask.windows):
        return QueryError(
            f"{query.title}: days cannot be added up to a distinct count",
            remedy="say `answer: number`, and ask for the count of the whole window",
        )
    present = query.answer == "number" and not query.looks_at_window
    if present and ask.aggregation is not Aggregation.LEVEL:
        return QueryError(
            f"{query.title}: gives the same number for every window",
            remedy="let the question use the window, or declare the metric a level",
        )
    return None


def observe(
    step: Step, connection: Connection, ask_for: Callable[[Any, Window], Answer]
) -> Iterator[list[Observation]]:
    """Execute a step, one part: `ask_for` sends the question for a window.

    Raises:
        QueryError: The question cannot be answered as what it is declared to be.
        ConnectorError: Whatever `ask_for` raises.
    """
    if not isinstance(step, SeriesStep):
        raise TypeError(f"not a step for days or a number: {step.title}")
    (ask,) = step.serves
    query = query_of(ask)
    if refusal := _unanswerable(ask, query):
        raise refusal
    answers = {span: ask_for(query, span) for span in step.spans}
    only = answers[step.spans[0]]
    yield [_observation(ask, w, answers.get(w, only), connection) for w in ask.windows]


def tried(ask: Ask, ask_for: Callable[[Any, Window], Answer]) -> Finding:
    """What doctor says of a question: asked once, for its last window."""
    query, written = query_of(ask), (Written(ask.fingerprint),)
    try:
        if refusal := _unanswerable(ask, query):
            raise refusal
        answer = ask_for(query, ask.windows[-1])
    except QueryError as error:
        return failed(query.title, error, "refused", *written)
    except ConnectorError as error:
        return failed(query.title, error)
    if query.answer == "number" and answer.values[None] is None:
        return Finding(
            ok=False,
            subject=query.title,
            message=f"gives no value for {ask.windows[-1]}",
            remedy="check the names in the question",
            mistake="refused",
            written=written,
        )
    return Finding(ok=True, subject=query.title, message=f"answered, {answer.records} rows")


def _observation(ask: Ask, window: Window, answer: Answer, connection: Connection) -> Observation:
    query, now = query_of(ask), connection.now()
    today = day_of(now, connection.zone)
    value = answer.values.get(window.start if query.answer == "days" else None)
    if window.start > today or not (query.has_history or window.end >= today):
        # Not begun; or past, where the source knows only the present.
        value = None
    elif value is None and query.missing == "zero":
        value = Decimal(0)
    return Observation(
        fingerprint=ask.fingerprint,
        window=window,
        value=value,
        observed_at=now,
        settles=query.settles,
        evidence=Evidence(
            queries=(answer.query,), digests=(answer.digest,), records=answer.records
        ),
    )


def by_day(rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> Values:
    """Rows of a day and its value. An aware instant is the day that begins at it in the zone.

    Raises:
        QueryError: They are something else.
    """
    found: dict[date | None, Decimal | None] = {}
    for row in rows:
        if len(row) != 2:
            raise _no_answer(f"{len(row)} columns", "two columns, the day and its value")
        day = _day(row[0], zone)
        if day in found:
            raise _no_answer(f"{day} twice", "each day once")
        found[day] = number(row[1])
    return found


def _day(value: object, zone: ZoneInfo) -> date:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return _day_beginning(value, zone)
        if value.time() == time():
            return value.date()
    elif isinstance(value, date):
        return value
    elif isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _no_answer(f"{shown(value)} for a day", "a date, or text such as 2026-10-05")


def _day_beginning(instant: datetime, zone: ZoneInfo) -> date:
    """The day of an instant that begins one: midnight elsewhere is the middle of some day here."""
    day = day_of(instant, zone)
    if day_begins(day, zone) != instant:
        raise _no_answer(
            f"{instant.isoformat()} for a day, at which none begins in {zone.key}",
            f"days that are cut in {zone.key}: the parameter :zone holds its name",
        )
    return day


def number(value: object) -> Decimal | None:
    """A number as the source prints it; None where it says that there is none.

    Raises:
        QueryError: It is no number.
    """
    try:
        return None if value is None else number_in(value)
    except ValueError as problem:
        raise QueryError(
            f"the answer's value {problem}", remedy="ask for a plain number, rounded where need be"
        ) from None


def _no_answer(got: str, expected: str) -> QueryError:
    return QueryError(f"the answer has {got}", remedy=f"ask for {expected}")
