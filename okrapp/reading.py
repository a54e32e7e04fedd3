"""Reading a workspace's sheets by its files, for any table of the command line."""

from datetime import date, datetime

from flows.places import Place, read_place
from okrmodel.publication import publication
from okrmodel.store.store import Store
from okrmodel.telling.sheet import Sheet, cycle_on, read_sheet, today
from okrmodel.windows import instant_of, last_complete_day


def read_sheets(
    place: Place,
    *,
    as_of: date | None,
    cycle: str | None,
    clock: datetime,
    known_at: datetime | None = None,
) -> tuple[Sheet, ...]:
    """The cycle asked for, else the one that the day is in, else the last one that began.

    Args:
        place: Whose.
        as_of: The latest day to look at; without it, the last one recorded.
        cycle: A cycle's id.
        clock: The real time; a pretend company's own clock goes before it.
        known_at: Look at nothing recorded later; in the workspace's zone when it names none.

    Raises:
        BadConfig: The definitions have errors.
        StoreError: The store cannot be opened.
    """
    words = publication(*read_place(place))
    known = instant_of(known_at, words.zone) if known_at else None
    day = as_of or (last_complete_day(known, words.zone) if known else today(words, clock))
    chosen = words.cycle(cycle) if cycle else cycle_on(words, day)
    if chosen is None:
        return ()
    if place.is_new:
        return (read_sheet(None, words, chosen, as_of, known),)
    with Store.open(place.store) as store:
        return (read_sheet(store, words, chosen, as_of, known),)
