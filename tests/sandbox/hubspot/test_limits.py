"""Rate limits: counted in real time, here in a time that the test moves."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.hubspot.limits import Limits
from tests.sandbox.hubspot.hub import CONTACTS, Hub
from tests.sandbox.rows import at

DETAILS = "/account-info/v3/details"
RATE_HEADERS = {
    "x-hubspot-ratelimit-interval-milliseconds",
    "x-hubspot-ratelimit-max",
    "x-hubspot-ratelimit-remaining",
    "x-hubspot-ratelimit-secondly",
    "x-hubspot-ratelimit-secondly-remaining",
    "x-hubspot-ratelimit-daily",
    "x-hubspot-ratelimit-daily-remaining",
}


class Time:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def limits(time: Time) -> Limits:
    return Limits(Clock(at("2026-05-01 12:00")), ZoneInfo("Europe/Warsaw"), monotonic=time)


def test_five_searches_fit_in_any_second(limits: Limits, time: Time) -> None:
    policies = []
    for step in (0, 0, 0.5, 0, 0, 0, 0.49, 0.01, 0, 0):
        time.seconds += step
        policies.append(limits.ask("private", search=True).policy)

    assert policies == ["", "", "", "", "", "SECONDLY", "SECONDLY", "", "", "SECONDLY"]


@pytest.mark.parametrize(("app", "most"), [("private", 190), ("oauth", 110)])
def test_other_requests_fill_ten_seconds(limits: Limits, time: Time, app: str, most: int) -> None:
    policies = [limits.ask(app, search=False).policy for _ in range(most + 1)]
    assert policies == [""] * most + ["TEN_SECONDLY_ROLLING"]

    time.seconds += 9.99
    assert limits.ask(app, search=False).policy == "TEN_SECONDLY_ROLLING"
    time.seconds += 0.01
    assert limits.ask(app, search=False).policy == ""


def test_searches_and_others_do_not_share_a_limit_but_the_day(limits: Limits) -> None:
    for _ in range(5):
        limits.ask("private", search=True)

    other = limits.ask("private", search=False)
    assert other.policy == ""
    assert other.headers["x-hubspot-ratelimit-remaining"] == "189"
    assert limits.used_today() == 6


def test_the_day_ends_at_midnight_in_the_portals_zone() -> None:
    clock = Clock(at("2026-05-01 21:59"))
    limits = Limits(clock, ZoneInfo("Europe/Warsaw"))
    limits.daily = 2
    policies = [
        limits.ask("private", search=search).policy for search in (True, False, False, True)
    ]
    assert policies == ["", "", "DAILY", "DAILY"]
    assert limits.ask("oauth", search=False).policy == ""
    assert limits.resets_at() == at("2026-05-01 22:00")

    clock.move_to(clock.now() + timedelta(minutes=1))
    assert limits.used_today() == 0
    assert limits.ask("private", search=True).policy == ""


def test_switched_off_limits_still_count(few: Company) -> None:
    with Hub(few) as hub:
        for _ in range(7):
            assert hub.post(CONTACTS, {}).status_code == 200
        used = hub.get("/account-info/v3/api-usage/daily/private-apps").json()["results"][0]

    assert (used["currentUsage"], used["usageLimit"]) == (8, 625_000)


def test_a_sixth_search_in_a_second_is_refused_without_headers(few: Company) -> None:
    with Hub(few, limits=True) as hub:
        answers = [hub.post(CONTACTS, {}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    body = answers[-1].json()
    correlation = body.pop("correlationId")
    assert body == {
        "status": "error",
        "message": "You have reached your secondly limit.",
        "errorType": "RATE_LIMIT",
        "policyName": "SECONDLY",
        "groupName": "publicapi:private-apps-api-calls-account",
    }
    for answer in answers:
        assert not RATE_HEADERS & {name.lower() for name in answer.headers}
        assert "Retry-After" not in answer.headers
    assert answers[-1].headers["x-hubspot-correlation-id"] == correlation


def test_ordinary_answers_carry_their_limits_also_when_refused(few: Company) -> None:
    with Hub(few, limits=True) as hub:
        first = hub.get(DETAILS)
        invalid = hub.get("/crm/v3/objects/contacts", limit=0)
        for _ in range(188):
            hub.portal.limits.ask("private", search=False)
        refused = hub.get(DETAILS)

    for answer in (first, invalid, refused):
        assert {name.lower() for name in answer.headers} >= RATE_HEADERS
    assert first.headers["x-hubspot-ratelimit-remaining"] == "189"
    assert first.headers["x-hubspot-ratelimit-daily-remaining"] == "624999"
    assert refused.status_code == 429
    assert refused.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert refused.headers["x-hubspot-ratelimit-remaining"] == "0"
