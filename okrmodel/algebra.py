"""From stored observations to a metric's value over a window."""

from collections.abc import Iterator

from okrmodel.observations import Aggregation
from okrmodel.windows import Window


def stored_windows(aggregation: Aggregation, window: Window) -> Iterator[Window]:
    """The windows that a source is asked for, to know its value over a window.

    A sum's single days, a level's last day, and for distinct counts the window itself, since
    people seen on two days would be counted twice.
    """
    match aggregation:
        case Aggregation.SUM:
            yield from window.day_windows()
        case Aggregation.LEVEL:
            yield Window.of_day(window.last_day)
        case _:
            yield window
