"""`okr check-in`: what a person reports, written into the check-ins' file of its cycle."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from connectors.registry import catalogue
from flows.places import BadConfig, Place, lint_place
from okrapp.check_in_file import add
from okrapp.exits import USAGE, Exit
from okrapp.refusals import expected_errors, refuse_ahead, today_in
from okrapp.terminal import console
from okrapp.where import Which
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle
from okrmodel.definitions.key_results import Reach
from okrmodel.periods import value_windows
from okrmodel.reading.scalars import unquoted
from okrmodel.reading.wording import found
from okrmodel.resolution import resolve
from okrmodel.suggestion import did_you_mean
from okrmodel.windows import ONE_DAY

Typed = Annotated[str | None, Parameter(allow_leading_hyphen=True)]


@dataclass(frozen=True)
class _Said:
    """What a person said of a key result."""

    key_result: str
    date: str
    """Days as they are written."""
    value: str | None
    milestone: str | None
    until: str | None
    author: str | None
    note: str | None


def check_in(
    key_result: str,
    /,
    where: Which | None = None,
    *,
    value: Typed = None,
    milestone: str | None = None,
    note: Typed = None,
    until: date | None = None,
    day: Annotated[date | None, Parameter(name="--date")] = None,
    author: str | None = None,
) -> None:
    """Report a value or a milestone, or set an automatic value by hand.

    Args:
        key_result: Its id.
        where: In which workspaces to look.
        value: The number, such as 1234.50.
        milestone: Id of the step that was done.
        note: What there is to know about it; says why, where an automatic value is set by hand.
        until: The last day on which a value set by hand holds; on its date only when not given.
        day: The day that it is said of, such as 2026-11-22; today when not given.
        author: Id of the person who says so.
    """
    with expected_errors():
        place, company = _having((where or Which()).places(), key_result)
        workspace = company.workspace
        today = today_in(workspace)
        on = day or today
        refuse_ahead(on, workspace)
        ends = until.isoformat() if until else None
        said = _Said(key_result, on.isoformat(), value, milestone, ends, author, note)
        _refuse_words(said, company)
        cycle = _cycle_on(company, key_result, on)
        override = _scale(cycle, key_result)
        if override and value is not None:
            _refuse_override(said, company, cycle, override, until or on)
        given = {key: told for key, told in vars(said).items() if told is not None}
        at, entry = add(place, cycle.id, given)
    _tell(f"wrote {at}\n{entry}\n")
    if override:
        _tell(
            f"{value} stands in place of the automatic value, which is shown beside it, and alone"
            f" again {_after(cycle, until or on)}."
        )
    late = f" once {today} is over" if on == today else ""
    _tell(f"Commit the file; okr sync applies it{late}.")


def _having(places: list[Place], key_result: str) -> tuple[Place, Company]:
    """The one workspace that has the key result."""
    readings = {place: lint_place(place) for place in places}
    companies = {place: r.company for place, r in readings.items() if r.company}
    unread = [place for place in places if place not in companies]
    if len(places) == 1 and unread:
        raise BadConfig(places[0].root, readings[places[0]].problems)
    having = [(p, c) for p, c in companies.items() if key_result in _ids(c)]
    if len(having) > 1:
        names = ", ".join(place.workspace for place, _ in having)
        raise Exit(USAGE, f'key result "{key_result}" is in {names}; choose one with --workspace')
    if having:
        return having[0]
    known = [name for company in companies.values() for name in _ids(company)]
    have = "1 workspace has" if len(unread) == 1 else f"{len(unread)} workspaces have"
    hint = f"; {have} errors, see okr lint" if unread else ""
    raise Exit(USAGE, f'no key result "{key_result}"{did_you_mean(key_result, known)}{hint}')


def _ids(company: Company) -> set[str]:
    return {k.id for cycle in company.cycles for _, k in cycle.key_results()}


def _refuse_words(said: _Said, company: Company) -> None:
    if (said.value is None) == (said.milestone is None):
        raise Exit(USAGE, "expected either --value with a number or --milestone with a step's id")
    if said.value is not None:
        number = unquoted(said.value)
        if number.complaint or isinstance(number.value, str | bool | None):
            wrong = f"--value is {found(said.value)}"
            raise Exit(USAGE, f"{wrong}, expected a number such as 1234.50")
    people = company.workspace.people
    if said.author is not None and said.author not in people:
        raise Exit(USAGE, f'nobody is called "{said.author}"{did_you_mean(said.author, people)}')
    try:
        (said.note or "").encode()
    except UnicodeEncodeError:
        raise Exit(USAGE, "--note is not UTF-8 text") from None


def _cycle_on(company: Company, key_result: str, on: date) -> Cycle:
    """The cycle that the day and the key result are both in."""
    having = [c for c in company.cycles if key_result in {k.id for _, k in c.key_results()}]
    for cycle in having:
        if cycle.starts <= on <= cycle.ends:
            return cycle
    spans = " or ".join(f"{c.id} ({c.starts} to {c.ends})" for c in having)
    raise Exit(USAGE, f'{on} is not in the cycle of key result "{key_result}", which is {spans}')


def _scale(cycle: Cycle, key_result: str) -> Reach | None:
    """The key result, where it has an automatic value."""
    by_id = {k.id: k for _, k in cycle.key_results()}
    scale = by_id[key_result]
    return scale if isinstance(scale, Reach) else None


def _refuse_override(said: _Said, company: Company, cycle: Cycle, scale: Reach, last: date) -> None:
    """Refuse one that says nothing, or has nothing to take the place of."""
    if not said.note:
        raise Exit(
            USAGE,
            f'key result "{scale.id}" updates itself: say with --note why {said.value} is to stand'
            " in place of the automatic value",
        )
    closure = resolve(company, cycle, scale, catalogue()).closure
    if not value_windows(closure, scale, last):
        begins = closure.span.start
        lacking = f"it begins on {begins}" if last < begins else f"no {scale.window} is over"
        raise Exit(USAGE, f'key result "{scale.id}" has no value to be set by {last}: {lacking}')


def _after(cycle: Cycle, last: date) -> str:
    return f"from {last + ONE_DAY} on" if last < cycle.ends else "in the next cycle"


def _tell(line: str) -> None:
    console().print(line, soft_wrap=True, markup=False)
