"""`okr plan`: what the config would change against what was applied last, before it is applied."""

import sys
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from flows.edges import Edges
from flows.places import Place
from flows.view import open_view
from flows.whatif import Day, Foretold, WhatIf, what_if
from okrapp import output as out
from okrapp.dry_run import connections_json, print_lines
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.plan_all import plan_all
from okrapp.plan_text import markdown, problems_text, text
from okrapp.plan_told import exact_figures
from okrapp.refusals import expected_errors
from okrapp.where import Where
from okrmodel.changes import Change, Field, MetricChange


def plan(
    where: Where | None = None,
    *,
    all_: Annotated[bool, Parameter(name="--all", negative="")] = False,
    output: Literal["text", "json", "markdown"] = "text",
) -> None:
    """Show what the config would change against what was applied last.

    Args:
        where: Which workspaces.
        all_: One line for each workspace that moves, as after a change of the library; the others
            are counted.
        output: Text for people; JSON, with exact numbers, for programs; Markdown for a comment on
            a pull request.
    """
    where = where or Where()
    if all_ and where.workspace:
        raise Exit(USAGE, "--all looks at every workspace, and -w names one: leave out either")
    places = where.places()
    if all_:
        plan_all(places, output)
        return
    found: list[WhatIf] = []
    refusals: list[str] = []
    for place in places:
        try:
            found.append(_looked_at(place))
        except Exit as refusal:
            # One workspace that cannot be read hides no other.
            refusals.append(refusal.message)
    match output:
        case "json":
            out.write_json([as_json(one) for one in found])
        case "markdown":
            sys.stdout.write(markdown(found, refusals))
        case _:
            _print(found, places[0])
    if refusals or any(one.failed for one in found):
        raise Exit(FAILED, "\n\n".join(refusals))


def _looked_at(place: Place) -> WhatIf:
    with expected_errors(), open_view(place, Edges()) as view:
        return what_if(view)


def _print(found: list[WhatIf], place: Place) -> None:
    # Rich is for people: JSON and Markdown do without its tenth of a second.
    from okrapp.terminal import console  # noqa: PLC0415

    for number, one in enumerate(found):
        if number and not (one.empty and found[number - 1].empty):
            console().print()
        print_lines(console(), text(one))
    if problems := problems_text(found, place.root):
        # Editors read file:line:column, unwrapped.
        console().print(f"\n{problems}", markup=False, soft_wrap=True)


def as_json(found: WhatIf) -> dict[str, Any]:
    """All that would change as plain values; numbers as exact text."""
    return {
        "workspace": found.workspace,
        "changes": not found.empty,
        "problems": [problem.as_json() for problem in found.problems],
        "key_results": [_key_result(foretold) for foretold in found.key_results],
        "metrics": [_metric(metric) for metric in found.metrics],
        "words": [{**_names(change), "fields": list(change.words)} for change in found.words],
        "fetch": connections_json(found.fetch),
    }


def _names(change: Change) -> dict[str, Any]:
    before, after = change.before, change.after
    now = after or before
    return {
        "cycle": now.cycle if now else None,
        "key_result": now.key_result.id if now else None,
        "was": {"cycle": before.cycle, "key_result": before.key_result.id} if before else None,
    }


def _key_result(foretold: Foretold) -> dict[str, Any]:
    change = foretold.change
    return {
        **_names(change),
        "kinds": list(change.kinds),
        "fields": [_field(field) for field in change.fields],
        "metrics": list(change.metrics),
        "words": list(change.words),
        "recorded_days": sum(day.old is not None for day in foretold.days),
        "flips": [
            {"from": old.value, "to": new.value, "days": days}
            for (old, new), days in foretold.flips.items()
        ],
        "days": [_day(day) for day in foretold.days if day.moves or day is foretold.days[-1]],
        "not_known_without_a_pull": [day.as_of.isoformat() for day in foretold.unknown],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "as_of": day.as_of.isoformat(),
        "moves": day.moves,
        "old": exact_figures(day.old),
        "new": exact_figures(day.new),
    }


def _metric(metric: MetricChange) -> dict[str, Any]:
    return {
        "metric": metric.id,
        "was": metric.was if metric.before else None,
        "used": metric.after is not None,
        "fields": [_field(field) for field in metric.fields],
    }


def _field(field: Field) -> dict[str, str]:
    return {"name": field.name, "old": field.old, "new": field.new}
