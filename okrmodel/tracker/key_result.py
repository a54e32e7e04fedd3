"""One row's cells to a key result: a way between two numbers, or a thing that is done or not."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from okrmodel.exact import plain as plain_number
from okrmodel.tracker.columns import Column
from okrmodel.tracker.figures import Ambiguous, Figure, Unclear, answer, day, figure
from okrmodel.tracker.found import FoundKeyResult, Loss, Remark
from okrmodel.tracker.grid import Cell, text_of
from okrmodel.tracker.words import Mark, plain, words
from okrmodel.windows import Window

_MOST_LETTERS = 500
"""Of a title."""

Read = TypeVar("Read")


class _Dropped(Exception):  # noqa: N818 - never leaves this module
    """The row cannot be taken; it is told already."""


class Reader:
    """Reads rows one by one; `remarks` has what could not be taken."""

    def __init__(self, columns: Mapping[str, Column], days: Window, mark: Mark | None) -> None:
        self.columns = columns
        self.days = days
        self.mark = mark
        self.remarks: list[Remark] = []

    def key_result(self, row: int, title: str, cells: Mapping[str, Cell]) -> FoundKeyResult | None:
        """The key result of a row; None when it cannot be one, which is then among the remarks."""
        try:
            return _OneRow(self, row, cells).key_result(title)
        except _Dropped:
            return None


class _OneRow:
    def __init__(self, reader: Reader, row: int, cells: Mapping[str, Cell]) -> None:
        self.reader = reader
        self.row = row
        self.cells = cells

    def key_result(self, title: str) -> FoundKeyResult:
        if len(title) > _MOST_LETTERS:
            self.drop(f"a title of {len(title)} letters, expected at most {_MOST_LETTERS}", "")
        if self.text("form") == "maintain":
            self.drop("keeps a bound, which only a metric can be held to; write it by hand", "form")
        if self.is_milestone():
            return self.milestone(title)
        return self.scale(title)

    def is_milestone(self) -> bool:
        """A target that is a yes, or no figures at all and something that says whether it is done."""
        target = self.cells.get("target")
        if self.text("form") == "milestones" or answer(target):
            return True
        if plain(self.text("unit")) in words().yes_no_units:
            return True
        said = (self.cells.get(meaning) for meaning in ("done", "current", "status"))
        return not (text_of(target) or self.text("from")) and any(map(answer, said))

    def milestone(self, title: str) -> FoundKeyResult:
        starts, due = self.dates()
        return FoundKeyResult(
            row=self.row,
            title=title,
            target=None,
            done=self.done(),
            owner=self.text("owner"),
            starts=starts,
            due=due,
            weight=self.weight(),
            note=self.note(),
            id=self.text("id"),
        )

    def done(self) -> bool | None:
        """What the first cell that answers says; a 1 says yes, and a 0 no."""
        for meaning in ("done", "current", "status"):
            cell = self.cells.get(meaning)
            if said := answer(cell):
                return said.done
            if meaning == "current" and cell is not None:
                told = self.optional(self.number, meaning)
                if told is not None and self.text("form") == "milestones":
                    return self.all_steps(told.value)
                return None if told is None else told.value >= (100 if told.unit == "%" else 1)
        return None

    def all_steps(self, done: Decimal) -> bool:
        """Whether as many steps are done as okr export says there are: the file does not name them."""
        every = self.optional(self.number, "target")
        wanted = every.value if every else Decimal(1)
        if 0 < done < wanted:
            said = f"{plain_number(done)} of {plain_number(wanted)} steps are done, but not which"
            self.tell(f"says that {said}; write them by hand", "current", Loss.CELL)
        return done >= wanted

    def scale(self, title: str) -> FoundKeyResult:
        start = self.needed("from")
        target = self.needed("target")
        current = self.optional(self.number, "current")
        if target is None:
            self.drop(
                "is empty, expected a number, or yes for something that is done or not", "target"
            )
        unit = self.unit({"from": start, "target": target, "current": current})
        if target.value == (start.value if start else 0):
            self.drop(
                f"is {plain_number(target.value)}, which is also where the way begins:"
                " there is nothing to reach",
                "target",
            )
        starts, due = self.dates()
        return FoundKeyResult(
            row=self.row,
            title=title,
            target=target.value,
            start=start.value if start else None,
            current=current.value if current else None,
            unit=unit,
            owner=self.text("owner"),
            starts=starts,
            due=due,
            weight=self.weight(),
            note=self.note(),
            id=self.text("id"),
        )

    def number(self, cell: Cell) -> Figure | None:
        return figure(cell, self.reader.mark)

    def needed(self, meaning: str) -> Figure | None:
        """A figure without which the row means something else."""
        try:
            return self.number(self.cells.get(meaning))
        except Ambiguous as question:
            self.tell(str(question), meaning, Loss.QUESTION)
            raise _Dropped from None
        except Unclear as problem:
            self.drop(str(problem), meaning)

    def optional(self, read: Callable[[Cell], Read | None], meaning: str) -> Read | None:
        """What a cell holds; where it cannot be read, the row does without."""
        try:
            return read(self.cells.get(meaning))
        except Ambiguous as question:
            kind = Loss.CELL if read is day else Loss.QUESTION
            self.tell(str(question), meaning, kind)
        except Unclear as problem:
            self.tell(str(problem), meaning, Loss.CELL)
        return None

    def unit(self, figures: Mapping[str, Figure | None]) -> str:
        """What the row counts in: one thing, or it cannot be taken."""
        known = {meaning: found for meaning, found in figures.items() if found}
        units = {found.unit for found in known.values() if found.unit}
        if len(units) > 1:
            self.drop(f"its figures count in {' and in '.join(sorted(units))}", "")
        if "%" in units:
            for meaning, found in known.items():
                if found.value and not found.unit:
                    message = "is no percentage, but other figures of the row are"
                    self.drop(f"{plain_number(found.value)} {message}", meaning)
            return "%"
        return self.text("unit") or "".join(units)

    def dates(self) -> tuple[date | None, date | None]:
        """When it starts and is due, where these are days of the cycle."""
        starts, due = self.inside("starts"), self.inside("due")
        if starts and due and due < starts:
            self.tell(f"{starts} is after the day on which it is due, {due}", "starts", Loss.CELL)
            starts = None
        return starts, due

    def inside(self, meaning: str) -> date | None:
        found = self.optional(day, meaning)
        days = self.reader.days
        if found and not days.start <= found < days.end:
            message = f"{found} is not in the cycle, which is from {days.start} to {days.last_day}"
            self.tell(message, meaning, Loss.CELL)
            return None
        return found

    def weight(self) -> Decimal | None:
        found = self.optional(self.number, "weight")
        if found and found.value <= 0:
            self.tell(f"{plain_number(found.value)}, expected more than 0", "weight", Loss.CELL)
            return None
        return found.value if found else None

    def note(self) -> str:
        raw = self.cells.get("note")
        return raw.strip() if isinstance(raw, str) else text_of(raw)

    def text(self, meaning: str) -> str:
        return text_of(self.cells.get(meaning))

    def tell(self, message: str, meaning: str, loss: Loss) -> None:
        column = self.reader.columns.get(meaning)
        self.reader.remarks.append(Remark(self.row, message, loss, column))

    def drop(self, message: str, meaning: str) -> NoReturn:
        self.tell(message, meaning, Loss.ROW)
        raise _Dropped
