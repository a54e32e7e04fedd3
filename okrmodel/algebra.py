"""From stored observations to a metric's value over windows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from okrmodel.closure import Closure, FormulaMeasure, RatioMeasure, SourceMeasure
from okrmodel.exact import short
from okrmodel.formula import parse
from okrmodel.observations import Aggregation
from okrmodel.snapshot import Failure, Known, Term
from okrmodel.windows import Window


class Absence(StrEnum):
    """Why there is no number."""

    NO_DATA = "no_data"
    """The source answered, and has none."""
    UNKNOWN = "unknown"
    """The source was not asked yet, or did not answer."""
    UNBOUNDED = "unbounded"
    """More than 0 divided by 0: above any bound."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value, or why there is none, and the observations that say so."""

    value: Decimal | None
    term: Term
    used: tuple[Known, ...]
    absence: Absence | None = None
    reason: str = ""
    """Why there is no value."""


class Observed:
    """What is known, by fingerprint and window."""

    def __init__(
        self,
        known: Iterable[Known],
        failures: Iterable[Failure] = (),
        pinned: Iterable[Known] = (),
    ) -> None:
        """Take the latest revision of each observation, and the pinned one of some.

        Raises:
            ValueError: Two observations of one fingerprint and window.
        """
        self._known: dict[tuple[str, Window], Known] = {}
        for one in known:
            if self._known.setdefault((one.fingerprint, one.window), one) is not one:
                raise ValueError(f"two observations of {one.fingerprint} over {one.window}")
        self._failures = {failure.connection: failure.reason for failure in failures}
        self._pinned = tuple(pinned)

    @property
    def pinned(self) -> "Observed":
        """The pinned revisions alone; where the latest is still the pinned one, with its latest check."""
        latest = {one.id: one for one in self._known.values()}
        return Observed(latest.get(one.id, one) for one in self._pinned)

    def get(self, fingerprint: str, window: Window) -> Known | None:
        """The observation of a window, if there is one."""
        return self._known.get((fingerprint, window))

    def days(self, fingerprint: str, within: Window) -> Iterator[tuple[date, Decimal]]:
        """The single days inside a window that have a value, oldest first."""
        for window in within.day_windows():
            known = self.get(fingerprint, window)
            if known and known.value is not None:
                yield window.start, known.value

    def first(self, fingerprint: str, within: Window) -> Known | None:
        """The earliest value inside a window."""
        days = (self.get(fingerprint, day) for day in within.day_windows())
        return next((known for known in days if known and known.value is not None), None)

    def why_missing(self, connection: str) -> str:
        """Why a connection's newest windows are missing."""
        failed = self._failures.get(connection)
        return f"{connection} failed: {failed}" if failed else f"not pulled from {connection} yet"


def stored_windows(aggregation: Aggregation, window: Window) -> Iterator[Window]:
    """The windows that a source is asked for, to know its value over a window.

    A sum's single days, a level's last day, and for distinct counts the window itself, since
    people seen on two days would be counted twice.
    """
    match aggregation:
        case Aggregation.SUM:
            yield from window.day_windows()
        case Aggregation.LEVEL:
            yield Window.of_day(window.last_day)
        case _:
            yield window


def windows_of(source: SourceMeasure, window: Window, *, once: bool = False) -> Iterator[Window]:
    """The same for a measure.

    `once`: measured a single time, as a baseline is, and as a whole where that is one request.
    """
    if once and source.whole:
        yield window
    else:
        yield from stored_windows(source.aggregation, window)


def figure(
    closure: Closure,
    observed: Observed,
    key: str,
    windows: Sequence[Window],
    *,
    once: bool = False,
) -> Figure:
    """A measure's value over a window; over several, the mean.

    The mean is taken of what sources answered, before any division: ratios are never averaged.
    Labels and reasons name measures by their keys, which last, and not by words that may change.
    `once`: as `windows_of` says.
    """
    match closure.measures[key]:
        case SourceMeasure() as source:
            return _of_source(key, source, observed, windows, once=once)
        case RatioMeasure(numerator=numerator, denominator=denominator):
            above = figure(closure, observed, numerator, windows, once=once)
            below = figure(closure, observed, denominator, windows, once=once)
            return _ratio(key, f"{key} = {numerator} ÷ {denominator}", above, below)
        case FormulaMeasure(formula=formula):
            names = sorted(parse(formula).names)
            parts = {part: figure(closure, observed, part, windows, once=once) for part in names}
            return _formula(key, formula, parts)


def degree(closure: Closure, key: str) -> int | None:
    """How a measure grows with its window: 1 as counts do, 0 not at all, None in no such way.

    Twice the days hold about twice the leads, but neither twice the rate nor twice the contacts.
    """
    match closure.measures[key]:
        case SourceMeasure(aggregation=aggregation):
            return int(aggregation is not Aggregation.LEVEL)
        case RatioMeasure(numerator=numerator, denominator=denominator):
            above, below = degree(closure, numerator), degree(closure, denominator)
            return None if above is None or below is None else above - below
        case FormulaMeasure(formula=formula):
            found = parse(formula)
            return found.degree({name: degree(closure, name) for name in found.names})


def _of_source(
    key: str,
    source: SourceMeasure,
    observed: Observed,
    windows: Sequence[Window],
    *,
    once: bool,
) -> Figure:
    wanted = [w for window in windows for w in windows_of(source, window, once=once)]
    found = [observed.get(source.fingerprint, window) for window in wanted]
    used = tuple(known for known in found if known)
    label = _label(key, source, windows, once=once)
    empty = [known.window for known in used if known.value is None]
    if empty:
        reason = f"{source.connector} has no data for {key} on {_listed(empty)}"
        return _absent(label, used, Absence.NO_DATA, reason)
    missing = [window for window, known in zip(wanted, found, strict=True) if known is None]
    if missing:
        why = observed.why_missing(source.connection)
        reason = f"{key} is not known on {_listed(missing)}: {why}"
        return _absent(label, used, Absence.UNKNOWN, reason)
    value = sum((known.value for known in used if known.value is not None), Decimal())
    return _found(label, value / len(windows), used)


def _ratio(key: str, label: str, above: Figure, below: Figure) -> Figure:
    parts = (above, below)
    if lacking := _lacking(label, parts):
        return lacking
    top, bottom = _value(above), _value(below)
    if bottom:
        return _found(label, top / bottom, _used(parts), parts)
    absence = Absence.UNBOUNDED if top > 0 else Absence.NO_DATA
    reason = f"{key} is {short(top)} ÷ 0, which is no number"
    return _absent(label, _used(parts), absence, reason, parts)


def _formula(key: str, formula: str, parts: dict[str, Figure]) -> Figure:
    figures = tuple(parts.values())
    label = f"{key} = {formula}"
    if lacking := _lacking(label, figures):
        return lacking
    value = parse(formula).evaluate({name: _value(part) for name, part in parts.items()})
    if value is None:
        reason = f"{key} divides by 0"
        return _absent(label, _used(figures), Absence.NO_DATA, reason, figures)
    return _found(label, value, _used(figures), figures)


def _lacking(label: str, parts: tuple[Figure, ...]) -> Figure | None:
    """What is absent when a part is. No data is certain, so it outranks what is unknown."""
    absent = [part for part in parts if part.absence]
    if not absent:
        return None
    certain = [part for part in absent if part.absence is not Absence.UNKNOWN]
    absence = Absence.NO_DATA if certain else Absence.UNKNOWN
    reason = "; ".join(dict.fromkeys(part.reason for part in certain or absent))
    return _absent(label, _used(parts), absence, reason, parts)


def _value(part: Figure) -> Decimal:
    if part.value is None:
        raise ValueError(f"{part.term.label} has no value: {part.reason}")
    return part.value


def _found(
    label: str, value: Decimal, used: tuple[Known, ...], parts: tuple[Figure, ...] = ()
) -> Figure:
    return Figure(value, Term(label, value, tuple(part.term for part in parts)), used)


def _absent(
    label: str,
    used: tuple[Known, ...],
    absence: Absence,
    reason: str,
    parts: tuple[Figure, ...] = (),
) -> Figure:
    term = Term(label, None, tuple(part.term for part in parts))
    return Figure(None, term, used, absence, reason)


def _used(parts: tuple[Figure, ...]) -> tuple[Known, ...]:
    return tuple(known for part in parts for known in part.used)


def _label(key: str, source: SourceMeasure, windows: Sequence[Window], *, once: bool) -> str:
    if source.aggregation is Aggregation.LEVEL:
        over = ", ".join(f"at the end of {w.last_day.isoformat()}" for w in windows)
    else:
        by_day = source.aggregation is Aggregation.SUM and not (once and source.whole)
        how = "sum of days" if by_day else "asked as a whole"
        over = f"{how} " + ", ".join(_range(window) for window in windows)
    mean = f"mean of {len(windows)}: " if len(windows) > 1 else ""
    return f"{key} ({mean}{over})"


def _range(window: Window) -> str:
    return f"{window.start.isoformat()} to {window.last_day.isoformat()}"


_SHOWN = 3
"""Windows named in a sentence before the rest are counted."""


def _listed(windows: Sequence[Window]) -> str:
    named = ", ".join(
        _day(w.start) if w.length == 1 else _range(w) for w in sorted(windows)[:_SHOWN]
    )
    more = len(windows) - _SHOWN
    return f"{named} and {more} more" if more > 0 else named


def _day(day: date) -> str:
    return day.isoformat()
