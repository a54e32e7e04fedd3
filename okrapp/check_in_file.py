"""Adding an entry to a check-ins' file."""

from collections.abc import Mapping

from flows.places import Place
from okrapp.file_edit import edit
from okrapp.written_files import schema_from
from okrmodel.reading.appending import Appended, appended
from okrmodel.reading.files import CHECK_INS
from okrmodel.schema import CHECK_INS as SCHEMA

_BEGINNING = """\
# yaml-language-server: $schema={schema}
#
# What people report: facts with a date and an author. Entries are added, not changed.

"""


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
    grown: list[Appended] = []

    def with_entry(before: str | None) -> str:
        grown.append(appended(_beginning(place) if before is None else before, entry))
        return grown[0].text

    shown = edit(place, name, with_entry)
    return f"{shown}:{grown[0].line}", grown[0].entry


def _beginning(place: Place) -> str:
    """What a new file says first: where editors find its schema."""
    return _BEGINNING.format(schema=schema_from(place, CHECK_INS, SCHEMA))
