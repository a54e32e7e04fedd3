"""How far off forecasts were: of past days, against what the value then came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Reach
from okrmodel.exact import exactly
from okrmodel.observations import Aggregation
from okrmodel.snapshot import Forecast, Snapshot

PARTS = 4
"""The cycle is told in quarters: what is said early is worth less."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A forecast of a past day, and what came true."""

    elapsed: Decimal
    """Share of the days that had passed, above 0 and below 1."""
    forecast: Forecast
    came: Decimal
    """The value at the end."""

    @property
    def off(self) -> Decimal | None:
        """How far off it was, as a share of what came; None where nothing came."""
        return abs(self.forecast.final - self.came) / abs(self.came) if self.came else None

    @property
    def inside(self) -> bool | None:
        """Whether what came lay in the 80 % interval; None where none was given."""
        low, high = self.forecast.low, self.forecast.high
        return None if low is None or high is None else low <= self.came <= high


@dataclass(frozen=True, slots=True)
class Part:
    """A quarter of a cycle, and the forecasts that were made in it."""

    number: int
    """1 to `PARTS`."""
    days: int
    off: Decimal | None
    """Half of the forecasts were further off than this share of what came; None without any."""
    inside: Decimal | None
    """The share of them that held what came in their 80 % interval."""


@exactly
def parts(tried: Iterable[Tried]) -> Iterator[Part]:
    """The forecasts by the part of the cycle that they were made in; parts without any are left out."""
    found: dict[int, list[Tried]] = {}
    for one in tried:
        found.setdefault(part_of(one.elapsed), []).append(one)
    for number, some in sorted(found.items()):
        errors = [one.off for one in some if one.off is not None]
        judged = [one.inside for one in some if one.inside is not None]
        yield Part(
            number,
            len(some),
            median(errors) if errors else None,
            Decimal(sum(judged)) / len(judged) if judged else None,
        )


def part_of(elapsed: Decimal) -> int:
    """The quarter of the cycle, counted from 1, that a share of its days lies in."""
    return min(int(elapsed * PARTS) + 1, PARTS)


def cut(closure: Closure, newest: Snapshot) -> Closure | None:
    """The key result as if its cycle ended on a snapshot's day, at what was planned for it.

    So the forecasts of a running cycle can be held against what has come so far. None where that
    makes no sense: nothing is planned yet, or the plan's shape is that of a whole cycle.
    """
    scale, measure = closure.key_result, closure.measures.get(closure.measure)
    ends = (newest.baseline, newest.target, newest.expected)
    if not isinstance(scale, Reach) or measure is None or None in ends:
        return None
    if getattr(measure, "aggregation", None) is Aggregation.DISTINCT or scale.shape != "linear":
        return None
    baseline, target, expected = (end or Decimal(0) for end in ends)
    planned = baseline + (target - baseline) * expected
    if planned == baseline:
        return None
    changes = {
        "target": planned,
        "targets": (),
        "due": None,
        "commit": None,
        "stretch": None,
        "guardrail": None,
        "plan": tuple(point for point in scale.plan if point.on < newest.as_of),
    }
    return closure.model_copy(
        update={"ends": newest.as_of, "key_result": scale.model_copy(update=changes)}
    )
