"""What may be asked: the fields, and which of them fit together."""

from typing import Any

import pytest
from google.analytics.data_v1beta.types import CheckCompatibilityRequest, Dimension, Metric
from google.api_core.exceptions import GoogleAPICallError

from tests.sandbox.ga4.asking import PROPERTY, report, said
from tests.sandbox.ga4.test_filters import text

COMPATIBLE, INCOMPATIBLE = 1, 2


def test_the_metadata_names_every_field_with_its_type(ask: Any) -> None:
    answer = ask.get_metadata(name=f"{PROPERTY}/metadata")
    metrics = {each.api_name: each for each in answer.metrics}

    assert answer.name == f"{PROPERTY}/metadata"
    assert metrics["keyEvents"].type_.name == "TYPE_FLOAT"
    assert metrics["sessions"].type_.name == "TYPE_INTEGER"
    assert metrics["averageSessionDuration"].type_.name == "TYPE_SECONDS"
    assert metrics["totalRevenue"].type_.name == "TYPE_CURRENCY"
    assert metrics["sessionsPerUser"].ui_name == "Sessions per active user"
    assert list(metrics["keyEvents"].deprecated_api_names) == ["conversions"]
    assert {"date", "sessionDefaultChannelGroup"} <= {each.api_name for each in answer.dimensions}


def test_everything_in_the_metadata_can_be_asked(ask: Any) -> None:
    answer = ask.get_metadata(name=f"{PROPERTY}/metadata")

    for dimension in answer.dimensions:
        by_dimension = ask.run_report(report("sessions", by=[dimension.api_name]))
        assert sum(int(row.metric_values[0].value) for row in by_dimension.rows) == 5
    for metric in answer.metrics:
        header = ask.run_report(report(metric.api_name)).metric_headers[0]
        assert (header.name, header.type_) == (metric.api_name, metric.type_)


def test_property_zero_has_the_common_fields_for_anyone(ask: Any) -> None:
    assert len(ask.get_metadata(name="properties/0/metadata").metrics) > 15
    with pytest.raises(GoogleAPICallError) as refused:
        ask.get_metadata(name="properties/1/metadata")
    assert said(refused.value)[0] == 403


def _compatible(ask: Any, wanted: int, *metrics: str, by: tuple[str, ...] = ()) -> set[str]:
    answer = ask.check_compatibility(
        CheckCompatibilityRequest(
            property=PROPERTY,
            metrics=[Metric(name=name) for name in metrics],
            dimensions=[Dimension(name=name) for name in by],
            compatibility_filter=wanted,
        )
    )
    names = {each.dimension_metadata.api_name for each in answer.dimension_compatibilities}
    return names | {each.metric_metadata.api_name for each in answer.metric_compatibilities}


def test_compatibility_says_which_fields_could_be_added(ask: Any) -> None:
    barred = _compatible(ask, INCOMPATIBLE, "active28DayUsers")

    assert barred == {"hour", "dateHour", "dateHourMinute"}
    assert "date" in _compatible(ask, COMPATIBLE, "active28DayUsers")
    assert _compatible(ask, INCOMPATIBLE, by=("landingPage",)) == {"itemListClickEvents"}


def test_compatibility_of_fields_that_do_not_fit_is_refused_and_filters_count(ask: Any) -> None:
    with pytest.raises(GoogleAPICallError) as refused:
        _compatible(ask, 0, "itemListClickEvents", by=("landingPage",))
    assert said(refused.value)[0] == 400

    with pytest.raises(GoogleAPICallError) as refused:
        ask.check_compatibility(
            CheckCompatibilityRequest(
                property=PROPERTY,
                metrics=[Metric(name="itemListClickEvents")],
                dimension_filter=text("landingPage", "/"),
            )
        )
    assert said(refused.value)[0] == 400
