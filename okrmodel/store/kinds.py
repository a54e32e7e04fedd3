"""Why there is a new revision."""

from enum import StrEnum


class Kind(StrEnum):
    """What a snapshot's revision changed."""

    FIRST = "first"
    RECOMPUTATION = "recomputation"
    """The definition, or something else than the value, is another."""
    RESTATEMENT = "restatement"
    """By the same definition the value is another, or the automatic one beside it."""
    CONFIRMATION = "confirmation"
    """The value is the same, and by now it is final."""
