"""Sending what is due, outside each workspace's quiet hours: each note once at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from connectors.errors import CredentialsError
from flows.edges import Edges
from flows.notes import digest_key, digests
from flows.places import BadConfig, Place
from flows.report import in_words
from flows.secrets import resolve
from flows.sending import CannotSend, send
from flows.view import View, open_store, view_in
from okrmodel.definitions.notify import Notify
from okrmodel.news import news_of
from okrmodel.publication import Publication, publication
from okrmodel.store.notes import (
    Note,
    State,
    abandoned,
    claim,
    mark_sent,
    put_back,
    queue,
    queued,
    recorded_through,
    waiting,
    with_notes,
    withdraw,
)
from okrmodel.telling.sheet import cycle_on, today
from okrmodel.windows import day_of

if TYPE_CHECKING:
    from okrmodel.telling.letters import Letter


class Outcome(StrEnum):
    """What became of something that was to be sent."""

    SENT = "sent"
    FAILED = "failed"
    """It is tried again."""
    GIVEN_UP = "given_up"
    UNSURE = "unsure"
    """Whoever sent it was killed: it may have arrived, and is not sent again."""
    ALREADY = "already"
    """It was asked for, and had been sent before."""
    UNREAD = "unread"
    """The workspace's files have errors: all of it waits."""


@dataclass(frozen=True)
class Delivery:
    """A note for a target, that went or did not."""

    workspace: str
    outcome: Outcome
    target: str = ""
    """Its name; empty where no target was come to."""
    key: str = ""
    """The note's."""
    reason: str = ""
    """For people; never where it was to go."""
    remedy: str = ""

    @property
    def failed(self) -> bool:
        """Whether somebody has to look."""
        return self.outcome not in {Outcome.SENT, Outcome.ALREADY}

    def __str__(self) -> str:
        """One sentence for people."""
        where = f"{self.workspace}: {named(self.key)}"
        match self.outcome:
            case Outcome.SENT:
                return f"{where} was sent to {self.target}"
            case Outcome.ALREADY:
                return f"{where} was sent to {self.target} before, and nothing is sent twice"
            case Outcome.FAILED:
                return (
                    f"{where} could not be sent to {self.target}: {self.reason}; it is tried again"
                )
            case Outcome.GIVEN_UP:
                return f"{where} is not sent to {self.target} any more: {self.reason}, for a day"
            case Outcome.UNSURE:
                return (
                    f"{where} may not have arrived at {self.target}: whoever sent it was stopped in"
                    " the middle, and nothing is sent twice"
                )
            case Outcome.UNREAD:
                return f"{self.workspace}: {self.reason}"


def named(key: str) -> str:
    """A note for a sentence, by its key."""
    kind, _, rest = key.partition("/")
    return f"the digest of {rest}" if kind == "digest" else f"the note {key}"


def send_due(
    places: Sequence[Place], edges: Edges, *, every: bool = False, digest_now: bool = False
) -> Iterator[Delivery]:
    """Send what is due, and tell what became of it.

    The files of a workspace are read only where the store has something due for it.

    Args:
        places: The workspaces of one config.
        edges: The clock.
        every: Read the files of each: its targets may be newer than its last sync.
        digest_now: Send this week's digest whatever the hour.

    Raises:
        StoreError: The store cannot be opened.
    """
    if not places or places[0].is_new:
        return
    with open_store(places[0], edges) as store:
        due = with_notes(store, edges.clock())
        for place in places:
            if every or digest_now or place.workspace in due:
                try:
                    outbox = Outbox(view_in(store, place, edges))
                except BadConfig:
                    yield Delivery(
                        place.workspace,
                        Outcome.UNREAD,
                        reason="its notes wait, for its files have errors",
                        remedy=f"okr lint -w {place.workspace} tells which",
                    )
                else:
                    yield from outbox.send(digest_now=digest_now)


def send_after(places: Sequence[Place], edges: Edges) -> Iterator[str]:
    """Send what is due after a job, which does not fail because of that; what went wrong, told."""
    try:
        for delivery in send_due(places, edges):
            if delivery.failed:
                yield "; ".join(filter(None, (str(delivery), delivery.remedy)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the figures are recorded
        yield f"notes could not be sent: {in_words(error)}"


@dataclass(frozen=True)
class Outbox:
    """A workspace's notes, and the letters that they become."""

    view: View

    def send(self, *, digest_now: bool = False) -> Iterator[Delivery]:
        """Send what is due, and tell what became of it."""
        for note in abandoned(self.view.store, self.view.workspace):
            yield self._delivery(Outcome.UNSURE, note)
        if recorded_through(self.view.store, self.view.workspace) is None:
            return
        self._tidy_up()
        if self.view.company.workspace.rests:
            return
        for target in self.notify.targets:
            if digest_now and "digest" in self.notify.targets[target].send:
                yield from self._digest_now(target)
            if not self.notify.quiet_until(self.now, self.view.company.workspace.zone):
                yield from self._due(target)

    @cached_property
    def now(self) -> datetime:
        """In the workspace's own time; the same for all that goes out together."""
        return self.view.now()

    @cached_property
    def digest(self) -> "Letter | None":
        """This week's; None before the first cycle."""
        # What letters are written with takes a sixth of a second to import: only who sends pays.
        from okrmodel.telling.digest import digest_letter  # noqa: PLC0415

        day = today(self._words, self.now)
        if (cycle := cycle_on(self._words, day)) is None:
            return None
        page = self._words.page(cycle.id)
        return digest_letter(self.view.store, self._words, cycle, day, page)

    def letter(self, note: Note) -> "Letter | None":
        """What a note says; None where there is nothing to tell of yet."""
        from okrmodel.telling.note import news_letter  # noqa: PLC0415 - the same

        if note.subject == "digest":
            return self.digest
        return news_letter(self._words, news_of(note.body))

    @property
    def notify(self) -> Notify:
        """Who is told what, and when."""
        return self.view.company.workspace.notify

    def waiting(self) -> tuple[Note, ...]:
        """What is to be sent, now or later; digests are queued ahead."""
        return waiting(self.view.store, self.view.workspace)

    @cached_property
    def _words(self) -> Publication:
        return publication(self.view.company, self.view.places)

    @cached_property
    def _this_week(self) -> str:
        return digest_key(day_of(self.now, self.view.company.workspace.zone))

    def _tidy_up(self) -> None:
        """Queue the digests that there are to be, and withdraw what nobody asks for any more."""
        store, workspace = self.view.store, self.view.company.workspace
        if not workspace.rests:
            queue(store, workspace.id, digests(workspace, self.now), self.now)
        old = [note for note in waiting(store, workspace.id) if not self._is_wanted(note)]
        withdraw(store, old, "nobody asks for it any more")

    def _is_wanted(self, note: Note) -> bool:
        target = self.notify.targets.get(note.target)
        if self.view.company.workspace.rests or target is None or note.subject not in target.send:
            return False
        # Keys of one form sort as the weeks do.
        return note.subject != "digest" or note.key >= self._this_week

    def _due(self, target: str) -> Iterator[Delivery]:
        """What is due, one after the other, until one does not go out."""
        for note in waiting(self.view.store, self.view.workspace):
            if note.target == target and note.due <= self.now:
                done = self._sent(note)
                yield from done
                if any(delivery.failed for delivery in done):
                    return

    def _digest_now(self, target: str) -> Iterator[Delivery]:
        """Whatever the hour, and whatever it failed of before; but once."""
        note = queued(self.view.store, self.view.workspace, target, self._this_week)
        if note is None:
            return
        if note.state in {State.WAITING, State.GIVEN_UP}:
            yield from self._sent(note)
        else:
            outcome = Outcome.ALREADY if note.state is State.SENT else Outcome.UNSURE
            yield self._delivery(outcome, note)

    def _sent(self, note: Note) -> list[Delivery]:
        """What became of a note; nothing where somebody else has begun to send it."""
        store = self.view.store
        if not claim(store, note):
            return []
        try:
            self._send(note)
        except (CannotSend, CredentialsError) as error:
            lost = put_back(store, note, self.now, str(error))
            outcome = Outcome.GIVEN_UP if lost else Outcome.FAILED
            return [self._delivery(outcome, note, str(error), error.remedy)]
        except Exception as error:
            # A mistake of ours, before anything went out.
            put_back(store, note, self.now, type(error).__name__)
            raise
        mark_sent(store, note)
        return [self._delivery(Outcome.SENT, note)]

    def _send(self, note: Note) -> None:
        """As a digest, or as the news that it is.

        Raises:
            CannotSend: It did not go out.
            CredentialsError: The target's secret is missing.
        """
        letter = self.letter(note)
        if letter is None:
            raise CannotSend("there is no cycle yet to tell of", "write one into okrs/")
        send(resolve(self.notify.targets[note.target].url, self.view.folder), letter)

    def _delivery(
        self, outcome: Outcome, note: Note, reason: str = "", remedy: str = ""
    ) -> Delivery:
        return Delivery(self.view.workspace, outcome, note.target, note.key, reason, remedy)
