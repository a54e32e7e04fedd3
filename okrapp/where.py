"""The words that many commands know: which config, which workspace, which store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.places import BadConfig, NoConfig, NoStore, Place, find_places
from okrapp.exits import FAILED, USAGE, Exit
from okrmodel.problems import with_lines


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Which:
    """Which workspaces."""

    config: Annotated[Path | None, Parameter(env_var="OKR_CONFIG")] = None
    """Folder with workspace.yaml or clients/; looked for from here upwards when not given."""
    workspace: Annotated[str | None, Parameter(alias="-w")] = None
    """Id of one workspace, where the folder holds many; all when not given."""

    def places(self) -> list[Place]:
        """Every workspace that is meant.

        Raises:
            Exit: There is none.
        """
        return self._found(None)

    def _found(self, store: str | None) -> list[Place]:
        try:
            return find_places(self.config, self.workspace, store)
        except (NoConfig, NoStore) as error:
            raise Exit(USAGE, str(error)) from None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Where(Which):
    """Which workspaces, and where they are remembered."""

    store: Annotated[str | None, Parameter(env_var="OKR_STORE")] = None
    """Database URL or SQLite file; okr.db beside the config when not given."""

    def places(self) -> list[Place]:
        """Every workspace that is meant.

        Raises:
            Exit: There is none, or the store's address is none.
        """
        return self._found(self.store)


@contextmanager
def readable_config() -> Iterator[None]:
    """Show the problems of a config that cannot be used, without a traceback.

    Raises:
        Exit: Instead of a bad config.
    """
    try:
        yield
    except BadConfig as error:
        shown = "\n".join(with_lines(error.problems, error.root))
        raise Exit(FAILED, f"{shown}\n\nNothing was done: the config has errors.") from None
