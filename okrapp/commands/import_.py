"""`okr import`: an OKR tracker kept in a spreadsheet, as config files."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from connectors.registry import catalogue
from flows.places import Place, read_place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.import_told import told
from okrapp.refusals import expected_errors, refuse_ahead, today_in
from okrapp.terminal import console
from okrapp.tracker_file import Tracker, open_tracker
from okrapp.where import Which
from okrapp.written_files import replace_bytes, schema_from
from okrmodel.cycles import quarter
from okrmodel.definitions.company import Company
from okrmodel.lint.draft import WORKSPACE_FILE
from okrmodel.problems import Severity
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.company import read_company
from okrmodel.reading.files import CHECK_INS, CYCLES
from okrmodel.reading.people import people_lines, with_people
from okrmodel.schema import CHECK_INS as REPORTED
from okrmodel.schema import OKRS
from okrmodel.tracker.found import Found, Loss
from okrmodel.tracker.named import Named, named
from okrmodel.tracker.periods import quarter_called
from okrmodel.tracker.rows import Wanted, named_in, read_rows
from okrmodel.tracker.words import Mark
from okrmodel.tracker.written import Source, check_ins_text, cycle_text
from okrmodel.windows import Window


def import_(
    file: Path,
    /,
    where: Which | None = None,
    *,
    cycle: str | None = None,
    as_of: date | None = None,
    sheet: str | None = None,
    decimal: Mark | None = None,
    encoding: str | None = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Turn an OKR tracker in CSV or XLSX into config files.

    Args:
        file: The tracker.
        where: Whose OKRs they are.
        cycle: The quarter to write, such as 2026-Q4; the file's own when it names one.
        as_of: The day of the current values, such as 2026-11-22; when not given, the file's own where it
            is an export of okr's, else today.
        sheet: Name of the sheet, where a workbook has several with OKRs.
        decimal: The decimal mark, where 1,234 could be two numbers.
        encoding: Of a CSV file, such as cp1250; found out when not given.
        dry_run: Print what would be written, and write nothing.
    """
    tracker = open_tracker(file, sheet, encoding)
    with expected_errors():
        place = _one((where or Which()).places())
        company, _ = read_place(place)
    chosen = _cycle(tracker, cycle)
    days = quarter(chosen, company.workspace.fiscal_year_starts)
    if days is None:
        raise Exit(USAGE, f"{chosen!r} is no quarter; expected a name such as 2026-Q4")
    found = read_rows(tracker.grid, tracker.columns, Wanted(place.workspace, chosen, days, decimal))
    if as_of is None and today_in(company.workspace) < days.start:
        found = found.before_it_begins()
    given = named(found, *_ids(company), company.workspace.people)
    day = _day(found, company, days, as_of or _own_day(tracker))
    source = Source(tracker.file, chosen, days.last_day, day)
    console().print(told(tracker, found, source), markup=False, soft_wrap=True)
    _refuse_questions(found)
    new = _texts(place, given, source)
    if not dry_run:
        _refuse_existing(place, new, chosen, company)
    _refuse_errors(place, new)
    if dry_run:
        _show(place, new)
    else:
        _write(place, new)
        _tell_next(place, given)
    if any(remark.loss is Loss.ROW for remark in found.remarks):
        raise Exit(FAILED, "Some rows were not taken; see above why.")


def _one(places: list[Place]) -> Place:
    if len(places) > 1:
        names = ", ".join(place.workspace for place in places)
        raise Exit(USAGE, f"whose OKRs are these? name the workspace with -w: {names}")
    return places[0]


def _cycle(tracker: Tracker, asked: str | None) -> str:
    """The quarter asked for, else the only one that the rows name."""
    if asked:
        return asked
    called = named_in(tracker.grid, tracker.columns, "cycle")
    quarters = dict.fromkeys(filter(None, map(quarter_called, called)))
    if len(quarters) == 1:
        return next(iter(quarters))
    several = f"; the file has {', '.join(called)}" if called else ""
    raise Exit(USAGE, f"name the quarter, such as --cycle 2026-Q4{several}")


def _ids(company: Company) -> tuple[set[str], set[str]]:
    """Those of objectives and key results that are taken: also by earlier names."""
    pairs = [pair for cycle in company.cycles for pair in cycle.key_results()]
    objectives = {o.id for cycle in company.cycles for o in cycle.objectives}
    return objectives, {name for _, k in pairs for name in k.ids}


def _own_day(tracker: Tracker) -> date | None:
    """The day that the file itself says its values are of, as okr export does."""
    called = named_in(tracker.grid, tracker.columns, "as_of")
    try:
        own = {date.fromisoformat(day) for day in called}
    except ValueError:
        own = set()
    if called and len(own) != 1:
        said = ", ".join(called)
        raise Exit(USAGE, f"of which day are the current values? the file has {said}; say --as-of")
    return own.pop() if own else None


def _day(found: Found, company: Company, days: Window, asked: date | None) -> date:
    """The day that the current values are of: inside the cycle, and not ahead."""
    day = asked or today_in(company.workspace)
    if any(k.current is not None or k.done for k in found.key_results):
        if not days.start <= day < days.end:
            raise Exit(
                USAGE,
                f"the current values cannot be of {day}, which is not in the cycle"
                f" ({days.start} to {days.last_day}); say of which day they are: --as-of",
            )
        refuse_ahead(day, company.workspace)
    return day


def _refuse_questions(found: Found) -> None:
    if questions := sum(remark.loss is Loss.QUESTION for remark in found.remarks):
        ask = "the question" if questions == 1 else f"the {questions} questions"
        raise Exit(FAILED, f"Nothing was written: answer {ask} above first.")
    if not found.key_results:
        raise Exit(FAILED, "No row is a key result that can be taken; nothing was written.")


@dataclass(frozen=True)
class _Texts:
    """What the files are to hold, by their names in the workspace's folder."""

    files: dict[str, str]
    workspace: str | None
    """workspace.yaml with the new people; None where there are none."""


def _texts(place: Place, given: Named, source: Source) -> _Texts:
    files = {
        f"{CYCLES}/{source.cycle}.yaml": cycle_text(given, source, schema_from(place, CYCLES, OKRS))
    }
    if reported := check_ins_text(given, source, schema_from(place, CHECK_INS, REPORTED)):
        files[f"{CHECK_INS}/{source.cycle}.yaml"] = reported
    return _Texts(files, _with_people(place, given) if given.new_people else None)


def _refuse_existing(place: Place, new: _Texts, cycle: str, company: Company) -> None:
    taken = [name for name in new.files if (place.folder / name).exists()]
    if not taken and any(one.id == cycle for one in company.cycles):
        taken = [f"cycle {cycle}"]
    if taken:
        raise Exit(
            FAILED,
            f"{taken[0]} exists already; nothing was written."
            " Print what is new with --dry-run, or name another quarter with --cycle.",
        )


def _refuse_errors(place: Place, new: _Texts) -> None:
    """What is to be written has no errors, whatever the tracker holds."""
    instead = new.files | ({WORKSPACE_FILE: new.workspace} if new.workspace else {})
    problems = read_company(place.folder, catalogue(), instead=instead).problems
    if errors := [str(one) for one in problems if one.severity is Severity.ERROR]:
        shown = "\n".join(errors)
        raise Exit(FAILED, f"{shown}\n\nNothing was written: okr lint would find these errors.")


def _with_people(place: Place, given: Named) -> str:
    # Of a link, the file that it leads to.
    file = (place.folder / WORKSPACE_FILE).resolve()
    try:
        return with_people(file.read_bytes().decode("utf-8-sig"), given.new_people)
    except NoRoom as problem:
        lines = "\n".join(f"  {line}" for line in people_lines(given.new_people))
        raise Exit(
            FAILED,
            f"{file}: {problem}; nothing was written. Add these people and import again:"
            f"\n\npeople:\n{lines}",
        ) from None


def _show(place: Place, new: _Texts) -> None:
    people = {WORKSPACE_FILE: new.workspace} if new.workspace else {}
    for name, text in {**new.files, **people}.items():
        there = (
            " (exists already and would not be replaced)"
            if name in new.files and (place.folder / name).exists()
            else ""
        )
        console().print(f"\n--- {name}{there}\n{text}", markup=False, soft_wrap=True, end="")


def _write(place: Place, new: _Texts) -> None:
    for name, text in new.files.items():
        file = place.folder / name
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        console().print(f"wrote {name}", markup=False, soft_wrap=True)
    if new.workspace:
        file = (place.folder / WORKSPACE_FILE).resolve()
        replace_bytes(file, file.parent / f".{WORKSPACE_FILE}.new", new.workspace.encode())


def _tell_next(place: Place, given: Named) -> None:
    if given.new_people:
        names = ", ".join(given.new_people)
        console().print(
            f"added to people in {WORKSPACE_FILE}: {names}", markup=False, soft_wrap=True
        )
    console().print(
        f"\nNext: okr lint --config {place.folder}, then okr sync and okr status",
        markup=False,
        soft_wrap=True,
    )
