"""`okr explain --verify`: the sources are asked again, and nothing is recorded."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from flows.verify import Verified
from okrapp.verifying import is_wrong, verdicts
from okrmodel.observations import Provisional
from okrmodel.windows import Window
from tests.flows.deletions import deleted, mqls_of
from tests.flows.scene import Scene, rewrite
from tests.okrapp.conftest import Okr

FIRST = date(2026, 11, 20)


def test_the_sources_confirm_what_they_said(okr: Okr, told: Scene) -> None:
    told.sandbox.log.clear()
    before = Path(told.store).read_bytes()
    ended = okr("explain", "mqls", "--verify")
    assert ended.code == 0
    assert "Asked again\n  mqls: confirmed now, 53 windows the same\n" in ended.out
    assert any("contacts/search" in request for request in told.requests)
    assert Path(told.store).read_bytes() == before


@pytest.fixture
def _lost(told: Scene) -> Iterator[None]:
    """Before noon somebody deletes a contact that had become an MQL."""
    now, company = told.sandbox.clock.now(), told.sandbox.company
    contact = mqls_of(company, date(2026, 10, 10), date(2026, 11, 10))[0]
    with deleted(company, contact, now + timedelta(hours=8)):
        told.sandbox.clock.move_to(now + timedelta(hours=9))
        yield


@pytest.mark.usefixtures("_lost")
def test_a_final_value_that_the_source_has_changed_is_told_and_fails(okr: Okr, told: Scene) -> None:
    was = told.snapshot("mqls", FIRST).value
    ended = okr("explain", "mqls", "--as-of", FIRST.isoformat(), "--verify")
    words = " ".join(ended.out.split())
    assert ended.code == 1
    assert "mqls: 50 of 51 windows the same now" in words
    assert "okr sync compares it every night" in words
    found = json.loads(okr("explain", "mqls", "--verify", "--output", "json").out)["verified"]
    [other] = [one for one in found if not one["same"]]
    assert int(other["now"]) == int(other["stored"]) - 1
    assert f"{other['start']}: stored {other['stored']}, now {other['now']} What was" in words
    assert told.snapshot("mqls", FIRST).value == was, "nothing was recorded"


@pytest.mark.usefixtures("_lost")
def test_the_next_night_restates_what_verifying_found(okr: Okr, told: Scene) -> None:
    told.move_to(datetime(2026, 11, 24, 3, tzinfo=UTC))
    told.sync()
    ended = okr("explain", "mqls", "--as-of", FIRST.isoformat(), "--verify")
    assert (ended.code, "mqls: confirmed now, 51 windows the same" in ended.out) == (0, True)


def test_what_was_provisional_may_have_moved(okr: Okr, told: Scene) -> None:
    told.sandbox.clock.move_to(datetime(2026, 11, 26, 3, tzinfo=UTC))
    ended = okr("explain", "sessions", "--verify")
    assert ended.code == 0
    assert "(expected: the source was still settling then)" in " ".join(ended.out.split())


@pytest.mark.parametrize(
    ("key_result", "why"),
    [
        ("pipeline", "pipeline: not verified, hubspot knows only how it stands now"),
        ("spend", "spend: not verified, it is read from a file, anew at each sync"),
    ],
)
def test_what_cannot_be_asked_again_says_why(
    okr: Okr, told: Scene, key_result: str, why: str
) -> None:
    ended = okr("explain", key_result, "--verify")
    assert (ended.code, why in ended.out) == (0, True)


def test_a_source_that_does_not_answer_verifies_nothing(okr: Okr, told: Scene) -> None:
    told.fault("contacts/search", status=403)
    ended = okr("explain", "cost", "--verify")
    assert ended.code == 1
    assert "cost = spend / mqls" in ended.out, "what is remembered is shown all the same"
    assert "mqls: not verified, HubSpot answered 403" in " ".join(ended.out.split())
    found = json.loads(okr("explain", "cost", "--verify", "--output", "json").out)["verified"]
    assert {one["metric"]: one["failed"] for one in found} == {"mqls": True, "spend": False}


def test_another_zone_is_another_question(okr: Okr, told: Scene) -> None:
    rewrite(told.root / "workspace.yaml", {"Europe/Warsaw": "Europe/Berlin"})
    told.sandbox.log.clear()
    ended = okr("explain", "mqls", "--verify")
    assert ended.code == 0
    assert "its days are cut in another zone" in " ".join(ended.out.split())
    assert told.requests == []


DAY = Window.of_day(FIRST)
FINAL = Verified("mqls", DAY, Decimal(3), Decimal(2), None, watched=True)


def test_a_source_that_is_not_asked_again_has_no_false_promise() -> None:
    *_, last = verdicts([replace(FINAL, watched=False)], ())
    assert "okr sync and okr backfill leave the stored value as it is." in last
    assert "restates" not in last
    *_, last = verdicts([FINAL], ())
    assert "restates" in last


def test_a_pinned_figure_stays() -> None:
    [_, line, _] = verdicts([FINAL], {DAY})
    assert line.endswith("stored 3, now 2, its figure stays pinned")
    [_, line] = verdicts([replace(FINAL, provisional=Provisional.SETTLING)], {DAY})
    assert line.endswith("stored 3, now 2 (expected: the source was still settling then)")


def test_no_data_and_zero_are_not_the_same() -> None:
    [_, line, _] = verdicts([replace(FINAL, stored=None, now=Decimal(0))], ())
    assert line.endswith("stored no data, now 0")
    assert is_wrong([replace(FINAL, stored=None, now=Decimal(0))])
    assert not is_wrong([replace(FINAL, stored=None, now=None)])
