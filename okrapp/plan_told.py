"""What a changed config would do, in sentences: the same for the terminal and for a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from connectors.contract import Ask
from flows.planning import Errand, Plan
from flows.whatif import Day, Foretold, WhatIf
from okrapp import output as out
from okrapp.dry_run import cost, serves, spends
from okrmodel.changes import Change, Field, MetricChange
from okrmodel.closure import Closure
from okrmodel.exact import counted, percent, short
from okrmodel.snapshot import Snapshot
from okrmodel.windows import from_to

_UNKNOWN = "not known without a pull"
_SIGNS = {"added": "+", "removed": "−"}
_OTHER = "~"


def sign(change: Change) -> str:
    """One character for how it changes."""
    return _SIGNS.get(change.kinds[0], _OTHER)


def names(change: Change, among: Iterable[Change] = ()) -> tuple[str, str]:
    """The key result's id and its title, as they would be; with its cycle where several change.

    Args:
        change: Of the key result.
        among: The changes that are told together.
    """
    closure = _told_of(change)
    several = len({_told_of(each).cycle for each in among}) > 1
    cycle = f"{closure.cycle}/" if several else ""
    return f"{cycle}{closure.key_result.id}", closure.key_result.title


def _told_of(change: Change) -> Closure:
    closure = change.after or change.before
    if closure is None:
        raise ValueError("a change of nothing")
    return closure


def what(change: Change) -> str:
    """What is done to it, field by field."""
    before, after = change.before, change.after
    if before is None:
        return "new"
    if after is None:
        return "removed"
    parts = []
    if "renamed" in change.kinds:
        parts.append(f"renamed, was {before.key_result.id}")
    if "moved" in change.kinds:
        parts.append(f"moved from {before.cycle} to {after.cycle}")
    parts += map(_field, change.fields)
    parts += [f"metric {metric} means something else" for metric in change.metrics]
    # New targets have new reasons, and another id says what it was: that is told by then.
    words = [name for name in change.words if name not in {"was", "reasons"}]
    if words:
        parts.append(f"words ({', '.join(words)})")
    return "; ".join(parts) or "asked for otherwise"


def _field(field: Field) -> str:
    return f"{field.name} {field.old} → {field.new}"


def last_day(foretold: Foretold) -> str:
    """The last recorded day before and after: "2026-11-22: 290; 104 % → 116 %; achieved"."""
    if not foretold.days:
        return ""
    day = foretold.days[-1]
    return f"{day.as_of}: {_day(foretold, day)}"


def moves(foretold: Foretold) -> str:
    """What becomes of the last recorded day's value and progress: "51 % → 85 %"."""
    day = foretold.days[-1] if foretold.days else None
    if day is None or day.old is None or day.new is None:
        return ""
    old, new = _figures(day.old)[:2], _figures(day.new)[:2]
    return ", ".join(f"{a} → {b}" for a, b in zip(old, new, strict=True) if a != b)


def _day(foretold: Foretold, day: Day) -> str:
    old, new = (_figures(one) if one else None for one in (day.old, day.new))
    if foretold.change.after is None:
        return "; ".join(old or ())
    if old is None:
        return "; ".join(new) if new else _UNKNOWN
    if new is None:
        return f"{'; '.join(old)} → {_UNKNOWN}"
    return "; ".join(a if a == b else f"{a} → {b}" for a, b in zip(old, new, strict=True))


def _figures(snapshot: Snapshot) -> tuple[str, str, str]:
    value, progress = snapshot.value, snapshot.raw_progress
    return (
        "no value" if value is None else short(value),
        "no progress" if progress is None else percent(progress),
        snapshot.status.words,
    )


def exact_figures(snapshot: Snapshot | None) -> dict[str, str | None] | None:
    """The figures for programs."""
    if snapshot is None:
        return None
    numbers = {
        "value": snapshot.value,
        "target": snapshot.target,
        "progress": snapshot.raw_progress,
        "score": snapshot.score,
        "expected": snapshot.expected,
    }
    exact = {name: out.exact(one) for name, one in numbers.items()}
    return {**exact, "status": snapshot.status.value}


def recorded_days(foretold: Foretold) -> Iterator[str]:
    """What becomes of the days that are recorded, a sentence each."""
    before, after, days = foretold.change.before, foretold.change.after, foretold.days
    if before is None:
        return
    if after is None:
        stay, are = ("stays", "is") if len(days) == 1 else ("stay", "are")
        kept = f"{counted(len(days), 'recorded day')} of {before.cycle} {stay} in the store"
        yield f"{kept}, and {are} shown no more"
    elif before.cycle != after.cycle:
        yield f"what was recorded in {before.cycle} stays there"
    else:
        if "renamed" in foretold.change.kinds:
            go = "goes" if len(days) == 1 else "go"
            yield f"{counted(len(days), 'recorded day')} {go} on under the new id with the next sync"
        yield from _moves(foretold)


def _moves(foretold: Foretold) -> Iterator[str]:
    moved, unknown = foretold.moved, foretold.unknown
    of = counted(len(foretold.days), "recorded day")
    if moved:
        yield f"{len(moved)} of {of} move{'s' * (len(moved) == 1)}: {_over(moved)}"
    if unknown:
        yield f"{len(unknown)} of {of} {_UNKNOWN}: {_over(unknown)}"
    if not (moved or unknown):
        yield f"none of {of} moves"
    if flips := foretold.flips:
        told = ((f"{a.words} → {b.words}", counted(n, "day")) for (a, b), n in flips.most_common())
        yield f"status: {', '.join(f'{flip} on {days}' for flip, days in told)}"


def _over(days: Sequence[Day]) -> str:
    return from_to(days[0].as_of, days[-1].as_of)


def metric_told(metric: MetricChange) -> str:
    """A metric's change: "~ mqls: query … → …"."""
    if metric.before is None:
        return f"+ {metric.id}: new"
    if metric.after is None:
        return f"− {metric.id}: no key result uses it any more"
    parts = [f"renamed, was {metric.was}"] if metric.id != metric.was else []
    return f"~ {metric.id}: {'; '.join([*parts, *map(_field, metric.fields)])}"


def words_told(found: WhatIf) -> str:
    """All that changes in words only, in one line; empty when nothing does."""
    every = found.told
    told = (f"{names(change, every)[0]} ({', '.join(change.words)})" for change in found.words)
    return ", ".join(told)


def fetched(found: WhatIf) -> Iterator[str]:
    """What each connection has to be asked because of the changes, a sentence each."""
    for errand in found.fetch.errands:
        if errand.trouble:
            yield f"{errand.connection}: {errand.trouble}"
            continue
        taken = spends(errand)
        takes = f"; takes {taken}" if taken else ""
        asks = serves(found.fetch, _joined(errand))
        yield f"{errand.connection}: {cost(errand.least, errand.estimate)} for {asks}{takes}"


def _joined(errand: Errand) -> tuple[Ask, ...]:
    """What its steps serve, each question once with all its windows."""
    found: dict[str, Ask] = {}
    for ask in (ask for step in errand.steps for ask in step.serves):
        before = found.get(ask.fingerprint)
        windows = ask.windows + (before.windows if before else ())
        found[ask.fingerprint] = replace(ask, windows=tuple(sorted(set(windows))))
    return tuple(found.values())


def total(plan: Plan) -> str:
    """All connections' requests together."""
    return cost(plan.least, plan.estimate)


def how_applied(found: WhatIf) -> str:
    """When recorded days come to follow the config; empty where none has to."""
    days: list[date] = []
    for foretold in found.key_results:
        days += [day.as_of for day in (*foretold.moved, *foretold.unknown) if day.old]
    if not days:
        return ""
    return (
        "A sync records new days by it, and recorded ones where it reads their answers anew;"
        f" okr backfill --from {min(days)} --to {max(days)} brings them all up to it."
    )
