"""Why a key result's figures are not what they were: found in what was said of it, newest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
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
from okrmodel.changes import Change, Field, shown
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

_REASONS = "reasons"
"""Of targets: they are told with them."""

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
    """Every revision known of them, by day, oldest first."""
    reports: Reports
    begins: datetime
    """What changed before is left out."""
    frozen_at: datetime | None = None
    """What was recorded later is not told of days that were known by then."""

    def definition(self, digest: str) -> Closure:
        """The definition of this hash."""
        return definition(self.store, self.words.workspace, digest)


def what_changed(book: Book) -> Changes:
    """What changed since `begins`."""
    groups = _groups(book)
    told = [group for group in groups if group.matters]
    unmoved = sum(len(group.pairs) for group in groups if not group.matters)
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
    """Days that were told anew together, for one reason."""

    known: datetime
    kind: Kind
    pairs: Sequence[Pair]

    @property
    def matters(self) -> bool:
        """Whether a figure is another, or one has become final."""
        moved = any(_figures(old) != _figures(new) for old, new in self.pairs)
        return moved or self.kind is Kind.CONFIRMATION


def _groups(book: Book) -> list[_Group]:
    """Later revisions since `begins`, each with the one before, by instant and kind, oldest first.

    That a day became final is no news of its own: confirmations are folded together.
    """
    pairs = [
        (old, new)
        for old, new in pairwise(book.known)
        if old.as_of == new.as_of and new.recorded_at >= book.begins
    ]
    order = sorted(pairs, key=lambda pair: (pair[1].recorded_at, pair[1].kind))
    alike = groupby(order, key=lambda pair: (pair[1].recorded_at, pair[1].kind))
    found = [_Group(at, kind, list(some)) for (at, kind), some in alike]
    final = [group for group in found if group.kind is Kind.CONFIRMATION]
    if not final:
        return found
    days = sorted((p for group in final for p in group.pairs), key=lambda pair: pair[1].as_of)
    others = [group for group in found if group.kind is not Kind.CONFIRMATION]
    return sorted([*others, replace(final[-1], pairs=days)], key=lambda group: group.known)


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
            at = _came(book, new.from_, known)
            yield Retargeted(at, known, new.from_, old.target, new.target, new.reason)


def _targets(closure: Closure) -> tuple[TargetChange, ...]:
    scale = closure.key_result
    return scale.targets if isinstance(scale, Reach | Manual) else ()


def _words(before: Closure, after: Closure, names: Iterable[str]) -> Iterator[Field]:
    """Which words are other ones; of what has no field of its own, only that it is."""
    old, new = before.key_result, after.key_result
    for name in names:
        if hasattr(new, name):
            yield Field(name, shown(getattr(old, name)), shown(getattr(new, name)))
        elif name != _REASONS:
            yield Field(name, "", "")


def _reported(book: Book) -> Iterator[Reported]:
    reports = book.reports
    entries = [(entry, False, "") for entry in reports.check_ins]
    entries += [(entry, True, "") for entry in reports.by_hand]
    entries += [(each.done, False, each.step.title) for each in reports.milestones if each.done]
    for entry, by_hand, title in entries:
        at = _came(book, entry.day, entry.recorded_at)
        yield Reported(at, entry, by_hand=by_hand, title=title)


def _came(book: Book, day: date, known: datetime) -> datetime:
    """When something of a day came: then, or when it became known if that was a later night."""
    first = min(one.recorded_at for one in book.known)
    return known if known > first else day_begins(day, book.words.zone)


def _movement(book: Book) -> Movement | None:
    """From the last day that was told by then; from the first one where nothing was."""
    # A figure that came after the freezing was never told: it moved nothing.
    frozen_at = book.frozen_at
    told = [one for one in book.known if frozen_at is None or one.recorded_at <= frozen_at]
    known = told or book.known
    by_then = [one for one in known if one.recorded_at <= book.begins]
    day = book.begins.astimezone(book.words.zone).date()
    # What was filled in later is compared by its days.
    of_then = [one for one in known if one.as_of < day and one.revision == 1]
    then = max(by_then, key=lambda one: (one.as_of, one.revision), default=None)
    then = then or max(of_then, key=lambda one: one.as_of, default=known[0])
    corrected = next((one for one in book.days if one.as_of == then.as_of), None)
    now = book.days[-1]
    if corrected is None or None in (then.value, corrected.value, now.value):
        return None
    return Movement(then, corrected, now)
