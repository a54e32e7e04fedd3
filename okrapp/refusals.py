"""What can be expected to go wrong with a config or a store, told in a paragraph."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from okrapp.exits import FAILED, Exit
from okrapp.where import readable_config
from okrmodel.store.errors import StoreError


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
