"""Where a key result stands at the end of a day: what each kind works out in its own way."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from okrmodel.snapshot import Forecast, GuardrailState, Known, Status, Term
from okrmodel.status import Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """One day's result, before it is known whether it is the newest there is."""

    verdict: Verdict
    term: Term
    used: tuple[Known, ...] = ()
    unknown: bool = False
    """Something was not observed; the verdict's reason says what and why."""
    value: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    previous: Decimal | None = None
    raw: Decimal | None = None
    score: Decimal | None = None
    expected: Decimal | None = None
    through: date | None = None
    forecast: Forecast | None = None
    no_forecast: str | None = None
    needed_pace: Decimal | None = None
    days_ahead: int | None = None
    guardrail: GuardrailState | None = None


def too_early(label: str, reason: str) -> Standing:
    """Nothing to show yet."""
    return Standing(Verdict(Status.TOO_EARLY, reason), Term(label, None))


def at_end(*, met: bool, reason: str) -> Verdict:
    """What is said when the cycle is over."""
    return Verdict(Status.ACHIEVED if met else Status.MISSED, f"the cycle is over: {reason}")
