"""Rules about check-ins: each belongs to a key result that takes it."""

from collections.abc import Iterator

from okrmodel.definitions.key_results import KeyResult, Maintain, Milestones, Reach
from okrmodel.lint.draft import Draft, WrittenCheckIn
from okrmodel.lint.rule import Remark, Remarks, error, warning
from okrmodel.suggestion import did_you_mean


@error("unknown-key-result")
def unknown_key_result(draft: Draft) -> Remarks:
    """A check-in names a key result that the cycle of its file does not have."""
    known: dict[str, set[str]] = {written.cycle.id: set() for written in draft.cycles}
    for written in draft.key_results:
        known[written.cycle.id].add(written.key_result.id)
    for found in draft.check_ins if draft.whole else ():
        name = found.check_in.key_result
        if name not in known.get(found.cycle, set()):
            hint = did_you_mean(name, known.get(found.cycle, set()))
            yield Remark(
                (*found.path, "key_result"),
                f'unknown key result "{name}" in cycle {found.cycle}{hint}',
            )


@error("check-in-mismatch")
def check_in_mismatch(draft: Draft) -> Remarks:
    """A value goes to a key result that has one, a milestone to one that has it as a step.

    For a key result of kind manual it is a check-in, for one of kind reach an override. What is
    maintained has a value for each of its periods, and none that could be overridden.
    """
    for found, key_result in _known(draft):
        yield from _mismatch(found, key_result)


@error("bad-override")
def bad_override(draft: Draft) -> Remarks:
    """`until` says how long an override holds: from its date on, and of nothing else."""
    for found, key_result in _known(draft):
        entry = found.check_in
        if entry.until is None:
            continue
        path = (*found.path, "until")
        if not isinstance(key_result, Reach) or entry.value is None:
            yield Remark(
                path,
                f'`until` stands in a check-in for key result "{key_result.id}", which is of kind'
                f" {key_result.kind}, expected it only where an automatic value is overridden",
            )
        elif entry.until < entry.date:
            yield Remark(
                path,
                f"the override of {entry.date} holds until {entry.until},"
                " expected the same day or a later one",
            )


def _known(draft: Draft) -> Iterator[tuple[WrittenCheckIn, KeyResult]]:
    """The check-ins whose key results are known, with these."""
    key_results = {
        (written.cycle.id, written.key_result.id): written.key_result
        for written in draft.key_results
    }
    for found in draft.check_ins:
        key_result = key_results.get((found.cycle, found.check_in.key_result))
        if key_result:
            yield found, key_result


def _mismatch(found: WrittenCheckIn, key_result: KeyResult) -> Remarks:
    named, milestone = f'key result "{key_result.id}"', found.check_in.milestone
    if milestone is None:
        if isinstance(key_result, Maintain | Milestones):
            yield Remark(
                (*found.path, "value"),
                f"a value is checked in for {named}, which is of kind {key_result.kind},"
                " expected one of kind manual, or of kind reach to override its value",
            )
    elif not isinstance(key_result, Milestones):
        yield Remark(
            (*found.path, "milestone"),
            f"a milestone is checked in for {named}, which is of kind {key_result.kind},"
            " expected one of kind milestones",
        )
    elif milestone not in (steps := [step.id for step in key_result.steps]):
        yield Remark(
            (*found.path, "milestone"),
            f'unknown milestone "{milestone}" of {named}{did_you_mean(milestone, steps)}',
        )


@warning("check-in-outside-cycle")
def check_in_outside_cycle(draft: Draft) -> Remarks:
    """A check-in is dated, or an override holds, outside the cycle whose file it stands in."""
    windows = {written.cycle.id: written.cycle.window for written in draft.cycles}
    for found in draft.check_ins:
        window = windows.get(found.cycle)
        if window is None:
            continue
        expected = f"expected a day from {window.start} to {window.last_day}"
        day, until = found.check_in.date, found.check_in.until
        if not window.start <= day < window.end:
            yield Remark(
                (*found.path, "date"),
                f"check-in of {day} is outside cycle {found.cycle}, {expected}",
            )
        elif until and until >= window.end:
            yield Remark(
                (*found.path, "until"),
                f"the override of {day} holds until {until}, after the end of cycle"
                f" {found.cycle}, {expected}",
            )
