"""Where a config is, which workspaces it holds, and where each is remembered."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.registry import catalogue
from okrmodel.definitions.company import Company
from okrmodel.problems import Problem
from okrmodel.reading.company import Places, Reading, read_company
from okrmodel.reading.files import find_root, workspace_id, workspaces
from okrmodel.suggestion import did_you_mean

STORE = "okr.db"


class NoConfig(LookupError):  # noqa: N818 - says what is missing
    """There is no config, or no workspace of that name in it."""


class BadConfig(ValueError):  # noqa: N818 - says what is wrong
    """The config has errors; `problems` lists them all."""

    def __init__(self, root: Path, problems: tuple[Problem, ...]) -> None:
        self.root = root
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Place:
    """A workspace's folder, and the store that remembers it."""

    root: Path
    """Of the whole config; relative store files and shown file names start here."""
    folder: Path
    """Of the workspace."""
    workspace: str
    """Its permanent id."""
    store: str
    """The store's URL; may hold a password, so it is never shown."""

    def __repr__(self) -> str:
        return f"Place({self.workspace!r}, {str(self.folder)!r})"


def root_of(config: Path | None) -> Path:
    """The folder with the config: the one named, else OKR_CONFIG's, else upwards from here.

    Raises:
        NoConfig: There is none.
    """
    named = config or (Path(os.environ["OKR_CONFIG"]) if os.environ.get("OKR_CONFIG") else None)
    start = named or Path.cwd()
    if named and workspaces(named):
        return named.absolute()
    found = find_root(start)
    if found is None or (named and not found.is_relative_to(named.absolute())):
        raise NoConfig(
            f"no workspace.yaml in {start.absolute()}"
            + ("" if named else " or any folder above it")
            + ": `okr init` writes one, --config names its folder"
        )
    return found


def find_places(
    config: Path | None, workspace: str | None = None, store: str | None = None
) -> list[Place]:
    """The workspaces of a config, all or the one with this id, in order of their folders.

    Args:
        config: The folder; None finds it as `root_of` does.
        workspace: An id.
        store: The store's URL or file; else OKR_STORE's, else okr.db beside the config.

    Raises:
        NoConfig: There is no config, or no such workspace in it.
    """
    root = root_of(config)
    address = _address(store or os.environ.get("OKR_STORE") or STORE, root)
    found = [
        Place(root, folder, workspace_id(folder) or folder.name, address)
        for folder in workspaces(root)
    ]
    chosen = [place for place in found if workspace in {None, place.workspace}]
    if not chosen:
        known = (place.workspace for place in found)
        raise NoConfig(
            f"no workspace {workspace!r} in {root}{did_you_mean(workspace or '', known)}"
        )
    return chosen


def _address(store: str, root: Path) -> str:
    return store if "://" in store else f"sqlite:///{(root / store).as_posix()}"


def read_place(place: Place) -> tuple[Company, Places]:
    """The workspace's definitions, and where they stand.

    Raises:
        BadConfig: There are errors; warnings pass.
    """
    reading = lint_place(place)
    if reading.company is None:
        raise BadConfig(place.root, reading.problems)
    return reading.company, reading.places


def lint_place(place: Place) -> Reading:
    """The same with every problem, errors or not."""
    return read_company(place.folder, catalogue(), shown_from=place.root)


def in_zone(places: list[Place], zone: str) -> Iterator[Place]:
    """Those whose days are cut in the zone; one that cannot be read is left to its own sync."""
    for place in places:
        company = lint_place(place).company
        if company is None or company.workspace.timezone == zone:
            yield place
