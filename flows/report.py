"""What became of a job: a value that the command line prints and Prefect's artifacts show."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from connectors.errors import ConnectorError, RetryLater, RetrySoon
from okrmodel.publication import Publication
from okrmodel.snapshot import Snapshot
from okrmodel.store.frozen import FrozenCycle

Again = Literal["soon", "later", "never"]
"""When asking again makes sense, by the error's kind."""


def in_words(error: Exception) -> str:
    """An error's kind and the driver's own message."""
    # SQLAlchemy's message holds the statement and its values, too.
    return f"{type(error).__name__}: {getattr(error, 'orig', error)}"


@dataclass(frozen=True)
class Fault:
    """A connection that did not answer, or not everything."""

    connection: str
    what: str
    remedy: str
    again: Again

    @classmethod
    def of(cls, connection: str, error: ConnectorError) -> "Fault":
        """The fault that an error means."""
        match error:
            case RetrySoon():
                again: Again = "soon"
            case RetryLater():
                again = "later"
            case _:
                again = "never"
        return cls(connection, str(error), error.remedy, again)

    def __str__(self) -> str:
        return f"{self.what} – {self.remedy}" if self.remedy else self.what


@dataclass(frozen=True)
class Report:
    """One workspace's share of a run."""

    words: Publication
    """What the files say for readers."""
    run: int
    as_of: date
    """The last day that snapshots were wanted for."""
    snapshots: tuple[Snapshot, ...]
    """Each key result's state as of that day, as written in the files."""
    days: int
    """How many as_of days were worked on."""
    written: int
    """Snapshot revisions recorded."""
    calls: dict[str, int]
    """Requests sent, by connection."""
    faults: tuple[Fault, ...]
    frozen: tuple[FrozenCycle, ...] = ()
    """The cycles that were frozen afterwards."""
    untold: str = ""
    """Why news of it could not be queued; empty when there was nothing in the way."""

    @property
    def workspace(self) -> str:
        """Whose id."""
        return self.words.workspace

    @property
    def failed(self) -> bool:
        """Whether anybody has to look: a connection failed, or a key result shows an old value."""
        return bool(self.faults) or any(s.stale for s in self.snapshots)

    @property
    def again_soon(self) -> bool:
        """Whether running once more, soon, may mend it all."""
        return bool(self.faults) and all(fault.again == "soon" for fault in self.faults)
