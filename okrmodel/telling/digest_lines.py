"""What a digest says of one key result, in a line."""

from collections.abc import Iterator
from decimal import Decimal

from okrmodel.definitions.key_results import Maintain, Milestones
from okrmodel.flips import COLOURS, Flip
from okrmodel.snapshot import Snapshot, Status
from okrmodel.telling.followed import Because, Followed, Move, Restatement, Shortfall
from okrmodel.telling.letters.blocks import DOT, Line, Piece, Point, parted, plain, quiet, strong
from okrmodel.telling.looks import status_words
from okrmodel.telling.numbers import beside
from okrmodel.telling.reasons import reason
from okrmodel.telling.rows import target
from okrmodel.telling.texts import Texts

_DAYS = 7


def status_piece(texts: Texts, status: Status) -> Piece:
    """A status in words; each form adds its sign."""
    return Piece(status_words(texts, status), status=status)


def shortfall(texts: Texts, one: Followed, short: Shortfall) -> str:
    """By how much it will miss, for a list of such."""
    by = texts.figures.value(one.rough(short.by), one.unit)
    return texts("digest.misses-by", title=one.key_result.title, by=by)


def decision(texts: Texts, one: Followed, because: Because, absence: str) -> Point:
    """What somebody has to decide about, and the figures to do it by.

    Args:
        texts: In the reader's language.
        one: The key result.
        because: Why.
        absence: Why there is nothing, where nothing was recorded.
    """
    told = _why(texts, one, because, absence)
    head = (strong(one.key_result.title), status_piece(texts, one.status))
    return Point(head, parted(*map(plain, told), quiet(one.owner)))


def flip(texts: Texts, one: Followed, flipped: Flip) -> Point:
    """From which status to which, since when and why."""
    old, new = status_piece(texts, flipped.old), status_piece(texts, flipped.new)
    ways: Line = (
        *(old, plain("→"), new, DOT),
        plain(texts("common.since", day=texts.figures.short_day(flipped.since))),
    )
    if one.status in COLOURS and one.status is not flipped.new:
        # It wavers: another status has been there for a day, which is no flip yet.
        ways = (*ways, DOT, plain(texts("digest.today")), status_piece(texts, one.status))
    stands = _stands(texts, one, one.now)
    return Point((strong(one.key_result.title),), (*ways, DOT, plain(stands)) if stands else ways)


def move(texts: Texts, one: Followed, moved: Move) -> Point:
    """From which value to which, and how far it should have gone."""
    figures, unit = texts.figures, one.unit
    before, now = (said.value if said else None for said in (one.before, one.now))
    planned = (
        plain(texts("digest.planned", by=figures.signed(one.rough(moved.planned), beside(unit))))
        if moved.planned is not None
        else plain("")
    )
    told = parted(
        plain(f"{figures.compact(before, beside(unit))} → {figures.compact(now, unit)}"),
        plain(figures.signed(moved.by, beside(unit))),
        planned,
    )
    return Point((strong(one.key_result.title),), told)


def restatement(texts: Texts, one: Followed, restated: Restatement) -> Point:
    """What a source said of a past day, and says now."""
    figures, unit = texts.figures, one.unit
    old, new = figures.compact(restated.old, beside(unit)), figures.compact(restated.new, unit)
    day = figures.short_day(restated.day)
    earlier = restated.days - 1
    told = parted(
        plain(texts("digest.restated-day", day=day, old=old, new=new)),
        plain(texts("digest.earlier-days", n=earlier) if earlier else ""),
    )
    return Point((strong(one.key_result.title),), told)


def _why(texts: Texts, one: Followed, because: Because, absence: str) -> Iterator[str]:
    said = one.now
    if said is None:
        yield reason(texts, absence)
        return
    match because:
        case Because.NO_DATA:
            yield reason(texts, said.reason)
        case Because.STALE:
            yield _old(texts, said)
        case Because.GUARDRAIL:
            yield _guardrail(texts, said)
        case Because.LITTLE_TIME:
            yield texts("digest.days-left", n=(one.ends - said.as_of).days)
            yield from _way(texts, one, said)
        case Because.OFF_TRACK:
            yield from _way(texts, one, said)


def _way(texts: Texts, one: Followed, said: Snapshot) -> Iterator[str]:
    """Where it stands or will end, and what a week must bring."""
    figures = texts.figures
    if short := one.shortfall:
        yield texts(
            "digest.ends-short",
            final=figures.compact(one.rough(short.final), beside(one.unit)),
            target=target(texts, one.key_result, said, one.unit),
            by=figures.compact(one.rough(short.by), beside(one.unit)),
        )
    else:
        yield _stands(texts, one, said)
    if (needed := _needed(said)) and one.move and not _enough(one.move.by, needed):
        yield texts(
            "digest.needed",
            needed=figures.signed(one.rough(needed), beside(one.unit)),
            brought=figures.signed(one.move.by, beside(one.unit)),
        )


def _needed(said: Snapshot) -> Decimal | None:
    """What each week from here must bring."""
    return said.needed_pace * _DAYS if said.needed_pace else None


def _enough(brought: Decimal, needed: Decimal) -> bool:
    return brought >= needed if needed > 0 else brought <= needed


def _stands(texts: Texts, one: Followed, said: Snapshot | None) -> str:
    """The value against its target and plan; of what has no such scale, the stored reason."""
    if said is None or said.value is None or isinstance(one.key_result, Maintain | Milestones):
        return reason(texts, said.reason) if said else ""
    figures = texts.figures
    told = {
        "value": figures.compact(said.value, beside(one.unit)),
        "target": target(texts, one.key_result, said, one.unit),
        "progress": figures.percent(said.raw_progress),
    }
    if said.expected is None:
        return texts("digest.stands", **told)
    return texts("digest.stands-planned", expected=figures.percent(said.expected), **told)


def _old(texts: Texts, said: Snapshot) -> str:
    because = reason(texts, said.stale or said.reason)
    if said.through is None:
        return because
    day = texts.figures.short_day(said.through)
    return texts("digest.old", day=day, because=because)


def _guardrail(texts: Texts, said: Snapshot) -> str:
    held = said.guardrail
    if held is None:
        return ""
    value = texts.figures.compact(held.value)
    bound = reason(texts, held.bound)
    return texts("digest.guardrail", metric=held.metric, value=value, bound=bound)
