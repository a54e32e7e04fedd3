"""The weekly digest: will it be met, what needs a decision, what flipped, moved and was restated."""

from collections.abc import Iterator, Sequence
from datetime import date

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.publication import Publication
from okrmodel.snapshot import Status
from okrmodel.store.store import Store
from okrmodel.telling import digest_lines
from okrmodel.telling.charts.overview import overview_spec
from okrmodel.telling.digest_lines import status_piece
from okrmodel.telling.letters import Letter, letter
from okrmodel.telling.letters.blocks import (
    Block,
    Entry,
    Group,
    Lead,
    Line,
    Link,
    Paragraph,
    Piece,
    Point,
    Points,
    Standings,
    parted,
    plain,
    quiet,
    strong,
)
from okrmodel.telling.looks import status_words
from okrmodel.telling.pictures import png
from okrmodel.telling.reasons import reason
from okrmodel.telling.rows import Row, rows
from okrmodel.telling.texts import Texts, texts_of
from okrmodel.telling.week import Week, read_week

MOST_SHORT = 3
"""Of so many the first lines say by how much they will miss."""
MOST_POINTS = 8
"""In a section; how many more there are is said below."""
MOST_MOVES = 3

_IN_ORDER = (
    Status.ACHIEVED,
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.OFF_TRACK,
    Status.MISSED,
    Status.STALE,
    Status.TOO_EARLY,
    Status.NO_DATA,
)


def digest_letter(
    store: Store, words: Publication, cycle: Cycle, as_of: date, page: str | None
) -> Letter:
    """The digest of a cycle at the end of a day, compared with seven days earlier.

    Args:
        store: What is remembered.
        words: What the files say; its locale decides about the language.
        cycle: One of theirs.
        as_of: The day.
        page: Where to read on; None where there are no pages to be opened.
    """
    texts = texts_of(words.locale)
    week = read_week(store, words, cycle, as_of)
    # Before anything was recorded there is nothing to see.
    picture = png(overview_spec(week.sheet, texts)) if week.sheet.snapshots else None
    return letter(_title(texts, week), tuple(_blocks(texts, week, page)), texts.language, picture)


def _title(texts: Texts, week: Week) -> str:
    sheet = week.sheet
    told = {"name": sheet.title, "day": texts.figures.short_day(sheet.as_of or week.as_of)}
    if not week.judged:
        return texts("digest.title-early", **told)
    key = "digest.title-over" if week.over else "digest.title"
    return texts(key, good=week.good, all=len(week.followed), **told)


def _blocks(texts: Texts, week: Week, page: str | None) -> Iterator[Block]:
    yield Lead(_lead(texts, week))
    yield Paragraph(_counts(texts, week))
    if week.short:
        yield Paragraph(_short(texts, week))
    if rests := week.sheet.rests:
        yield Paragraph((strong(reason(texts, rests)),))
    yield from _sections(texts, week)
    yield Standings(texts("digest.standings"), tuple(_groups(texts, week)))
    yield Paragraph(_freshness(texts, week))
    if page:
        yield Link(texts("digest.link"), page)


def _lead(texts: Texts, week: Week) -> str:
    if not week.judged:
        return texts("digest.lead-early")
    key = "digest.lead-over" if week.over else "digest.lead"
    return texts(key, good=week.good, n=len(week.followed))


def _counts(texts: Texts, week: Week) -> Line:
    given = [(status, week.counts[status]) for status in _IN_ORDER if week.counts[status]]
    told = [(status, f"{status_words(texts, status)}: {many}") for status, many in given]
    # Commas, for a dot is the sign of a status.
    return tuple(
        Piece(f"{words}," if each < len(told) else words, status=status)
        for each, (status, words) in enumerate(told, start=1)
    )


def _short(texts: Texts, week: Week) -> Line:
    told = [digest_lines.shortfall(texts, one, short) for one, short in week.short[:MOST_SHORT]]
    more = len(week.short) - MOST_SHORT
    if more > 0:
        told.append(texts("common.more", n=more))
    key = "digest.missed" if week.over else "digest.will-miss"
    return (strong(texts(key)), *parted(*map(plain, told)))


def _sections(texts: Texts, week: Week) -> Iterator[Block]:
    """The week's news; what there is none of is left out, but for decisions."""
    absence = week.sheet.absence
    decisions = [
        digest_lines.decision(texts, one, because, absence) for one, because in week.decisions
    ]
    if not week.over:
        nothing = [Point((plain(texts("digest.no-decisions")),))]
        yield from _points(texts, "digest.decisions", decisions or nothing)
    flips = [digest_lines.flip(texts, *each) for each in week.flipped]
    yield from _points(texts, "digest.flipped", flips)
    moves = [digest_lines.move(texts, *each) for each in week.moved[:MOST_MOVES]]
    yield from _points(texts, "digest.moved", moves)
    restated = [digest_lines.restatement(texts, *each) for each in week.restated]
    yield from _points(texts, "digest.restated", restated)
    failures = [
        Point((strong(failure.connection),), (plain(reason(texts, failure.reason)),))
        for failure in week.sheet.failures
    ]
    yield from _points(texts, "digest.failures", failures)


def _points(texts: Texts, heading: str, points: Sequence[Point]) -> Iterator[Points]:
    if not points:
        return
    more = len(points) - MOST_POINTS
    rest = [Point((quiet(texts("common.more", n=more)),))] if more > 0 else []
    yield Points((*points[:MOST_POINTS], *rest), texts(heading))


def _groups(texts: Texts, week: Week) -> Iterator[Group]:
    for objective, found in rows(week.sheet, texts):
        yield Group(
            objective.title,
            _objective(texts, week, objective),
            tuple(_entry(texts, row) for row in found),
        )


def _objective(texts: Texts, week: Week, objective: Objective) -> Piece:
    state = week.sheet.state(objective)
    return status_piece(texts, state.status)


def _entry(texts: Texts, row: Row) -> Entry:
    unknown = texts.figures.value(None)
    figures = [row.stands] if row.stands != unknown else []
    if row.progress != unknown:
        told = {"progress": row.progress, "expected": row.expected}
        figures.append(texts("digest.progress", **told))
    if row.chance != unknown:
        figures.append(texts("common.with-chance", chance=row.chance))
    return Entry(row.title, Piece(row.words, status=row.status), (*figures, row.owner))


def _freshness(texts: Texts, week: Week) -> Line:
    """How far the figures reach, when they were read, and whether they may still change."""
    figures, sheet = texts.figures, week.sheet
    if sheet.as_of is None or not sheet.snapshots:
        return (quiet(reason(texts, sheet.absence)),)
    day = figures.day(sheet.as_of)
    told = [texts("digest.complete", day=day)]
    if week.old:
        told = [texts("digest.mostly-complete", day=day, n=week.old)]
    if week.pulled_at:
        told.append(texts("digest.pulled", instant=figures.instant(week.pulled_at, sheet.zone)))
    if week.provisional:
        told.append(texts("digest.provisional", n=week.provisional))
    return parted(*map(quiet, told))
