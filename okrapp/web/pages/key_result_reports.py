"""What people reported of a key result: check-ins, milestones done, values set by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from okrmodel.closure import CHECK_INS, OVERRIDE, Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Milestones, Step
from okrmodel.store.reported import Entry, reported
from okrmodel.store.store import Store


@dataclass(frozen=True)
class Milestone:
    """A step, and the check-in that said that it is done."""

    step: Step
    done: Entry | None


@dataclass(frozen=True)
class Reports:
    """All of it, each oldest first."""

    check_ins: Sequence[Entry] = ()
    by_hand: Sequence[Entry] = ()
    milestones: Sequence[Milestone] = ()


def reports(store: Store, closure: Closure, as_of: date, known_at: datetime | None) -> Reports:
    """What was reported by a day, as known at an instant."""
    manual = isinstance(closure.key_result, Manual | Milestones)
    wanted = {
        key: measure.fingerprint
        for key, measure in closure.measures.items()
        if isinstance(measure, SourceMeasure) and (manual or key == OVERRIDE)
    }
    if not wanted:
        return Reports()
    found = reported(store, closure.workspace, tuple(wanted.values()), as_of, known_at)
    by_key = {key: found[mark] for key, mark in wanted.items()}
    steps = closure.key_result.steps if isinstance(closure.key_result, Milestones) else ()
    return Reports(
        check_ins=by_key.get(CHECK_INS, ()),
        by_hand=by_key.get(OVERRIDE, ()),
        milestones=[Milestone(step, next(iter(by_key[step.id]), None)) for step in steps],
    )
