"""Work beside other work, in a thread that never keeps the process from ending.

A pool's threads are waited for when Python ends: who presses Ctrl-C while a source stalls would
wait as long as the source does.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Found = TypeVar("Found")


def beside(work: Callable[[], Found], name: str) -> Future[Found]:
    """Begin the work in a thread of its own; what it gives or raises is the future's."""
    future: Future[Found] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever waits for the future gets it
            future.set_exception(error)

    Thread(target=run, name=name, daemon=True).start()
    return future
