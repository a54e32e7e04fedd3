"""The answers behind a snapshot, put in order for reading: folded where they are alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from okrmodel.exact import canonical, exactly
from okrmodel.explanation import Answer, Asked, Compared
from okrmodel.observations import Aggregation, Provisional
from okrmodel.telling.evidence import StoredEvidence
from okrmodel.windows import Window

_REQUESTS = 4
"""Requests that are shown in full; `okr explain --all` has every one."""


@dataclass(frozen=True)
class Stretch:
    """Windows that follow one another and were answered alike."""

    answers: Sequence[Answer]
    window: Window
    """All of them."""
    total: Decimal | None
    """What additive ones add up to; one answer's own value; else None."""
    provisional: Provisional | None
    restated: bool
    pinned: bool
    observed_at: datetime
    """When the last of them was read."""
    recorded_at: datetime
    runs: Sequence[int]
    """Those that got them, oldest first."""

    @property
    def records(self) -> int | None:
        """How many rows they were made of; None where none were read."""
        found = [a.evidence.records for a in self.answers if a.evidence.records is not None]
        return sum(found) if found else None

    @property
    def flags(self) -> Sequence[str]:
        """What the source said of their quality."""
        return sorted({flag.value for answer in self.answers for flag in answer.flags})


@dataclass(frozen=True)
class Source:
    """A metric that a connection answered."""

    asked: Asked
    stretches: Sequence[Stretch]
    compared: Compared | None
    """With the source's own total."""

    @property
    def query(self) -> str:
        """What is asked, as the definition has it."""
        return canonical(self.asked.measure.query)

    @property
    def nulls(self) -> int:
        """Rows without the summed property."""
        return sum(answer.evidence.null_amounts or 0 for answer in self.asked.answers)

    @property
    def requests(self) -> Sequence[tuple[str, str]]:
        """The first ones, with the digests of their responses."""
        return self.asked.requests[:_REQUESTS]

    @property
    def more_requests(self) -> int:
        """How many are not shown."""
        return max(len(self.asked.requests) - _REQUESTS, 0)


def sources(evidence: StoredEvidence) -> Sequence[Source]:
    """Each metric behind a snapshot, with its answers."""
    return [
        Source(one, [*_stretches(one)], evidence.compared.get(one.key)) for one in evidence.asked
    ]


def _stretches(one: Asked) -> Iterator[Stretch]:
    """Newest first: the days that came last are those that are asked about."""
    pinned = one.pinned
    alike = groupby(
        one.answers,
        key=lambda a: (
            a.known.provisional,
            a.known.restated,
            a.known.id in pinned,
            a.known.window.length > 1,
            sorted(a.flags),
        ),
    )
    found = [_stretch(one, list(answers), pinned) for _, answers in alike]
    yield from reversed(found)


def _stretch(one: Asked, answers: Sequence[Answer], pinned: frozenset[int]) -> Stretch:
    first = answers[0].known
    additive = one.measure.aggregation is Aggregation.SUM
    values = [answer.known.value for answer in answers]
    return Stretch(
        answers=answers,
        window=Window(first.window.start, answers[-1].known.window.end),
        total=_total(values) if additive else values[0] if len(values) == 1 else None,
        provisional=first.provisional,
        restated=first.restated,
        pinned=first.id in pinned,
        observed_at=max(answer.known.observed_at for answer in answers),
        recorded_at=max(answer.recorded_at for answer in answers),
        runs=sorted({answer.run for answer in answers}),
    )


@exactly
def _total(values: Sequence[Decimal | None]) -> Decimal | None:
    """None where any is missing: what is not known is no zero."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(values) else None
