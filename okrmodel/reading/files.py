"""Where a company's files are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from okrmodel.lint.draft import METRICS_FILE, WORKSPACE_FILE
from okrmodel.problems import Place, Problem
from okrmodel.reading.yaml_text import read_yaml

CONFIG = "config"
CLIENTS = "clients"
CYCLES = "okrs"
CHECK_INS = "checkins"
LIBRARY = "library"


def find_root(start: Path) -> Path | None:
    """The nearest folder, from `start` upwards, that holds a workspace or an agency's clients.

    A folder's own files come before its `config/`.
    """
    for folder in (start.absolute(), *start.absolute().parents):
        for candidate in (folder, folder / CONFIG):
            if workspaces(candidate):
                return candidate
    return None


def workspaces(root: Path) -> tuple[Path, ...]:
    """The folders of a root that hold a workspace each: itself, or its `clients/<id>/`."""
    if (root / WORKSPACE_FILE).is_file():
        return (root,)
    return tuple(sorted(file.parent for file in (root / CLIENTS).glob(f"*/{WORKSPACE_FILE}")))


def said(folder: Path) -> Mapping[str, Any]:
    """What a folder's workspace.yaml holds, as it is written; nothing when it cannot be read."""
    text, _ = read_text(folder, WORKSPACE_FILE)
    document, _ = read_yaml(text or "", WORKSPACE_FILE)
    return document.content if isinstance(document.content, dict) else {}


def workspace_id(folder: Path) -> str | None:
    """The permanent id inside a folder's workspace.yaml; None when it cannot be read."""
    found = said(folder).get("id")
    return found if isinstance(found, str) else None


def may_rest(folder: Path) -> bool:
    """Whether workspace.yaml has a word on a pause or a leave: few have, and it is read fast."""
    content = said(folder)
    return bool(content.get("paused") or content.get("left"))


def cycle_files(folder: Path, room: str) -> tuple[str, ...]:
    """The YAML files of a room (`okrs`, `checkins`), relative to the workspace's folder."""
    found = [*(folder / room).glob("*.yaml"), *(folder / room).glob("*.yml")]
    return tuple(sorted(file.relative_to(folder).as_posix() for file in found))


def library_of(folder: Path) -> Path:
    """Where the templates of a workspace are: beside an agency's `clients/`, else in its folder."""
    root = folder.absolute()
    return (root.parents[1] if root.parent.name == CLIENTS else root) / LIBRARY


def library_files(room: Path) -> tuple[str, ...]:
    """The YAML files of a library, relative to it."""
    found = [*room.rglob("*.yaml"), *room.rglob("*.yml")]
    return tuple(sorted(file.relative_to(room).as_posix() for file in found))


def has_metrics(folder: Path) -> bool:
    """Whether there is a metrics.yaml: a workspace of manual key results needs none."""
    return (folder / METRICS_FILE).exists()


def read_text(folder: Path, name: str) -> tuple[str | None, list[Problem]]:
    """A file's text, or why there is none."""
    try:
        return (folder / name).read_text("utf-8-sig"), []
    except FileNotFoundError:
        message = f"there is no {name} in this folder, expected one"
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        message = "the file is not UTF-8 text, expected it to be saved as UTF-8"
        return None, [Problem(Place(name, line, column), message, "unreadable")]
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
    return None, [Problem(Place(name), message, "unreadable")]
