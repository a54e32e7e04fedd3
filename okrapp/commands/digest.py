"""`okr digest`: the weekly digests and the notes that are due, sent or only shown."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows.delivery import Delivery, Outbox, named, send_due
from flows.edges import Edges
from flows.places import Place
from flows.view import open_view
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.refusals import expected_errors
from okrapp.terminal import complaints, console
from okrapp.where import Where
from okrmodel.store.notes import State, troubled

if TYPE_CHECKING:
    from okrmodel.telling.letters import Letter

Flag = Annotated[bool, Parameter(negative=(), show_default=False)]

_LATELY = timedelta(days=7)


def digest(where: Where | None = None, *, preview: Flag = False, now: Flag = False) -> None:
    """Send what is due: weekly digests and notes.

    Args:
        where: Which workspaces.
        preview: Print this week's digest and the notes that wait, as they would be sent; send
            nothing, and queue nothing.
        now: Send this week's digest whatever the hour; the notes that are due with it.
    """
    if preview and now:
        raise Exit(USAGE, "--preview sends nothing, and --now sends: ask for one of them")
    places = (where or Where()).places()
    if preview:
        for place in places:
            _preview(place)
        return
    with expected_errors():
        # A single one is looked at in any case: its targets may be newer than its last sync.
        done = _told(send_due(places, Edges(), every=len(places) == 1, digest_now=now))
    if not done:
        _say("Nothing is due.")
    if any(delivery.failed for delivery in done):
        raise Exit(FAILED)


def _told(deliveries: Iterator[Delivery]) -> list[Delivery]:
    """Each of them, told as soon as it is known."""
    done = []
    for delivery in deliveries:
        done.append(delivery)
        if not delivery.failed:
            _say(str(delivery))
            continue
        complaints().print(f"✗ {delivery}", style="red", soft_wrap=True, markup=False)
        if delivery.remedy:
            complaints().print(f"  → {delivery.remedy}", style="bold", soft_wrap=True, markup=False)
    return done


def _preview(place: Place) -> None:
    """What a workspace's people would read."""
    with expected_errors(), open_view(place, Edges()) as view:
        outbox = Outbox(view)
        letter = outbox.digest
        to = [name for name, each in outbox.notify.targets.items() if "digest" in each.send]
        _show(f"{place.workspace}: this week's digest, {_to(to)}", letter)
        waiting = [note for note in outbox.waiting() if note.subject != "digest"]
        for note in waiting:
            due = note.due.astimezone(view.company.workspace.zone)
            waits = f", due {due:%Y-%m-%d %H:%M}" + (f"; {note.reason}" if note.reason else "")
            heading = f"{place.workspace}: {named(note.key)}, to {note.target}{waits}"
            _show(heading, outbox.letter(note))
        if not waiting:
            _say(f"{place.workspace}: no note waits.")
        for note in troubled(view.store, place.workspace, view.store.wall() - _LATELY):
            _say(f"{place.workspace}: {named(note.key)}, to {note.target}: {_END[note.state]}")


_END = {
    State.UNSURE: "it may not have arrived; whoever sent it was stopped in the middle",
    State.GIVEN_UP: "it was given up after a day",
}
"""What became of notes that somebody has to hear of."""


def _to(targets: Sequence[str]) -> str:
    return f"to {', '.join(targets)}" if targets else "which no target asks for"


def _show(heading: str, letter: "Letter | None") -> None:
    console().print(f"── {heading}", style="bold", soft_wrap=True, markup=False)
    _say(f"\n{letter.title}\n\n{letter.text}\n" if letter else "\nThere is no cycle yet.\n")


def _say(line: str) -> None:
    console().print(line, soft_wrap=True, markup=False)
