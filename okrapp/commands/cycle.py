"""`okr cycle`: the next cycle's file, from one that there is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from connectors.registry import catalogue
from flows.places import Place, lint_place, read_place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.refusals import expected_errors
from okrapp.terminal import console
from okrapp.where import Which
from okrmodel.cycles import following, next_name, quarter
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.exact import counted
from okrmodel.problems import Problem, Severity, with_lines
from okrmodel.reading.company import read_company
from okrmodel.reading.files import CYCLES
from okrmodel.reading.next_cycle import Successor, next_cycle
from okrmodel.reading.nodes import Tangled
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import Window


@dataclass(frozen=True)
class _Written:
    """A file that is to be, with what to look at in it."""

    place: Place
    name: str
    """In the workspace's folder."""
    days: Window
    successor: Successor
    lines: dict[str, int]
    """Where the key results stand in it."""


def new(
    where: Which | None = None,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    cycle: str | None = None,
    actions: Literal["keep", "drop"] = "keep",
) -> None:
    """Write the next cycle's file from one that there is.

    Args:
        where: Which workspaces; those without the cycle are left out, and those that left.
        from_: The cycle's id, such as 2026-Q4.
        cycle: The next one's id; the quarter that follows when not given.
        actions: What becomes of actions that are not done; each one that is kept says since when
            it is open.
    """
    refusals: list[str] = []
    having = _having((where or Which()).places(), from_)
    for place in having:
        try:
            with expected_errors():
                written = _written(place, from_, cycle, keep_actions=actions == "keep")
                _write(written)
        except Exit as refusal:
            # One workspace that cannot have it keeps no other from it.
            refusals.append(refusal.message if len(having) == 1 else _named(place, refusal))
        else:
            _tell(written, from_)
    if refusals:
        raise Exit(FAILED, "\n\n".join(refusals))


def _named(place: Place, refusal: Exit) -> str:
    return f"{place.workspace}: {refusal.message}"


def _having(places: list[Place], name: str) -> list[Place]:
    """The workspaces that have the cycle, and those that cannot be read."""
    companies = {place: lint_place(place).company for place in places}
    ids = {
        place: set() if found.workspace.left else {c.id for c in found.cycles}
        for place, found in companies.items()
        if found
    }
    having = [place for place in places if name in ids.get(place, {name})]
    if not having:
        known = {each for found in ids.values() for each in found}
        raise Exit(USAGE, f'no cycle "{name}" in {CYCLES}/{did_you_mean(name, known)}')
    return having


def _written(place: Place, from_: str, cycle: str | None, *, keep_actions: bool) -> _Written:
    company, places = read_place(place)
    old = next(c for c in company.cycles if c.id == from_)
    name, days = _next(company, old, cycle)
    if name in {c.id for c in company.cycles}:
        raise Exit(FAILED, f"there is a cycle {name} already; nothing was written")
    file = next(p[0] for (of, _), p in places.key_results.items() if of == from_)
    text = (place.folder / str(file)).read_text("utf-8-sig")
    try:
        made = next_cycle(text, company, old, name, days, keep_actions=keep_actions)
    except Tangled as problem:
        raise Exit(FAILED, f"{file}: {problem}; write it without, or copy the file") from None
    told = f"{CYCLES}/{name}.yaml"
    return _Written(place, told, days, made, _linted(place, told, name, made))


def _next(company: Company, old: Cycle, name: str | None) -> tuple[str, Window]:
    """The next cycle's id and its days."""
    chosen = name or next_name(old.id)
    if chosen is None:
        raise Exit(USAGE, f'"{old.id}" is no quarter: say with --cycle what the next is called')
    days = quarter(chosen, company.workspace.fiscal_year_starts) or following(old.window)
    if days.start < old.window.end:
        raise Exit(USAGE, f"{chosen} starts on {days.start}, before {old.id} ends on {old.ends}")
    return chosen, days


def _linted(place: Place, name: str, cycle: str, made: Successor) -> dict[str, int]:
    """The line of each key result in the new file; refuses what lint would not let pass."""
    reading = read_company(
        place.folder, catalogue(), shown_from=place.root, instead={name: made.text}
    )
    wrong = tuple(p for p in reading.problems if p.severity is Severity.ERROR)
    if wrong:
        raise Exit(FAILED, f"{_listed(wrong, place.root)}\n\n{name} was not written.")
    return {each: reading.places.key_result(cycle, each).line for each in made.decisions}


def _listed(problems: tuple[Problem, ...], root: Path) -> str:
    return "\n".join(with_lines(problems, root))


def _write(written: _Written) -> None:
    file = written.place.folder / written.name
    file.parent.mkdir(exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(written.successor.text)
    except FileExistsError:
        raise Exit(FAILED, f"{file} exists already; nothing was written") from None


def _tell(written: _Written, from_: str) -> None:
    shown = (written.place.folder / written.name).relative_to(written.place.root).as_posix()
    say = console().print
    days = written.days
    say(f"wrote {shown}: {days.start} to {days.last_day}, from {from_}", soft_wrap=True)
    say("Every target is last cycle's. Decide each one, and whether its title still says it:")
    for name, decisions in written.successor.decisions.items():
        line = f"  {shown}:{written.lines[name]}  {name}: {'; '.join(decisions)}"
        say(line, soft_wrap=True, markup=False)
    if open_ones := written.successor.actions:
        kept = counted(open_ones, "unfinished action")
        say(f"{kept} went on, marked with `open since`; --actions drop leaves them out.")
