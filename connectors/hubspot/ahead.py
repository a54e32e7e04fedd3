"""Answers in order, with the next few asked for already while one is read."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from typing import TypeVar

from connectors.beside import beside

IN_FLIGHT = 8
"""Requests under way together: enough for 4.5 a second where an answer takes a second and a half,
as searches over large accounts do."""

Found = TypeVar("Found")


def ahead(asks: Iterable[Callable[[], Found]], most: int = IN_FLIGHT) -> Iterator[Found]:
    """What the asks give, in their order, at most `most` of them under way.

    When one fails, or nobody wants more, no further one is begun, and those under way are waited
    for: afterwards nothing is being sent any more. At Ctrl-C a source that stalls is not.
    """
    waiting: deque[Future[Found]] = deque()
    try:
        for ask in asks:
            waiting.append(beside(ask, "ahead"))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except KeyboardInterrupt:
        waiting.clear()
        raise
    finally:
        wait(waiting)
