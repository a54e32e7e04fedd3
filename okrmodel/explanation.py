"""How a snapshot came to be: its arithmetic and the answers behind it, put in order for reading."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from okrmodel.closure import Closure, SourceMeasure
from okrmodel.definitions.key_results import Manual, Reach
from okrmodel.exact import short
from okrmodel.observations import Evidence, Flag, Provisional
from okrmodel.snapshot import Known, Snapshot, Term
from okrmodel.windows import Window

WHY: Mapping[Provisional, str] = {
    Provisional.TODAY: "its last day was not over",
    Provisional.SETTLING: "the source was still settling",
    Provisional.SAMPLED: "the source took a sample",
    Provisional.THRESHOLDED: "the source withheld small groups",
    Provisional.OTHER_ROW: "the source put a part of it into its (other) row",
    Provisional.QUOTA_CUT: "a quota of the source cut it short",
}
"""Why an answer was provisional when it was read, for a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An observation that a snapshot was computed from, with its evidence."""

    known: Known
    """With the check that was the latest then."""
    revision: int
    """Counts from 1."""
    flags: frozenset[Flag]
    evidence: Evidence
    recorded_at: datetime
    run: int
    """The one that got it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A run of stored days, and the total that the source gave for all of them at once."""

    window: Window
    total: Decimal
    days: int
    """How many of its days were stored when the run that compared them had ended."""
    stored: Decimal
    """What those added up to."""
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A metric that a connection answered, and its answers, oldest window first."""

    key: str
    """The metric's id; of check-ins and milestones, their measure's key."""
    measure: SourceMeasure
    answers: tuple[Answer, ...]

    @property
    def newest(self) -> tuple[Answer, ...]:
        """Of each window the newest answer, oldest window first."""
        found: dict[Window, Answer] = {}
        for answer in self.answers:
            known = found.setdefault(answer.known.window, answer)
            if answer.revision > known.revision:
                found[answer.known.window] = answer
        return tuple(found.values())

    @property
    def pinned(self) -> frozenset[int]:
        """The ids of answers that a figure is pinned to though there is a newer one."""
        return frozenset(a.known.id for a in self.answers) - {a.known.id for a in self.newest}

    @property
    def runs(self) -> tuple[int, ...]:
        """The runs that got them."""
        return tuple(sorted({answer.run for answer in self.answers}))

    @property
    def requests(self) -> tuple[tuple[str, str], ...]:
        """Each request that was sent for it, with its response's digest, once."""
        return tuple(dict.fromkeys(pair for e in self._evidence for pair in _pairs(e)))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the connector has to say about them, each once."""
        return tuple(dict.fromkeys(note for e in self._evidence for note in e.notes))

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones in which the source cut the days."""
        return tuple(dict.fromkeys(e.source_zone for e in self._evidence if e.source_zone))

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that the source answered in."""
        return tuple(dict.fromkeys(e.currency for e in self._evidence if e.currency))

    @property
    def resolved(self) -> tuple[str, ...]:
        """What the query's logical name stood for at the source."""
        return tuple(dict.fromkeys(e.resolved for e in self._evidence if e.resolved))

    @property
    def _evidence(self) -> Iterator[Evidence]:
        return (answer.evidence for answer in self.answers)


def asked(closure: Closure, answers: Iterable[Answer]) -> tuple[Asked, ...]:
    """The answers by the metrics that they were given for; metrics without any have none."""
    by_mark: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda each: each.known.window):
        by_mark.setdefault(answer.known.fingerprint, []).append(answer)
    return tuple(
        Asked(key, measure, tuple(by_mark.get(measure.fingerprint, ())))
        for key, measure in closure.measures.items()
        if isinstance(measure, SourceMeasure)
    )


def over(window: Window) -> str:
    """A window for people: its first and its last day."""
    first = window.start.isoformat()
    return first if window.length == 1 else f"{first} – {window.last_day.isoformat()}"


def chain(closure: Closure, snapshot: Snapshot) -> Term:
    """The arithmetic from the progress down to what the sources answered, with the numbers put in."""
    term = snapshot.arithmetic
    scale = isinstance(closure.key_result, Reach | Manual)
    if not scale or term.value is None or term.value != snapshot.raw_progress:
        return term
    ends = (snapshot.value, snapshot.baseline, snapshot.target)
    value, begin, target = ("?" if number is None else short(number) for number in ends)
    return replace(term, label=f"progress = ({value} − {begin}) ÷ ({target} − {begin})")


def lines(term: Term, depth: int = 0) -> Iterator[tuple[int, Term]]:
    """Every line of the arithmetic with its depth, each above its parts."""
    yield depth, term
    for part in term.parts:
        yield from lines(part, depth + 1)


def _pairs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    return zip(evidence.queries, evidence.digests, strict=False)
