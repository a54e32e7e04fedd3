"""Maintain: a metric kept on the right side of a bound in every month or week.

Raw progress is the share of the complete periods that met the bound. The score measures it against
the share that is required, so that it is 1 where the key result is achieved, and the required share
is also what is expected at any time.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrmodel.algebra import Absence, Figure, Observed, figure
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Maintain
from okrmodel.exact import edge, percent
from okrmodel.periods import complete_periods
from okrmodel.snapshot import Status, Term
from okrmodel.standing import Standing, at_end, too_early
from okrmodel.status import Verdict, by_periods
from okrmodel.windows import ONE_DAY, Window


@dataclass(frozen=True, slots=True)
class _Tally:
    """Periods that met the bound, that count, and that are still to come."""

    met: int
    judged: int
    left: int


def stand(closure: Closure, maintain: Maintain, observed: Observed, day: date) -> Standing:
    """Where the key result stands at the end of a day: the share of complete periods that met it."""
    passed = Window(closure.span.start, day + ONE_DAY)
    periods = complete_periods(maintain.every, passed, closure.week_starts)
    every = complete_periods(maintain.every, closure.span, closure.week_starts)
    if not periods:
        return _no_period(closure, maintain, day)
    found = [figure(closure, observed, maintain.metric, (period,)) for period in periods]
    used = tuple(known for one in found for known in one.used)
    if reasons := [one.reason for one in found if one.absence is Absence.UNKNOWN]:
        verdict = Verdict(Status.NO_DATA, reasons[-1])
        return Standing(verdict, Term(maintain.id, None), used, unknown=True)
    marks = [_meets(maintain, one) for one in found]
    counted = [mark for mark in marks if mark is not None]
    tally = _Tally(sum(counted), len(counted), len(every) - len(periods))
    share = Decimal(tally.met) / tally.judged if tally.judged else None
    required = _required(maintain)
    label = f"{tally.met} of {tally.judged} {maintain.every}s met the bound"
    return Standing(
        _verdict(closure, maintain, tally, day),
        Term(label, share, tuple(one.term for one in found)),
        used=used,
        value=found[-1].value,
        target=maintain.at_least if maintain.at_least is not None else maintain.at_most,
        raw=share,
        score=None if share is None else _score(share, required),
        expected=None if share is None else required,
        through=periods[-1].last_day,
    )


def _no_period(closure: Closure, maintain: Maintain, day: date) -> Standing:
    reason = f"no complete {maintain.every} since {closure.span.start.isoformat()}"
    if day < closure.ends:
        return too_early(maintain.id, reason)
    return Standing(Verdict(Status.NO_DATA, reason), Term(maintain.id, None))


def meets(maintain: Maintain, value: Decimal) -> bool:
    """Whether a period's value meets the bound, its edge included."""
    low, high = bounds(maintain)
    return (low is None or edge(value - low) >= 0) and (high is None or edge(value - high) <= 0)


def _meets(maintain: Maintain, one: Figure) -> bool | None:
    """Whether a period met the bound; None where it does not count."""
    if one.absence is Absence.UNBOUNDED and bounds(maintain)[1] is not None:
        return False
    if one.value is None:
        return None if maintain.missing == "skip" else False
    return meets(maintain, one.value)


def bounds(maintain: Maintain) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that a period's value may be; None where it may be anything."""
    if maintain.between:
        return maintain.between.low, maintain.between.high
    return maintain.at_least, maintain.at_most


def _required(maintain: Maintain) -> Decimal:
    return Decimal(1) if maintain.required == "all" else maintain.required


def _score(share: Decimal, required: Decimal) -> Decimal:
    """The part of the required share that was reached, 1 at most."""
    return min(share / required, Decimal(1)) if required else Decimal(1)


def _verdict(closure: Closure, maintain: Maintain, tally: _Tally, day: date) -> Verdict:
    required = _required(maintain)
    if not tally.judged:
        return Verdict(Status.NO_DATA, f"no {maintain.every} has data to judge by")
    if day >= closure.ends:
        reason = (
            f"{tally.met} of {tally.judged} {maintain.every}s met the bound,"
            f" {percent(required)} required"
        )
        return at_end(met=tally.met >= required * tally.judged, reason=reason)
    return by_periods(tally.met, tally.judged, tally.left, required, maintain.every)
