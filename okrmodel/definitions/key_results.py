"""Key results of four kinds: reach, maintain, milestones, manual."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from okrmodel.definitions.base import Change, Day, Definition, Id, Number, Share, Text
from okrmodel.definitions.workspace import StatusRule


class Trailing(Definition):
    """The last N complete days."""

    trailing: Annotated[int, Field(ge=1, le=366)]


NamedWindow = Literal["cycle", "month", "week", "month_to_date", "latest"]
KeyResultWindow = NamedWindow | Trailing
Direction = Literal["increase", "decrease"]
Measured = Literal["measured"]

PREVIOUS_TARGET = r"^previous( *\* *[0-9]+(\.[0-9]+)?)?$"
Target = Number | Annotated[str, Field(pattern=PREVIOUS_TARGET)]
"""A number, or `previous * 1.20`: the figure of the cycle before, times a factor."""


class Checkpoint(Definition):
    """A dated point of the plan: the value that should be reached at the end of the day."""

    on: Day
    value: Number


class TargetChange(Change):
    """A target in force from a day on."""

    target: Target


class Guardrail(Definition):
    """A second metric with a bound: the key result counts in full only while it is kept."""

    metric: Id
    at_least: Number | None = None
    at_most: Number | None = None
    cap: Share = Decimal("0.3")
    """The most that the score can be while the bound is broken."""


class KeyResultBase(Definition):
    """What every key result says of itself."""

    id: Id
    """Permanent; the store remembers by it."""
    title: Text
    owner: Id | None = None
    was: tuple[Id, ...] = ()
    """Earlier ids of the same key result."""
    weight: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)] = Decimal(1)
    """Its share in the objective's score, relative to its neighbours."""
    note: str = ""
    confidence: Share | None = None
    """A person's belief that the target will be met."""
    status_rule: StatusRule | None = None
    committed: bool = False
    """Promised in full: the probability rule asks for the whole target, not for 90 % of the way."""
    starts: Day | None = None
    due: Day | None = None
    """Inside the cycle; the plan is complete from then on."""

    @property
    def ids(self) -> tuple[Id, ...]:
        """Its id, then its earlier ones: a renamed one is remembered by such until its first sync."""
        return (self.id, *self.was)


class Scale(KeyResultBase):
    """What reach and manual share: a way from one value to another."""

    from_: Number | Measured | None = Field(default=None, alias="from")
    """Where the way begins. For sums and distinct counts over the cycle it is 0."""
    target: Target | None = None
    targets: tuple[TargetChange, ...] = ()
    """Instead of `target` when it changed: the one in force on a day applies."""
    direction: Direction | None = None
    """Needed with measured values; else read off `from` and the target."""
    commit: Number | None = None
    """Scores 0.3."""
    stretch: Number | None = None
    """Scores 1.0; the target then scores 0.7."""
    plan: tuple[Checkpoint, ...] = ()
    """Dated checkpoints instead of a straight line."""


class Reach(Scale):
    """Get a metric from one value to another."""

    kind: Literal["reach"] = "reach"
    metric: Id
    window: KeyResultWindow = "cycle"
    previous: Number | Measured | None = None
    """The figure of the cycle before: a comparison, never the zero of the scale."""
    evaluate: Literal["last", "mean", "every"] = "last"
    """How several periods (months, weeks) judge the key result."""
    cadence: Literal["scheduled"] | None = None
    """The metric moves in planned units (a newsletter a week), not by chance."""
    shape: Literal["linear", "history"] = "linear"
    """How the plan rises without checkpoints: the same every day, or as stored history did."""
    guardrail: Guardrail | None = None


class Between(Definition):
    low: Number
    high: Number


class Maintain(KeyResultBase):
    """Keep a metric on the right side of a bound in each month or week."""

    kind: Literal["maintain"] = "maintain"
    metric: Id
    at_least: Number | None = None
    at_most: Number | None = None
    between: Between | None = None
    every: Literal["month", "week"]
    required: Literal["all"] | Share = "all"
    """Which share of the complete periods must meet the bound."""
    missing: Literal["fail", "skip"] = "fail"
    """What a period without data counts as."""


class Step(Definition):
    """One milestone; done when a check-in says so."""

    id: Id
    title: Text
    weight: Annotated[Decimal, Field(gt=0, allow_inf_nan=False)] = Decimal(1)
    due: Day


class Milestones(KeyResultBase):
    """Get named steps done by their dates; the dates are the plan."""

    kind: Literal["milestones"] = "milestones"
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Manual(Scale):
    """A number that a person checks in."""

    kind: Literal["manual"] = "manual"
    values: Literal["total", "increment"] = "total"
    """Whether a check-in states where the number stands, or what came on top."""
    unit: str = ""


KeyResult = Reach | Maintain | Milestones | Manual

KINDS: dict[str, type[Reach | Maintain | Milestones | Manual]] = {
    "reach": Reach,
    "maintain": Maintain,
    "milestones": Milestones,
    "manual": Manual,
}


def key_result_type(raw: dict[str, Any]) -> type[Reach | Maintain | Milestones | Manual]:
    """Which kind a mapping means to be; `reach` when it says nothing."""
    return KINDS.get(str(raw.get("kind", "reach")), Reach)
