"""What one set of definitions says otherwise than another: key results and metrics, by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from okrmodel.closure import OVERRIDE, WORDS, Closure, Measure
from okrmodel.definitions.key_results import Maintain, Manual, Reach, TargetChange
from okrmodel.exact import plain
from okrmodel.problems import KeyPath
from okrmodel.targets import target_on

Name = tuple[str, str]
"""The ids of a cycle and of a key result in it."""

Kind = Literal["added", "removed", "renamed", "moved", "retargeted", "changed", "words"]

ABSENT = "none"
"""Stands where one side says nothing."""


@dataclass(frozen=True, slots=True)
class Field:
    """What is said otherwise, both as text for people."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """A key result before and after; maybe the same."""

    before: Closure | None
    """None: it is new."""
    after: Closure | None
    """None: it is gone."""

    @property
    def unchanged(self) -> bool:
        """Whether both say the same, to the letter."""
        before, after = self.before, self.after
        return bool(before and after and before.definition_hash == after.definition_hash)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is the matter with it, the weightiest first; nothing when unchanged."""
        if self.unchanged:
            return ()
        if self.before is None:
            return ("added",)
        if self.after is None:
            return ("removed",)
        return tuple(_kinds(self, self.before, self.after))

    @property
    def fields(self) -> tuple[Field, ...]:
        """What may move figures, metrics' own definitions apart."""
        if self.before is None or self.after is None:
            return ()
        old, new = _figures(self.before), _figures(self.after)
        told = set(_OF_THE_CYCLE) if self.before.cycle != self.after.cycle else set()
        told |= {_OWN_RULE} if old[_RULE] != new[_RULE] else set()
        return tuple(field for field in _differences(old, new) if field.name not in told)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics behind it that mean something else than before, by id."""
        pairs = _shared_metrics(self, {})
        return tuple(new for _, new, found in pairs if found.fields)

    @property
    def words(self) -> tuple[str, ...]:
        """What tells people something and leaves the figures alone: the names of the fields."""
        if self.before is None or self.after is None:
            return ()
        old, new = _words(self.before), _words(self.after)
        metrics = (f"metric {id_}" for _, id_, found in _shared_metrics(self, {}) if found.words)
        return (*(name for name in old if old[name] != new[name]), *metrics)


@dataclass(frozen=True)
class MetricChange:
    """A metric before and after, as the key results use it."""

    id: str
    was: str
    """Its id before, mostly the same."""
    before: Measure | None
    """None: no key result used it."""
    after: Measure | None
    """None: no key result uses it any more."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What may move figures."""
        if self.before is None or self.after is None:
            return ()
        found = tuple(_differences(_asked(self.before), _asked(self.after)))
        # The mark stands for the others; alone, it is the connector's reading that has changed.
        apart = tuple(field for field in found if field.name != "fingerprint")
        return apart or tuple(Field("question", "as it was", "another") for _ in found)

    @property
    def words(self) -> tuple[str, ...]:
        """The names of the fields that leave the figures alone."""
        if self.before is None or self.after is None:
            return ()
        names = set(WORDS["measures"]["__all__"])
        old, new = (side.model_dump(include=names) for side in (self.before, self.after))
        return tuple(name for name in old if old[name] != new.get(name))

    @property
    def words_only(self) -> bool:
        """Whether it is the same metric, and asks the same."""
        both = self.before is not None and self.after is not None
        return both and self.id == self.was and not self.fields


def compared(before: Mapping[Name, Closure], after: Mapping[Name, Closure]) -> tuple[Change, ...]:
    """Every key result of either side, in the order of the later one, then those that are gone.

    A key result stays itself under another id when it says `was:`, and in another cycle under the
    same id.
    """
    earlier = {name: _earlier(name, after[name], before, after) for name in after}
    changes = [
        Change(before[old] if (old := earlier[name]) else None, closure)
        for name, closure in after.items()
    ]
    kept = _kept(after) | {old for old in earlier.values() if old}
    cycles = {cycle for cycle, _ in after}
    anywhere = {one for _, one in kept}
    # Where the whole cycle is written no more, the one that took its place is no other thing.
    gone = [
        closure
        for name, closure in before.items()
        if name not in kept and (name[0] in cycles or name[1] not in anywhere)
    ]
    return (*changes, *(Change(closure, None) for closure in gone))


def _kept(after: Mapping[Name, Closure]) -> set[Name]:
    """The key results that are there, also by what they were called."""
    return {(cycle, one) for (cycle, _), closure in after.items() for one in closure.key_result.ids}


def metrics_compared(
    changes: Iterable[Change], was: Mapping[str, Iterable[str]]
) -> tuple[MetricChange, ...]:
    """The metrics that key results use on one side only, or that mean something else now.

    Args:
        changes: All key results', the unchanged ones, too.
        was: The earlier ids of metrics, by id.
    """
    changes = tuple(changes)
    found: dict[str, MetricChange] = {}
    for change in changes:
        for old, new, each in _shared_metrics(change, was):
            if old != new or each.fields or each.words:
                found.setdefault(new, each)
    old_ones = _all_metrics(change.before for change in changes)
    new_ones = _all_metrics(change.after for change in changes)
    renamed = {each.was for each in found.values()}
    for name in new_ones.keys() - old_ones.keys() - found.keys():
        known = next((old for old in was.get(name, ()) if old in old_ones), None)
        renamed.add(known or name)
        found[name] = MetricChange(name, known or name, old_ones.get(known or ""), new_ones[name])
    for name in old_ones.keys() - new_ones.keys() - renamed:
        found[name] = MetricChange(name, name, old_ones[name], None)
    return tuple(found[name] for name in sorted(found))


def unreasoned(before: Closure, after: Closure) -> KeyPath | None:
    """Where in a key result its target was changed without a reason; None when it was not.

    A change has its reason in `targets`, in an entry of its own, or one that gives another reason.
    """
    old, new = before.key_result, after.key_result
    if not (isinstance(old, Reach | Manual) and isinstance(new, Reach | Manual)):
        return None
    if all(target_on(old, day) == target_on(new, day) for day in after.span.days()):
        return None
    fresh = [n for n, entry in enumerate(new.targets) if entry not in old.targets]
    if any(not _repeats(new.targets[n], old.targets) for n in fresh):
        return None
    if fresh:
        return ("targets", fresh[0], "target")
    return ("targets",) if new.targets else ("target",)


def _repeats(entry: TargetChange, entries: Iterable[TargetChange]) -> bool:
    """Whether an entry only says again, of the same day, a reason that was given before."""
    return any((entry.from_, entry.reason) == (one.from_, one.reason) for one in entries)


def _earlier(
    name: Name, closure: Closure, before: Mapping[Name, Closure], after: Mapping[Name, Closure]
) -> Name | None:
    """What a key result was before: the same, the same by another id, the same in another cycle."""
    cycle, _ = name
    ids = closure.key_result.ids
    here = [(cycle, one) for one in ids]
    elsewhere = [
        (other, one) for one in ids for other, it in before if it == one and other != cycle
    ]
    for candidate in (*here, *elsewhere):
        if candidate in before and (candidate == name or candidate not in after):
            return candidate
    return None


def _kinds(change: Change, before: Closure, after: Closure) -> Iterator[Kind]:
    if before.key_result.id != after.key_result.id:
        yield "renamed"
    names = {field.name for field in change.fields}
    if before.cycle != after.cycle:
        yield "moved"
    if "target" in names:
        yield "retargeted"
    if names - {"target"} or change.metrics:
        yield "changed"
    if before.computation_hash == after.computation_hash:
        if not names:
            yield "words"
    elif not (names or change.metrics) and before.name == after.name:
        # Its check-ins are asked for otherwise.
        yield "changed"


_DAYS = ("starts", "ends", "before")
_OF_THE_CYCLE = ("cycle", "objective", *(f"cycle {name}" for name in _DAYS))
"""What is another wherever the cycle is another."""
_RULE = "status_rule"
_OWN_RULE = "status_rule of its own"
"""What the key result itself says, where the rule in force stays the same by it."""


def _figures(closure: Closure) -> dict[str, Any]:
    """What may change a number or a status, by the names that the files have for it."""
    known = closure.model_dump(by_alias=True, exclude={**WORDS, "measures": True})
    own = known.pop("key_result")
    # The id is told by the kind, and both ways to write a target are one.
    del own["id"]
    dated = own.pop("targets", ())
    if dated:
        own["target"] = [f"{shown(each['target'])} from {each['from']}" for each in dated]
    # What has a name or a day of its own is compared by it.
    own["plan"] = {str(each["on"]): each["value"] for each in own.get("plan", ())}
    own["steps"] = {each.pop("id"): each for each in own.get("steps", ())}
    rule = own.pop(_RULE)
    days = {f"cycle {name}": known.pop(name) for name in _DAYS}
    by_hand = "some" if OVERRIDE in closure.measures else "none"
    return {**own, **known, **days, _OWN_RULE: rule, "values set by hand": by_hand}


def _words(closure: Closure) -> dict[str, Any]:
    """Titles, owners, reasons and notes; what was renamed is told by the kind."""
    key_result = closure.key_result
    said = key_result.model_dump(include={"title", "owner", "note", "confidence", "was"})
    steps = {step.id: step.title for step in getattr(key_result, "steps", ())}
    reasons = {str(each.from_): each.reason for each in getattr(key_result, "targets", ())}
    return {**said, "titles of steps": steps, "reasons": reasons}


def _asked(measure: Measure) -> dict[str, Any]:
    return measure.model_dump(exclude=WORDS["measures"]["__all__"])


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], at: str = "") -> Iterator[Field]:
    """Field by field, and inside those that have fields of their own."""
    for name in dict.fromkeys((*old, *new)):
        left, right = old.get(name), new.get(name)
        if isinstance(left, dict) and isinstance(right, dict):
            yield from _differences(left, right, f"{at}{name} ")
        elif left != right:
            yield Field(f"{at}{name}", shown(left), shown(right))


def shown(value: object) -> str:
    """The value in a few words."""
    if value in (None, "", (), [], {}):
        return ABSENT
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case dict():
            held = sorted(key for key in value if value[key] is not None)
            return ", ".join(f"{key} {shown(value[key])}" for key in held)
        case list() | tuple():
            return "; ".join(map(shown, value))
        case _:
            return str(value)


def metrics_of(closure: Closure) -> dict[str, Measure]:
    """The metrics that a key result is read from, by id; check-ins are none."""
    if not isinstance(closure.key_result, Reach | Maintain):
        return {}
    return {name: metric for name, metric in closure.measures.items() if name != OVERRIDE}


def _all_metrics(closures: Iterable[Closure | None]) -> dict[str, Measure]:
    return {
        name: metric
        for closure in closures
        if closure
        for name, metric in metrics_of(closure).items()
    }


def _shared_metrics(
    change: Change, was: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, str, MetricChange]]:
    """The metrics that both sides of a change use: the ids before and after, and how they differ."""
    if change.before is None or change.after is None:
        return
    old = metrics_of(change.before)
    for name, metric in metrics_of(change.after).items():
        for known in (name, *was.get(name, ())):
            if known in old:
                yield known, name, MetricChange(name, known, old[known], metric)
                break
