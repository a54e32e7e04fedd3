"""Windows that are answered together for as long as a part of a step has calls for it."""

from collections.abc import Iterator, Sequence

from connectors.contract import MOST_CALLS
from connectors.hubspot.client import Client
from okrmodel.windows import Window


class Parts:
    """The windows of a step: all at once at first, in halves where they take too many calls.

    How many records a window holds is not known before it is asked about, so the asker decides at
    the first answer, whose total tells.
    """

    def __init__(self, client: Client, windows: Sequence[Window]) -> None:
        self.room = Room(client)
        self._waiting = [tuple(windows)]

    def __iter__(self) -> Iterator[tuple[Window, ...]]:
        while self._waiting:
            yield self._waiting.pop()

    def has_room(self, windows: Sequence[Window], calls: int) -> bool:
        """Whether so many calls more still belong to this part; a single window is never cut."""
        return len(windows) == 1 or self.room.spent + calls <= MOST_CALLS

    def halve(self, windows: Sequence[Window]) -> None:
        """Take these windows again in two halves, the earlier first."""
        middle = len(windows) // 2
        self._waiting += [tuple(windows[middle:]), tuple(windows[:middle])]


class Room:
    """How many calls the part at hand may still cost."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._calls_before = client.calls

    @property
    def spent(self) -> int:
        """Calls of the part so far."""
        return self._client.calls - self._calls_before

    def left(self) -> int:
        """At least one: a part that does nothing gets nowhere."""
        return max(1, MOST_CALLS - self.spent)

    def end(self) -> None:
        """A part is done: what was called so far is not lost any more."""
        self._calls_before = self._client.calls
