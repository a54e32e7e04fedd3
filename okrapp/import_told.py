"""What an import took and what it left, for people."""

from collections.abc import Iterable, Iterator

from okrapp.tracker_file import Tracker
from okrmodel.exact import counted
from okrmodel.tracker.columns import Column
from okrmodel.tracker.found import Found, Loss, Remark
from okrmodel.tracker.grid import letters
from okrmodel.tracker.written import Source

_HEADINGS = {
    Loss.QUESTION: "Questions",
    Loss.ROW: "Rows that were not taken",
    Loss.CELL: "Cells that were left out",
}
_TAKEN = {
    "from": "from, where the way begins",
    "current": "current value, as a check-in",
    "status": "only where it says that something is done or not",
    "form": "kind of the key result",
    "as_of": "day of the current values",
    "kind": "whether it is an objective or a key result",
    "cycle": "cycle; rows of others are not taken",
    "workspace": "workspace; where there are several, rows of others are not taken",
}


def told(tracker: Tracker, found: Found, source: Source) -> str:
    """The file, its columns, what was found and what was left."""
    return "\n".join(_lines(tracker, found, source))


def _lines(tracker: Tracker, found: Found, source: Source) -> Iterator[str]:
    columns = tracker.columns
    known = f"; known as {columns.product.name}" if columns.product else ""
    how = ", ".join(
        filter(None, (tracker.grid.name and f'sheet "{tracker.grid.name}"', tracker.grid.told))
    )
    yield f"{tracker.file}{f': {how}' if how else ''}; headings in row {columns.row + 1}{known}"
    yield ""
    yield from _taken([column for column in columns.columns if column.meaning])
    left = [column for column in columns.columns if not column.meaning]
    for why in dict.fromkeys(column.why for column in left):
        names = (f"{letters(c.index)} {c.heading}".strip() for c in left if c.why == why)
        yield f"  Ignored, {why}: {', '.join(names)}"
    yield ""
    yield _summary(found, source)
    for loss, heading in _HEADINGS.items():
        if some := [remark for remark in found.remarks if remark.loss is loss]:
            yield ""
            yield f"{heading}:"
            yield from _remarks(some)


def _taken(columns: list[Column]) -> Iterator[str]:
    width = min(max((len(column.heading) for column in columns), default=0), 40)
    for column in columns:
        meaning = column.meaning or ""
        said = _TAKEN.get(meaning, meaning.replace("_", " "))
        yield f"  {letters(column.index):>2}  {column.heading:<{width}}  {said}"


def _remarks(remarks: Iterable[Remark]) -> Iterator[str]:
    yield from (f"  {remark}" for remark in remarks)


def _summary(found: Found, source: Source) -> str:
    every = found.key_results
    parts = [counted(len(found.objectives), "objective"), counted(len(every), "key result")]
    if steps := sum(one.target is None for one in every):
        parts[-1] += f" ({steps} done or not)"
    if values := sum(one.current is not None or bool(one.done) for one in every):
        parts.append(f"{counted(values, 'current value')} as of {source.as_of}")
    return f"{source.cycle}: {', '.join(parts)}"
