"""Why there is a new revision."""

from decimal import Decimal
from enum import StrEnum

from okrmodel.snapshot import Snapshot


class Kind(StrEnum):
    """What a snapshot's revision changed."""

    FIRST = "first"
    RECOMPUTATION = "recomputation"
    """The definition, or something else than the value, is another."""
    RESTATEMENT = "restatement"
    """By the same definition the value is another, or the automatic one beside it."""
    CONFIRMATION = "confirmation"
    """The value is the same, and by now it is final."""


def kind_of(old: Snapshot | None, new: Snapshot) -> Kind:
    """What is told when one is said instead of the other."""
    if old is None:
        return Kind.FIRST
    # Asked first: by another definition the value is another, but nobody restated it.
    if old.computation_hash != new.computation_hash:
        return Kind.RECOMPUTATION
    if _values(old) != _values(new):
        return Kind.RESTATEMENT
    if old.provisional and not new.provisional:
        return Kind.CONFIRMATION
    return Kind.RECOMPUTATION


def _values(said: Snapshot) -> tuple[Decimal | None, Decimal | None]:
    """The value, and the automatic one beside it where that was set by hand."""
    return said.value, said.automatic.value if said.automatic else None
