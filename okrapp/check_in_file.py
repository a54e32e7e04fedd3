"""Adding an entry to a check-ins' file: linted before it lands, in one step, one writer at a time."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connectors.registry import catalogue
from flows.places import Place, lint_place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.written_files import replace_bytes, schema_from
from okrmodel.reading.appending import NoRoom, appended
from okrmodel.reading.company import read_company
from okrmodel.reading.files import CHECK_INS
from okrmodel.schema import CHECK_INS as SCHEMA

_BEGINNING = """\
# yaml-language-server: $schema={schema}
#
# What people report: facts with a date and an author. Entries are added, not changed.

"""

_BYTE_ORDER = "\ufeff"
"""Some editors put it before everything else."""


def add(place: Place, cycle: str, entry: Mapping[str, str]) -> tuple[str, str]:
    """Add an entry at the end of a cycle's check-ins; the file is made where there is none.

    Args:
        place: Whose.
        cycle: Its id.
        entry: By key: numbers and days as they are to be written, and text.

    Returns:
        Where the entry stands, and its text.

    Raises:
        Exit: It cannot be added, or lint would complain of it; the file is as it was.
    """
    name = f"{CHECK_INS}/{cycle}.yaml"
    file = place.folder / name
    shown = file.relative_to(place.root).as_posix()
    if file.is_symlink():
        raise Exit(FAILED, f"{shown} is a link; add the entry to the file that it leads to")
    with _alone(place.folder / f".{CHECK_INS}-{cycle}.yaml.new") as draft:
        # With its own line ends: read as text, they would all be the same.
        before = file.read_bytes().decode() if file.exists() else _beginning(place)
        mark = before[: before.startswith(_BYTE_ORDER)]
        try:
            grown = appended(before.removeprefix(mark), entry)
        except NoRoom as problem:
            raise Exit(FAILED, f"{shown}: {problem}; nothing was written") from None
        _refuse(place, name, grown.text)
        replace_bytes(file, draft, (mark + grown.text).encode())
    return f"{shown}:{grown.line}", grown.entry


@contextmanager
def _alone(draft: Path) -> Iterator[Path]:
    """A file that only one process can have at a time."""
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise Exit(
            FAILED,
            f"another check-in is being written: {draft} is there; where none is, remove that file",
        ) from None
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _beginning(place: Place) -> str:
    """What a new file says first: where editors find its schema."""
    return _BEGINNING.format(schema=schema_from(place, CHECK_INS, SCHEMA))


def _refuse(place: Place, name: str, text: str) -> None:
    """Tell what lint would say of the file, beside what it says already."""
    known = {(problem.code, problem.message) for problem in lint_place(place).problems}
    reading = read_company(place.folder, catalogue(), instead={name: text})
    told = [p.message for p in reading.problems if (p.code, p.message) not in known]
    if told:
        raise Exit(USAGE, f"{'; '.join(told)}; nothing was written")
