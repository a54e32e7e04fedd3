"""From asks to steps, purely.

Questions about one object share a reading of rows where it can be judged here which row is whose
(connectors.hubspot.choices). How many records there are is not known here: whether they are read,
or counted window by window, is decided when the first answer's total is seen
(connectors.hubspot.crm). What is stored tells how it will probably end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from connectors.contract import MOST_CALLS, Ask, Audit, Candidate, Spend, Step
from connectors.hubspot.choices import judged_here
from connectors.hubspot.email_plan import of_emails
from connectors.hubspot.email_query import EmailQuery
from connectors.hubspot.merging import covered, packed, windowed
from connectors.hubspot.query import CrmQuery, LevelQuery
from connectors.hubspot.quotas import DAILY, SEARCH
from connectors.hubspot.search import pages
from connectors.hubspot.steps import (
    AuditStep,
    CountStep,
    NowStep,
    ScanStep,
    over,
)
from okrmodel.chunks import chunks
from okrmodel.windows import Window

MOST_COMPARED = 8
"""Audits of a step: their totals, of sums two, fit into one part."""
MAX_COUNTED = 2
"""Windows of a lonely question that are counted singly: rows cannot beat two calls by much."""


def plan(asks: Iterable[Ask]) -> list[Step]:
    """Steps that serve every window of every ask once."""
    steps: list[Step] = []
    pieces: list[Ask] = []
    emails: list[Ask] = []
    audits: list[Audit] = []
    for ask in asks:
        match ask.query:
            case EmailQuery():
                emails.append(ask)
            case LevelQuery() as query:
                steps.append(_level(ask, query))
            case CrmQuery() if isinstance(ask, Audit):
                audits.append(ask)
            case CrmQuery():
                pieces += _pieces(ask)
            case query:
                raise TypeError(f"{query!r} is no question to HubSpot")
    return [*_of_records(pieces), *_compared(audits), *steps, *of_emails(emails)]


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
    lonely: list[Ask] = []
    together: list[Ask] = []
    for piece in pieces:
        judged = piece.windows[0].length == 1 and judged_here(windowed(piece))
        (together if judged else lonely).append(piece)
    scans = [*packed(together), *([piece] for piece in lonely)]
    few = [s[0] for s in scans if len(s) == 1 and _is_counted(s[0])]
    yield from (_scan(s) for s in scans if not (len(s) == 1 and _is_counted(s[0])))
    yield from _counts(few)


def _is_counted(piece: Ask) -> bool:
    return windowed(piece).sum is None and len(piece.windows) <= MAX_COUNTED


def _scan(asks: Sequence[Ask]) -> ScanStep:
    [about, *more] = [windowed(ask).words for ask in asks]
    named = f"{windowed(asks[0]).object}, {len(asks)} questions in one scan" if more else about
    candidates = _candidates(asks)
    estimate = candidates[0].calls
    return ScanStep(
        title=f"{named}, rows, {over(asks)}",
        serves=tuple(asks),
        calls=1,
        estimate=estimate,
        candidates=candidates,
        spends=_spends(estimate or 1),
    )


def _candidates(asks: Sequence[Ask]) -> tuple[Candidate, ...]:
    """The ways to the answers by what is stored, the cheapest first."""
    own = [ask for ask in asks if not covered(ask, asks)]
    joint = _pages(own)
    apart = [_pages([ask]) for ask in asks]
    ways: list[tuple[str, int | None]] = [
        ("rows of all in one scan" if len(asks) > 1 else "rows", joint)
    ]
    if len(asks) > 1:
        alone = [calls for calls in apart if calls is not None]
        ways.append(("rows of each alone", sum(alone) if len(alone) == len(asks) else None))
    if all(windowed(ask).sum is None for ask in asks):
        ways.append(("a count for each window", sum(len(ask.windows) for ask in asks)))
    known = [(how, calls) for how, calls in ways if calls is not None]
    if joint is None:
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
    return pages(rows)


def _counts(pieces: Sequence[Ask]) -> Iterator[CountStep]:
    """The windows of one question, twenty a step."""
    by_question: dict[str, list[Ask]] = {}
    for piece in pieces:
        by_question.setdefault(piece.fingerprint, []).append(piece)
    for asks in by_question.values():
        windows = sorted(window for ask in asks for window in ask.windows)
        for some in chunks(windows, MOST_CALLS):
            yield _counted(replace(asks[0], windows=tuple(some)))


def _counted(ask: Ask) -> CountStep:
    calls = len(ask.windows)
    title = f"{windowed(ask).words}, count, {over([ask])}"
    return CountStep(title=title, serves=(ask,), calls=calls, spends=_spends(calls))


def _compared(audits: Sequence[Audit]) -> Iterator[AuditStep]:
    """Totals of one object's questions together: what differs may be read again together."""
    by_object: dict[str, list[Audit]] = {}
    for audit in sorted(audits, key=lambda audit: (audit.fingerprint, audit.windows)):
        by_object.setdefault(windowed(audit).object, []).append(audit)
    for together in by_object.values():
        yield from map(_audit, chunks(together, MOST_COMPARED))


def _audit(audits: Sequence[Audit]) -> AuditStep:
    calls = sum(1 if windowed(audit).sum is None else 2 for audit in audits)
    [about, *more] = [windowed(audit).words for audit in audits]
    named = f"{windowed(audits[0]).object}, {len(audits)} questions" if more else about
    read = Candidate("rows read again", _pages(audits), "only where a total differs")
    return AuditStep(
        title=f"{named}, compared as a whole, {over(audits)}",
        serves=tuple(audits),
        calls=calls,
        candidates=(Candidate("a total for each over all days", calls, "chosen"), read),
        spends=_spends(calls),
    )


def _level(ask: Ask, query: LevelQuery) -> NowStep:
    how = "rows" if query.sum else "count"
    estimate = _pages([replace(ask, windows=ask.windows[:1])]) if query.sum else 1
    return NowStep(
        title=f"{query.words}, {how}, {over([ask])}",
        serves=(ask,),
        calls=1,
        estimate=estimate,
        spends=_spends(estimate or 1),
    )


def _spends(calls: int) -> tuple[Spend, ...]:
    return Spend(SEARCH.name, calls), Spend(DAILY.name, calls)
