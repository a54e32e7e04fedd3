"""Changing a config file: linted before it lands, in one step, one writer at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.registry import catalogue
from flows.places import Place, lint_place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.written_files import replace_bytes
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.company import read_company

_BYTE_ORDER = "\ufeff"
"""Some editors put it before everything else."""


def edit(place: Place, name: str, change: Callable[[str | None], str]) -> str:
    """Change a file of a workspace.

    Args:
        place: Whose.
        name: The file's, in the workspace's folder.
        change: From the text that there is, None where there is no file, to the one that is to be.

    Returns:
        The file's name, from the root on.

    Raises:
        Exit: It cannot be changed, or lint would complain of it; the file is as it was.
    """
    file = place.folder / name
    shown = file.relative_to(place.root).as_posix()
    if file.is_symlink():
        raise Exit(FAILED, f"{shown} is a link; change the file that it leads to")
    with _alone(place.folder / f".{name.replace('/', '-')}.new") as draft:
        # With its own line ends: read as text, they would all be the same.
        before = file.read_bytes().decode() if file.exists() else None
        mark = _BYTE_ORDER if (before or "").startswith(_BYTE_ORDER) else ""
        try:
            text = change(None if before is None else before.removeprefix(mark))
        except NoRoom as problem:
            raise Exit(FAILED, f"{shown}: {problem}; nothing was written") from None
        _refuse(place, name, text)
        replace_bytes(file, draft, (mark + text).encode())
    return shown


@contextmanager
def _alone(draft: Path) -> Iterator[Path]:
    """A file that only one process can have at a time."""
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise Exit(
            FAILED,
            f"another change is being written: {draft} is there; where none is, remove that file",
        ) from None
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _refuse(place: Place, name: str, text: str) -> None:
    """Tell what lint would say of the file, beside what it says already."""
    known = {(problem.code, problem.message) for problem in lint_place(place).problems}
    reading = read_company(place.folder, catalogue(), instead={name: text})
    told = [p.message for p in reading.problems if (p.code, p.message) not in known]
    if told:
        raise Exit(USAGE, f"{'; '.join(told)}; nothing was written")
