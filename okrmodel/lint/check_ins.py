"""Rules about check-ins: each belongs to a key result that takes it."""

from okrmodel.definitions.key_results import KeyResult, Manual, Milestones
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
    """A value goes to a key result of kind manual, a milestone to one that has it as a step."""
    key_results = {
        (written.cycle.id, written.key_result.id): written.key_result
        for written in draft.key_results
    }
    for found in draft.check_ins:
        key_result = key_results.get((found.cycle, found.check_in.key_result))
        if key_result:
            yield from _mismatch(found, key_result)


def _mismatch(found: WrittenCheckIn, key_result: KeyResult) -> Remarks:
    named, milestone = f'key result "{key_result.id}"', found.check_in.milestone
    if milestone is None:
        if not isinstance(key_result, Manual):
            yield Remark(
                (*found.path, "value"),
                f"a value is checked in for {named}, which is of kind {key_result.kind},"
                " expected one of kind manual",
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
    """A check-in is dated outside the cycle whose file it stands in."""
    windows = {written.cycle.id: written.cycle.window for written in draft.cycles}
    for found in draft.check_ins:
        window, day = windows.get(found.cycle), found.check_in.date
        if window and not window.start <= day < window.end:
            yield Remark(
                (*found.path, "date"),
                f"check-in of {day} is outside cycle {found.cycle},"
                f" expected a day from {window.start} to {window.last_day}",
            )
