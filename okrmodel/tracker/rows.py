"""A tracker's rows to objectives and key results; every row is taken or told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from okrmodel.tracker.columns import Column, Columns
from okrmodel.tracker.found import Found, FoundObjective, Loss, Remark
from okrmodel.tracker.grid import Cell, Grid, text_of
from okrmodel.tracker.key_result import Reader
from okrmodel.tracker.periods import quarter_called
from okrmodel.tracker.words import Mark, plain, words
from okrmodel.windows import Window


@dataclass(frozen=True)
class Row:
    """A row below the headings."""

    number: int
    """As the spreadsheet counts, from 1."""
    cells: Mapping[str, Cell]
    """By what their columns mean."""

    def text(self, meaning: str) -> str:
        """A cell as a line of text; empty where there is none."""
        return text_of(self.cells.get(meaning))


def rows_of(grid: Grid, columns: Columns) -> Iterator[Row]:
    """The rows below the headings that hold anything in the columns that are taken."""
    taken = columns.by_meaning()
    for index in range(columns.row + 1, len(grid.rows)):
        cells = grid.rows[index]
        row = Row(
            index + 1,
            {m: cells[c.index] if c.index < len(cells) else None for m, c in taken.items()},
        )
        if any(row.text(meaning) for meaning in taken):
            yield row


def named_in(grid: Grid, columns: Columns, meaning: str) -> tuple[str, ...]:
    """What stands in a column, each text once: the cycles that the rows name, for one."""
    return tuple(dict.fromkeys(filter(None, (r.text(meaning) for r in rows_of(grid, columns)))))


@dataclass(frozen=True)
class Wanted:
    """Which of the rows are meant, and how their texts are read."""

    workspace: str
    """Its id; where rows name several, those of others are told and not taken."""
    cycle: str
    """Its id; rows that name another are told and not taken."""
    days: Window
    """The cycle's."""
    mark: Mark | None = None
    """The decimal mark of numbers that are texts; each tells its own when None."""


def read_rows(grid: Grid, columns: Columns, wanted: Wanted) -> Found:
    """Everything that the rows of a sheet hold for a cycle of a workspace."""
    taken = columns.by_meaning()
    mark = wanted.mark or (columns.product.decimal if columns.product else None)
    reading = _Reading(Reader(taken, wanted.days, mark))
    cycles = named_in(grid, columns, "cycle")
    several = len(named_in(grid, columns, "workspace")) > 1
    mine = [
        row
        for row in rows_of(grid, columns)
        if not (several and reading.is_strange(row, wanted.workspace))
        and reading.belongs(row, wanted.cycle, cycles)
    ]
    if "key_result" in taken:
        reading.flat(mine)
    else:
        reading.tree(mine)
    remarks = sorted((*reading.remarks, *reading.reader.remarks), key=lambda remark: remark.row)
    return Found(tuple(reading.objectives.values()), tuple(remarks))


class _Reading:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.columns: Mapping[str, Column] = reader.columns
        self.objectives: dict[str, FoundObjective] = {}
        self.remarks: list[Remark] = []

    def is_strange(self, row: Row, workspace: str) -> bool:
        """Whether a row is another workspace's."""
        if (named := row.text("workspace")) in {"", workspace}:
            return False
        self.drop(row, f"is of workspace {named}, not of {workspace}", "workspace")
        return True

    def belongs(self, row: Row, cycle: str, cycles: tuple[str, ...]) -> bool:
        """Whether a row is of the cycle; where all rows call it the same, they are."""
        called = row.text("cycle")
        quarter = quarter_called(called) or called
        if not called or plain(quarter) == plain(cycle):
            return True
        if quarter_called(called) is None and len(cycles) == 1:
            return True
        self.drop(row, f"is of {called}, not of {cycle}", "cycle")
        return False

    def flat(self, rows: list[Row]) -> None:
        """Objective and key result stand beside each other; no objective means the one above."""
        current: FoundObjective | None = None
        for row in rows:
            title = row.text("objective")
            if plain(title) in words().totals and not row.text("key_result"):
                self.drop(row, f'holds "{title}": a row of totals', "objective")
                continue
            if title:
                current = self.objective(row, title)
            if not row.text("key_result"):
                self.alone(row, current if title else None)
            elif current is None:
                self.drop(row, "no objective here or above, expected one", "objective")
            else:
                self.add(current, row, row.text("key_result"))

    def alone(self, row: Row, objective: FoundObjective | None) -> None:
        """A row without a key result: an objective's own, or nothing that can be taken."""
        if objective is None:
            self.drop(row, "is empty, expected a key result's title", "key_result")
            return
        objective.owner = objective.owner or row.text("owner")
        for meaning in ("target", "current"):
            if row.text(meaning):
                message = "is an objective's own figure; only key results have figures"
                self.leave_out(row, message, meaning)

    def tree(self, rows: list[Row]) -> None:
        """Objectives and key results stand below each other, told apart by kind or parent."""
        parents = {parent for row in rows for parent in self.parents(row)}
        kinds = {row.number: self.kind(row, parents) for row in rows}
        by_name: dict[str, FoundObjective] = {}
        for row in rows:
            if kinds[row.number] == "objective":
                found = self.objective(row, row.text("title"))
                found.owner = found.owner or row.text("owner")
                by_name[row.text("id") or plain(found.title)] = found
                by_name.setdefault(plain(found.title), found)
        current: FoundObjective | None = None
        for row in rows:
            if kinds[row.number] == "objective":
                current = self.objective(row, row.text("title"))
            elif kinds[row.number] == "key_result":
                self.hang(row, current, by_name)

    def hang(
        self, row: Row, above: FoundObjective | None, by_name: Mapping[str, FoundObjective]
    ) -> None:
        """Put a key result under the objective that it names, else under the one above."""
        named = self.parents(row)
        known = [by_name[name] for name in (*named, *map(plain, named)) if name in by_name]
        if named and not known:
            self.drop(row, f'"{named[0]}" is no objective of this cycle in the file', "parent")
        elif not (known or above):
            self.drop(row, "is no objective and has none above", "title")
        else:
            objective = known[0] if known else above
            assert objective is not None  # noqa: S101 - one of the two is there
            self.add(objective, row, row.text("title"))

    def parents(self, row: Row) -> list[str]:
        """The ids or titles that a row names as its parents, one a line."""
        raw = row.cells.get("parent")
        lines = raw.splitlines() if isinstance(raw, str) else [text_of(raw)]
        return [line.strip() for line in lines if line.strip()]

    def kind(self, row: Row, parents: set[str]) -> str:
        """Objective, key result, or empty for a row that is told and left."""
        if not row.text("title"):
            self.drop(row, "is empty, expected a title", "title")
            return ""
        if written := row.text("kind"):
            known = words().kinds.get(plain(written))
            if known:
                return known
            self.drop(row, f'holds "{written}", which is no objective and no key result', "kind")
            return ""
        if not self.parents(row) or row.text("id") in parents:
            return "objective"
        return "key_result"

    def objective(self, row: Row, title: str) -> FoundObjective:
        """The objective of a title; the same title is the same objective."""
        own = row.text("objective_id")
        found = FoundObjective(row.number, title, id=own)
        return self.objectives.setdefault(plain(title) or title, found)

    def add(self, objective: FoundObjective, row: Row, title: str) -> None:
        if key_result := self.reader.key_result(row.number, title, row.cells):
            objective.key_results.append(key_result)

    def drop(self, row: Row, message: str, meaning: str) -> None:
        self.remarks.append(Remark(row.number, message, Loss.ROW, self.columns.get(meaning)))

    def leave_out(self, row: Row, message: str, meaning: str) -> None:
        self.remarks.append(Remark(row.number, message, Loss.CELL, self.columns.get(meaning)))
