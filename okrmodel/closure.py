"""A key result with all that its figures depend on, resolved: what the store keeps as its definition.

A closure can be read back from its own text without any connector at hand, so that an old
snapshot can be replayed after the config, or the connector, has gone.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from okrmodel.definitions.base import Definition, Id
from okrmodel.definitions.cycle import CycleId
from okrmodel.definitions.key_results import KeyResult, Maintain, Reach
from okrmodel.definitions.workspace import StatusRule
from okrmodel.exact import canonical, sha256
from okrmodel.observations import Aggregation
from okrmodel.windows import ONE_DAY, Window

ARITHMETIC = 4
"""Raised when the same definition and observations begin to give other numbers."""


class SourceMeasure(Definition):
    """Answered by one connection."""

    kind: Literal["source"] = "source"
    name: str
    unit: str = ""
    connection: str
    connector: str
    account: str
    query: dict[str, Any]
    """Canonical, with stage names resolved."""
    aggregation: Aggregation
    """`sum`, `distinct` or `level`."""
    has_history: bool = True
    whole: bool = False
    """What is measured once is asked as one window (`Query.asks_whole`), not day by day."""
    fingerprint: str


class RatioMeasure(Definition):
    kind: Literal["ratio"] = "ratio"
    name: str
    unit: str = ""
    numerator: Id
    denominator: Id


class FormulaMeasure(Definition):
    kind: Literal["formula"] = "formula"
    name: str
    unit: str = ""
    formula: str


Measure = Annotated[SourceMeasure | RatioMeasure | FormulaMeasure, Field(discriminator="kind")]

CHECK_INS = "check_ins"
"""The measure of a manual key result."""

OVERRIDE = "set by hand"
"""The measure of what takes the place of an automatic value. No metric's id has a blank."""


class Closure(Definition):
    """Everything that decides a key result's snapshots, apart from observations and the day."""

    workspace: Id
    timezone: str
    week_starts: Literal["monday", "sunday"]
    status_rule: StatusRule
    """The key result's own, else the workspace's."""
    cycle: CycleId
    starts: date
    """First day of the cycle."""
    ends: date
    """Last day of the cycle."""
    before: date
    """First day of the cycle before, which ends where this one begins."""
    objective: Id
    key_result: Annotated[KeyResult, Field(discriminator="kind")]
    measures: dict[str, Measure]
    """By metric id; a manual key result's is `check_ins`, and each milestone has one by step id.
    `set by hand` is one more, where the cycle's check-ins override the automatic value."""

    @property
    def name(self) -> tuple[str, str]:
        """The ids of its cycle and of the key result in it."""
        return self.cycle, self.key_result.id

    @cached_property
    def span(self) -> Window:
        """The days on which the key result counts: from its own start to the cycle's end."""
        return Window(self.key_result.starts or self.starts, self.ends + ONE_DAY)

    def ever(self, as_of: date) -> Window:
        """The days that a level without history may begin on, seen from a snapshot."""
        begins = self.span.start - ONE_DAY
        return Window(begins, max(self.day(as_of), begins) + ONE_DAY)

    @property
    def due(self) -> date:
        """The day at whose end the plan is complete."""
        return self.key_result.due or self.ends

    @property
    def measure(self) -> str:
        """The key of the measure that the key result is read from; milestones have one a step."""
        match self.key_result:
            case Reach(metric=metric) | Maintain(metric=metric):
                return metric
            case _:
                return CHECK_INS

    def day(self, as_of: date) -> date:
        """The day whose end a snapshot looks at: after the cycle, its last."""
        return min(as_of, self.ends)

    @property
    def sources(self) -> Iterator[SourceMeasure]:
        """The measures that connections answer."""
        return (m for m in self.measures.values() if isinstance(m, SourceMeasure))

    def __copy__(self) -> Self:
        # A changed copy must not keep what was worked out of the original.
        copied = super().__copy__()
        for name in _WORKED_OUT:
            copied.__dict__.pop(name, None)
        return copied

    def text(self) -> str:
        """The whole closure as canonical JSON; `from_text` reads it back."""
        return self._text

    @cached_property
    def _text(self) -> str:
        return canonical(self.model_dump(by_alias=True))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The closure that a text holds."""
        return cls.model_validate_json(text)

    @cached_property
    def definition_hash(self) -> str:
        """SHA-256 of the whole."""
        return sha256(self.text())

    @cached_property
    def computation_hash(self) -> str:
        """SHA-256 of what can change a number or a status: no titles, owners, reasons or notes.

        That there are overrides changes none: what they set is observed, day by day.
        """
        measures = {key: m for key, m in self.measures.items() if key != OVERRIDE}
        counted = self.model_copy(update={"measures": measures})
        return sha256(canonical([ARITHMETIC, counted.model_dump(by_alias=True, exclude=WORDS)]))


_WORKED_OUT = ("span", "_text", "definition_hash", "computation_hash")

WORDS: dict[str, Any] = {
    "key_result": {
        **dict.fromkeys(("title", "owner", "was", "note", "confidence"), True),
        "steps": {"__all__": {"title"}},
        "targets": {"__all__": {"reason"}},
    },
    "measures": {"__all__": {"name", "unit", "connection"}},
}
"""What tells people something, and leaves the figures alone."""
