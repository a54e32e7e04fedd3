"""News keeps its key, survives the store, and reaches those who ask for it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from okrmodel.definitions.notify import Target
from okrmodel.exact import canonical
from okrmodel.news import (
    CameBack,
    Flipped,
    MovedAnswer,
    News,
    Restated,
    RunFailed,
    WentStale,
    news_of,
    wanted,
)
from okrmodel.secrets import SecretRef
from okrmodel.snapshot import Status

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
DAY = date(2026, 11, 22)
FLIPPED = Flipped(
    cycle="2026-Q4",
    key_result="mqls",
    old=Status.ON_TRACK,
    new=Status.AT_RISK,
    since=date(2026, 11, 21),
    confirmed=DAY,
    value=Decimal("0.10"),
    target=None,
    reason="7 of 100",
)
RESTATED = Restated(
    cycle="2026-Q4",
    key_result="mqls",
    as_of=DAY,
    revision=2,
    old=Status.ON_TRACK,
    new=Status.OFF_TRACK,
    old_value=Decimal(70),
    new_value=Decimal(7),
    target=Decimal(100),
    moved=(MovedAnswer(metric="mqls", first=DAY, last=DAY, old=None, new=Decimal(7)),),
    more=3,
    reason="7 of 100",
)
STALE = WentStale(
    connection="web", run=7, since=AT, reason="GA4 is down", key_results=("sessions", "views")
)
BACK = CameBack(connection="web", run=7, since=AT, until=AT, key_results=("sessions",))
FAILED = RunFailed(run=9, what="sync", began=AT, reason="")
ALL: dict[str, News] = {
    "flip/2026-Q4/mqls/2026-11-22/at_risk": FLIPPED,
    "restated/2026-Q4/mqls/2026-11-22/2/off_track": RESTATED,
    "stale/web/7": STALE,
    "back/web/7": BACK,
    "run/9": FAILED,
}


@pytest.mark.parametrize(("key", "news"), ALL.items())
def test_each_has_its_key_before_and_after_the_store(key: str, news: News) -> None:
    """These keys are in stores: another form of them would tell everything again."""
    body = news.model_dump(mode="json")
    again = news_of(body)
    assert (news.key, again, again.key) == (key, news, key)
    assert canonical(body)


def test_the_end_of_an_outage_takes_its_beginning_back() -> None:
    assert BACK.takes_back == STALE.key


def target(*send: str, only: Sequence[str] = ()) -> Target:
    return Target.model_validate({"url": SecretRef("env", "X"), "send": send, "only": only})


OWNERS = {"mqls": frozenset({"ola", "jan"}), "views": frozenset({"kasia"})}


@pytest.mark.parametrize(
    ("asks", "keys"),
    [
        (target("digest"), set()),
        (target("flips"), {FLIPPED.key}),
        (target("stale"), {STALE.key, BACK.key}),
        (target("flips", "restatements", "failures"), {FLIPPED.key, RESTATED.key, FAILED.key}),
        (target("flips", "stale", only=["mqls"]), {FLIPPED.key}),
        (target("flips", "stale", only=["jan"]), {FLIPPED.key}),
        (target("flips", "stale", only=["kasia"]), {STALE.key}),
        (target("flips", "stale", only=["sessions"]), {STALE.key, BACK.key}),
        (target("failures", "flips", only=["views"]), {FAILED.key}),
    ],
)
def test_news_reaches_who_asks_for_it(asks: Target, keys: set[str]) -> None:
    assert {key for key, news in ALL.items() if wanted(asks, news, OWNERS)} == keys
