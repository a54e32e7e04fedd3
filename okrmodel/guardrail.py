"""Guardrails: a second metric with a bound. While it is broken, the key result counts only in part."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from okrmodel.algebra import Absence, Observed, figure
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Guardrail
from okrmodel.exact import edge, short
from okrmodel.snapshot import GuardrailState, Status
from okrmodel.standing import Standing
from okrmodel.status import Verdict
from okrmodel.windows import Window

_WORSE = {Status.ACHIEVED: Status.AT_RISK, Status.ON_TRACK: Status.AT_RISK}
"""What a status becomes while the bound is broken and the cycle runs; the others stay."""


def guarded(
    closure: Closure,
    guardrail: Guardrail,
    observed: Observed,
    windows: Sequence[Window],
    standing: Standing,
) -> Standing:
    """The same standing held to its guardrail, which is read over the same windows.

    A broken bound caps the score, and neither achieved nor on track is said; at the cycle's end it
    is missed. Progress stays what it is. A bound of which nothing is known breaks nothing, and the
    state says so.
    """
    found = figure(closure, observed, guardrail.metric, windows)
    kept = _kept(guardrail, found.value, unbounded=found.absence is Absence.UNBOUNDED)
    state = GuardrailState(guardrail.metric, found.value, _bound(guardrail), kept, found.reason)
    used = (*standing.used, *found.used)
    beside = replace(standing, guardrail=state, used=used)
    if kept is not False or standing.score is None:
        return beside
    shown = "more than 0 ÷ 0" if found.value is None else short(found.value)
    broken = f"{guardrail.metric} is {shown} where {state.bound} was agreed"
    return replace(
        beside,
        score=min(standing.score, guardrail.cap),
        verdict=_verdict(standing.verdict, broken, over=windows[-1].last_day >= closure.ends),
    )


def _bound(guardrail: Guardrail) -> str:
    """The bound for people."""
    if guardrail.at_most is not None:
        return f"at most {short(guardrail.at_most)}"
    return f"at least {short(guardrail.at_least or Decimal(0))}"


def _kept(guardrail: Guardrail, value: Decimal | None, *, unbounded: bool) -> bool | None:
    if value is None:
        return False if unbounded and guardrail.at_most is not None else None
    if guardrail.at_most is not None:
        return edge(value - guardrail.at_most) <= 0
    return edge(value - (guardrail.at_least or Decimal(0))) >= 0


def _verdict(verdict: Verdict, broken: str, *, over: bool) -> Verdict:
    worse = Status.MISSED if over else _WORSE.get(verdict.status, verdict.status)
    return Verdict(worse, f"{verdict.reason}; its guardrail is broken: {broken}")
