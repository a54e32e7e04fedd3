"""What metadata does to values, where the pretend property cannot be made to say it."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.analytics.data_v1beta.types import BatchRunReportsResponse, RunReportResponse
from google.protobuf import json_format

from connectors.errors import Permanent, QueryError
from connectors.ga4 import client as ga4_client
from connectors.ga4 import requests as ga4_requests
from connectors.ga4.plan import Report
from connectors.ga4.reading import Reading, Table, read
from okrmodel.observations import Flag
from okrmodel.windows import Window
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import ask, day, days

RECORDED = Path(__file__).parents[3] / "../shared/data/recorded/ga4"
OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 4))
NOVEMBER = Window(date(2026, 11, 1), date(2026, 11, 4))
TODAY = date(2026, 11, 23)


def response(raw: dict[str, Any]) -> Any:
    return json_format.ParseDict(raw, RunReportResponse.pb(RunReportResponse()))


def row(*texts: str, value: str = "5") -> dict[str, Any]:
    dimensions = [{"value": text} for text in texts]
    return {"dimensionValues": dimensions, "metricValues": [{"value": value}]}


def readings(
    raw: dict[str, Any], *ranges: Window, by_date: bool = False, metric: str = "keyEvents"
) -> list[Reading]:
    answer = response({"metricHeaders": [{"name": metric, "type": "TYPE_FLOAT"}], **raw})
    report = Report((), (metric,), ranges or (OCTOBER,), by_date=by_date)
    types = [header.type_ for header in answer.metric_headers]
    table = Table(report, answer.rows, types, answer.metadata, ("q",), ("d",))
    return [reading for _, reading in read(table, TODAY)]


def test_a_row_of_no_day_makes_the_absent_days_unknown() -> None:
    rows = [row("20261001"), row("(other)", value="99")]
    found = readings({"rows": rows}, by_date=True)
    assert [r.value for r in found] == [Decimal(5), None, None]
    assert all(r.flags == {Flag.OTHER_ROW} for r in found)
    assert found[0].evidence.notes == ("rows of no day: (other)",)


def test_each_range_has_the_sampling_of_its_own() -> None:
    samples = [
        {"samplesReadCount": "10", "samplingSpaceSize": "10"},
        {"samplesReadCount": "4", "samplingSpaceSize": "10"},
    ]
    rows = [row("date_range_0"), row("date_range_1")]
    whole, sampled = readings(
        {"rows": rows, "metadata": {"samplingMetadatas": samples}}, OCTOBER, NOVEMBER
    )
    assert (whole.flags, sampled.flags) == (frozenset(), frozenset({Flag.SAMPLED}))


def test_a_truncation_with_a_date_only_cuts_what_begins_before_it() -> None:
    reason = {
        "dataTruncationType": "DATA_TRUNCATION_TYPE_DV360",
        "dataTruncationDate": "2026-10-15",
    }
    rows = [row("date_range_0"), row("date_range_1")]
    cut, whole = readings(
        {"rows": rows, "metadata": {"dataTruncationReasons": [reason]}}, OCTOBER, NOVEMBER
    )
    assert (cut.value, cut.flags) == (None, frozenset({Flag.TRUNCATED}))
    assert (whole.value, whole.flags) == (Decimal(5), frozenset())


def test_a_truncation_without_any_date_cuts_everything() -> None:
    reason = {"dataTruncationType": "DATA_TRUNCATION_TYPE_DATE_RANGE"}
    rows = [row("date_range_0"), row("date_range_1")]
    found = readings(
        {"rows": rows, "metadata": {"dataTruncationReasons": [reason]}}, OCTOBER, NOVEMBER
    )
    assert [r.value for r in found] == [None, None]
    assert found[0].evidence.notes == ("truncated: no reason given",)


def test_a_range_is_found_by_its_name_and_not_by_its_place() -> None:
    rows = [row("date_range_1", value="2"), row("date_range_0", value="1")]
    assert [r.value for r in readings({"rows": rows}, OCTOBER, NOVEMBER)] == [1, 2]


@pytest.mark.parametrize(
    ("rows", "by_date"),
    [
        ([row("date_range_0"), row("date_range_0")], False),
        ([row("20261001"), row("20261002"), row("20261001")], True),
        ([row("20261005")], True),
        ([{"dimensionValues": [{"value": "20261001"}], "metricValues": []}], True),
    ],
    ids=["a range twice", "a day twice", "a day not asked for", "no value"],
)
def test_a_row_that_does_not_belong_there_is_refused(rows: Any, *, by_date: bool) -> None:
    ranges = (OCTOBER,) if by_date else (OCTOBER, NOVEMBER)
    with pytest.raises(QueryError, match="a row that does not belong there, or one twice"):
        readings({"rows": rows}, *ranges, by_date=by_date)


def test_a_row_of_an_unknown_range_is_nobodys_value() -> None:
    rows = [row("date_range_0", value="3"), row("date_range_7", value="99")]
    known, unknown = readings({"rows": rows}, OCTOBER, NOVEMBER)
    assert [known.value, unknown.value] == [3, None]
    assert unknown.flags == {Flag.OTHER_ROW}


def test_sampling_that_names_no_range_is_of_all() -> None:
    samples = [{"samplesReadCount": "4", "samplingSpaceSize": "10"}]
    rows = [row("date_range_0"), row("date_range_1")]
    found = readings({"rows": rows, "metadata": {"samplingMetadatas": samples}}, OCTOBER, NOVEMBER)
    assert [r.flags for r in found] == [{Flag.SAMPLED}] * 2


@pytest.mark.parametrize("write", [str, lambda day: day.replace("-", "")])
def test_a_truncation_cuts_the_days_that_it_names_however_they_are_written(write: Any) -> None:
    span = {"startDate": write("2026-10-02"), "endDate": write("2026-10-02")}
    rows = [row("20261001"), row("20261002"), row("20261003")]
    metadata = {"dataTruncationReasons": [{"dataTruncationDateRanges": [span]}]}
    found = readings({"rows": rows, "metadata": metadata}, by_date=True)
    assert [r.value for r in found] == [5, None, 5]


def test_seventeen_digits_stay_as_they_are_printed() -> None:
    (found,) = readings({"rows": [row(value="0.97348484848484851")]}, metric="engagementRate")
    assert found.value == Decimal("0.97348484848484851")


def test_a_value_that_is_no_number_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(QueryError, match=r"answer for keyEvents: '\(not set\)' is no number"):
        readings({"rows": [row(value="(not set)")]})


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "", "1e400"])
def test_a_double_that_is_not_finite_is_an_error(value: str) -> None:
    with pytest.raises(QueryError, match="answer for returnOnAdSpend"):
        readings({"rows": [row(value=value)]}, metric="returnOnAdSpend")


def test_a_total_is_not_read_as_a_row() -> None:
    rows = [row("20261001", value="3"), row("20261002", value="4")]
    totals = [row("RESERVED_TOTAL", value="6")]
    found = readings({"rows": rows, "totals": totals}, by_date=True)
    assert [r.value for r in found] == [3, 4, 0]


def test_an_empty_answer_of_the_real_service_is_zero() -> None:
    file = RECORDED / "warsaw_empty_report.json"
    if not file.exists():
        pytest.skip("the recorded answers are not beside the project")
    (found,) = readings(json.loads(file.read_text()), metric="eventCount")
    assert (found.value, found.evidence.source_zone) == (Decimal(0), "Europe/Warsaw")


def test_an_answer_that_ends_before_its_rows_do_is_no_answer(
    website: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = ga4_client.Ga4Client._batch

    def losing(client: Any, requests: Any) -> Any:
        answers = send(client, requests)
        if requests[0].offset:
            answers[0].ClearField("rows")
        return answers

    monkeypatch.setattr(ga4_requests, "ROW_LIMIT", 10)
    monkeypatch.setattr(ga4_client.Ga4Client, "_batch", losing)
    asked = ask(query("screenPageViews"), *days("2026-10-01", "2026-10-31"))
    with pytest.raises(QueryError, match="ends after 10 of 31 rows"):
        website.answers(asked)


def _renamed(answer: Any) -> None:
    answer.metric_headers[0].name = "eventCount"


def _without_zone(answer: Any) -> None:
    answer.metadata.time_zone = ""


def _without_metadata(answer: Any) -> None:
    answer.ClearField("metadata")


def _without_rows(answer: Any) -> None:
    answer.ClearField("rows")


def _by_country(answer: Any) -> None:
    answer.dimension_headers.add().name = "country"


def _moved(answer: Any) -> None:
    answer.metadata.time_zone = "America/New_York"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_renamed, "has the columns .*eventCount"),
        (_by_country, "has the columns .*country"),
        (_without_zone, "names no time zone"),
        (_without_metadata, "names no time zone"),
        (_without_rows, r"ends after 0 of 1 rows|has none of its 1 rows"),
        (_moved, "cut the days in America/New_York, not in Europe/Warsaw"),
    ],
)
@pytest.mark.parametrize("window", [day("2026-10-01"), OCTOBER], ids=["by date", "by range"])
def test_an_answer_to_something_else_is_none(
    website: Property,
    monkeypatch: pytest.MonkeyPatch,
    window: Window,
    change: Callable[[Any], None],
    message: str,
) -> None:
    send = ga4_client.Ga4Client._batch

    def changed(client: Any, requests: Any) -> Any:
        answers = send(client, requests)
        change(answers[0])
        return answers

    monkeypatch.setattr(ga4_client.Ga4Client, "_batch", changed)
    metric = "screenPageViews" if window.length == 1 else "activeUsers"
    with pytest.raises(Permanent, match=message):
        website.answers(ask(query(metric), window))


def test_answers_in_another_order_are_none(
    website: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = ga4_client.Ga4Client._batch
    monkeypatch.setattr(
        ga4_client.Ga4Client, "_batch", lambda client, requests: send(client, requests)[::-1]
    )
    users, views = query("activeUsers"), query("screenPageViews")
    with pytest.raises(QueryError, match="has the columns"):
        website.answers(ask(users, OCTOBER), ask(views, day("2026-10-01")))


def test_fewer_answers_than_reports_are_no_answer(
    website: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = BatchRunReportsResponse.pb(BatchRunReportsResponse())
    monkeypatch.setattr(ga4_client.Ga4Client, "_send", lambda *_: empty)
    with pytest.raises(QueryError, match="0 answers to 1 reports"):
        website.answers(ask(query("keyEvents"), day("2026-10-01")))
