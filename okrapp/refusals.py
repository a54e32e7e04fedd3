"""What can be expected to go wrong with a config or a store, told in a paragraph."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.exc import DBAPIError

from flows.edges import wall_clock
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.where import readable_config
from okrmodel.definitions.workspace import Workspace
from okrmodel.store.errors import StoreError
from okrmodel.windows import day_of


def today_in(workspace: Workspace) -> date:
    """The day that has begun there; a pretend company has its own."""
    return day_of(workspace.clock or wall_clock(), workspace.zone)


def refuse_ahead(day: date, workspace: Workspace) -> None:
    """Nothing can be said of a day that has not begun.

    Raises:
        Exit: The day lies ahead.
    """
    if day > (today := today_in(workspace)):
        raise Exit(USAGE, f"{day} lies ahead: today is {today} in {workspace.timezone}")


@contextmanager
def expected_errors() -> Iterator[None]:
    """Tell what can go wrong in a paragraph, without a traceback.

    Raises:
        Exit: Instead of a bad config, or of a store that refuses or breaks.
    """
    try:
        with readable_config():
            yield
    except StoreError as error:
        raise Exit(FAILED, str(error)) from None
    except DBAPIError as error:
        # The driver's own words: SQLAlchemy's hold the statement and its values, too.
        raise Exit(FAILED, f"the store failed: {error.orig}") from None
