"""From asks about marketing emails to steps, purely."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from connectors.contract import Ask, Candidate, Spend
from connectors.hubspot.email_query import EmailQuery, EmailsPublished, EmailTypes
from connectors.hubspot.steps import DAILY, OTHERS, HistogramStep, PublishedStep, over

MAX_SPAN = 92
"""Days of one histogram call: a quarter."""


def of_emails(asks: Iterable[Ask]) -> Iterator[HistogramStep | PublishedStep]:
    """Counters of the same emails share their histograms; publications are listed."""
    counters: dict[EmailTypes, list[Ask]] = {}
    for ask in asks:
        match ask.query:
            case EmailsPublished():
                yield from map(_listing, _quarters([ask]))
            case EmailQuery(type=types):
                counters.setdefault(types, []).append(ask)
    for together in counters.values():
        yield from map(_histogram, _quarters(together))


def _quarters(asks: Sequence[Ask]) -> Iterator[list[Ask]]:
    """The asks' windows of a quarter at a time, gaps included: they cost nothing."""
    windows = sorted({window for ask in asks for window in ask.windows})
    first = windows[0].start
    for _, piece in groupby(windows, lambda w: (w.start - first).days // MAX_SPAN):
        inside = set(piece)
        parts = ((ask, tuple(w for w in ask.windows if w in inside)) for ask in asks)
        yield [replace(ask, windows=some) for ask, some in parts if some]


def _histogram(asks: Sequence[Ask]) -> HistogramStep:
    words = ", ".join(_words(ask).removeprefix("emails: ") for ask in asks)
    windows = sorted({window for ask in asks for window in ask.windows})
    ways = (
        Candidate("one histogram", 1, "chosen"),
        Candidate("one for each counter", len(asks), f"{len(asks) - 1} more"),
    )
    return HistogramStep(
        title=f"emails: {words}, histogram, {over(windows)}",
        serves=tuple(asks),
        calls=1,
        candidates=ways if len(asks) > 1 else (),
        spends=_SPENDS,
    )


def _listing(asks: Sequence[Ask]) -> PublishedStep:
    [ask] = asks
    return PublishedStep(
        title=f"{_words(ask)}, listing, {over(ask.windows)}",
        serves=(ask,),
        calls=1,
        spends=_SPENDS,
    )


def _words(ask: Ask) -> str:
    if not isinstance(ask.query, EmailQuery):
        raise TypeError(f"{ask.query!r} is not about emails")
    return ask.query.words


_SPENDS = (Spend(OTHERS, 1), Spend(DAILY, 1))
