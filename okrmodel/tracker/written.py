"""What was found, as the text of config files."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from okrmodel.exact import plain
from okrmodel.reading.quoting import name_in_yaml, prose_in_yaml
from okrmodel.tracker.found import FoundKeyResult
from okrmodel.tracker.named import Named

STEP = "done"
"""The id of the one step of a thing that is done or not."""


class Source(NamedTuple):
    """Where the rows come from, and what is said of all of them."""

    file: str
    """Its name."""
    cycle: str
    last_day: date
    """Of the cycle; what is done or not is due then when the tracker says no day."""
    as_of: date
    """The day of the current values."""


def cycle_text(found: Named, source: Source, schema: str) -> str:
    """okrs/<cycle>.yaml; editors find its schema where `schema` says."""
    head = f"# yaml-language-server: $schema={schema}"
    return "".join(f"{line}\n" for line in (head, *_cycle(found, source)))


def _cycle(found: Named, source: Source) -> Iterator[str]:
    yield f"# Imported from {_comment(source.file)}: every figure is checked in by hand. One that has a"
    yield "# source can update itself: write `metric:` with an id of metrics.yaml instead of `kind: manual`"
    yield "# and `unit`."
    yield f"cycle: {source.cycle}"
    yield ""
    yield "objectives:" if found.objectives else "objectives: []"
    for number, (own, objective, key_results) in enumerate(found.objectives):
        if number:
            yield ""
        yield f"  - id: {name_in_yaml(own)}"
        yield f"    title: {prose_in_yaml(objective.title[:500])}"
        if objective.owner:
            yield f"    owner: {name_in_yaml(found.owners[objective.owner])}"
        yield "    key_results:" if key_results else "    key_results: []"
        for name, key_result in key_results:
            first, *rest = _key_result(name, key_result, found, source)
            yield f"      - {first}"
            yield from (f"        {line}" for line in rest)


def _key_result(name: str, found: FoundKeyResult, all_: Named, source: Source) -> Iterator[str]:
    yield f"id: {name_in_yaml(name)}"
    kind = "milestones" if found.target is None else "manual"
    yield f"kind: {kind} # row {found.row}"
    yield f"title: {prose_in_yaml(found.title)}"
    if found.owner:
        yield f"owner: {name_in_yaml(all_.owners[found.owner])}"
    if found.unit:
        yield f"unit: {prose_in_yaml(found.unit)}"
    weight = None if found.weight == 1 else found.weight
    yield from _numbers({"from": found.start, "target": found.target, "weight": weight})
    days = {"starts": found.starts, "due": found.due}
    yield from (f"{key}: {day}" for key, day in days.items() if day)
    if found.note:
        yield f"note: {prose_in_yaml(found.note)}"
    if found.target is None:
        yield "steps:"
        yield f"  - id: {STEP}"
        yield f"    title: {prose_in_yaml(found.title)}"
        yield f"    due: {found.due or source.last_day}"


def _numbers(numbers: dict[str, Decimal | None]) -> Iterator[str]:
    for key, number in numbers.items():
        if number is not None:
            yield f"{key}: {plain(number)}"


def check_ins_text(found: Named, source: Source, schema: str) -> str:
    """checkins/<cycle>.yaml: the current values; empty where the tracker has none."""
    entries = [entry for one in found.key_results if (entry := _check_in(*one, source))]
    if not entries:
        return ""
    head = (
        f"# yaml-language-server: $schema={schema}",
        "#",
        f"# What people report: facts with a date. These are as {_comment(source.file)} had them.",
        "",
    )
    return "".join(f"{line}\n" for line in (*head, *entries))


def _check_in(name: str, found: FoundKeyResult, source: Source) -> str:
    said = f"- {{ key_result: {name_in_yaml(name)}, date: {source.as_of}"
    note = f"note: {name_in_yaml(f'row {found.row} of {source.file}')} }}"
    if found.current is not None:
        return f"{said}, value: {plain(found.current)}, {note}"
    return f"{said}, milestone: {STEP}, {note}" if found.done else ""


def _comment(text: str) -> str:
    """A file's name on a line of its own, whatever it is."""
    return "".join(letter for letter in text if letter.isprintable())
