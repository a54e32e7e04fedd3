"""What went wrong for others in the field, one test each, named after it.

The reports are cited beside the tests.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.errors import QueryError
from connectors.ga4 import CONNECTOR
from connectors.ga4 import requests as ga4_requests
from okrmodel.observations import Flag, Provisional
from okrmodel.windows import Window
from sandbox import truth
from sandbox.ga4.quality import Quality, Truncation
from tests.connectors.ga4.conftest import Property, query
from tests.connectors.opening import WARSAW, ask, day, days

QUARTER = Window(date(2026, 10, 1), date(2026, 11, 23))
MONTH = days("2026-10-01", "2026-10-31")
RARE = query("totalRevenue")
"""Some days have none."""
WEEKEND = [day(text) for text in ("2026-10-03", "2026-10-04")]


def of(website: Property, quality: Quality, *asks: Any) -> list[Any]:
    website.service.quality = quality
    return website.answers(*asks)


def test_users_are_not_summed_over_days_or_pages(website: Property) -> None:
    # airbyte#42547, airbyte#49946, Canonry/canonry#150
    (whole,) = website.values(ask(query("totalUsers"), QUARTER))
    by_day = website.values(ask(query("totalUsers"), *QUARTER.day_windows()))
    known = truth.total_users(
        website.company, truth.Window(QUARTER.start, QUARTER.end), website.clock.now()
    )
    assert whole == known < sum(by_day)


def test_a_window_of_users_is_asked_without_the_date_dimension(website: Property) -> None:
    # dlt-hub/verified-sources#626, MeltanoLabs/tap-google-analytics#303, airbyte#29458
    website.values(ask(query("activeUsers"), QUARTER))
    (request,) = website.log.all()
    assert "dimensions" not in request.body


def test_the_last_days_are_provisional_until_late_rows_are_in(website: Property) -> None:
    # airbyte#26054, airbyte#21153, estuary/connectors PR 2516
    answers = website.answers(ask(query("keyEvents"), *days("2026-11-18", "2026-11-23")))
    assert [o.provisional(WARSAW) for o in answers] == [
        None,
        None,
        Provisional.SETTLING,
        Provisional.SETTLING,
        Provisional.SETTLING,
        Provisional.TODAY,
    ]


def test_sampling_is_never_applied_silently(website: Property) -> None:
    # airbyte#8570, airbyte PR 9480
    (found,) = of(
        website, Quality(samples_read=40, sampling_space=100), ask(query("activeUsers"), QUARTER)
    )
    assert found.flags == {Flag.SAMPLED}
    assert found.evidence.notes == ("sampled: 40 of 100 events read",)
    assert found.value is not None


def test_rows_lost_to_other_are_flagged(website: Property) -> None:
    # googleAnalyticsR#419, #427, #431, ga-dev-tools#2332
    found = of(website, Quality(data_loss_from_other_row=True), ask(RARE, *WEEKEND))
    assert all(o.flags == {Flag.OTHER_ROW} for o in found)
    assert all(o.value is None or o.value > 0 for o in found)


def test_thresholding_is_seen_and_a_withheld_row_is_not_zero(website: Property) -> None:
    # googleAnalyticsR#427
    asked = ask(query("newUsers"), *MONTH)
    plain = website.values(asked)
    found = of(website, Quality(withheld_below=25), asked)
    assert all(o.flags == {Flag.THRESHOLDED} for o in found)
    withheld = [o for o in found if o.value is None]
    assert 0 < len(withheld) < len(found)
    assert [o.value for o in found] == [
        None if o.value is None else v for o, v in zip(found, plain, strict=True)
    ]


def test_incompatible_fields_are_refused_with_googles_advice(either: Property) -> None:
    # ga-dev-tools#2187, ComposioHQ/composio#2169, estuary/connectors PR 2480
    asked = ask(query("itemListClickEvents", sessionDefaultChannelGroup="Email"), MONTH[0])
    with pytest.raises(QueryError, match="dimensions & metrics are incompatible") as caught:
        either.answers(asked)
    assert caught.value.remedy.startswith("these fields do not go together: remove ")
    assert "POST" not in str(caught.value)


def test_days_without_rows_are_zero_in_a_clean_answer(either: Property) -> None:
    # google/site-kit-wp#6623, google-cloud-php#5401, google-cloud-ruby#19406
    asked = ask(query("keyEvents", country="France", landingPage="/docs"), *MONTH)
    found = either.answers(asked)
    assert Decimal(0) in [o.value for o in found]
    assert not any(o.flags for o in found)
    assert None not in [o.value for o in found]


def test_the_zone_of_the_dates_is_told(either: Property) -> None:
    # airbyte#18717
    assert either.session().identity().zone == "Europe/Warsaw"
    (found,) = either.answers(ask(query("sessions"), QUARTER))
    assert found.evidence.source_zone == "Europe/Warsaw"


def test_rows_beyond_the_limit_are_fetched(
    either: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    # xorbitsai/xagent PR 1067
    asked = ask(query("screenPageViews"), *MONTH)
    expected = either.values(asked)
    either.log.clear()
    monkeypatch.setattr(ga4_requests, "ROW_LIMIT", 10)
    found = either.answers(asked)
    assert [o.value for o in found] == expected
    assert either.calls(4) == 4
    assert len(found[0].evidence.queries) == len(found[0].evidence.digests) == 4


def test_an_empty_report_with_a_reason_is_no_data(website: Property) -> None:
    # google/site-kit-wp#6528
    future = Quality(empty_reason="The property has no data stream.")
    asked = ask(query("sessions", country="Atlantis"), QUARTER)
    (found,) = of(website, future, asked)
    assert found.value is None
    assert found.evidence.notes == ("empty: The property has no data stream.",)


def test_days_before_the_retention_date_are_no_data(either: Property) -> None:
    quality = Quality(truncation=Truncation(before=date(2026, 10, 11)))
    found = of(either, quality, ask(query("screenPageViews"), *MONTH))
    assert [o.value is None for o in found] == [True] * 10 + [False] * 21
    assert [Flag.TRUNCATED in o.flags for o in found] == [True] * 10 + [False] * 21
    assert "retention date" in found[0].evidence.notes[0]


def test_a_window_that_begins_before_the_retention_date_is_no_data(either: Property) -> None:
    quality = Quality(truncation=Truncation(before=date(2026, 10, 11)))
    cut, whole = of(
        either,
        quality,
        ask(query("activeUsers"), QUARTER, Window(date(2026, 10, 11), date(2026, 11, 1))),
    )
    assert (cut.value, cut.flags) == (None, {Flag.TRUNCATED})
    assert whole.value
    assert not whole.flags


def test_a_blocked_metric_answers_zeros_and_is_no_data(either: Property) -> None:
    quality = Quality(blocked={"totalRevenue": "NO_REVENUE_METRICS"})
    revenue, sessions = of(
        either, quality, ask(query("totalRevenue"), MONTH[0]), ask(query("keyEvents"), MONTH[0])
    )
    assert (revenue.value, revenue.flags) == (None, {Flag.BLOCKED})
    assert revenue.evidence.notes == ("blocked: the credentials may not see revenue data",)
    assert sessions.value is not None
    assert not sessions.flags


def test_a_rate_of_no_traffic_is_no_data_where_a_count_is_zero(either: Property) -> None:
    nobody = {"country": "Atlantis"}
    rate, count = either.values(
        ask(query("engagementRate", **nobody), QUARTER), ask(query("sessions", **nobody), QUARTER)
    )
    assert (rate, count) == (None, Decimal(0))


def test_a_day_that_has_not_begun_is_no_data(either: Property) -> None:
    today, tomorrow = either.values(ask(query("keyEvents"), *days("2026-11-23", "2026-11-24")))
    assert today is not None
    assert tomorrow is None


def test_money_names_its_currency_and_counts_have_none(either: Property) -> None:
    money, count = either.answers(
        ask(query("totalRevenue"), MONTH[0]), ask(query("keyEvents"), MONTH[0])
    )
    assert (money.evidence.currency, count.evidence.currency) == ("EUR", None)


def test_the_same_answer_has_the_same_digest_whatever_quota_is_left(website: Property) -> None:
    asked = ask(query("keyEvents"), MONTH[0])
    (first,), (second,) = website.answers(asked), website.answers(asked)
    assert first.evidence == second.evidence
    assert CONNECTOR.name == "ga4"
