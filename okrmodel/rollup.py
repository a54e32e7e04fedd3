"""From key results to their objective."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from okrmodel.exact import exactly, percent
from okrmodel.snapshot import Snapshot, Status


@dataclass(frozen=True, slots=True)
class ObjectiveState:
    """How an objective stands."""

    score: Decimal | None
    """Weighted mean of the key results' scores, 0 to 1; None when no key result has one."""
    status: Status
    """That of the weakest key result that has data."""
    weakest: str | None
    """The id of that key result."""
    left_out: tuple[str, ...]
    """The ids of key results without data, which count for nothing."""
    reason: str


WEAKEST_FIRST = (
    Status.MISSED,
    Status.OFF_TRACK,
    Status.AT_RISK,
    Status.STALE,
    Status.ON_TRACK,
    Status.TOO_EARLY,
    Status.ACHIEVED,
)
"""Too early is no judgement, so it hides behind one; and it is not achieved, so it stands before."""

EVERY_STATUS = (*WEAKEST_FIRST, Status.NO_DATA)
"""In the order in which somebody has to look; no data, which no objective has for its weakest, last."""


@exactly
def roll_up(key_results: Sequence[tuple[Decimal, Snapshot]]) -> ObjectiveState:
    """The objective's state from its key results', each with its weight.

    Weights need not add up to anything: they are shares of their own sum. A key result without
    data is left out and named; one that has no score yet bears on the status alone.
    """
    judged = [(w, s) for w, s in key_results if s.status is not Status.NO_DATA]
    left_out = tuple(s.key_result for _, s in key_results if s.status is Status.NO_DATA)
    if not judged:
        return ObjectiveState(None, Status.NO_DATA, None, left_out, "no key result has data")
    scored = [(w, s.score) for w, s in judged if s.score is not None]
    total = sum((weight for weight, _ in scored), Decimal())
    score = sum((weight * one for weight, one in scored), Decimal()) / total if scored else None
    weakest = min((s for _, s in judged), key=lambda s: WEAKEST_FIRST.index(s.status))
    return ObjectiveState(
        score, weakest.status, weakest.key_result, left_out, _reason(score, weakest, left_out)
    )


def _reason(score: Decimal | None, weakest: Snapshot, left_out: tuple[str, ...]) -> str:
    stands = f"{percent(score)} on average" if score is not None else "no score yet"
    without = f"; without data and left out: {', '.join(left_out)}" if left_out else ""
    return f"{stands}, the weakest is {weakest.key_result} ({weakest.status}){without}"
