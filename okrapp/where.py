"""The words that every command knows: which config, which workspace, which store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.places import BadConfig, NoConfig, Place, find_places
from okrapp.exits import FAILED, USAGE, Exit
from okrmodel.problems import with_lines
from okrmodel.store.errors import StoreError


@Parameter(name="*")
@dataclass(frozen=True)
class Where:
    """Which workspace, and where it is remembered."""

    config: Annotated[Path | None, Parameter(env_var="OKR_CONFIG")] = None
    """Folder with workspace.yaml; looked for from here upwards when not given."""
    workspace: Annotated[str | None, Parameter(alias="-w")] = None
    """Id of one workspace, where the folder holds many."""
    store: Annotated[str | None, Parameter(env_var="OKR_STORE", show_env_var=True)] = None
    """Database URL or SQLite file; okr.db beside the config when not given."""

    def places(self) -> list[Place]:
        """Every workspace that is meant.

        Raises:
            Exit: There is none.
        """
        try:
            return find_places(self.config, self.workspace, self.store)
        except NoConfig as error:
            raise Exit(USAGE, str(error)) from None


@contextmanager
def expected_errors() -> Iterator[None]:
    """Tell what can go wrong in a paragraph, without a traceback.

    Raises:
        Exit: Instead of a bad config or a store that refuses.
    """
    try:
        yield
    except BadConfig as error:
        shown = "\n".join(with_lines(error.problems, error.root))
        raise Exit(FAILED, f"{shown}\n\nNothing was done: the config has errors.") from None
    except StoreError as error:
        raise Exit(FAILED, str(error)) from None
