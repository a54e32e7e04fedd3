"""From asks to steps, purely.

Today each ask gets steps of its own. How many records there are is not known here, so for a run
of days it is decided when the first answer's total is seen: rows are read, in one part or in
several, or counted day by day where that is cheaper (connectors.hubspot.crm).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from connectors.contract import MOST_CALLS, Ask, Step
from connectors.hubspot.email_query import EmailQuery, EmailsPublished
from connectors.hubspot.query import CrmQuery, LevelQuery
from okrmodel.windows import Window

MAX_COUNTED = 2
"""Windows in a row that are counted singly: reading rows cannot beat two calls by much."""
MAX_SPAN = 92
"""Days of one histogram call: a quarter."""


@dataclass(frozen=True)
class HubSpotStep(Step):
    """A piece of one ask."""

    @property
    def ask(self) -> Ask:
        return self.serves[0]


class CountStep(HubSpotStep):
    """One search for each window, reading nothing but the total."""


class RowsStep(HubSpotStep):
    """The rows of all its windows, 200 a call, counted or added up day by day here.

    `calls` is the least, one: only the first answer says how many more. Counting, it is never more
    than one for each window besides.
    """


class NowStep(HubSpotStep):
    """How it stands at this moment. For a sum `calls` is the least: 200 rows a call are read."""


class HistogramStep(HubSpotStep):
    """Email counters in buckets of time.

    Of some types only, `calls` is the least: their emails are listed first, 100 a call, and asked
    about 100 at a time.
    """


class PublishedStep(HubSpotStep):
    """The listing of published emails, 100 a call. `calls` is the least."""


def plan(asks: Iterable[Ask]) -> list[Step]:
    """Steps that serve every window of every ask once."""
    return [step for ask in asks for step in _steps(ask)]


def _steps(ask: Ask) -> Iterator[HubSpotStep]:
    query = ask.query
    if not isinstance(query, CrmQuery | EmailQuery):
        raise TypeError(f"{query!r} is no question to HubSpot")
    if isinstance(query, EmailsPublished):
        yield from _spans(ask, PublishedStep, f"{query.words}, listing")
    elif isinstance(query, EmailQuery):
        yield from _spans(ask, HistogramStep, f"{query.words}, histogram")
    elif isinstance(query, LevelQuery):
        how = "rows" if query.sum else "count"
        yield _step(NowStep, ask, ask.windows, f"{query.words}, {how}")
    else:
        yield from _counts_and_rows(ask, query)


def _counts_and_rows(ask: Ask, query: CrmQuery) -> Iterator[HubSpotStep]:
    """Rows month by month for runs of days and for sums; the windows left over are counted."""
    counted: list[Window] = []
    for piece in _months(ask.windows):
        if query.sum is None and len(piece) <= MAX_COUNTED:
            counted.extend(piece)
        else:
            yield _step(RowsStep, ask, piece, f"{query.words}, rows")
    for start in range(0, len(counted), MOST_CALLS):
        few = tuple(counted[start : start + MOST_CALLS])
        yield _step(CountStep, ask, few, f"{query.words}, count", calls=len(few))


def _months(windows: Sequence[Window]) -> Iterator[tuple[Window, ...]]:
    """Windows that follow upon one another without a gap, cut where a month begins."""
    piece: list[Window] = []
    for window in windows:
        if piece and (piece[-1].end, piece[-1].start.month) != (window.start, window.start.month):
            yield tuple(piece)
            piece = []
        piece.append(window)
    yield tuple(piece)


def _spans(ask: Ask, kind: type[HubSpotStep], what: str) -> Iterator[HubSpotStep]:
    """Windows of a quarter at a time, gaps included: they cost nothing."""
    first = ask.windows[0].start
    for _, piece in groupby(ask.windows, lambda w: (w.start - first).days // MAX_SPAN):
        yield _step(kind, ask, tuple(piece), what)


def _step(
    kind: type[HubSpotStep], ask: Ask, windows: tuple[Window, ...], what: str, calls: int = 1
) -> HubSpotStep:
    first, last = windows[0].start, windows[-1].last_day
    until = "" if first == last else f" to {last.isoformat()}"
    return kind(
        title=f"{what}, {first.isoformat()}{until}",
        serves=(replace(ask, windows=windows),),
        calls=calls,
    )
