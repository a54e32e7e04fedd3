"""From inputs to a snapshot: a pure function, byte-equal on equal inputs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from okrmodel import maintain, milestones, reach
from okrmodel.algebra import Observed
from okrmodel.definitions.key_results import Maintain, Manual, Milestones, Reach
from okrmodel.exact import exactly
from okrmodel.snapshot import Snapshot, SnapshotInputs, Status
from okrmodel.standing import Standing, too_early
from okrmodel.status import Verdict


@exactly
def compute(inputs: SnapshotInputs) -> Snapshot:
    """The key result's state at the end of the day asked about.

    When newer days were not observed, the newest earlier day with a value is shown, marked stale
    with the reason; a failed pull never becomes a zero.

    Raises:
        ValueError: Two observations of one fingerprint and window among the inputs.
    """
    observed = Observed(inputs.known, inputs.failures, inputs.pinned)
    newest = _stand(inputs, observed, inputs.closure.day(inputs.as_of))
    if not newest.unknown:
        return _snapshot(inputs, newest, stale=None)
    why = newest.verdict.reason
    for day in _days_before(inputs):
        earlier = _stand(inputs, observed, day)
        if earlier.raw is not None:
            return _snapshot(inputs, _stale(inputs, earlier, why), stale=why)
    return _snapshot(inputs, newest, stale=None)


def _stand(inputs: SnapshotInputs, observed: Observed, day: date) -> Standing:
    closure = inputs.closure
    if day < closure.span.start:
        return too_early("not begun", f"begins on {closure.span.start.isoformat()}")
    match closure.key_result:
        case Reach() | Manual() as scale:
            return reach.stand(closure, scale, observed, day, closure.day(inputs.as_of))
        case Maintain() as kept:
            return maintain.stand(closure, kept, observed, day)
        case Milestones() as steps:
            return milestones.stand(closure, steps, observed, day)


def _days_before(inputs: SnapshotInputs) -> Iterator[date]:
    """The days on which something new was known, newest first: between them nothing changes."""
    first, newest = inputs.closure.span.start, inputs.closure.day(inputs.as_of)
    ended = {known.window.last_day for known in inputs.known}
    yield from sorted((day for day in ended if first <= day < newest), reverse=True)


def _stale(inputs: SnapshotInputs, earlier: Standing, why: str) -> Standing:
    """An earlier day's result, with the reason why it is no newer one.

    After the end only achieved, missed and no data can be said, and how it ended is not known.
    """
    through = earlier.through.isoformat() if earlier.through else "an earlier day"
    reason = f"as of {through}, because {why}"
    if inputs.as_of < inputs.closure.ends:
        return replace(earlier, verdict=Verdict(Status.STALE, reason))
    over = f"the cycle is over, and how it ended is not known: {reason}"
    return replace(earlier, verdict=Verdict(Status.NO_DATA, over))


def _snapshot(inputs: SnapshotInputs, found: Standing, stale: str | None) -> Snapshot:
    closure = inputs.closure
    used = sorted(set(found.used), key=lambda known: known.id)
    return Snapshot(
        workspace=closure.workspace,
        cycle=closure.cycle,
        key_result=closure.key_result.id,
        as_of=inputs.as_of,
        status=found.verdict.status,
        reason=found.verdict.reason,
        value=found.value,
        baseline=found.baseline,
        target=found.target,
        previous=found.previous,
        raw_progress=found.raw,
        score=found.score,
        expected=found.expected,
        pace=_pace(found),
        through=found.through,
        stale=stale,
        provisional=tuple(sorted({k.provisional for k in used if k.provisional})),
        restated=any(known.restated for known in used),
        observations=tuple(known.id for known in used),
        checks=tuple(known.check for known in used),
        arithmetic=found.term,
        definition_hash=closure.definition_hash,
        computation_hash=closure.computation_hash,
    )


def _pace(found: Standing) -> Decimal | None:
    if found.raw is None or found.expected is None or found.expected <= 0:
        return None
    return found.raw / found.expected
