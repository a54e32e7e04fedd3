"""Why a key result's figures are not what they were: found in what was said of it, newest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from okrapp.web.pages.key_result_events import (
    Event,
    Flipped,
    Movement,
    Redefined,
    Reported,
    Retargeted,
    Revised,
)
from okrapp.web.pages.key_result_reports import Reports
from okrmodel.changes import ABSENT, Change, Field
from okrmodel.closure import Closure
from okrmodel.definitions.key_results import Manual, Reach, TargetChange
from okrmodel.publication import Publication
from okrmodel.store.definitions import definition
from okrmodel.store.kinds import Kind
from okrmodel.store.said import Said, revisions_of
from okrmodel.store.snapshots import Revision
from okrmodel.store.store import Store
from okrmodel.telling.causes import explained
from okrmodel.windows import ONE_DAY, day_begins

MOST = 30
"""Changes that are told; how many older ones are not is said."""
_CAUSES = 3
"""Moved answers named with a restatement."""

Pair = tuple[Said, Said]
"""What was said of a day, and what is said instead."""


@dataclass(frozen=True)
class Changes:
    """What there is to tell, the newest first."""

    movement: Movement | None
    """None where there is nothing to compare, or a value is missing."""
    events: Sequence[Event]
    left_out: int
    """Older ones that are not told."""
    unmoved: int
    """Revisions that changed no figure: a forecast, or the words of a reason."""


@dataclass(frozen=True)
class Book:
    """Where changes are read from."""

    store: Store
    words: Publication
    days: Sequence[Said]
    """Of each day what is told of it now, oldest first."""
    known: Sequence[Said]
    """Every revision known, by day, oldest first."""
    reports: Reports
    begins: datetime
    """What changed before is left out."""

    def definition(self, digest: str) -> Closure:
        """The definition of this hash."""
        return definition(self.store, self.words.workspace, digest)


def what_changed(book: Book) -> Changes:
    """What changed since `begins`."""
    groups = [(key, pairs) for key, pairs in _groups(book.known) if key[0] >= book.begins]
    told = [_Group(*key, pairs) for key, pairs in groups if _matters(key[1], pairs)]
    unmoved = sum(len(pairs) for key, pairs in groups if not _matters(key[1], pairs))
    flips = [pair for pair in pairwise(book.days) if pair[0].status != pair[1].status]
    # The oldest ones would not be told: their causes are not asked for.
    told, flips = told[-MOST:], flips[-MOST:]
    wanted = {one.id for group in told for one in group.pairs[-1]} | {new.id for _, new in flips}
    revisions = revisions_of(book.store, wanted) if wanted else {}
    found: list[Event] = [
        *_revised(book, told, revisions),
        *_flipped(book, flips, revisions),
        *_redefined(book),
        *_reported(book),
    ]
    events = sorted(
        (event for event in found if event.at >= book.begins),
        key=lambda event: (event.at, event.known),
        reverse=True,
    )
    return Changes(_movement(book), events[:MOST], max(len(events) - MOST, 0), unmoved)


@dataclass(frozen=True)
class _Group:
    known: datetime
    kind: Kind
    pairs: Sequence[Pair]


def _groups(known: Iterable[Said]) -> list[tuple[tuple[datetime, Kind], list[Pair]]]:
    """Later revisions, each with the one before, by instant and kind, oldest first."""
    pairs = [(old, new) for old, new in pairwise(known) if old.as_of == new.as_of]
    order = sorted(pairs, key=lambda pair: (pair[1].recorded_at, pair[1].kind, pair[1].as_of))
    alike = groupby(order, key=lambda pair: (pair[1].recorded_at, pair[1].kind))
    return [(key, list(some)) for key, some in alike]


def _matters(kind: Kind, pairs: Iterable[Pair]) -> bool:
    """Whether a figure is another, or one has become final."""
    return kind is Kind.CONFIRMATION or any(_figures(old) != _figures(new) for old, new in pairs)


def _figures(said: Said) -> tuple[object, ...]:
    return said.value, said.raw_progress, said.expected, said.status


def _revised(
    book: Book, groups: Sequence[_Group], revisions: Mapping[int, Revision]
) -> Iterator[Revised]:
    """With the answers that had moved behind each group's last day, which is computed from most."""
    ends = [(revisions[old.id], revisions[new.id]) for old, new in (g.pairs[-1] for g in groups)]
    causes = explained(book.store, book.words.workspace, ends) if ends else []
    for group, cause in zip(groups, causes, strict=True):
        moved = [(cause.names.get(move.fingerprint, ""), move) for move in cause.moved]
        yield Revised(
            kind=group.kind,
            known=group.known,
            pairs=group.pairs,
            moved=moved[:_CAUSES],
            more=max(len(moved) - _CAUSES, 0),
            frozen=cause.frozen,
        )


def _flipped(
    book: Book, flips: Iterable[Pair], revisions: Mapping[int, Revision]
) -> Iterator[Flipped]:
    for old, new in flips:
        yield Flipped(
            at=day_begins(new.as_of + ONE_DAY, book.words.zone),
            known=new.recorded_at,
            day=new.as_of,
            old=old.status,
            new=new.status,
            reason=revisions[new.id].snapshot.reason,
        )


def _redefined(book: Book) -> Iterator[Redefined | Retargeted]:
    """Each time that it was computed by another definition than before; and its dated targets."""
    used = [*_definitions_used(book.known)]
    closures = [(at, book.definition(digest)) for at, digest in used]
    for (_, before), (known, after) in pairwise(closures):
        change = Change(before, after)
        old = _targets(before)
        yield Redefined(
            known=known,
            fields=change.fields,
            words=[*_words(before, after, change.words)],
            metrics=change.metrics,
            reasons=[entry for entry in _targets(after) if entry not in old],
        )
    yield from _retargeted(book, closures)


def _definitions_used(known: Iterable[Said]) -> Iterator[tuple[datetime, str]]:
    """Of each time that it was recorded, the last day's definition, where that is another."""
    order = sorted(known, key=lambda said: (said.recorded_at, said.as_of))
    last = ""
    for at, some in groupby(order, key=lambda said: said.recorded_at):
        *_, newest = some
        if newest.definition_hash != last:
            last = newest.definition_hash
            yield at, last


def _retargeted(book: Book, closures: Sequence[tuple[datetime, Closure]]) -> Iterator[Retargeted]:
    """The dated targets that have come into force, by the newest definition."""
    if not closures:
        return
    as_of = book.days[-1].as_of
    for old, new in pairwise(_targets(closures[-1][1])):
        if new.from_ <= as_of:
            known = next(at for at, closure in closures if new in _targets(closure))
            at = day_begins(new.from_, book.words.zone)
            yield Retargeted(at, known, new.from_, old.target, new.target, new.reason)


def _targets(closure: Closure) -> tuple[TargetChange, ...]:
    scale = closure.key_result
    return scale.targets if isinstance(scale, Reach | Manual) else ()


def _words(before: Closure, after: Closure, names: Iterable[str]) -> Iterator[Field]:
    """What words are other ones; long or nested ones are named only."""
    old, new = before.key_result, after.key_result
    for name in names:
        sides = [getattr(side, name, None) for side in (old, new)]
        plain = all(isinstance(side, str | None) for side in sides)
        yield Field(name, *(str(side or ABSENT) if plain else "" for side in sides))


def _reported(book: Book) -> Iterator[Reported]:
    zone, reports = book.words.zone, book.reports
    for entries, by_hand in ((reports.check_ins, False), (reports.by_hand, True)):
        for entry in entries:
            yield Reported(day_begins(entry.day, zone), entry, by_hand)
    for milestone in reports.milestones:
        if done := milestone.done:
            title = milestone.step.title
            yield Reported(day_begins(done.day, zone), done, by_hand=False, title=title)


def _movement(book: Book) -> Movement | None:
    """From the last day that was told by then; from the first one where nothing was."""
    by_then = [one for one in book.known if one.recorded_at <= book.begins]
    day = book.begins.astimezone(book.words.zone).date()
    # What was filled in later is compared by its days.
    of_then = [one for one in book.known if one.as_of < day and one.revision == 1]
    then = max(by_then, key=lambda one: (one.as_of, one.revision), default=None)
    then = then or max(of_then, key=lambda one: one.as_of, default=book.known[0])
    corrected = next((one for one in book.days if one.as_of == then.as_of), None)
    now = book.days[-1]
    if corrected is None or None in (then.value, corrected.value, now.value):
        return None
    return Movement(then, corrected, now)
