"""A key result: where it stands, why it changed, and what it goes back to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from okrapp.web.charts import BUNDLE, WIDTHS
from okrapp.web.page import Page
from okrapp.web.pages.key_result_changes import Book, what_changed
from okrapp.web.pages.key_result_evidence import sources
from okrapp.web.pages.key_result_reports import reports
from okrapp.web.pages.key_result_written import link_to_file, written
from okrapp.web.shelf import Asked, Shelf, key_result_in
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import KeyResult
from okrmodel.publication import Publication
from okrmodel.snapshot import Status
from okrmodel.store.daily import KeyResultOf
from okrmodel.store.frozen import FrozenCycle
from okrmodel.store.said import Said, every_said
from okrmodel.store.snapshots import Revision
from okrmodel.telling.evidence import StoredEvidence, stored_evidence
from okrmodel.telling.sheet import Sheet
from okrmodel.windows import ONE_DAY, ONE_WEEK, day_begins

Since = Literal["week", "cycle"]
"""How far back changes are told."""


@dataclass(frozen=True)
class Room:
    """What a chart takes of the page, in pixels, before the picture is there."""

    height: int
    width: int = WIDTHS["wide"]


_ROOM = {"reach": Room(385), "manual": Room(366), "maintain": Room(306), "milestones": Room(255)}


@dataclass(frozen=True)
class Night:
    """An instant at which the key result was recorded anew."""

    at: datetime
    day: Said
    """What was said of the last day by then."""


@dataclass(frozen=True)
class Subject:
    """The key result that the page is about, and what stands for it."""

    words: Publication
    cycle: Cycle
    objective: Objective
    key_result: KeyResult
    known_at: datetime | None
    revision: Revision | None
    """None where nothing was recorded."""
    since: Revision | None
    """Of a frozen cycle what is said otherwise by now; not applied."""
    frozen: FrozenCycle | None
    """What the cycle was frozen with; a day that was recorded only later is not in it."""

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/w/{self.words.workspace}/c/{self.cycle.id}/{self.key_result.id}"

    @property
    def which(self) -> KeyResultOf:
        """As the store knows it: a renamed one by its earlier id until its first sync."""
        name = self.revision.snapshot.key_result if self.revision else self.key_result.id
        return KeyResultOf(self.words.workspace, self.cycle.id, name)

    @property
    def owner(self) -> str:
        """Its name; empty without one."""
        return self.words.owner(self.objective.owner_of(self.key_result))

    @property
    def unit(self) -> str:
        """What it counts; empty where nobody said."""
        return self.words.unit(self.cycle.id, self.key_result.id)

    @property
    def share(self) -> Decimal:
        """Its weight among those of its objective."""
        return self.key_result.weight / sum(one.weight for one in self.objective.key_results)

    @property
    def place(self) -> str:
        """Where it is written: okrs/2026-Q4.yaml:12; empty where nobody said."""
        return self.words.places.get(f"{self.cycle.id}/{self.key_result.id}", "")

    @property
    def absence(self) -> str:
        """Why there is nothing to show, with the remedy."""
        return Sheet(self.words, self.cycle, None, {}, known_at=self.known_at).absence


def key_result_page(
    shelf: Shelf,
    words: Publication,
    names: tuple[str, str],
    asked: Asked,
    since: Since = "week",
) -> Page:
    """The page.

    Args:
        shelf: What can be read.
        words: What the files of the workspace say.
        names: The ids of the cycle and of the key result in it.
        asked: Of which day, and as known when.
        since: How far back changes are told.

    Raises:
        NotThere: There is no such key result.
    """
    subject = _subject(shelf, words, names, asked)
    content: dict[str, Any] = {
        "subject": subject,
        "asked": asked,
        "revision": None,
        "no_data": Status.NO_DATA,
    }
    if subject.revision:
        content |= _recorded(shelf, subject, subject.revision, asked, since)
    return Page("key_result.html", words, content, path=subject.path)


def _subject(shelf: Shelf, words: Publication, names: tuple[str, str], asked: Asked) -> Subject:
    cycle_id, name = names
    cycle = shelf.cycle(words, cycle_id, asked)
    key_result = key_result_in(cycle, name)
    objective = next(one for one in cycle.objectives if key_result in one.key_results)
    said = shelf.told(words, cycle, key_result, asked)
    return Subject(
        words=words,
        cycle=cycle,
        objective=objective,
        key_result=key_result,
        known_at=asked.known(words),
        revision=said.revisions.get(name),
        since=said.since.get(name),
        frozen=said.frozen,
    )


def _recorded(
    shelf: Shelf, subject: Subject, revision: Revision, asked: Asked, since: Since
) -> Mapping[str, Any]:
    """What there is to tell once something was recorded."""
    words, store, as_of = subject.words, shelf.store, revision.snapshot.as_of
    every = every_said(store, subject.which)
    known = [one for one in every if _known(one, subject.known_at)]
    days = _days(known, subject.frozen, as_of)
    evidence = stored_evidence(store, words.workspace, revision, subject.known_at)
    reported = reports(store, evidence.closure, as_of, subject.known_at)
    book = Book(
        store=store,
        words=words,
        days=days,
        known=[one for one in known if one.as_of <= as_of],
        reports=reported,
        begins=_begins(shelf, subject, asked, since),
        frozen_at=subject.frozen.recorded_at if subject.frozen else None,
    )
    return {
        "revision": revision,
        "chart": _ROOM[evidence.closure.key_result.kind],
        "bundle": BUNDLE,
        "pulled": _pulled(evidence),
        "days": days[::-1],
        "neighbours": _neighbours(known, as_of),
        "nights": (nights := _nights(every)),
        "known_night": _known_night(nights, subject.known_at),
        "changes": what_changed(book),
        "since": since,
        "reports": reported,
        "evidence": evidence,
        "sources": sources(evidence),
        "definition": written(evidence.closure),
        "file_link": link_to_file(words.files_url, subject.place),
    }


def _known(said: Said, known_at: datetime | None) -> bool:
    return known_at is None or said.recorded_at <= known_at


def _known_night(nights: Sequence[Night], known_at: datetime | None) -> datetime:
    """The last one that is known of."""
    by_then = [night.at for night in nights if known_at is None or night.at <= known_at]
    return by_then[-1]


def _begins(shelf: Shelf, subject: Subject, asked: Asked, since: Since) -> datetime:
    """The instant from which on changes are told: of an earlier day, those of the week before it."""
    words = subject.words
    if since == "cycle":
        return day_begins(subject.cycle.starts, words.zone)
    now = subject.known_at or words.clock or shelf.clock()
    if asked.as_of:
        now = min(now, day_begins(asked.as_of + ONE_DAY, words.zone))
    return now - ONE_WEEK


def _days(known: Sequence[Said], frozen: FrozenCycle | None, as_of: date) -> list[Said]:
    """Of each day what is told of it, oldest first: of a frozen cycle what was known then."""
    found = {one.as_of: one for one in known if one.as_of <= as_of}
    if frozen:
        found |= {
            o.as_of: o for o in known if o.as_of <= as_of and o.recorded_at <= frozen.recorded_at
        }
    return [found[day] for day in sorted(found)]


def _pulled(evidence: StoredEvidence) -> datetime | None:
    return max((a.known.observed_at for one in evidence.asked for a in one.answers), default=None)


def _neighbours(known: Sequence[Said], as_of: date) -> tuple[date | None, date | None]:
    """The recorded days before and after."""
    days = sorted({one.as_of for one in known})
    earlier = [day for day in days if day < as_of]
    later = [day for day in days if day > as_of]
    return (earlier[-1] if earlier else None), (later[0] if later else None)


def _nights(every: Sequence[Said]) -> list[Night]:
    """Oldest first."""
    nights: list[Night] = []
    last: Said | None = None
    for one in sorted(every, key=lambda said: (said.recorded_at, said.as_of)):
        last = one if last is None or one.as_of >= last.as_of else last
        if nights and nights[-1].at == one.recorded_at:
            nights.pop()
        nights.append(Night(one.recorded_at, last))
    return nights
