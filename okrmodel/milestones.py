"""Milestones: named steps done by their dates."""

from datetime import date
from decimal import Decimal

from okrmodel.algebra import Absence, Observed, figure
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Milestones
from okrmodel.expected import steps_due
from okrmodel.snapshot import Status, Term
from okrmodel.standing import Standing, at_end
from okrmodel.status import Verdict, by_overdue
from okrmodel.windows import Window


def stand(closure: Closure, milestones: Milestones, observed: Observed, day: date) -> Standing:
    """Where the key result stands at the end of a day: the weight of the steps that are done.

    A step is done when a check-in says so; no check-in is not missing data.
    """
    steps = milestones.steps
    windows = (Window.of_day(day),)
    found = {step.id: figure(closure, observed, step.id, windows) for step in steps}
    used = tuple(known for one in found.values() for known in one.used)
    if reasons := [one.reason for one in found.values() if one.absence is Absence.UNKNOWN]:
        verdict = Verdict(Status.NO_DATA, reasons[0])
        return Standing(verdict, Term(milestones.id, None), used, unknown=True)
    done = [step for step in steps if found[step.id].value]
    total = sum((step.weight for step in steps), Decimal())
    raw = sum((step.weight for step in done), Decimal()) / total
    overdue = {s.id: (day - s.due).days for s in steps if s.due <= day and s not in done}
    return Standing(
        _verdict(closure, day, len(done), len(steps), overdue),
        Term("weight done ÷ weight of all steps", raw, tuple(one.term for one in found.values())),
        used=used,
        value=Decimal(len(done)),
        baseline=Decimal(0),
        target=Decimal(len(steps)),
        raw=raw,
        score=raw,
        expected=steps_due(steps, day),
        through=day,
    )


def _verdict(
    closure: Closure, day: date, done: int, steps: int, overdue: dict[str, int]
) -> Verdict:
    reason = f"{done} of {steps} steps done"
    if day >= closure.ends:
        return at_end(met=done == steps, reason=reason)
    if done == steps:
        return Verdict(Status.ACHIEVED, reason)
    return by_overdue(done, steps, overdue)
