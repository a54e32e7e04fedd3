"""From inputs to a snapshot: a pure function, byte-equal on equal inputs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from okrmodel import maintain, milestones, reach
from okrmodel.algebra import Absence, Figure, Observed, figure
from okrmodel.closure import OVERRIDE, SourceMeasure
from okrmodel.definitions.key_results import Maintain, Manual, Milestones, Reach
from okrmodel.exact import exactly, short
from okrmodel.periods import value_windows
from okrmodel.snapshot import Automatic, Snapshot, SnapshotInputs, Status, Term
from okrmodel.standing import Standing, too_early
from okrmodel.status import Verdict
from okrmodel.windows import Window


@exactly
def compute(inputs: SnapshotInputs) -> Snapshot:
    """The key result's state at the end of the day asked about.

    When newer days were not observed, the newest earlier day with a value is shown, marked stale
    with the reason; a failed pull never becomes a zero. A value that a person has set takes the
    place of the automatic one, which stays beside it with all that is wrong with it.

    Raises:
        ValueError: Two observations of one fingerprint and window among the inputs.
    """
    observed = Observed(inputs.known, inputs.failures, inputs.pinned)
    override = _override(inputs, observed)
    found, stale = _automatic(inputs, observed, override)
    if override is None or override.value is None:
        return _snapshot(inputs, found, stale)
    why = stale or (found.verdict.reason if found.unknown else None)
    by_hand = _by_hand(inputs, observed, override, found, why)
    automatic = Automatic(found.value, found.verdict.status, found.verdict.reason, found.through)
    return replace(_snapshot(inputs, by_hand, why), automatic=automatic)


def _automatic(
    inputs: SnapshotInputs, observed: Observed, override: Figure | None
) -> tuple[Standing, str | None]:
    """What the sources say, as of the newest day that they say something of; and why no newer one."""
    newest = _stand(inputs, observed, inputs.closure.day(inputs.as_of))
    if override and override.absence is Absence.UNKNOWN:
        # Perhaps somebody has set another value: that cannot be passed over.
        newest = replace(newest, unknown=True, verdict=Verdict(Status.NO_DATA, override.reason))
    if not newest.unknown:
        return newest, None
    why = newest.verdict.reason
    for day in _days_before(inputs):
        earlier = _stand(inputs, observed, day)
        if earlier.raw is not None:
            return _stale(inputs, earlier, why), why
    return newest, None


def _override(inputs: SnapshotInputs, observed: Observed) -> Figure | None:
    """What a person has set for the day; None where there is nothing to set, or nobody was asked.

    Where people's entries could not be read, it is absent as unknown.
    """
    closure = inputs.closure
    measure, scale = closure.measures.get(OVERRIDE), closure.key_result
    day = closure.day(inputs.as_of)
    if not isinstance(measure, SourceMeasure) or not isinstance(scale, Reach):
        return None
    if not value_windows(closure, scale, day):
        return None
    found = figure(closure, observed, OVERRIDE, (Window.of_day(day),))
    failed = any(failure.connection == measure.connection for failure in inputs.failures)
    return None if found.absence is Absence.UNKNOWN and not failed else found


def _by_hand(
    inputs: SnapshotInputs,
    observed: Observed,
    override: Figure,
    automatic: Standing,
    stale: str | None,
) -> Standing:
    """The day judged by the value set by hand, with the automatic one beside it."""
    given = replace(override, used=override.used + automatic.used)
    found = _stand(inputs, observed, inputs.closure.day(inputs.as_of), given)
    value, *ends = found.term.parts
    beside = Term("automatic, beside it", automatic.value, automatic.term.parts[:1])
    shown = "no value" if automatic.value is None else short(automatic.value)
    lacking = stale or (automatic.verdict.reason if automatic.value is None else "")
    reason = f"set by hand, {found.verdict.reason}; automatic {shown}"
    return replace(
        found,
        verdict=Verdict(found.verdict.status, f"{reason}: {lacking}" if lacking else reason),
        term=replace(found.term, parts=(value, beside, *ends)),
    )


def _stand(
    inputs: SnapshotInputs, observed: Observed, day: date, override: Figure | None = None
) -> Standing:
    closure = inputs.closure
    if day < closure.span.start:
        return too_early("not begun", f"begins on {closure.span.start.isoformat()}")
    match closure.key_result:
        case Reach() | Manual() as scale:
            today = closure.day(inputs.as_of)
            return reach.stand(closure, scale, observed, day, today, override=override)
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
    each = {known.id: known for known in found.used}
    used = [each[number] for number in sorted(each)]
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
        forecast=found.forecast,
        no_forecast=found.no_forecast,
        needed_pace=found.needed_pace,
        days_ahead=found.days_ahead,
        guardrail=found.guardrail,
        definition_hash=closure.definition_hash,
        computation_hash=closure.computation_hash,
    )


def _pace(found: Standing) -> Decimal | None:
    if found.raw is None or found.expected is None or found.expected <= 0:
        return None
    return found.raw / found.expected
