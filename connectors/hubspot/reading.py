"""From answers to observations: one shape of evidence for everything that is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.contract import Ask
from connectors.hubspot.amounts import Tally
from connectors.hubspot.client import Answer
from okrmodel.observations import Evidence, Observation
from okrmodel.windows import Window


@dataclass(frozen=True)
class Reading:
    """What HubSpot answered to an ask, and when it was asked."""

    ask: Ask
    observed_at: datetime
    """When the first request went out: what came later is in no case older."""
    answers: Sequence[Answer]
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
                queries=tuple(answer.query for answer in self.answers),
                digests=tuple(answer.digest for answer in self.answers),
                records=tally.records,
                null_amounts=tally.null_amounts,
                resolved=self.resolved,
                currency=tally.currency,
                source_zone=self.source_zone,
                notes=notes,
            ),
        )
