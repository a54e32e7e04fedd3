"""What a key result's `from` and target are compared with: which windows, and what they gave."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from okrmodel.algebra import Observed, degree, figure, windows_of
from okrmodel.closure import OVERRIDE, Closure, SourceMeasure
from okrmodel.definitions.company import Company
from okrmodel.definitions.key_results import Reach, Target
from okrmodel.definitions.query import Catalogue
from okrmodel.exact import exactly
from okrmodel.lint.live import Reading
from okrmodel.observations import Key
from okrmodel.periods import baseline_windows, value_windows
from okrmodel.problems import KeyPath
from okrmodel.resolution import Source, resolve
from okrmodel.snapshot import Known
from okrmodel.targets import target_on
from okrmodel.windows import ONE_DAY, Window


class Need(NamedTuple):
    """A value that would do: as it is stored, or else as it is asked with fewest calls."""

    stored: frozenset[tuple[Source, Window]]
    asked: frozenset[tuple[Source, Window]]
    """Empty where the source does not know that past."""


@dataclass(frozen=True)
class Open:
    """A key result of a cycle that is not over, and the windows that tell how it lies."""

    closure: Closure
    questions: Mapping[str, Source]
    scale: Reach
    target: Decimal
    target_path: KeyPath
    """Where the target stands inside the key result."""
    before: tuple[Window, ...]
    """What `from: measured` would take, as far as it is over."""
    now: tuple[Window, ...]
    """What it is read over at present; nothing before its first period is over."""
    today: date

    @property
    def counts_up(self) -> bool:
        """Whether it begins at nothing by itself."""
        grows = degree(self.closure, self.closure.measure) == 1
        return grows and self.scale.window in {"cycle", "month_to_date"}

    @property
    def written(self) -> Decimal | None:
        """`from`, where it is a number that could be measured."""
        start = self.scale.from_
        return start if isinstance(start, Decimal) and not self.counts_up else None

    @property
    def rising(self) -> bool:
        """Whether the target lies above."""
        start = self.scale.from_ if isinstance(self.scale.from_, Decimal) else Decimal(0)
        return self.scale.direction == "increase" if self.scale.direction else self.target > start

    def need(self, windows: tuple[Window, ...]) -> Need:
        """What must be known for the value over some windows."""
        stored = frozenset(self._needed(windows, once=False))
        asked = frozenset(self._needed(windows, once=True))
        # The present is all that a source without history can tell.
        past = any(not s.query.has_history and w.end <= self.today for s, w in asked)
        return Need(stored, frozenset() if past else asked)

    def _needed(
        self, windows: tuple[Window, ...], *, once: bool
    ) -> Iterator[tuple[Source, Window]]:
        for key, source in self.questions.items():
            measure = self.closure.measures[key]
            if key != OVERRIDE and isinstance(measure, SourceMeasure):
                for window in windows:
                    yield from ((source, one) for one in windows_of(measure, window, once=once))

    @exactly
    def value(
        self,
        windows: tuple[Window, ...],
        known: Mapping[Key, Known],
        origin: Callable[[Iterable[Known]], str],
    ) -> Reading | None:
        """The value over some windows; None where it is not known."""
        if not windows:
            return None
        observed = Observed(known.values())
        for once in (False, True):
            found = figure(self.closure, observed, self.closure.measure, windows, once=once)
            if found.value is not None:
                span = Window(windows[0].start, windows[-1].end)
                return Reading(found.value, span, origin(found.used))
        return None


def open_ways(company: Company, connectors: Catalogue, today: date) -> Iterator[Open]:
    """The key results with a metric and a target in numbers that are not due yet.

    Args:
        company: Whose.
        connectors: Those installed.
        today: The local day that goes on.
    """
    for cycle in company.cycles:
        for _, key_result in cycle.key_results():
            if not isinstance(key_result, Reach) or (key_result.due or cycle.ends) < today:
                continue
            resolved = resolve(company, cycle, key_result, connectors)
            span = resolved.closure.span
            target, path = _target(key_result, max(today, span.start))
            if isinstance(target, Decimal):
                yield Open(
                    closure=resolved.closure,
                    questions=resolved.questions,
                    scale=key_result,
                    target=target,
                    target_path=path,
                    before=baseline_windows(
                        resolved.closure, key_result, _newest(resolved.closure, today)
                    ),
                    now=_now(resolved.closure, key_result, today),
                    today=today,
                )


def _target(scale: Reach, day: date) -> tuple[Target | None, KeyPath]:
    """The target in force on a day, and where it stands in the key result."""
    target = target_on(scale, day)
    for number, change in enumerate(scale.targets):
        if change.target == target:
            return target, ("targets", number, "target")
    return target, ("target",)


def _newest(closure: Closure, today: date) -> date:
    """The last day that can be asked about: the last complete one, or of a mere present today."""
    history = all(source.has_history for source in closure.sources)
    return today - ONE_DAY if history else today


def _now(closure: Closure, scale: Reach, today: date) -> tuple[Window, ...]:
    day = _newest(closure, today)
    return value_windows(closure, scale, day) if day >= closure.span.start else ()
