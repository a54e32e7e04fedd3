"""`okr explain`: from a key result's progress back to what the sources answered."""

from datetime import date, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from okrapp.evidence import Evidence, as_json, gather
from okrapp.exits import FAILED, Exit
from okrapp.output import write_json
from okrapp.remembered import Remembered, remembered
from okrapp.verifying import Result, is_wrong, verdicts, verdicts_json, verified
from okrapp.where import Where
from okrmodel.windows import instant_of


def explain(
    key_result: str,
    /,
    where: Where | None = None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    cycle: str | None = None,
    verify: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    every: Annotated[bool, Parameter(name="--all", negative=(), show_default=False)] = False,
    output: Literal["text", "json"] = "text",
) -> None:
    """Show how a key result's progress came to be.

    Args:
        key_result: Its id.
        where: In which workspaces to look.
        as_of: The day to look at, such as 2026-11-22; the last recorded one when not given.
        known_at: As it was known at an instant, such as 2026-11-23T06:00:00+01:00; in the
            workspace's zone when it names none.
        cycle: A cycle's id; the newest that the key result was recorded in when not given.
        verify: Ask the sources again for the same windows, and compare; nothing is recorded.
            Ends with 1 where one has changed what was final, or does not answer.
        every: All windows and requests, however many.
        output: Text for people; JSON, with everything, for programs.
    """
    with remembered(where, key_result, cycle=cycle, as_of=as_of) as found:
        evidence = _evidence(found, as_of, known_at)
    results: tuple[Result, ...] = ()
    if output == "json":
        told = as_json(evidence)
        if verify:
            results = verified(found.place, evidence.asked)
            told |= {"verified": verdicts_json(results)}
        write_json(told)
    else:
        # Rich is for people: JSON does without its tenth of a second.
        from okrapp.evidence_text import print_evidence, print_section  # noqa: PLC0415
        from okrapp.terminal import console  # noqa: PLC0415

        print_evidence(console(), evidence, every=every)
        if verify:
            # What is remembered is shown before sources are waited for.
            results = verified(found.place, evidence.asked)
            lines = [*verdicts(results, evidence.pinned)] or ["No source was asked for anything."]
            print_section(console(), "Asked again", lines)
    if is_wrong(results):
        raise Exit(FAILED)


def _evidence(found: Remembered, as_of: date | None, known_at: datetime | None) -> Evidence:
    instant = instant_of(known_at, found.zone()) if known_at else None
    evidence = gather(found, as_of, instant)
    if evidence is None:
        when = f" at {instant.astimezone(found.zone()):%Y-%m-%d %H:%M:%S %Z}" if instant else ""
        raise Exit(FAILED, f'nothing was known of key result "{found.key_result}"{when}')
    return evidence
