"""What has gone wrong with HubSpot connectors in the field, one test for each that ours can meet.

Numbers are those of the list of field failures that the connector was built against: 1 and 2 are
Airbyte #10700 and #43317, 3 #79666 and #80745, 4 hubspot-api-python #117, and so on. The ninth
(engagements that an endpoint for recent ones leaves out) cannot happen: nothing reads it.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from connectors.errors import RetrySoon
from connectors.hubspot import emails, scan, search
from connectors.hubspot.client import Answer
from connectors.hubspot.quotas import BURST, SEARCH
from okrmodel.windows import Window, day_begins
from sandbox import truth
from sandbox.company.grow import grow
from sandbox.hubspot.contacts import CONTACTS
from tests.connectors.hubspot.conftest import Account, answered, asking, serving
from tests.connectors.hubspot.test_truth_emails import HISTOGRAM, published, sent
from tests.connectors.opening import WARSAW, day, days

CROWDED = day("2026-10-14")
AUTUMN = days("2026-10-01", "2026-11-22")
MQLS = {"object": "contacts", "entered": "mql"}
IDS_OF_CONTACTS_CREATED = {"object": "contacts", "created": True, "sum": "hs_object_id"}


@pytest.fixture(scope="module")
def crowded_portal() -> Iterator[Account]:
    """A portal into which 10,500 contacts were imported in one millisecond."""
    company = grow(contacts=10_500, newsletter_recipients=1, sessions_per_weekday=1)
    company.contacts.created_ms[:] = int(
        (day_begins(CROWDED.start, WARSAW) + timedelta(hours=9)).timestamp() * 1000
    )
    company.contacts.gone_ms[:] = 2**62
    with serving(company) as account:
        yield account


@pytest.fixture
def crowded(crowded_portal: Account) -> Account:
    crowded_portal.log.clear()
    crowded_portal.faults.clear()
    return crowded_portal


def test_field_failure_01_ten_thousand_results_do_not_truncate(crowded: Account) -> None:
    found = crowded.answers(asking(IDS_OF_CONTACTS_CREATED, CROWDED))

    assert found[CROWDED].evidence.records == 10_500
    assert found[CROWDED].value == int(crowded.company.contacts.id.sum())
    assert crowded.searches == 53  # 10,500 rows, 200 a page.
    assert crowded.values(asking({"object": "contacts", "created": True}, CROWDED)) == [10_500]


def test_field_failure_02_rows_that_share_one_timestamp_are_no_endless_loop(
    crowded: Account,
) -> None:
    assert len(np.unique(crowded.company.contacts.created_ms)) == 1

    crowded.answers(asking(IDS_OF_CONTACTS_CREATED, CROWDED))

    bodies = [request.body for request in crowded.log.all()]
    assert len(set(bodies)) == len(bodies)


class TestFieldFailure03:
    def test_an_empty_page_that_promises_more_is_not_the_end(self, account: Account) -> None:
        asked = asking(MQLS, *days("2026-07-01", "2026-07-31"))
        plain = account.values(asked)
        account.log.clear()
        account.fault("empty_page", matching="search")
        account.fault("empty_page", matching="search", skip=1)

        found = account.values(asked)

        assert found == plain
        assert sum(found) > 0

    def test_promises_that_are_never_kept_end_in_an_error_and_not_in_a_loop(
        self, account: Account
    ) -> None:
        account.fault("empty_page", matching="search", times=99)

        with pytest.raises(RetrySoon, match="6 empty pages of contacts"):
            account.values(asking(MQLS, *AUTUMN[:31]))

        assert account.searches == 6

    def test_a_page_that_is_given_again_and_again_ends_in_an_error_and_not_in_a_loop(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search, "PAGE", 10)
        monkeypatch.setattr(
            scan,
            "page_body",
            lambda *a, **b: search.page_body(*a, **{**b, "last_id": 0, "after": None}),
        )

        with pytest.raises(RetrySoon, match="contacts changed each of 3 times"):
            account.values(asking(MQLS, *AUTUMN[:31]))

        assert account.searches <= 3 * 7

    def test_rows_that_go_between_two_pages_make_it_read_again(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        month = days("2026-03-01", "2026-03-31")
        now = account.clock.now()
        account.clock.move_to(now - timedelta(days=180))
        monkeypatch.setattr(search, "PAGE", 50)

        with account.session() as session:
            ask = session._client.search

            def half_a_year_later(*arguments: Any) -> Answer:
                answer = ask(*arguments)
                account.clock.move_to(now)  # Some of these contacts are deleted meanwhile.
                return answer

            monkeypatch.setattr(session._client, "search", half_a_year_later)
            found = answered(session, asking({"object": "contacts", "created": True}, *month))

        assert [o.value for o in found.values()] == [
            truth.contacts_created(
                account.company, truth.Window(w.start, w.end), "Europe/Warsaw", now
            )
            for w in month
        ]
        first_pages = [r for r in account.log.all() if '"hs_object_id", "operator"' not in r.body]
        assert len(first_pages) == 2

    def test_rows_that_never_rest_are_left_to_another_run(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(scan, "total_of", lambda content: content["total"] + 1)

        with pytest.raises(
            RetrySoon, match="contacts changed each of 3 times while they were read"
        ):
            account.values(asking(MQLS, *AUTUMN[:31]))


def test_field_failure_04_a_429_to_a_post_is_sent_again_and_the_limit_is_the_accounts(
    account: Account,
) -> None:
    account.fault("quota", matching="search", policy="SECONDLY", times=2)

    account.values(asking(MQLS, CROWDED))

    assert account.slept == [1.0, 1.0]
    # Shared through connectors.budget, under the account's name, by every process.
    assert SEARCH.calls / SEARCH.seconds < 5
    assert BURST.calls / BURST.seconds <= 10


def test_field_failure_05_a_page_holds_two_hundred_rows(account: Account) -> None:
    account.values(asking(MQLS, *AUTUMN[:31]))

    assert '"limit": 200' in account.log.all()[-1].body


def test_field_failure_06_addresses_stay_short_however_many_emails_there_are(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emails, "IDS_IN_A_CALL", 3)
    windows = AUTUMN[:31]
    everything = sum(sent(account, "sent", windows, "Europe/Warsaw"))

    parts = [
        sum(account.values(asking({"emails": "sent", "type": kind}, *windows)))
        for kind in ("BATCH_EMAIL", "AUTOMATED_EMAIL", "AB_EMAIL", "RSS_EMAIL")
    ]

    assert sum(parts) == everything
    histograms = [r.path for r in account.log.all() if "histogram" in r.path]
    assert max(path.count("emailIds") for path in histograms) == 3
    # Only what was sent in the span is asked about: of each type a handful, not all there are.
    assert len(histograms) < 10
    assert "GET /marketing/v3/emails/statistics/list" in account.requests


def test_field_failure_06_properties_travel_in_the_body(account: Account) -> None:
    account.values(asking(IDS_OF_CONTACTS_CREATED, *AUTUMN))

    assert {r.path for r in account.log.all()} == {"/crm/v3/objects/contacts/search"}
    assert all(len(r.body) < search.MAX_BODY for r in account.log.all())


def test_field_failure_07_what_is_deleted_leaves_the_past_and_no_hole(account: Account) -> None:
    window = days("2026-03-01", "2026-03-31")
    asked = asking({"object": "contacts", "created": True}, *window)
    now = account.clock.now()
    account.clock.move_to(now - timedelta(days=200))
    before = sum(account.values(asked))
    account.clock.move_to(now)

    after = sum(account.values(asked))

    span = truth.Window(window[0].start, window[-1].end)
    assert after < before
    assert after == truth.contacts_created(account.company, span, "Europe/Warsaw", now)


class TestFieldFailure10:
    MODERN = "hs_v2_date_entered_marketingqualifiedlead"
    LEGACY = "hs_lifecyclestage_marketingqualifiedlead_date"

    def test_of_both_names_of_a_stages_date_the_present_one_is_taken(
        self, account: Account
    ) -> None:
        assert {self.MODERN, self.LEGACY} <= set(CONTACTS.properties)

        found = account.answers(asking(MQLS, CROWDED))

        assert found[CROWDED].evidence.resolved == self.MODERN
        assert len(account.requests) == 2

    def test_a_portal_that_has_only_the_old_name_is_asked_by_it(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = account.values(asking(MQLS, *AUTUMN))
        monkeypatch.delitem(CONTACTS.properties, self.MODERN)

        found = account.answers(asking(MQLS, *AUTUMN))

        assert [o.value for o in found.values()] == plain
        assert {o.evidence.resolved for o in found.values()} == {self.LEGACY}

    def test_the_name_is_looked_up_once_a_session(self, account: Account) -> None:
        account.values(asking(MQLS, *days("2026-07-01", "2026-09-30")))

        assert sum("/properties/" in request for request in account.requests) == 1


def test_field_failure_11_numbers_are_added_up_exactly_however_they_are_written(
    account: Account,
) -> None:
    question = {"object": "deals", "created": True, "sum": "amount_in_home_currency"}

    found = account.answers(asking(question, *AUTUMN))

    span = truth.Window(AUTUMN[0].start, AUTUMN[-1].end)
    total = sum((o.value or 0 for o in found.values()), Decimal(0))
    assert total == truth.deals_created_amount(
        account.company, span, "Europe/Warsaw", account.clock.now()
    )
    assert all(isinstance(o.value, Decimal) for o in found.values())


def test_field_failure_12_merged_contacts_are_counted_once(account: Account) -> None:
    contacts, now_ms = account.company.contacts, account.clock.now_ms()
    merged = (contacts.merged_into >= 0) & (contacts.gone_ms <= now_ms)
    existing = (contacts.created_ms <= now_ms) & (contacts.gone_ms > now_ms)
    month = days("2026-03-01", "2026-03-31")
    begins, ends = (
        edge.timestamp() * 1000 for edge in Window(month[0].start, month[-1].end).instants(WARSAW)
    )
    inside = (contacts.created_ms >= begins) & (contacts.created_ms < ends)
    assert (merged & inside).any()

    found = account.values(asking({"object": "contacts", "created": True}, *month))

    assert sum(found) == int((existing & inside).sum())


def test_field_failure_13_what_the_index_has_not_seen_yet_is_provisional(
    account: Account,
) -> None:
    account.portal.index_lag_ms = 10 * 60_000
    today = Window.of_day(account.clock.now().astimezone(WARSAW).date())
    yesterday = day("2026-11-22")

    found = account.answers(asking(MQLS, yesterday, today))

    assert found[today].provisional(WARSAW) is not None
    assert found[yesterday].provisional(WARSAW) is None
    assert found[yesterday].settles > timedelta(minutes=10)


def test_field_failure_13_a_row_that_the_index_shows_twice_is_one(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(MQLS, *AUTUMN[:31])
    plain = account.values(asked)
    rows = scan.rows_of

    def doubled(answer: Answer) -> dict[int, Any]:
        results = answer.content["results"]
        answer.content["results"] = [*results, *results[:3]]
        return rows(answer)

    monkeypatch.setattr(scan, "rows_of", doubled)

    assert account.values(asked) == plain


def test_field_failure_14_the_listing_of_emails_is_read_to_its_last_page(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emails, "LISTED", 4)

    found = account.values(asking({"emails": "published"}, *AUTUMN))

    assert found == published(account, AUTUMN, "Europe/Warsaw")
    assert len(account.requests) == -(-sum(found) // 4)
    # The cursor comes percent-encoded; encoded once more it would be another one.
    assert not [request.path for request in account.log.all() if "%25" in request.path]


def test_field_failure_14_a_listing_that_goes_in_a_circle_ends(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emails, "LISTED", 4)
    cursors: list[Any] = []

    def the_first_again(answer: Answer) -> Any:
        cursors.append(scan.following(answer))
        return cursors[0]

    monkeypatch.setattr(emails, "following", the_first_again)

    with pytest.raises(RetrySoon, match="goes in a circle"):
        account.values(asking({"emails": "published"}, *AUTUMN))


def test_field_failure_15_statistics_of_a_quarter_are_one_call_not_one_for_each_email(
    account: Account,
) -> None:
    account.values(asking({"emails": "open"}, *days("2026-08-23", "2026-11-22")))

    assert account.requests.count(HISTOGRAM) == len(account.requests) - 1 == 1
