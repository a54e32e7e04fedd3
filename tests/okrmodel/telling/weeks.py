"""A small company's two weeks, to be told."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import KeyResult, Maintain, Reach
from okrmodel.publication import Publication
from okrmodel.snapshot import Forecast, Snapshot, Status
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import Revision
from okrmodel.telling.followed import Followed
from okrmodel.telling.sheet import Sheet
from okrmodel.telling.week import Week
from tests.conftest import Clock
from tests.okrmodel.store import samples
from tests.okrmodel.store.samples import Work, closure, snapshot

SUNDAY = date(2026, 11, 22)
BEFORE = date(2026, 11, 15)

LEADS = Reach(id="leads", title="Win 100 leads", metric="leads", target=Decimal(100), owner="ola")
DEALS = Reach(id="deals", title="Win 10 deals", metric="deals", target=Decimal(10))
BOUNCES = Maintain(
    id="bounces",
    title="Keep bounces low",
    metric="bounces",
    at_most=Decimal("0.01"),
    every="month",
)


def cycle(*key_results: KeyResult, ends: date = date(2026, 12, 31)) -> Cycle:
    objective = Objective(id="grow", title="Grow", owner="jan", key_results=key_results)
    return Cycle(id="2026-Q4", starts=date(2026, 10, 1), ends=ends, objectives=(objective,))


def words(*cycles: Cycle, **changes: Any) -> Publication:
    people = {"ola": "Ola Nowak", "jan": "Jan Kowalski"}
    own = {"cycles": cycles, "people": people, "units": {}, "places": {}}
    return samples.words(**{**own, **changes})


def said(day: date = SUNDAY, status: Status = Status.OFF_TRACK, **changes: Any) -> Snapshot:
    """Seven of a hundred leads."""
    return snapshot(as_of=day, through=day, status=status, **changes)


def ending(final: str, **changes: Any) -> Forecast:
    given = {"low": None, "high": None, "hit": None, "chance": None, "method": "a test"}
    return Forecast(final=Decimal(final), **{**given, **changes})


def followed(
    now: Snapshot | None,
    before: Snapshot | None = None,
    key_result: KeyResult = LEADS,
    **changes: Any,
) -> Followed:
    given: dict[str, Any] = {
        "objective": cycle(key_result).objectives[0],
        "key_result": key_result,
        "unit": "",
        "owner": "Ola Nowak",
        "ends": date(2026, 12, 31),
        "now": now,
        "before": before,
        "flip": None,
        "restated": None,
    }
    return Followed(**{**given, **changes})


def revision(told: Snapshot) -> Revision:
    at = Clock().now
    return Revision(1, 1, Kind.FIRST, at, 1, told.text(), told)


def week(every: Sequence[Followed], **changes: Any) -> Week:
    """A week of these, without a store."""
    whole = cycle(*(one.key_result for one in every))
    shown = {one.key_result.id: revision(one.now) for one in every if one.now}
    given: dict[str, Any] = {
        "sheet": Sheet(words=words(whole), cycle=whole, as_of=SUNDAY, revisions=shown),
        "as_of": SUNDAY,
        "followed": tuple(every),
        "pulled_at": Clock().now,
    }
    return Week(**{**given, **changes})


def two_weeks(work: Work, clock: Clock, **statuses: Sequence[Status]) -> None:
    """Record key results' statuses day by day up to Sunday, each night."""
    work.definitions(closure())
    nights = max(map(len, statuses.values()))
    for night in range(nights):
        day = SUNDAY - timedelta(days=nights - 1 - night)
        work.snapshots(
            *(
                said(day, each[night], key_result=name, value=Decimal(night))
                for name, each in statuses.items()
            )
        )
        clock.move(days=1)
