"""okrs/<cycle>.yaml to a cycle, its objectives and its key results; checkins/<cycle>.yaml, too."""

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from okrmodel.cycles import quarter
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.files import CheckIn, CycleDates, CycleFile
from okrmodel.definitions.key_results import KINDS, KeyResult, key_result_type
from okrmodel.lint.draft import WrittenCheckIn, WrittenCycle, WrittenKeyResult, WrittenObjective
from okrmodel.problems import Problem
from okrmodel.reading.piece import UNRESOLVED, Piece
from okrmodel.suggestion import did_you_mean


@dataclass
class ReadCycle:
    """What a cycle's file says, as far as it can be read."""

    cycle: WrittenCycle | None = None
    objectives: list[WrittenObjective] = field(default_factory=list)
    key_results: list[WrittenKeyResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_cycle(whole: Piece, fiscal_year_starts: int) -> ReadCycle:
    """Read a cycle, each objective and each key result by itself."""
    objectives = _entries(whole, "objectives", "objective")
    found = [_objective(piece) for piece in objectives]
    content = whole.content
    if isinstance(content, dict) and isinstance(content.get("objectives"), list):
        content = {**content, "objectives": [f.objective for f in found if f.objective]}
    file, problems = whole.read(CycleFile, content)
    read = ReadCycle(problems=[p for f in found for p in f.problems] + problems)
    # Also when something else in the file is wrong: the rules look at what there is.
    dates, problems = _dates(whole, fiscal_year_starts)
    read.problems += problems if file else []
    if dates:
        _fill(read, whole, dates, found)
    return read


@dataclass
class _Found:
    piece: Piece
    objective: Objective | None
    key_results: list[tuple[Piece, KeyResult]]
    problems: list[Problem]


def _fill(read: ReadCycle, whole: Piece, dates: CycleDates, found: list[_Found]) -> None:
    file = whole.document.file
    known = tuple(f.objective for f in found if f.objective)
    cycle = Cycle(id=dates.id, starts=dates.starts, ends=dates.ends, objectives=known)
    read.cycle = WrittenCycle((file,), cycle)
    for one in found:
        objective = one.objective or Objective.model_construct(id="", title="")
        if one.objective:
            read.objectives.append(WrittenObjective((file, *one.piece.path), cycle, objective))
        read.key_results += [
            WrittenKeyResult((file, *piece.path), cycle, objective, key_result)
            for piece, key_result in one.key_results
        ]


def _objective(piece: Piece) -> _Found:
    problems: list[Problem] = []
    key_results: list[tuple[Piece, KeyResult]] = []
    for inner in _entries(piece, "key_results", "key result"):
        key_result, wrong = _key_result(inner)
        problems += wrong
        if key_result:
            key_results.append((inner, key_result))
    content = piece.content
    if isinstance(content, dict) and isinstance(content.get("key_results"), list):
        content = {**content, "key_results": [found for _, found in key_results]}
    objective, wrong = piece.read(Objective, content)
    return _Found(piece, objective, key_results, problems + wrong)


def _key_result(piece: Piece) -> tuple[KeyResult | None, list[Problem]]:
    if piece.content is UNRESOLVED:
        return None, []
    raw = piece.content if isinstance(piece.content, dict) else {}
    kind = raw.get("kind", "reach")
    if isinstance(kind, str) and kind not in KINDS:
        message = f'unknown kind "{kind}" of {piece.title}{did_you_mean(kind, KINDS)}'
        return None, [piece.problem(message, "bad-choice", "kind")]
    return piece.read(key_result_type(raw))


def _entries(piece: Piece, key: str, kind: str) -> list[Piece]:
    """The entries of a list, each called by its id, else by its number."""
    entries = piece.inside(key).content
    if not isinstance(entries, list):
        return []
    return [piece.inside(key, n, title=title(kind, n, entry)) for n, entry in enumerate(entries)]


def title(kind: str, n: int, entry: Any) -> str:
    """What to call an entry of a list: by its id, else by its number."""
    name = entry.get("id") if isinstance(entry, dict) else None
    return f'{kind} "{name}"' if isinstance(name, str) else f"{kind} {n + 1}"


def _dates(whole: Piece, fiscal_year_starts: int) -> tuple[CycleDates | None, list[Problem]]:
    written = whole.inside("cycle")
    if isinstance(written.content, str):
        days = quarter(written.content, fiscal_year_starts)
        if days:
            return CycleDates(id=written.content, starts=days.start, ends=days.last_day), []
        message = (
            f'cycle "{written.content}" is no quarter, expected a name such as 2026-Q4,'
            " or a mapping with id, starts and ends"
        )
        return None, [written.problem(message, "cycle-dates")]
    dates, _ = written.read(CycleDates)
    if dates and dates.ends < dates.starts:
        message = f"cycle {dates.id} ends on {dates.ends}, before it starts on {dates.starts}"
        return None, [written.problem(message, "cycle-dates", "ends")]
    return dates, []


def read_check_ins(whole: Piece) -> tuple[list[WrittenCheckIn], list[Problem]]:
    """Read the entries of a check-in file, which is named after its cycle."""
    file = whole.document.file
    if whole.content is None:
        return [], []
    if not isinstance(whole.content, list):
        _, problems = whole.read(list[Any])
        return [], problems
    check_ins: list[WrittenCheckIn] = []
    problems = []
    for n, _ in enumerate(whole.content):
        piece = whole.inside(n, title=f"check-in {n + 1}")
        check_in, wrong = piece.read(CheckIn)
        problems += wrong
        if check_in:
            check_ins.append(WrittenCheckIn((file, n), PurePath(file).stem, check_in))
    return check_ins, problems
