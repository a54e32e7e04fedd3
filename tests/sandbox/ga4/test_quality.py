"""Answers that are not the whole truth, and say so."""

from datetime import date
from typing import Any

import pytest
from google.api_core.exceptions import GoogleAPICallError

from sandbox.ga4.quality import Quality, Truncation
from tests.sandbox.ga4.asking import PROPERTY, report, rows, said, totals
from tests.sandbox.ga4.conftest import Site
from tests.sandbox.ga4.test_filters import EQUAL, number, whole

BOTH = pytest.mark.parametrize("transport", ["grpc", "rest"])


def spoilt(site: Site, transport: str, quality: Quality, **more: Any) -> Any:
    site.service.quality = quality
    return site.client(transport).run_report(report("sessions", by=["date"], **more))


@BOTH
def test_an_untroubled_report_says_nothing_of_quality(fresh: Site, transport: str) -> None:
    metadata = spoilt(fresh, transport, Quality()).metadata

    assert not metadata.subject_to_thresholding
    assert not metadata.data_loss_from_other_row
    assert len(metadata.sampling_metadatas) == len(metadata.data_truncation_reasons) == 0
    assert "schema_restriction_response" not in metadata


@BOTH
def test_flags_are_shown(fresh: Site, transport: str) -> None:
    quality = Quality(
        subject_to_thresholding=True, data_loss_from_other_row=True, empty_reason="none"
    )
    metadata = spoilt(fresh, transport, quality).metadata

    assert metadata.subject_to_thresholding
    assert metadata.data_loss_from_other_row
    assert metadata.empty_reason == "none"


@BOTH
def test_sampling_is_said_once_for_each_range(fresh: Site, transport: str) -> None:
    quality = Quality(samples_read=7, sampling_space=2**40)
    two = [("2026-11-02", "2026-11-02"), ("2026-11-03", "2026-11-03")]
    samples = spoilt(fresh, transport, quality, ranges=two).metadata.sampling_metadatas

    assert [(each.samples_read_count, each.sampling_space_size) for each in samples] == [
        (7, 2**40),
        (7, 2**40),
    ]


@BOTH
def test_rows_of_too_few_users_are_withheld(fresh: Site, transport: str) -> None:
    answer = spoilt(fresh, transport, Quality(withheld_below=2))

    assert [row[0] for row in rows(answer)] == ["20261103", "20261104"]
    assert answer.metadata.subject_to_thresholding


@BOTH
def test_truncated_days_are_missing_and_named(fresh: Site, transport: str) -> None:
    quality = Quality(truncation=Truncation(before=date(2026, 11, 3)))
    answer = spoilt(fresh, transport, quality, metric_aggregations=[1])
    untouched = spoilt(fresh, transport, quality, ranges=[("2026-11-03", "2026-11-04")])
    (reason,) = answer.metadata.data_truncation_reasons
    (span,) = reason.data_truncation_date_ranges

    assert [row[0] for row in rows(answer)] == ["20261103", "20261104"]
    assert totals(answer) == [("RESERVED_TOTAL", "4")]
    assert reason.data_truncation_type.name == "DATA_TRUNCATION_TYPE_PROPERTY"
    assert reason.data_truncation_date == "2026-11-03"
    assert (span.start_date, span.end_date) == ("2026-11-02", "2026-11-02")
    assert len(untouched.metadata.data_truncation_reasons) == 0


@BOTH
def test_a_blocked_metric_answers_zeros_and_says_why(fresh: Site, transport: str) -> None:
    fresh.service.quality = Quality(blocked={"totalRevenue": "NO_REVENUE_METRICS"})
    client = fresh.client(transport)
    asked = report("sessions", "totalRevenue", by=["date"], metric_aggregations=[1, 6])
    answer = client.run_report(asked)
    (restriction,) = answer.metadata.schema_restriction_response.active_metric_restrictions
    metadata = client.get_metadata(name=f"{PROPERTY}/metadata")
    reasons = {each.api_name: list(each.blocked_reasons) for each in metadata.metrics}

    assert [row[2] for row in rows(answer)] == ["0", "0", "0"]
    assert totals(answer) == [("RESERVED_TOTAL", "5", "0")]
    assert restriction.metric_name == "totalRevenue"
    assert [each.name for each in restriction.restricted_metric_types] == ["REVENUE_DATA"]
    assert [each.name for each in reasons["totalRevenue"]] == ["NO_REVENUE_METRICS"]
    assert reasons["sessions"] == []


def test_a_filter_on_a_blocked_metric_is_refused(fresh: Site) -> None:
    blocked = Quality(blocked={"sessions": "NO_COST_METRICS"})

    with pytest.raises(GoogleAPICallError) as refused:
        spoilt(fresh, "grpc", blocked, metric_filter=number("sessions", EQUAL, whole(1)))
    assert said(refused.value)[0] == 400
