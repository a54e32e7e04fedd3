"""From answers to observations: one shape of evidence for everything that is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connectors.contract import Ask
from connectors.hubspot.amounts import Tally
from okrmodel.observations import Evidence, Observation
from okrmodel.windows import Window


class Answered(Protocol):
    """What is kept of an answer as its proof."""

    @property
    def query(self) -> str: ...
    @property
    def digest(self) -> str: ...


@dataclass
class Proofs:
    """The requests behind some observations, and the digests of their answers, without the rows."""

    queries: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()

    @classmethod
    def of(cls, answers: Iterable[Answered]) -> "Proofs":
        """Of these answers."""
        proofs = cls()
        for answer in answers:
            proofs.add(answer)
        return proofs

    def add(self, answer: Answered) -> None:
        """One more."""
        self.queries += (answer.query,)
        self.digests += (answer.digest,)


@dataclass(frozen=True)
class Reading:
    """What HubSpot answered to an ask, and when it was asked."""

    ask: Ask
    observed_at: datetime
    """When the first request went out: what came later is in no case older."""
    proofs: Proofs = field(default_factory=Proofs)
    resolved: str | None = None
    """The property that the logical name stood for."""
    source_zone: str | None = None
    """Where HubSpot cut the days, or we in its zone."""

    def observation(self, window: Window, tally: Tally, notes: tuple[str, ...] = ()) -> Observation:
        """The observation of one of the ask's windows."""
        return Observation(
            fingerprint=self.ask.fingerprint,
            window=window,
            value=tally.value,
            observed_at=self.observed_at,
            settles=self.ask.query.settles,
            evidence=Evidence(
                queries=self.proofs.queries,
                digests=self.proofs.digests,
                records=tally.records,
                null_amounts=tally.null_amounts,
                resolved=self.resolved,
                currency=tally.currency,
                source_zone=self.source_zone,
                notes=notes,
            ),
        )
