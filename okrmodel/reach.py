"""Reach and manual: how far a number has come from one value to another."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from okrmodel.algebra import Absence, Figure, Observed, degree, figure
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach, Trailing
from okrmodel.exact import edge, percent, short
from okrmodel.expected import Plan, dated
from okrmodel.observations import Aggregation
from okrmodel.periods import month_of, value_windows
from okrmodel.progress import progress, score
from okrmodel.snapshot import Status, Term
from okrmodel.standing import Standing, at_end, too_early
from okrmodel.status import LATE_DAYS, Verdict, by_rule, by_units, too_few
from okrmodel.targets import ends_of
from okrmodel.windows import Window

Scaled = Reach | Manual

TINY = 12
"""A count with a target below this is judged by whole units (design, section 4)."""


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
    way = _Way(closure, scale, *ends.way, shown)
    return _judge(way, standing, found, day)


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


@dataclass(frozen=True, slots=True)
class _Way:
    """From baseline to target, planned over the key result's days."""

    closure: Closure
    scale: Scaled
    baseline: Decimal
    target: Decimal
    shown: tuple[Window, ...]
    """The windows that the value describes."""

    def share(self, value: Decimal) -> Decimal:
        """How far along the way a value is."""
        return progress(self.baseline, self.target, value)

    def planned(self, share: Decimal) -> Decimal:
        """The value at a share of the way."""
        return self.baseline + (self.target - self.baseline) * share

    @property
    def plan(self) -> Plan:
        first, due = self.closure.span.start, self.closure.due
        return dated(first, due, self.scale.plan, self.baseline, self.target)

    @property
    def expected(self) -> Decimal:
        """Read at the end of what the value describes; over trailing days, their mean."""
        trailing = isinstance(self.scale, Reach) and isinstance(self.scale.window, Trailing)
        if trailing and not self._only_levels:
            return self.plan.mean(self.shown[-1].days())
        if self._fills_a_month:
            return self.month_so_far(self.shown[-1].last_day)
        return self.plan.mean(window.last_day for window in self.shown)

    def month_so_far(self, day: date) -> Decimal:
        """What is planned of the month that the value describes, by the end of a day.

        The plan at the month's end says how much the whole month should bring; of that, as large a
        part should be there as of the month's days have passed. So on a month's last day, the
        month to date is expected to be just what the complete month is.
        """
        so_far = self.shown[-1]
        month = month_of(so_far.start)
        passed = max((day - so_far.start).days + 1, 0)
        whole = self.planned(self.plan.at(month.last_day))
        return self.share(whole * passed / month.length)

    @property
    def _fills_a_month(self) -> bool:
        """Whether the value grows day by day and starts anew each month; a rate does neither."""
        to_date = isinstance(self.scale, Reach) and self.scale.window == "month_to_date"
        return to_date and degree(self.closure, self.closure.measure) == 1

    @property
    def _only_levels(self) -> bool:
        return all(m.aggregation is Aggregation.LEVEL for m in self.closure.sources)

    def planned_by(self, day: date) -> Decimal:
        """The count that was planned by the end of a day."""
        share = self.month_so_far(day) if self._fills_a_month else self.plan.at(day)
        return self.planned(share)

    @property
    def counts_up(self) -> bool:
        """Whether the value is a count that begins at nothing and grows: over the cycle, or a month."""
        if self.baseline or self.target <= 0:
            return False
        if isinstance(self.scale, Manual):
            return self.target % 1 == 0
        measure = self.closure.measures[self.closure.measure]
        return (
            self.scale.window in {"cycle", "month_to_date"}
            and isinstance(measure, SourceMeasure)
            and measure.aggregation in {Aggregation.SUM, Aggregation.DISTINCT}
        )

    def keeps(self, found: Figure) -> bool:
        """Whether what has been reached cannot be lost again before the end.

        A count over the cycle of which no part is negative can only grow. What people report is
        taken at its word.
        """
        if isinstance(self.scale, Manual):
            return True
        positive = all(known.value is None or known.value >= 0 for known in found.used)
        return self.counts_up and self.scale.window == "cycle" and positive

    @property
    def in_units(self) -> bool:
        """Whether whole units are judged: planned ones, or too few for any share to mean much."""
        scheduled = isinstance(self.scale, Reach) and self.scale.cadence == "scheduled"
        return self.counts_up and (scheduled or self.target < TINY)


def _judge(way: _Way, standing: Standing, found: Figure, day: date) -> Standing:
    value = _number(found)
    raw = way.share(value)
    expected = way.expected
    commit, stretch = way.scale.commit, way.scale.stretch
    label = "progress = (value - baseline) ÷ (target - baseline)"
    return replace(
        standing,
        verdict=_verdict(way, found, raw, expected, day),
        term=Term(label, raw, standing.term.parts),
        raw=raw,
        score=score(
            raw,
            None if commit is None else way.share(commit),
            None if stretch is None else way.share(stretch),
        ),
        expected=expected,
    )


def _verdict(way: _Way, found: Figure, raw: Decimal, expected: Decimal, day: date) -> Verdict:
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
    return by_rule(way.closure.status_rule, raw, expected, stands)


def _number(found: Figure) -> Decimal:
    if found.value is None:
        raise ValueError(f"there is no value: {found.reason}")
    return found.value
