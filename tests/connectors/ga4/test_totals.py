"""The value of a whole run of days, read off the daily series: the source's own, never a sum."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.analytics.data_v1beta.types import RunReportResponse
from google.protobuf import json_format

from connectors.errors import QueryError
from connectors.ga4.plan import Report
from connectors.ga4.reading import Table, read
from okrmodel.observations import Flag, Provisional
from okrmodel.windows import Window
from sandbox.ga4.quality import Quality, Truncation
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.ga4.test_reading import RECORDED, TODAY, row
from tests.connectors.ga4.test_truth import COUNTS, true
from tests.connectors.opening import WARSAW, ask, days

QUARTER = Window(date(2026, 10, 1), date(2026, 11, 20))
SERIES = ask(query("screenPageViews"), *QUARTER.day_windows())
HERE = Window(date(2026, 10, 1), date(2026, 10, 3))


@pytest.mark.parametrize("metric", COUNTS)
def test_a_count_of_the_whole_run_is_what_a_report_of_its_own_says(
    either: Property, metric: str
) -> None:
    whole = ask(query(metric), QUARTER)
    assert either.values(whole) == either.values(SERIES, whole)[-1:]
    assert either.values(whole) == [true(either, metric, QUARTER)]


def test_a_rate_of_the_whole_run_is_what_a_report_of_its_own_says(website: Property) -> None:
    rates = [ask(query(name), QUARTER) for name in ("engagementRate", "averageSessionDuration")]
    assert website.values(SERIES, *rates)[-2:] == website.values(*rates)


def test_the_run_and_its_days_come_in_one_report_of_one_call(website: Property) -> None:
    users = ask(query("activeUsers"), QUARTER, *days("2026-10-01", "2026-10-03"))
    found = website.answers(SERIES, users)
    assert website.calls(1) == 1
    assert website.log.all()[0].body.count('"dateRanges"') <= 1
    assert len(found) == len(SERIES.windows) + 4
    (whole,) = [o for o in found if o.window == QUARTER]
    assert '"TOTAL"' in whole.evidence.queries[0]


def test_a_run_without_any_rows_is_zero(website: Property) -> None:
    nobody = {"country": "Atlantis"}
    series = ask(query("screenPageViews", **nobody), *SERIES.windows)
    users = ask(query("activeUsers", **nobody), QUARTER)
    assert website.values(series, users)[-1] == Decimal(0)


@pytest.mark.parametrize(
    ("quality", "flag", "reason"),
    [
        (Quality(samples_read=40, sampling_space=100), Flag.SAMPLED, Provisional.SAMPLED),
        (Quality(subject_to_thresholding=True), Flag.THRESHOLDED, Provisional.THRESHOLDED),
        (Quality(data_loss_from_other_row=True), Flag.OTHER_ROW, Provisional.OTHER_ROW),
        (
            Quality(truncation=Truncation(before=date(2026, 12, 1))),
            Flag.TRUNCATED,
            Provisional.QUOTA_CUT,
        ),
    ],
)
def test_what_is_wrong_with_an_answer_makes_its_settled_values_provisional(
    either: Property, quality: Quality, flag: Flag, reason: Provisional
) -> None:
    """Days, their total, and windows of their own alike."""
    either.service.quality = quality
    other = Window(date(2026, 10, 5), date(2026, 11, 5))
    found = either.answers(SERIES, ask(query("activeUsers"), QUARTER, other))
    assert {frozenset(o.flags) for o in found} == {frozenset({flag})}
    settled = [o for o in found if o.window.end <= date(2026, 11, 20)]
    assert len(settled) == len(found)
    assert {o.provisional(WARSAW) for o in settled} == {reason}
    assert all((o.value is None) == (flag is Flag.TRUNCATED) for o in found if o.window.length > 1)


def test_a_blocked_metric_has_no_total(website: Property) -> None:
    website.service.quality = Quality(blocked={"activeUsers": "NO_REVENUE_METRICS"})
    found = website.answers(SERIES, ask(query("activeUsers"), QUARTER))[-1]
    assert found.value is None
    assert found.flags == {Flag.BLOCKED}


def table(raw: dict[str, Any], *metrics: str) -> Table:
    answer = json_format.ParseDict(raw, RunReportResponse.pb(RunReportResponse()))
    report = Report((), metrics, (HERE,), by_date=True, total=True)
    kinds = [1 for _ in metrics]
    return Table(report, answer.rows, kinds, answer.metadata, ("q",), ("d",), totals=answer.totals)


def values(raw: dict[str, Any]) -> list[Decimal | None]:
    return [found.value for _, found in read(table(raw, "activeUsers"), TODAY)]


ROWS = [row("20261001", value="3"), row("20261002", value="4")]


def test_the_total_stands_after_the_days() -> None:
    assert values({"rows": ROWS, "totals": [row("RESERVED_TOTAL", value="6")]}) == [3, 4, 6]


@pytest.mark.parametrize(
    "totals",
    [
        [],
        [row("RESERVED_MAX")],
        [row("RESERVED_TOTAL"), row("RESERVED_TOTAL")],
        [row("RESERVED_TOTAL", "date_range_0")],
        [{"dimensionValues": [{"value": "RESERVED_TOTAL"}]}],
    ],
    ids=["none", "another aggregate", "two", "of one range of several", "no value"],
)
def test_rows_without_the_total_that_was_asked_for_are_no_answer(totals: Any) -> None:
    with pytest.raises(QueryError, match="has rows and not one total of them"):
        values({"rows": ROWS, "totals": totals})


def test_a_total_of_the_real_service_is_read_as_it_is_written() -> None:
    """Its dimension is another one; its shape is what counts."""
    file = RECORDED / "sitekit_report_metrics_totals.json"
    if not file.exists():
        pytest.skip("the recorded answers are not beside the project")
    raw = json.loads(Path(file).read_text())
    raw["rows"] = [row("20261001") | {"metricValues": raw["rows"][0]["metricValues"]}]
    names = [header["name"] for header in raw["metricHeaders"]]
    found = [r.value for (_, _, w), r in read(table(raw, *names), TODAY) if w == HERE]
    assert [str(value) for value in found] == [
        "6357",
        "5992",
        "0.98564753004005345",
        "41.557191137683581",
    ]
