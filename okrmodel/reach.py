"""Reach and manual: how far a number has come from one value to another."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from okrmodel.algebra import Absence, Figure, Observed, figure
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.exact import edge, percent, short
from okrmodel.forecasting import forecast, part_asked
from okrmodel.guardrail import guarded
from okrmodel.periods import value_windows
from okrmodel.progress import score
from okrmodel.snapshot import Forecast, Status, Term
from okrmodel.standing import Standing, at_end, too_early
from okrmodel.status import LATE_DAYS, Verdict, by_chance, by_rule, by_units, too_few
from okrmodel.targets import ends_of
from okrmodel.way import Scaled, Way
from okrmodel.windows import Window


def stand(
    closure: Closure,
    scale: Scaled,
    observed: Observed,
    day: date,
    as_of: date,
    *,
    override: Figure | None = None,
) -> Standing:
    """Where the key result stands at the end of a day.

    Args:
        closure: The key result with all that it depends on.
        scale: The key result itself.
        observed: What is known.
        day: The day to look at.
        as_of: The day asked about, whose target applies; later than `day` when data is missing.
        override: The value to judge instead of the automatic one.
    """
    windows = value_windows(closure, scale, day)
    if not windows:
        return _no_period(closure, scale, day)
    ends = ends_of(closure, scale, observed, as_of)
    if override:
        found, shown = override, _described(scale, windows)
    else:
        found, shown = _judged(closure, scale, observed, windows, rising=ends.rising)
    standing = Standing(
        Verdict(Status.NO_DATA, found.reason or ends.trouble),
        Term("value", found.value, (found.term, *ends.terms)),
        used=found.used + ends.used,
        unknown=found.absence is Absence.UNKNOWN,
        value=found.value,
        baseline=ends.baseline,
        target=ends.target,
        previous=ends.previous,
        through=shown[-1].last_day,
    )
    if found.value is None or ends.way is None:
        return standing
    way = Way(closure, scale, *ends.way, shown, observed, day)
    judged = _judge(way, standing, found, by_hand=override is not None)
    if isinstance(scale, Reach) and scale.guardrail:
        return guarded(closure, scale.guardrail, observed, shown, judged)
    return judged


def _no_period(closure: Closure, scale: Scaled, day: date) -> Standing:
    period = scale.window if isinstance(scale, Reach) else "day"
    reason = f"no complete {period} since {closure.span.start.isoformat()}"
    if day < closure.ends:
        return too_early(scale.id, reason)
    return Standing(Verdict(Status.NO_DATA, reason), Term(scale.id, None))


def _judged(
    closure: Closure,
    scale: Scaled,
    observed: Observed,
    windows: tuple[Window, ...],
    *,
    rising: bool,
) -> tuple[Figure, tuple[Window, ...]]:
    """The figure that judges the key result, and the windows that it describes."""
    if not (isinstance(scale, Reach) and scale.evaluate == "every"):
        found = figure(closure, observed, closure.measure, windows)
        if isinstance(scale, Manual) and found.absence is Absence.NO_DATA:
            found = replace(found, reason=f"no check-in until {windows[-1].last_day.isoformat()}")
        return found, windows
    periods = [(figure(closure, observed, closure.measure, (w,)), (w,)) for w in windows]
    worst = min(periods, key=lambda pair: _badness(pair[0], rising=rising))
    used = tuple(known for one, _ in periods for known in one.used)
    return replace(worst[0], used=used), worst[1]


def _described(scale: Scaled, windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows that a value set by hand describes: where each is judged alone, the newest."""
    alone = isinstance(scale, Reach) and scale.evaluate == "every"
    return windows[-1:] if alone else windows


def _badness(one: Figure, *, rising: bool) -> tuple[int, Decimal]:
    """Sorts what is certainly absent first, then what is unknown, then the worst value."""
    if one.value is not None:
        return 2, one.value if rising else -one.value
    return int(one.absence is Absence.UNKNOWN), Decimal(0)


def _judge(way: Way, standing: Standing, found: Figure, *, by_hand: bool) -> Standing:
    value = _number(found)
    expects = _forecast(way, found, value, by_hand=by_hand)
    raw = way.share(value)
    expected = way.expected
    commit, stretch = way.scale.commit, way.scale.stretch
    label = "progress = (value - baseline) ÷ (target - baseline)"
    return replace(
        standing,
        verdict=_verdict(way, found, raw, expected, expects),
        term=Term(label, raw, standing.term.parts),
        raw=raw,
        score=score(
            raw,
            None if commit is None else way.share(commit),
            None if stretch is None else way.share(stretch),
        ),
        expected=expected,
        forecast=expects if isinstance(expects, Forecast) else None,
        no_forecast=expects if isinstance(expects, str) else None,
        needed_pace=way.needed_pace(value),
        days_ahead=way.days_ahead(raw),
    )


def _forecast(way: Way, found: Figure, value: Decimal, *, by_hand: bool) -> Forecast | str | None:
    """None once the cycle is over: then the value is final itself."""
    if way.day >= way.closure.ends:
        return None
    if by_hand:
        return "a value set by hand goes nowhere by itself"
    return forecast(way, found, value)


def _verdict(
    way: Way, found: Figure, raw: Decimal, expected: Decimal, expects: Forecast | str | None
) -> Verdict:
    day = way.day
    value = _number(found)
    stands = f"{short(value)} against {short(way.target)}, {percent(raw)} of the way"
    met = edge(raw) >= 1
    if day >= way.closure.ends:
        return at_end(met=met, reason=stands)
    planned = way.planned(expected)
    counted = isinstance(way.scale, Reach) and way.counts_up
    if counted and not way.in_units and (early := too_few(planned)):
        return early
    if met and way.keeps(found):
        return Verdict(Status.ACHIEVED, stands)
    if way.in_units:
        before = day - timedelta(days=LATE_DAYS + 1)
        return by_units(value, planned, way.planned_by(before))
    rule = way.closure.status_rule
    if rule == "probability" and isinstance(expects, Forecast) and expects.chance is not None:
        return by_chance(expects.chance, part_asked(way), stands)
    return by_rule(rule, raw, expected, stands)


def _number(found: Figure) -> Decimal:
    if found.value is None:
        raise ValueError(f"there is no value: {found.reason}")
    return found.value
