"""What was found in a tracker: objectives with their key results, and what could not be taken."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from okrmodel.tracker.columns import Column


class Loss(StrEnum):
    """What a remark means for the import."""

    QUESTION = "question"
    """Nothing can be written before a person has answered."""
    ROW = "row"
    """The row is not taken."""
    CELL = "cell"
    """The row is taken without this cell."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is not taken, and why."""

    row: int
    """As the spreadsheet counts, from 1."""
    message: str
    loss: Loss
    column: Column | None = None

    def __str__(self) -> str:
        where = f"row {self.row}" + (f", {self.column}" if self.column else "")
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class FoundKeyResult:
    """A row that is a key result."""

    row: int
    title: str
    target: Decimal | None
    """None of one that is done or not: a milestone."""
    start: Decimal | None = None
    """Where the way begins; 0 when None."""
    current: Decimal | None = None
    done: bool | None = None
    """Of a milestone; None when nothing says."""
    unit: str = ""
    owner: str = ""
    """As it is written: a name, an address, an id."""
    starts: date | None = None
    due: date | None = None
    weight: Decimal | None = None
    note: str = ""
    id: str = ""
    """Where the file has ids that we can keep."""


@dataclass
class FoundObjective:
    """A row, or a cell of several rows, that is an objective."""

    row: int
    title: str
    owner: str = ""
    id: str = ""
    key_results: list[FoundKeyResult] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """All that a grid holds."""

    objectives: tuple[FoundObjective, ...]
    remarks: tuple[Remark, ...]

    @property
    def key_results(self) -> tuple[FoundKeyResult, ...]:
        """Those of all objectives, in order."""
        return tuple(k for objective in self.objectives for k in objective.key_results)

    def before_it_begins(self) -> "Found":
        """The same for a cycle that lies ahead: what stands there already is none of its values."""
        objectives = []
        remarks = list(self.remarks)
        for one in self.objectives:
            key_results = [replace(k, current=None, done=None) for k in one.key_results]
            objectives.append(replace(one, key_results=key_results))
            remarks += [
                Remark(
                    k.row, "the cycle has not begun, so its current value is left out", Loss.CELL
                )
                for k in one.key_results
                if k.current is not None or k.done
            ]
        return Found(tuple(objectives), tuple(sorted(remarks, key=lambda remark: remark.row)))
