"""Computing again what was recorded, from what was known then, and comparing it to the byte."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flows.inputs import inputs
from okrmodel.closure import Closure
from okrmodel.compute import compute
from okrmodel.snapshot import Snapshot
from okrmodel.store.definitions import definition
from okrmodel.store.frozen import Broken, broken, frozen_cycles
from okrmodel.store.recorded import Written, recordings, written
from okrmodel.store.snapshots import payload
from okrmodel.store.store import Store

NOTHING = "nothing"
"""Stands where one side has no such field."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a stored snapshot that is not what its inputs give."""

    cycle: str
    key_result: str
    as_of: date
    revision: int
    field: str
    """A path such as `arithmetic.parts.0.value`."""
    stored: str
    replayed: str
    """Both as JSON."""

    def __str__(self) -> str:
        return (
            f"{self.cycle}/{self.key_result} as of {self.as_of}, revision {self.revision}:"
            f" {self.field} is stored as {self.stored}, and replayed as {self.replayed}"
        )


@dataclass
class Replayed:
    """What replaying a workspace came to."""

    workspace: str
    equal: int = 0
    """Snapshots that came out the same to the byte."""
    by_other_arithmetic: int = 0
    """Those that another version computed, and that came out with the same figures."""
    differences: list[Difference] = field(default_factory=list)
    """The first of each snapshot that came out otherwise."""
    frozen: int = 0
    """Cycles whose freezing was compared with the store."""
    broken: list[Broken] = field(default_factory=list)
    """What is not as it was frozen."""

    @property
    def snapshots(self) -> int:
        """How many were replayed."""
        return self.equal + self.by_other_arithmetic + len(self.differences)


def replay(store: Store, workspace: str, *, every: bool = False) -> Replayed:
    """Compute a workspace's snapshots again, and compare; frozen cycles with what is in the store.

    All that a run recorded, it recorded at one instant; by what was known at that instant, it is
    computed again. Nothing is asked of a source, and nothing is recorded.

    Args:
        store: Where they are kept.
        workspace: Whose id.
        every: All revisions, not only the latest of each day.
    """
    result = Replayed(workspace)
    definitions: dict[str, Closure] = {}
    for at, ids in recordings(store, workspace, every=every).items():
        stored = sorted(written(store, ids), key=lambda one: (one.as_of, one.id))
        for digest in {one.definition_hash for one in stored} - definitions.keys():
            definitions[digest] = definition(store, workspace, digest)
        computed = _again(store, workspace, stored, definitions, at)
        for one in stored:
            _compare(one, computed[one.id], result)
    for cycle in frozen_cycles(store, workspace).values():
        result.frozen += 1
        result.broken += broken(store, cycle)
    return result


def _again(
    store: Store,
    workspace: str,
    stored: list[Written],
    definitions: Mapping[str, Closure],
    at: datetime,
) -> dict[int, Snapshot]:
    """The snapshots of one recording, computed again; by the ids of those that are stored."""
    by_definition: dict[str, list[Written]] = {}
    for one in stored:
        by_definition.setdefault(one.definition_hash, []).append(one)
    wanted = [
        (definitions[digest], [one.as_of for one in some]) for digest, some in by_definition.items()
    ]
    given = inputs(store, workspace, wanted, at)
    return {
        one.id: compute(single)
        for some, (_, several) in zip(by_definition.values(), given, strict=True)
        for one, single in zip(some, several, strict=True)
    }


def _compare(stored: Written, computed: Snapshot, result: Replayed) -> None:
    found = next(_differences(stored, computed), None)
    if found:
        result.differences.append(found)
    elif stored.computation_hash == computed.computation_hash:
        result.equal += 1
    else:
        result.by_other_arithmetic += 1


def _differences(stored: Written, computed: Snapshot) -> Iterator[Difference]:
    """Where the two differ, field by field, down to the checks that were used."""
    place = (stored.cycle, stored.key_result, stored.as_of, stored.revision)
    # Which version of the arithmetic it was is told apart; here the figures are compared.
    text = payload(replace(computed, computation_hash=stored.computation_hash))
    if stored.computation_hash != computed.computation_hash:
        yield from (Difference(*place, *each) for each in _other_figures(stored.payload, text))
    elif text != stored.payload:
        for name, old, new in _fields("", _read(stored.payload), json.loads(text)):
            yield Difference(*place, name, old, new)
        # The same values in another spelling: nothing but the bytes is left to differ.
        yield Difference(*place, "payload", stored.payload, text)
    if stored.checks != set(computed.checks):
        yield Difference(*place, "checks", _json(sorted(stored.checks)), _json(computed.checks))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _other_figures(stored: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Where figures differ that both versions know, whatever words they have for them."""
    old, new = _read(stored), json.loads(text)
    if not isinstance(old, dict):
        yield "payload", _json(old), text
        return
    both = old.keys() & new.keys() - {"reason"}
    yield from _fields("", {k: old[k] for k in both}, {k: new[k] for k in both})


def _fields(path: str, old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
    match old, new:
        case dict(), dict():
            parts = sorted(old.keys() | new.keys())
            pairs = [(key, old.get(key, ...), new.get(key, ...)) for key in parts]
        case list(), list() if len(old) == len(new):
            pairs = [(str(i), *each) for i, each in enumerate(zip(old, new, strict=True))]
        case _:
            if old != new:
                yield path, _json(old), _json(new)
            return
    for key, left, right in pairs:
        yield from _fields(f"{path}.{key}".lstrip("."), left, right)


def _json(value: Any) -> str:
    return NOTHING if value is ... else json.dumps(value, ensure_ascii=False)
