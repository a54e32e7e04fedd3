"""Where a reading was left off: all that it takes to go on with it, as a bookmark's text."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from connectors.contract import Ask, Bookmark, written
from connectors.hubspot.reading import Proofs
from connectors.hubspot.scan import Reader
from connectors.hubspot.tallies import Tallies
from okrmodel.exact import sha256


@dataclass(frozen=True)
class LeftOff:
    """A reading in the middle."""

    step: str
    """Digest of the step's questions in their order: their numbers mean nothing in another."""
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
        asks: Sequence[Ask],
        reader: Reader,
        questions: Sequence[int],
        tallies: Tallies,
        proofs: Proofs,
        *,
        observed_at: datetime,
    ) -> Self:
        """This reading, here, in a step of these questions."""
        return cls(
            step=sha256(written(asks)),
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
    def read(cls, place: str | None, asks: Sequence[Ask]) -> Self | None:
        """What a bookmark's text says of a step of these questions; None: nothing of use."""
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
        return found if found.step == sha256(written(asks)) else None

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
