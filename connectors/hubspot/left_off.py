"""Where a reading was left off: all that it takes to go on with it, as a bookmark's text."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from connectors.contract import Bookmark
from connectors.hubspot.reading import Proofs
from connectors.hubspot.scan import Reader
from connectors.hubspot.tallies import Tallies


@dataclass(frozen=True)
class LeftOff:
    """A reading in the middle."""

    last_id: int
    rows: int
    total: int
    questions: tuple[int, ...]
    """Those that are read, by their numbers in the step."""
    tallies: list[list[Any]]
    queries: tuple[str, ...]
    digests: tuple[str, ...]
    observed_at: datetime
    """When it began."""

    @classmethod
    def of(
        cls,
        reader: Reader,
        questions: Sequence[int],
        tallies: Tallies,
        proofs: Proofs,
        observed_at: datetime,
    ) -> Self:
        """This reading, here."""
        return cls(
            last_id=reader.last_id,
            rows=reader.read,
            total=reader.total or 0,
            questions=tuple(questions),
            tallies=tallies.state(),
            queries=proofs.queries,
            digests=proofs.digests,
            observed_at=observed_at,
        )

    @classmethod
    def read(cls, place: str | None, questions: int) -> Self | None:
        """What a bookmark's text says of a step of so many questions; None: nothing of use."""
        try:
            said = json.loads(place or "{}")
            found = cls(
                **{
                    **said,
                    "questions": tuple(said["questions"]),
                    "queries": tuple(said["queries"]),
                    "digests": tuple(said["digests"]),
                    "observed_at": datetime.fromisoformat(said["observed_at"]),
                }
            )
        except (KeyError, TypeError, ValueError):
            return None
        return found if set(found.questions) <= set(range(questions)) else None

    def bookmark(self) -> Bookmark:
        """The same as text."""
        said = {**asdict(self), "observed_at": self.observed_at.isoformat()}
        return Bookmark(json.dumps(said, separators=(",", ":")))

    def reader(self, fresh: Reader) -> Reader:
        """A reader of the same selection, in this place."""
        return Reader(fresh.client, fresh.selection, self.last_id, self.rows, self.total)

    def proofs(self) -> Proofs:
        """The requests so far."""
        return Proofs(self.queries, self.digests)
