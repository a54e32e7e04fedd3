"""A later revision beside the one before it, with the answers that had moved between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from okrmodel.closure import OVERRIDE, SourceMeasure
from okrmodel.store.definitions import definition
from okrmodel.store.frozen import frozen_cycles
from okrmodel.store.recorded import history
from okrmodel.store.restatements import Moved, moved
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store


@dataclass(frozen=True)
class Told:
    """A revision, what was said before, and the answers that had moved."""

    old: Revision | None
    new: Revision
    moved: tuple[Moved, ...]
    names: Mapping[str, str]
    """The metrics by their fingerprints."""
    frozen: bool
    """The cycle had been frozen by then: its figures stayed as they were."""

    @property
    def flipped(self) -> bool:
        """Whether the status is another."""
        return self.old is not None and self.old.snapshot.status != self.new.snapshot.status

    @property
    def redefined(self) -> bool:
        """Whether it was computed by another definition than before."""
        new = self.new.snapshot.computation_hash
        return self.old is not None and self.old.snapshot.computation_hash != new


def pair(old: Revision | None, new: Revision) -> tuple[Revision | None, Revision]:
    """A revision with the one before it, where that is of the same day."""
    same = old is not None and old.snapshot.as_of == new.snapshot.as_of
    return (old if same else None), new


def pairs_of(
    store: Store, workspace: str, cycle: str, key_result: str, as_of: date | None = None
) -> list[tuple[Revision | None, Revision]]:
    """All that was ever said of a key result, each with what was said of the same day before."""
    revisions = history(store, workspace, cycle, key_result, as_of)
    return [pair(old, new) for old, new in pairwise([None, *revisions]) if new]


def explained(
    store: Store, workspace: str, pairs: Sequence[tuple[Revision | None, Revision]]
) -> list[Told]:
    """The same with the answers that had moved, named by their metrics."""
    causes = moved(store, [(old, new) for old, new in pairs if old])
    digests = {new.snapshot.definition_hash for _, new in pairs}
    names = {digest: _names(store, workspace, digest) for digest in digests}
    closed = {name: each.recorded_at for name, each in frozen_cycles(store, workspace).items()}
    return [
        Told(
            old=old,
            new=new,
            moved=causes.get(new.id, ()),
            names=names[new.snapshot.definition_hash],
            frozen=closed.get(new.snapshot.cycle, new.recorded_at) < new.recorded_at,
        )
        for old, new in pairs
    ]


def _names(store: Store, workspace: str, digest: str) -> dict[str, str]:
    """What people report has no name of its own: two key results' check-ins are told apart."""
    closure = definition(store, workspace, digest)
    sources = {k: m for k, m in closure.measures.items() if isinstance(m, SourceMeasure)}
    own = closure.key_result.id
    return {source.fingerprint: _name(key, source, own) for key, source in sources.items()}


def _name(key: str, source: SourceMeasure, own: str) -> str:
    if key == OVERRIDE:
        return f"{own} {OVERRIDE}"
    return f"{key} of {own}" if "cycle" in source.query else key
