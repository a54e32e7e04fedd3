"""Every key result of the shipped config is, on every day, what the company's rows say."""

from datetime import date
from decimal import Context, Decimal

import pytest
import yaml

from okrmodel.observations import Provisional
from okrmodel.snapshot import Status
from tests.end_to_end import oracle
from tests.end_to_end.conftest import Shipped
from tests.end_to_end.oracle import DAYS, LAST
from tests.flows.scene import SHIPPED, Scene

KEY_RESULTS = tuple(oracle.VALUES)


def decimal(value: oracle.Value) -> Decimal | None:
    """To the 34 digits that the product keeps of a division."""
    if value is None:
        return None
    return Context(prec=34).divide(Decimal(value.numerator), Decimal(value.denominator))


def places(number: Decimal | None) -> Decimal | None:
    """To the 20 places that the product compares; the last digits carry two divisions' rounding."""
    return None if number is None else number.quantize(Decimal("1e-20"))


def test_the_oracle_speaks_of_every_key_result_of_the_shipped_config() -> None:
    written = yaml.safe_load((SHIPPED / "okrs/2026-Q4.yaml").read_text("utf-8"))
    ids = [k["id"] for objective in written["objectives"] for k in objective["key_results"]]
    assert ids == [*KEY_RESULTS]


@pytest.mark.parametrize("key_result", KEY_RESULTS)
def test_a_value_is_right_on_every_day_of_the_cycle(shipped: Shipped, key_result: str) -> None:
    assert {day: s.value for day, s in shipped.told[key_result].items()} == {
        day: decimal(shipped.oracle.value(key_result, day)) for day in DAYS
    }


@pytest.mark.parametrize("key_result", KEY_RESULTS)
def test_progress_is_right_on_every_day_of_the_cycle(shipped: Shipped, key_result: str) -> None:
    assert {day: places(s.raw_progress) for day, s in shipped.told[key_result].items()} == {
        day: places(decimal(oracle.progress(shipped.oracle, key_result, day))) for day in DAYS
    }


@pytest.mark.parametrize("key_result", KEY_RESULTS)
def test_the_ends_of_the_way_are_those_written_down_or_measured(
    shipped: Shipped, key_result: str
) -> None:
    of = shipped.oracle
    scales = {
        day: s
        for day, s in shipped.told[key_result].items()
        if s.raw_progress is not None and oracle.way(of, key_result, day)
    }
    for day, snapshot in scales.items():
        begin, target = oracle.way(of, key_result, day) or (None, None)
        assert (snapshot.baseline, snapshot.target) == (decimal(begin), decimal(target)), day
        assert snapshot.previous == decimal(oracle.previous(of, key_result)), day


def test_a_level_without_history_has_no_past_and_no_zeros(shipped: Shipped) -> None:
    pipeline = shipped.told["pipeline"]
    assert {pipeline[day].status for day in DAYS[:-1]} == {Status.NO_DATA}
    assert {pipeline[day].value for day in DAYS[:-1]} == {None}
    assert pipeline[LAST].value


def test_only_what_ga4_and_the_emails_still_settle_is_provisional(shipped: Shipped) -> None:
    settling = {
        key_result
        for key_result in KEY_RESULTS
        if shipped.told[key_result][LAST].provisional == (Provisional.SETTLING,)
    }
    assert settling == {"sessions", "organic-sessions", "key-events", "lead-rate", "open-rate"}
    # Nothing moves in GA4 after three days: these ended on 19 November at midnight.
    assert shipped.told["sessions"][date(2026, 11, 19)].provisional == ()
    assert shipped.told["sessions"][date(2026, 11, 20)].provisional == (Provisional.SETTLING,)


def test_a_cycle_of_days_is_backfilled_with_few_requests(shipped: Shipped) -> None:
    assert shipped.backfilled.faults == ()
    assert len(shipped.requests) == sum(shipped.backfilled.calls.values())
    searches = [r for r in shipped.requests if r.endswith("/search")]
    reports = [r for r in shipped.requests if r.startswith("BatchRunReports")]
    # 22 key results over 53 days; day by day it would be more than a thousand.
    assert len(searches) < 45
    assert len(reports) < 15


def test_a_sync_after_the_backfill_has_nothing_to_add(shipped: Shipped) -> None:
    shipped.scene.sandbox.log.clear()
    report = shipped.scene.sync()
    assert (report.as_of, report.written, report.faults) == (LAST, 0, ())
    assert {s.key_result for s in report.snapshots} == {*KEY_RESULTS}


def test_postgresql_remembers_the_same_to_the_byte(shipped: Shipped, postgresql_url: str) -> None:
    scene = shipped.scene
    other = Scene(scene.sandbox, scene.root, postgresql_url)
    fortnight = DAYS[-14:]
    other.backfill(fortnight[0], LAST)
    ours, theirs = scene.payloads(), other.payloads()
    assert theirs == {place: ours[place] for place in ours if place[1] in fortnight}
    assert len(theirs) == len(fortnight) * len(KEY_RESULTS)
