"""From asks about marketing emails to steps, purely."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from connectors.contract import Ask, Candidate, Spend
from connectors.hubspot.email_query import EmailQuery, EmailsPublished, EmailTypes
from connectors.hubspot.quotas import BURST, DAILY
from connectors.hubspot.steps import HistogramStep, PublishedStep, over
from okrmodel.windows import Window

MAX_SPAN = 92
"""Days of one call: a quarter."""


def of_emails(asks: Iterable[Ask]) -> Iterator[HistogramStep | PublishedStep]:
    """Counters of the same emails share their histograms; publications are listed.

    A listing of one page is as cheap as its total alone, and says when each email was published.
    """
    counters: dict[EmailTypes, list[Ask]] = {}
    for ask in asks:
        match ask.query:
            case EmailsPublished(type=types):
                yield from (_listing(part, types) for [part] in _spans([ask]))
            case EmailQuery(type=types):
                counters.setdefault(types, []).append(ask)
    listed: set[str] = set()
    for types, together in counters.items():
        for parts in _spans(together):
            # Every type is listed once, and its archived emails, too.
            yield _histogram(parts, 2 * len({*types} - listed) + 1)
            listed |= {*types}


def _spans(asks: Sequence[Ask]) -> Iterator[list[Ask]]:
    """The asks' windows in as few spans as hold them all, gaps included: they cost nothing."""
    windows = _windows(asks)
    while windows:
        ends = windows[0].start + timedelta(days=MAX_SPAN)
        inside = {windows[0], *(window for window in windows if window.end <= ends)}
        windows = [window for window in windows if window not in inside]
        parts = ((ask, tuple(w for w in ask.windows if w in inside)) for ask in asks)
        yield [replace(ask, windows=some) for ask, some in parts if some]


def _histogram(asks: Sequence[Ask], calls: int) -> HistogramStep:
    words = ", ".join(_words(ask).removeprefix("emails: ") for ask in asks)
    more = len(asks) - 1
    ways = (
        Candidate("one histogram", calls, "chosen"),
        Candidate("one for each counter", calls + more, f"{more} more"),
    )
    return HistogramStep(
        title=f"emails: {words}, histogram, {over(asks)}",
        serves=tuple(asks),
        calls=calls,
        candidates=ways if more else (),
        spends=_spends(calls),
    )


def _listing(ask: Ask, types: EmailTypes) -> PublishedStep:
    calls = max(len(types), 1)
    return PublishedStep(
        title=f"{_words(ask)}, listing, {over([ask])}",
        serves=(ask,),
        calls=calls,
        spends=_spends(calls),
    )


def _windows(asks: Sequence[Ask]) -> list[Window]:
    return sorted({window for ask in asks for window in ask.windows})


def _words(ask: Ask) -> str:
    if not isinstance(ask.query, EmailQuery):
        raise TypeError(f"{ask.query!r} is not about emails")
    return ask.query.words


def _spends(calls: int) -> tuple[Spend, ...]:
    return Spend(BURST.name, calls), Spend(DAILY.name, calls)
