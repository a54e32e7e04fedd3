"""What is dear to make and asked for again and again: made once, and the latest of it remembered."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """What was asked for last, by what it was made from. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, Made] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], Made]) -> Made:
        """What is kept under this key, made when it is not there."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        # Outside the lock: two may make the same at once, and none waits for another's.
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made
