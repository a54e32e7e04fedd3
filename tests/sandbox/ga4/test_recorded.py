"""Beside what the real service was recorded to answer."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.faults import Fault
from tests.sandbox.ga4.asking import PROPERTY
from tests.sandbox.ga4.conftest import Site
from tests.sandbox.ga4.test_refusals import NINE, TEN_METRICS

RECORDED = Path(__file__).parents[3] / "../shared/data/recorded/ga4"

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not beside this checkout"
)

ONE_DAY = [{"startDate": "2026-06-01", "endDate": "2026-06-01"}]
SESSIONS = {"metrics": [{"name": "sessions"}], "dateRanges": ONE_DAY}


def named(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def dated(first: str, last: str = "2026-06-01") -> dict[str, Any]:
    return {**SESSIONS, "dateRanges": [{"startDate": first, "endDate": last}]}


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "unknown_dimension": ("runReport", {**SESSIONS, "dimensions": named("notADimension")}),
    "unknown_metric": ("runReport", {**SESSIONS, "metrics": named("notAMetric")}),
    "incompatible_remove": (
        "runReport",
        {
            **SESSIONS,
            "metrics": named("itemListClickEvents"),
            "dimensions": named("landingPage"),
        },
    ),
    "no_date_range": ("runReport", {"metrics": named("sessions")}),
    "five_ranges": ("runReport", {**SESSIONS, "dateRanges": ONE_DAY * 5}),
    "eleven_metrics": ("runReport", {**SESSIONS, "metrics": named(*TEN_METRICS, "dauPerMau")}),
    "ten_dimensions": ("runReport", {**SESSIONS, "dimensions": named(*NINE, "platform")}),
    "nothing_requested": ("runReport", {"dateRanges": ONE_DAY}),
    "reversed_range": ("runReport", dated("2026-06-07", "2026-06-01")),
    "bad_date": ("runReport", dated("01/06/2026")),
    "too_early": ("runReport", dated("2015-08-13")),
    "dup_dimension": ("runReport", {**SESSIONS, "dimensions": named("date", "date")}),
    "dup_metric": ("runReport", {**SESSIONS, "metrics": named("sessions", "sessions")}),
    "negative_limit": ("runReport", {**SESSIONS, "limit": "-1"}),
    "negative_offset": ("runReport", {**SESSIONS, "offset": -1}),
    "orderby_not_requested": (
        "runReport",
        {**SESSIONS, "orderBys": [{"dimension": {"dimensionName": "country"}}]},
    ),
    "count_aggregation": ("runReport", {**SESSIONS, "metricAggregations": ["COUNT"]}),
    "six_in_batch": ("batchRunReports", {"requests": [SESSIONS] * 6}),
    "empty_batch": ("batchRunReports", {}),
    "unknown_json_key": ("runReport", {**SESSIONS, "dateRange": ONE_DAY}),
}
QUOTAS = ["project_hour", "day", "concurrent", "thresholded", "server_errors", "client_errors"]


def post(site: Site, verb: str, body: Any, property_name: str = PROPERTY) -> requests.Response:
    url = f"http://127.0.0.1:{site.rest_port}/v1beta/{property_name}:{verb}"
    return requests.post(url, json=body, timeout=5)


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def without_details(answer: requests.Response) -> Any:
    error = answer.json()["error"]
    assert answer.status_code == error["code"]
    return {"error": {key: error[key] for key in ("code", "message", "status")}}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_reads_as_it_was_observed(three_days: Site, name: str) -> None:
    answer = post(three_days, *REFUSED[name])

    assert without_details(answer) == recorded("errors_observed.json")[name]


def test_another_property_is_refused_as_it_was_observed(three_days: Site) -> None:
    answer = post(three_days, "runReport", SESSIONS, "properties/1")

    assert without_details(answer) == recorded("errors_observed.json")["permission"]


@pytest.mark.parametrize("policy", QUOTAS)
def test_an_exhausted_quota_reads_as_it_was_observed(three_days: Site, policy: str) -> None:
    three_days.faults.order(Fault("quota", policy=policy))
    answer = post(three_days, "runReport", SESSIONS)

    assert without_details(answer) == recorded("errors_observed.json")[f"quota_{policy}"]


def test_every_observed_error_is_answered_or_known_to_be_left_out() -> None:
    left_out = {"did_you_mean", "incompatible_add", "permission", "_caveat"}
    known = {*REFUSED, *left_out, *(f"quota_{policy}" for policy in QUOTAS)}

    assert set(recorded("errors_observed.json")) == known


def test_a_fresh_propertys_quota_is_the_recorded_one(fresh: Site) -> None:
    answer = post(fresh, "runReport", {**SESSIONS, "returnPropertyQuota": True}).json()

    expected = recorded("property_quota_real_shape.json")["propertyQuota"]
    assert answer["propertyQuota"] == expected


def shape(value: Any) -> Any:
    """Keys and types, without what a JSON null says: nothing."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [shape(value[0])]
    return type(value).__name__


@pytest.mark.parametrize(
    ("name", "aggregations", "page"),
    [
        ("sitekit_report_metrics_totals.json", ["TOTAL", "MAXIMUM", "MINIMUM"], "landingPage"),
        ("rwb0104_limit_totals.json", ["TOTAL"], "landingPage"),
        ("warsaw_date_eventName.json", [], "landingPage"),
        ("warsaw_empty_report.json", [], "landingPage"),
    ],
)
def test_an_answer_has_the_shape_of_the_recorded_one(
    three_days: Site, name: str, aggregations: list[str], page: str
) -> None:
    """Asked for the recorded metrics; dimensions that the sandbox lacks are a landing page."""
    real = recorded(name)
    real.pop("_note", None)
    unknown = {"pagePath", "eventName"}
    asked = {
        "metrics": named(*(each["name"] for each in real["metricHeaders"])),
        "dimensions": named(
            *(
                page if each["name"] in unknown else each["name"]
                for each in real["dimensionHeaders"]
            )
        ),
        "dateRanges": [{"startDate": "2026-11-02", "endDate": "2026-11-04"}]
        if "rows" in real
        else ONE_DAY,
        "metricAggregations": aggregations,
    }
    answer = post(three_days, "runReport", asked).json()

    assert shape(answer) == shape(real)
    assert answer["metricHeaders"] == real["metricHeaders"]
    for where in ("totals", "maximums", "minimums"):
        ours = [row["dimensionValues"] for row in answer.get(where, [])]
        assert ours == [row["dimensionValues"] for row in real.get(where, [])]


def test_the_recorded_rows_stand_in_our_default_order() -> None:
    real = recorded("warsaw_date_eventName.json")["rows"]
    keys = [
        (-int(row["metricValues"][0]["value"]), [each["value"] for each in row["dimensionValues"]])
        for row in real
    ]

    assert keys == sorted(keys)
