"""The figures that a scale stands on: where it begins, its target, the cycle before.

Measured ones are pinned: once all answers over their window are final, those first final answers
hold. A source that changes its mind later is shown beside them, and moves neither end of the way.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from okrmodel.algebra import Absence, Figure, Observed, figure
from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach, Target
from okrmodel.exact import short
from okrmodel.observations import Aggregation
from okrmodel.periods import baseline_windows, previous_windows
from okrmodel.snapshot import Known, Term
from okrmodel.windows import Window


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of the way as of a day, and what they were measured from."""

    baseline: Decimal | None
    target: Decimal | None
    previous: Decimal | None
    rising: bool
    trouble: str
    """Why no progress can be told; empty when it can."""
    used: tuple[Known, ...]
    terms: tuple[Term, ...]

    @property
    def way(self) -> tuple[Decimal, Decimal] | None:
        """Start and target, where a progress can be told."""
        if self.trouble or self.baseline is None or self.target is None:
            return None
        return self.baseline, self.target


def measures_previous(scale: Reach | Manual) -> bool:
    """Whether the figure of the cycle before has to be measured."""
    given = scale.previous if isinstance(scale, Reach) else None
    if given is not None:
        return given == "measured"
    written = (scale.target, *(change.target for change in scale.targets))
    return any(isinstance(target, str) for target in written)


def ends_of(closure: Closure, scale: Reach | Manual, observed: Observed, as_of: date) -> Ends:
    """Where the way begins and ends as of a day."""
    before = _previous(closure, scale, observed)
    begin = _baseline(closure, scale, observed, as_of)
    in_force = target_on(scale, as_of)
    target = _resolved(in_force, before.value)
    baseline = begin.value
    rising = _rising(scale, baseline, target)
    needed = (begin, before) if isinstance(in_force, str) else (begin,)
    troubles = [one.reason for one in needed if one.absence]
    if not troubles:
        troubles = _contradictions(scale, baseline, target, rising=rising)
    return Ends(
        baseline=baseline,
        target=target,
        previous=before.value,
        rising=rising,
        trouble="; ".join(troubles),
        used=begin.used + before.used,
        terms=(begin.term, Term("target", target, (before.term,) if before.used else ())),
    )


def target_on(scale: Reach | Manual, as_of: date) -> Target | None:
    """The target in force on a day; before the first change, the first one."""
    if not scale.targets:
        return scale.target
    changes = sorted(scale.targets, key=lambda change: change.from_)
    in_force = [change for change in changes if change.from_ <= as_of]
    return (in_force or changes)[-1 if in_force else 0].target


def _resolved(target: Target | None, previous: Decimal | None) -> Decimal | None:
    """The target as a number: `previous * 1.20` needs the figure of the cycle before."""
    if not isinstance(target, str):
        return target
    factor = Decimal(target.partition("*")[2].strip() or 1)
    return None if previous is None else previous * factor


def _previous(closure: Closure, scale: Reach | Manual, observed: Observed) -> Figure:
    if measures_previous(scale):
        windows = previous_windows(closure, scale)
        return _measured(closure, observed, windows, "previous", closure.starts)
    given = scale.previous if isinstance(scale, Reach) else None
    return _given("previous", given if isinstance(given, Decimal) else None)


def _baseline(closure: Closure, scale: Reach | Manual, observed: Observed, as_of: date) -> Figure:
    if scale.from_ != "measured":
        return _given("from", scale.from_ if scale.from_ is not None else Decimal(0))
    if first := _first_ever(closure, observed, as_of):
        name = f"from, first observed on {first.start.isoformat()}"
        return _pinned(closure, observed, (first,), name)
    windows = baseline_windows(closure, scale)
    return _measured(closure, observed, windows, "from", closure.span.start)


def _first_ever(closure: Closure, observed: Observed, as_of: date) -> Window | None:
    """The day on which a level without history begins: the past before it cannot be asked for."""
    measure = closure.measures[closure.measure]
    if not isinstance(measure, SourceMeasure) or measure.has_history:
        return None
    if measure.aggregation is not Aggregation.LEVEL:
        return None
    ever = closure.ever(as_of)
    found = (each.first(measure.fingerprint, ever) for each in (observed.pinned, observed))
    return min((known.window for known in found if known), default=None)


def _given(name: str, value: Decimal | None) -> Figure:
    return Figure(value, Term(name, value), ())


def _measured(
    closure: Closure, observed: Observed, windows: tuple[Window, ...], name: str, ends: date
) -> Figure:
    if not windows:
        reason = f"{name} cannot be measured: no complete period lies between {closure.before} and {ends}"
        return Figure(None, Term(name, None), (), Absence.NO_DATA, reason)
    found = _pinned(closure, observed, windows, f"{name}, measured")
    reason = f"{name} cannot be measured: {found.reason}" if found.absence else ""
    return replace(found, reason=reason)


def _pinned(closure: Closure, observed: Observed, windows: tuple[Window, ...], name: str) -> Figure:
    """The figure that all windows had when they had settled; until then, what is known so far."""
    live = figure(closure, observed, closure.measure, windows, once=True)
    pinned = figure(closure, observed.pinned, closure.measure, windows, once=True)
    if pinned.absence:
        return replace(live, term=Term(name, live.value, (live.term,)))
    since = tuple(known for known in live.used if known.restated)
    later = (Term("as restated since", live.value, (live.term,)),) if since else ()
    term = Term(f"{name} and pinned", pinned.value, (pinned.term, *later))
    return Figure(pinned.value, term, pinned.used + since)


def _rising(scale: Reach | Manual, baseline: Decimal | None, target: Decimal | None) -> bool:
    if scale.direction:
        return scale.direction == "increase"
    return baseline is None or target is None or target > baseline


def _contradictions(
    scale: Reach | Manual, baseline: Decimal | None, target: Decimal | None, *, rising: bool
) -> list[str]:
    if target is None or baseline is None:
        return ["there is no target"]
    measured = scale.from_ == "measured"
    if baseline == target and not measured:
        return [f"from and target are both {short(baseline)}: there is no way between them"]
    if baseline == target or (target > baseline) is not rising:
        met = "the measured from" if measured else "from"
        why = f"{met} {short(baseline)} already meets the target {short(target)}"
        return [f"{why}: set a target beyond it, or correct the direction"]
    tiers = {"from": baseline, "commit": scale.commit, "target": target, "stretch": scale.stretch}
    given = {name: value for name, value in tiers.items() if value is not None}
    if list(given.values()) == sorted(set(given.values()), reverse=not rising):
        return []
    shown = ", ".join(f"{name} {short(value)}" for name, value in given.items())
    return [f"{shown} do not follow one another: correct the commit or the stretch"]
