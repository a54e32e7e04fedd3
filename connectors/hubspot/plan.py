"""From asks to steps, purely.

Questions about one object share a reading of rows where it can be judged here which row is whose
(connectors.hubspot.choices). How many records there are is not known here: whether they are read,
or counted window by window, is decided when the first answer's total is seen
(connectors.hubspot.crm). What is stored tells how it will probably end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from connectors.contract import MOST_CALLS, Ask, Audit, Candidate, Spend, Step
from connectors.hubspot.choices import judged_here
from connectors.hubspot.email_query import EmailQuery, EmailsPublished
from connectors.hubspot.merging import covered, room_for, windowed
from connectors.hubspot.query import CrmQuery, LevelQuery
from connectors.hubspot.search import PAGE
from okrmodel.windows import Window

MAX_COUNTED = 2
"""Windows of a lonely question that are counted singly: rows cannot beat two calls by much."""
MAX_SPAN = 92
"""Days of one histogram call: a quarter."""
SEARCHES = "search"
DAILY = "requests a day"
"""What a step is expected to take, by the names of the limit and the quota."""


@dataclass(frozen=True)
class HubSpotStep(Step):
    """Some questions that are answered together."""

    @property
    def ask(self) -> Ask:
        """The first of them, of most steps the only one."""
        return self.serves[0]


class CountStep(HubSpotStep):
    """One search for each window, reading nothing but the total."""


class ScanStep(HubSpotStep):
    """The rows of all its windows, 200 a call, counted or added up window by window here.

    `calls` is the least, one: only the first answer says how many more. Where counting turns out
    to be cheaper, some or all windows are counted.
    """


class AuditStep(HubSpotStep):
    """Stored days compared with one total, and searched where it differs. `calls` is the least."""

    @property
    def audit(self) -> Audit:
        """The only question."""
        ask = self.serves[0]
        if not isinstance(ask, Audit):
            raise TypeError(f"{self.title} compares nothing")
        return ask


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
    steps: list[Step] = []
    pieces: list[Ask] = []
    for ask in asks:
        match ask.query:
            case EmailsPublished() as query:
                steps += _spans(ask, PublishedStep, f"{query.words}, listing")
            case EmailQuery() as query:
                steps += _spans(ask, HistogramStep, f"{query.words}, histogram")
            case LevelQuery() as query:
                steps.append(_level(ask, query))
            case CrmQuery() as query if isinstance(ask, Audit):
                steps.append(_audit(ask, query))
            case CrmQuery():
                pieces += _pieces(ask)
            case query:
                raise TypeError(f"{query!r} is no question to HubSpot")
    return [*_of_records(pieces), *steps]


def _pieces(ask: Ask) -> Iterator[Ask]:
    """An ask in windows of several days, and in runs of single days without a gap."""
    for (_, length), run in groupby(enumerate(ask.windows), lambda pair: _place(*pair)):
        windows = tuple(window for _, window in run)
        if length == 1:
            yield replace(ask, windows=windows)
        else:
            yield from (replace(ask, windows=(window,)) for window in windows)


def _place(number: int, window: Window) -> tuple[int, int]:
    """The same for single days that follow upon one another."""
    return window.start.toordinal() - number, window.length


def _of_records(pieces: Sequence[Ask]) -> Iterator[Step]:
    lonely = [p for p in pieces if p.windows[0].length > 1 or not judged_here(windowed(p))]
    together = [p for p in pieces if p not in lonely]
    scans = [*_packed(together), *([piece] for piece in lonely)]
    few = [s[0] for s in scans if len(s) == 1 and _is_counted(s[0])]
    yield from (_scan(s) for s in scans if not (len(s) == 1 and _is_counted(s[0])))
    yield from _counts(few)


def _is_counted(piece: Ask) -> bool:
    return windowed(piece).sum is None and len(piece.windows) <= MAX_COUNTED


def _packed(pieces: Sequence[Ask]) -> list[list[Ask]]:
    """Pieces of one object together, as many as a search holds; those that cover others first."""
    scans: list[list[Ask]] = []
    for piece in sorted(pieces, key=lambda piece: len(windowed(piece).filters())):
        fits = (scan for scan in scans if room_for([*scan, piece]))
        scan = next(fits, None)
        if scan is None:
            scans.append([piece])
        else:
            scan.append(piece)
    return scans


def _scan(asks: Sequence[Ask]) -> ScanStep:
    days = {window for ask in asks for window in ask.windows}
    first, last = min(days).start, max(window.last_day for window in days)
    about = (
        windowed(asks[0]).words if len(asks) == 1 else f"{windowed(asks[0]).object}, {_named(asks)}"
    )
    candidates = _candidates(asks)
    estimate = candidates[0].calls
    return ScanStep(
        title=f"{about}, rows, {_over(Window(first, Window.of_day(last).end))}",
        serves=tuple(asks),
        calls=1,
        estimate=estimate,
        candidates=candidates,
        spends=_spends(estimate or 1),
    )


def _named(asks: Sequence[Ask]) -> str:
    return f"{len(asks)} questions in one scan"


def _candidates(asks: Sequence[Ask]) -> tuple[Candidate, ...]:
    """The ways to the answers by what is stored, the cheapest first."""
    own = [ask for ask in asks if not covered(ask, asks)]
    joint = _pages(own)
    apart = [_pages([ask]) for ask in asks]
    ways: list[tuple[str, int | None]] = [
        ("rows of all in one scan" if len(asks) > 1 else "rows", joint)
    ]
    if len(asks) > 1:
        alone = [pages for pages in apart if pages is not None]
        ways.append(("rows of each alone", sum(alone) if len(alone) == len(asks) else None))
    if all(windowed(ask).sum is None for ask in asks):
        ways.append(("a count for each window", sum(len(ask.windows) for ask in asks)))
    known = [(how, calls) for how, calls in ways if calls is not None]
    if joint is None or not known:
        why = "the first answer's total decides"
        return tuple(Candidate(how, calls, why) for how, calls in ways)
    known.sort(key=lambda way: way[1])
    least = known[0][1]
    chosen = Candidate(*known[0], "chosen")
    others = (Candidate(how, calls, f"{calls - least} more") for how, calls in known[1:])
    return (chosen, *others)


def _pages(asks: Sequence[Ask]) -> int | None:
    """Calls for the rows of some asks by their stored daily averages, if no row were shared."""
    rows = 0
    for ask in asks:
        if ask.per_day is None:
            return None
        rows += int(ask.per_day * len(ask.windows))
    return max(1, -(-rows // PAGE))


def _counts(pieces: Sequence[Ask]) -> Iterator[CountStep]:
    """The windows of one question, twenty a step."""
    by_question: dict[str, list[Ask]] = {}
    for piece in pieces:
        by_question.setdefault(piece.fingerprint, []).append(piece)
    for asks in by_question.values():
        windows = sorted(window for ask in asks for window in ask.windows)
        for start in range(0, len(windows), MOST_CALLS):
            yield _counted(replace(asks[0], windows=tuple(windows[start : start + MOST_CALLS])))


def _counted(ask: Ask) -> CountStep:
    calls = len(ask.windows)
    title = f"{windowed(ask).words}, count, {_over_all(ask.windows)}"
    return CountStep(title=title, serves=(ask,), calls=calls, spends=_spends(calls))


def _audit(audit: Audit, query: CrmQuery) -> AuditStep:
    calls = 1 if query.sum is None else 2
    rows = _pages([audit])
    read = Candidate("rows read again", rows, "only where the total differs")
    return AuditStep(
        title=f"{query.words}, compared as a whole, {_over_all(audit.windows)}",
        serves=(audit,),
        calls=calls,
        candidates=(Candidate("one total over all days", calls, "chosen"), read),
        spends=_spends(calls),
    )


def _level(ask: Ask, query: LevelQuery) -> NowStep:
    how = "rows" if query.sum else "count"
    estimate = _pages([replace(ask, windows=ask.windows[:1])]) if query.sum else 1
    return NowStep(
        title=f"{query.words}, {how}, {_over_all(ask.windows)}",
        serves=(ask,),
        calls=1,
        estimate=estimate,
        spends=_spends(estimate or 1),
    )


def _spans(ask: Ask, kind: type[HubSpotStep], what: str) -> Iterator[HubSpotStep]:
    """Windows of a quarter at a time, gaps included: they cost nothing."""
    first = ask.windows[0].start
    for _, piece in groupby(ask.windows, lambda w: (w.start - first).days // MAX_SPAN):
        windows = tuple(piece)
        yield kind(
            title=f"{what}, {_over_all(windows)}",
            serves=(replace(ask, windows=windows),),
            calls=1,
        )


def _spends(calls: int) -> tuple[Spend, ...]:
    return Spend(SEARCHES, calls), Spend(DAILY, calls)


def _over_all(windows: Sequence[Window]) -> str:
    return _over(Window(windows[0].start, max(window.end for window in windows)))


def _over(span: Window) -> str:
    if span.length == 1:
        return span.start.isoformat()
    return f"{span.start.isoformat()} to {span.last_day.isoformat()}"
