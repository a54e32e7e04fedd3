"""Changing a config file: linted before it lands, in one step, one writer at a time."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.registry import catalogue
from flows.places import Place, lint_place, read_viewers_of
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.written_files import replace_bytes
from okrmodel.problems import Problem
from okrmodel.reading.appending import NoRoom
from okrmodel.reading.company import read_company
from okrmodel.reading.viewers_file import VIEWERS_FILE

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
    return _edited(place.root, place.folder, name, change, lambda text: _told(place, name, text))


def edit_viewers(root: Path, change: Callable[[str | None], str]) -> str:
    """Change viewers.yaml of a config's root, in the same way."""

    def told(text: str) -> list[Problem]:
        return _news(read_viewers_of(root).problems, read_viewers_of(root, text).problems)

    return _edited(root, root, VIEWERS_FILE, change, told)


def _edited(
    root: Path,
    folder: Path,
    name: str,
    change: Callable[[str | None], str],
    told: Callable[[str], list[Problem]],
) -> str:
    file = folder / name
    shown = file.relative_to(root).as_posix()
    if file.is_symlink():
        raise Exit(FAILED, f"{shown} is a link; change the file that it leads to")
    with _alone(folder / f".{name.replace('/', '-')}.new") as draft:
        # With its own line ends: read as text, they would all be the same.
        before = file.read_bytes().decode() if file.exists() else None
        mark = _BYTE_ORDER if (before or "").startswith(_BYTE_ORDER) else ""
        try:
            text = change(None if before is None else before.removeprefix(mark))
        except NoRoom as problem:
            raise Exit(FAILED, f"{shown}: {problem}; nothing was written") from None
        if wrong := [problem.message for problem in told(text)]:
            raise Exit(USAGE, f"{'; '.join(wrong)}; nothing was written")
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


def _told(place: Place, name: str, text: str) -> list[Problem]:
    """What lint would say of the workspace with the file, beside what it says already."""
    reading = read_company(place.folder, catalogue(), instead={name: text})
    return _news(lint_place(place).problems, reading.problems)


def _news(before: Iterable[Problem], after: Iterable[Problem]) -> list[Problem]:
    known = {(problem.code, problem.message) for problem in before}
    return [problem for problem in after if (problem.code, problem.message) not in known]
