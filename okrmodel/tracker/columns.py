"""What each column of a tracker is: told by its heading, and by what is in it where that is needed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from okrmodel.tracker.figures import Ambiguous, Unclear, answer, day, figure
from okrmodel.tracker.grid import Cell, Grid, letters, text_of
from okrmodel.tracker.words import Product, plain, words

_LOOKED_AT = 20
"""Rows in which the headings are looked for."""
_ENOUGH = 2
"""Known headings that a row needs to be the one with the headings."""

_IN_NUMBERS = frozenset({"from", "target", "current", "weight"})
_IN_DAYS = frozenset({"starts", "due"})

COMPUTED = "computed"


class NoHeadings(ValueError):  # noqa: N818 - says what is wrong
    """No row says what the columns are, or none of them holds the key results."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a heading."""

    index: int
    heading: str
    """As it is written."""
    meaning: str | None
    """A key of the headings in words.yaml; None when it is not taken."""
    why: str = ""
    """Why it is not taken."""

    def __str__(self) -> str:
        return f'column {letters(self.index)} "{self.heading}"'


@dataclass(frozen=True)
class Columns:
    """The columns of a grid, and the row that names them."""

    row: int
    """From 0."""
    columns: tuple[Column, ...]
    product: Product | None = None
    """The one that makes such files, where the headings show it."""

    def by_meaning(self) -> Mapping[str, Column]:
        """The columns that are taken."""
        return {column.meaning: column for column in self.columns if column.meaning}


def find_columns(grid: Grid) -> Columns:
    """The row with the headings, and what each of them means.

    Raises:
        NoHeadings: There is none.
    """
    row = max(range(min(len(grid.rows), _LOOKED_AT)), key=partial(_known, grid), default=None)
    if row is None or _known(grid, row) < _ENOUGH:
        raise NoHeadings(
            f"no headings in the first {_LOOKED_AT} rows, expected a row such as:"
            " Objective, Key result, Owner, From, Target, Current, Unit, Due"
        )
    below = grid.rows[row + 1 :]
    found = list(_headings(grid.rows[row], below))
    product = _product([heading for _, heading in found])
    return Columns(row, _settled(_chosen(below, found, product)), product)


def _headings(
    row: tuple[Cell, ...], below: tuple[tuple[Cell, ...], ...]
) -> Iterator[tuple[int, str]]:
    """Each column with a heading, or with cells and none."""
    for index in range(max(map(len, (row, *below)))):
        heading = text_of(row[index]) if index < len(row) else ""
        if heading or any(text_of(cells[index]) for cells in below if index < len(cells)):
            yield index, heading


def _settled(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns, when they hold key results and say which objective each belongs to.

    Raises:
        NoHeadings: They do not.
    """
    taken = {column.meaning for column in columns}
    if "key_result" not in taken and {"title", "objective"} <= taken:
        return tuple(
            replace(c, meaning="key_result") if c.meaning == "title" else c for c in columns
        )
    if not taken & {"key_result", "title"}:
        raise NoHeadings('no heading names the key results, expected one such as "Key result"')
    if "objective" not in taken and ("key_result" in taken or not taken & {"kind", "parent"}):
        raise NoHeadings(
            'no heading names the objectives, expected one such as "Objective"; or "Type" or'
            ' "Parent" where objectives and key results stand below each other'
        )
    return columns


def _known(grid: Grid, row: int) -> int:
    return sum(bool(_meanings(text_of(cell))) for cell in grid.rows[row])


def _meanings(heading: str) -> tuple[str, ...]:
    """What a heading may mean; what stands in parentheses behind it does not matter."""
    known = words().headings
    return known.get(plain(heading)) or known.get(plain(re.sub(r"\(.*\)", "", heading)), ())


def _product(headings: list[str]) -> Product | None:
    there = {plain(heading) for heading in headings}
    return next((p for p in words().products if p.headings <= there), None)


def _chosen(
    below: Iterable[tuple[Cell, ...]], headings: list[tuple[int, str]], product: Product | None
) -> tuple[Column, ...]:
    """Each heading's meaning, clear ones first: a meaning belongs to one column."""
    rows = list(below)
    candidates: dict[int, tuple[str, ...]] = {}
    for index, heading in headings:
        own = product.columns.get(plain(heading)) if product else None
        candidates[index] = (own,) if own else _meanings(heading)
    taken: dict[str, int] = {}
    for index in sorted(
        candidates, key=lambda n: (len(candidates[n]), _rank(candidates[n], rows, n))
    ):
        several = candidates[index]
        open_ = [meaning for meaning in several if meaning not in taken]
        if len(several) > 1:
            open_ = _fitting(open_, [row[index] for row in rows if index < len(row)])
        candidates[index] = tuple(open_)
        if len(open_) == 1 and open_[0] != COMPUTED:
            taken[open_[0]] = index
    named = dict(headings)
    return tuple(
        _column(index, heading, candidates[index], taken, named)
        if not product or candidates[index]
        else Column(index, heading, None, "not needed")
        for index, heading in headings
    )


def _rank(meanings: tuple[str, ...], rows: list[tuple[Cell, ...]], index: int) -> int:
    """Of two columns for titles, the one that says more: beside "KR" with KR1, "Key result"."""
    if meanings not in {("objective",), ("key_result",)}:
        return 0
    return -sum(len(text_of(row[index])) for row in rows if index < len(row))


def _column(
    index: int,
    heading: str,
    meanings: tuple[str, ...],
    taken: Mapping[str, int],
    named: Mapping[int, str],
) -> Column:
    if len(meanings) == 1 and taken.get(meanings[0]) == index:
        return Column(index, heading, meanings[0])
    if meanings == (COMPUTED,):
        return Column(index, heading, None, "okr works it out itself")
    if len(meanings) > 1:
        said = " or ".join(meaning.replace("_", " ") for meaning in meanings)
        return Column(index, heading, None, f"could be {said}")
    twin = next((taken[m] for m in _meanings(heading) if m in taken), None)
    if twin is not None:
        return Column(index, heading, None, f'"{named[twin]}" is taken for it already')
    return Column(index, heading, None, "no known heading" if heading else "no heading")


def _fitting(meanings: list[str], cells: list[Cell]) -> list[str]:
    """Those of the meanings that fit what is in the column; all of them when nothing tells."""
    held = Counter(kind for cell in cells if (kind := _kind(cell)))
    if not held:
        return meanings
    [(most, _)] = held.most_common(1)
    fitting = [meaning for meaning in meanings if _wanted(meaning) == most]
    return fitting or (meanings if len(meanings) > 1 else [])


def _wanted(meaning: str) -> str:
    if meaning in _IN_NUMBERS:
        return "number"
    return "day" if meaning in _IN_DAYS else "text"


def _kind(cell: Cell) -> str:
    """What a cell looks like; empty for an empty one."""
    if cell is None or not text_of(cell):
        return ""
    if answer(cell) or _reads(figure, cell):
        return "number"
    return "day" if _reads(day, cell) else "text"


def _reads(read: Callable[[Cell], object], cell: Cell) -> bool:
    try:
        read(cell)
    except Ambiguous:
        return True
    except Unclear:
        return False
    return True
