"""Where a config is, which workspaces it holds, and where each is remembered."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connectors.registry import catalogue
from okrmodel.definitions.company import Company
from okrmodel.lint.draft import WORKSPACE_FILE
from okrmodel.problems import Place as Position
from okrmodel.problems import Problem
from okrmodel.reading.company import Places, Reading, read_company
from okrmodel.reading.files import CONFIG, find_root, may_rest, said, workspace_id, workspaces
from okrmodel.reading.library import read_library
from okrmodel.reading.viewers_file import ReadViewers, read_viewers
from okrmodel.suggestion import did_you_mean

STORE = "okr.db"
_SQLITE = "sqlite:///"
_REMEDY = "okr init writes one; --config or OKR_CONFIG names the folder of another"


class NoConfig(LookupError):  # noqa: N818 - says what is missing
    """There is no config, or no workspace of that name in it."""


class NoStore(ValueError):  # noqa: N818 - says what is wrong
    """The store's address is none that a store can have."""


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

    @property
    def is_new(self) -> bool:
        """Nothing was ever remembered: the SQLite file is not there yet, and asking makes none."""
        return self.database is not None and not self.database.exists()

    @property
    def database(self) -> Path | None:
        """The store's SQLite file; None where the store is no file."""
        file = self.store.removeprefix(_SQLITE)
        return Path(file) if file != self.store and "?" not in file else None

    def __repr__(self) -> str:
        return f"Place({self.workspace!r}, {str(self.folder)!r})"


def root_of(config: Path | None) -> Path:
    """The folder with the config: the one named, else OKR_CONFIG's, else upwards from here.

    Args:
        config: The folder, the one that holds it as `config/`, or the workspace.yaml in it.

    Raises:
        NoConfig: There is none.
    """
    named = config or (Path(os.environ["OKR_CONFIG"]) if os.environ.get("OKR_CONFIG") else None)
    if named is None:
        if found := find_root(Path.cwd()):
            return found
        raise NoConfig(f"no workspace.yaml in {Path.cwd()} or any folder above it; {_REMEDY}")
    folder = named.absolute().parent if named.is_file() else named.absolute()
    for candidate in (folder, folder / CONFIG):
        if workspaces(candidate):
            return candidate
    raise NoConfig(f"no workspace.yaml in {folder}; {_REMEDY}")


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
        NoStore: The store's address is none.
        BadConfig: Two workspaces have the same id.
    """
    root = root_of(config)
    address = _address(store or os.environ.get("OKR_STORE") or STORE, root)
    found = [
        Place(root, folder, workspace_id(folder) or folder.name, address)
        for folder in workspaces(root)
    ]
    if twins := tuple(_twins(found)):
        raise BadConfig(root, twins)
    chosen = [place for place in found if workspace in {None, place.workspace}]
    if not chosen:
        known = (place.workspace for place in found)
        raise NoConfig(
            f"no workspace {workspace!r} in {root}{did_you_mean(workspace or '', known)}"
        )
    return chosen


def _twins(found: list[Place]) -> Iterator[Problem]:
    """Workspaces whose id another has: the store would take the two for one."""
    first: dict[str, Place] = {}
    for place in found:
        twin = first.setdefault(place.workspace, place)
        if twin is not place:
            file = (place.folder / WORKSPACE_FILE).relative_to(place.root).as_posix()
            folder = twin.folder.relative_to(place.root).as_posix()
            message = f'the id "{place.workspace}" is that of {folder} already, expected another'
            yield Problem(Position(file), message, "id-used-twice")


def _address(store: str, root: Path) -> str:
    """The store's URL; a mistake in it is told without it, for it may hold a password."""
    if "://" not in store:
        return f"{_SQLITE}{(root / store).as_posix()}"
    kind, _, rest = store.partition("://")
    if kind not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise NoStore(f"a store is an SQLite file or a postgresql:// address, not {kind}://")
    try:
        urlsplit(f"//{rest.rpartition('@')[2]}").port  # noqa: B018 - asked for its complaint
    except ValueError:
        raise NoStore(
            f"the {kind}:// address of the store cannot be read; expected"
            " postgresql://user:password@host:5432/name, with any @ of the password as %40"
        ) from None
    return store


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


def lint_library(root: Path) -> tuple[Problem, ...]:
    """What is wrong with the templates of a config, used or not."""
    return read_library(root).every_problem


def read_viewers_of(root: Path, instead: str | None = None) -> ReadViewers:
    """Who may read the pages of a config.

    Args:
        root: Of the config.
        instead: The file's text as it would be.
    """
    known = {workspace_id(folder) or folder.name for folder in workspaces(root)}
    return read_viewers(root, known, instead=instead)


class AtRest(LookupError):  # noqa: N818 - says what is the matter
    """The workspace that was asked for is paused, or was left."""


def at_work(places: Iterable[Place], named: str | None) -> tuple[list[Place], dict[str, str]]:
    """Those that are to be worked on, and why the others rest.

    One that cannot be read is left to its own run, which tells why.

    Args:
        places: All that were found.
        named: The id that was asked for; None when all of them were.

    Raises:
        AtRest: The one that was asked for rests.
    """
    found: list[Place] = []
    resting: dict[str, str] = {}
    for place in places:
        company = lint_place(place).company if may_rest(place.folder) else None
        if not (company and (why := company.workspace.rests)):
            found.append(place)
            continue
        if place.workspace == named:
            remedy = (
                "its figures stay (okr status); a client that comes back gets a workspace of its own"
                if company.workspace.left
                else f"okr workspace resume {named} goes on with it"
            )
            raise AtRest(f"workspace {named} is {why}; {remedy}")
        resting[place.workspace] = why
    return found, resting


def in_zone(places: list[Place], zone: str) -> Iterator[Place]:
    """Those whose days are cut in the zone; one that cannot be read is left to its own sync."""
    for place in places:
        # A night asks for each zone: of those in it, nothing more needs to be read.
        if said(place.folder).get("timezone") == zone or lint_place(place).company is None:
            yield place
