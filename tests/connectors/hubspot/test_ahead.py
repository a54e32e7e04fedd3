"""What is asked ahead is not waited for by who has had enough."""

import os
import signal
from collections.abc import Iterator
from threading import Event, Timer

import pytest

from connectors.hubspot.ahead import ahead


@pytest.fixture
def stalled() -> Iterator[Event]:
    """A source that answers when the test is over, or half a minute later."""
    over = Event()
    yield over
    over.set()


def test_ctrl_c_does_not_wait_for_a_source_that_stalls(stalled: Event) -> None:
    """As where the asking is done in the main thread: `okr explain --verify`."""
    Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    late = Timer(5, stalled.set)
    late.start()
    with pytest.raises(KeyboardInterrupt):
        next(ahead([lambda: stalled.wait(30)] * 5))
    assert not stalled.is_set()
    late.cancel()
