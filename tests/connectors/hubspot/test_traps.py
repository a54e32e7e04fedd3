"""What HubSpot does that nobody expects: days, lists, currencies, names that do not exist."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from connectors.errors import QueryError
from connectors.hubspot import CONNECTOR, crm
from connectors.hubspot.client import Answer
from connectors.hubspot.scan import following, rows_of
from connectors.hubspot.search import amount_in, day_in, within
from sandbox import truth
from sandbox.company.tables import CURRENCIES
from sandbox.hubspot.columns import Whole
from sandbox.hubspot.contacts import CONTACTS
from sandbox.hubspot.schema import Property
from tests.connectors.hubspot.conftest import Account, asking
from tests.connectors.opening import WARSAW, day, days, run

AUCKLAND = ZoneInfo("Pacific/Auckland")
AUTUMN = days("2026-10-01", "2026-11-22")
DAY_MS = 86_400_000


class CalendarDate(Property):
    """A property of type date, of which the pretend portal has none of its own."""

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "type": "date"}


@pytest.fixture
def renewal(account: Account, monkeypatch: pytest.MonkeyPatch) -> str:
    """A date property that holds, at midnight UTC, the day on which a contact was created."""
    created = account.company.contacts.created_ms
    monkeypatch.setitem(
        CONTACTS.properties,
        "renewal",
        CalendarDate(
            "renewal",
            "Renewal",
            "datetime",
            "contactinformation",
            lambda _history, _at_ms: Whole("datetime", created // DAY_MS * DAY_MS),
        ),
    )
    return "renewal"


@pytest.mark.parametrize("zone", [WARSAW, AUCKLAND, ZoneInfo("America/Los_Angeles")])
@pytest.mark.parametrize("windows", [AUTUMN, AUTUMN[20:22]], ids=["rows", "counts"])
def test_a_calendar_day_is_never_converted(
    account: Account, renewal: str, zone: ZoneInfo, windows: Any
) -> None:
    contacts, now_ms = account.company.contacts, account.clock.now_ms()
    existing = (contacts.created_ms <= now_ms) & (contacts.gone_ms > now_ms)
    by_day = Counter((contacts.created_ms[existing] // DAY_MS).tolist())

    found = account.values(asking({"object": "contacts", "date": renewal}, *windows), zone)

    assert found == [by_day[(w.start - date(1970, 1, 1)).days] for w in windows]
    assert sum(found) > 0


def test_a_property_that_is_no_date_cuts_no_windows(account: Account) -> None:
    with pytest.raises(QueryError, match="lastname of contacts is a string, and windows need"):
        account.values(asking({"object": "contacts", "date": "lastname"}, AUTUMN[0]))


def test_a_date_that_does_not_exist_is_named_with_the_nearest_that_does(account: Account) -> None:
    with pytest.raises(QueryError, match="contacts have no property creatdate") as caught:
        account.values(asking({"object": "contacts", "date": "creatdate"}, AUTUMN[0]))

    assert caught.value.remedy == "did you mean createdate?"


def test_a_stage_that_does_not_exist_is_never_zero(account: Account) -> None:
    with pytest.raises(QueryError, match="no date for contacts entering mqll") as caught:
        account.values(asking({"object": "contacts", "entered": "mqll"}, AUTUMN[0]))

    assert "marketingqualifiedlead (Marketing Qualified Lead)" in caught.value.remedy


@pytest.mark.parametrize(
    ("kind", "where"),
    [("contacts", {"no_such": {"known": True}}), ("deals", {"lifecyclestage": "lead"})],
)
def test_a_property_that_does_not_exist_is_no_zero_beside_rows_that_are_read_anyhow(
    account: Account, kind: str, where: dict[str, Any]
) -> None:
    """Covered by another question's rows, its own filters never reach HubSpot's refusal."""
    november = days("2026-11-01", "2026-11-20")
    wide = asking({"object": kind, "created": True}, *november)
    typo = asking({"object": kind, "created": True, "where": where}, *november)
    with account.session() as session:
        [step] = CONNECTOR.plan([wide, typo], session._options)
        with pytest.raises(QueryError, match=f"no property {next(iter(where))}"):
            run(session, step)


def test_a_list_of_text_is_compared_in_lower_case_and_a_choice_as_it_is(account: Account) -> None:
    def created(last_name: Any) -> Any:
        question = {"object": "contacts", "created": True, "where": {"lastname": last_name}}
        return sum(account.values(asking(question, *AUTUMN[:31])))

    one_by_one = created("Nowak") + created("Smith")
    account.log.clear()

    assert created(["Nowak", "Smith"]) == one_by_one > 0
    assert account.requests == [
        "GET /crm/v3/properties/contacts/lastname",
        "POST /crm/v3/objects/contacts/search",
    ]


def test_what_has_no_source_is_not_counted_by_its_negation(account: Account) -> None:
    question = {
        "object": "contacts",
        "created": True,
        "where": {"hs_analytics_source": {"ne": "OFFLINE"}},
    }
    contacts, now_ms = account.company.contacts, account.clock.now_ms()
    existing = (contacts.created_ms <= now_ms) & (contacts.gone_ms > now_ms)
    begins, ends = (edge.timestamp() * 1000 for edge in AUTUMN[0].instants(WARSAW))
    there = existing & (contacts.created_ms >= begins) & (contacts.created_ms < ends)
    known = np.isin(contacts.source, [*range(7), 8, 9])

    assert account.values(asking(question, AUTUMN[0])) == [int((there & known).sum())]


class TestNames:
    """HubSpot says nothing of a choice or stage that does not exist: it counts none, or all."""

    @pytest.mark.parametrize(
        "source",
        [
            "organic_search",
            ["ORGANIC_SEARCH", "Paid_Search"],
            {"ne": "offline"},
            {"not_in": ["OFFLINE", "direct_traffic"]},
        ],
    )
    @pytest.mark.parametrize("windows", [AUTUMN[:31], AUTUMN[:1]], ids=["rows", "counts"])
    def test_a_choice_in_another_case_is_never_counted(
        self, account: Account, source: Any, windows: Any
    ) -> None:
        question = {
            "object": "contacts",
            "created": True,
            "where": {"hs_analytics_source": source},
        }

        with pytest.raises(QueryError, match="hs_analytics_source of contacts is never") as caught:
            account.values(asking(question, *windows))

        assert caught.value.remedy.startswith(("did you mean", "one of ORGANIC_SEARCH"))
        assert account.searches == 0

    def test_what_every_account_offers_is_not_asked_about(self, account: Account) -> None:
        where = {"hs_analytics_source": ["ORGANIC_SEARCH"], "lifecyclestage": {"ne": "customer"}}

        account.values(asking({"object": "contacts", "created": True, "where": where}, AUTUMN[0]))

        assert account.requests == ["POST /crm/v3/objects/contacts/search"]

    def test_what_is_asked_about_is_remembered(self, account: Account) -> None:
        question = {"object": "contacts", "created": True, "where": {"lastname": "Nowak"}}

        account.values(asking(question, *AUTUMN[::2]))

        assert account.requests.count("GET /crm/v3/properties/contacts/lastname") == 1

    @pytest.mark.parametrize("kind", ["contacts", "deals"])
    def test_a_stage_that_does_not_exist_is_never_empty(self, account: Account, kind: str) -> None:
        asked = asking({"object": kind, "in_stage": "closedwonn"}, AUTUMN[-1])

        with pytest.raises(QueryError, match=f"{kind} have no stage closedwonn") as caught:
            account.values(asked)

        assert "under the workspace's `stages`" in caught.value.remedy

    @pytest.mark.parametrize(
        ("kind", "stage", "asked_first"),
        [
            ("contacts", "mql", 0),
            ("contacts", "pql", 1),
            ("deals", "closedwon", 1),
        ],
    )
    def test_a_stage_of_the_accounts_own_is_looked_up_once(
        self, account: Account, kind: str, stage: str, asked_first: int
    ) -> None:
        [value] = account.values(asking({"object": kind, "in_stage": stage}, AUTUMN[-1]))

        assert value > 0
        assert len(account.requests) == asked_first + 1

    def test_a_text_of_several_ticked_boxes_is_looked_at_box_by_box(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = CONTACTS.properties["hs_analytics_source"]
        monkeypatch.setitem(CONTACTS.properties, "channels", source)

        def count(value: str) -> Any:
            where = {"channels": value}
            asked = asking({"object": "contacts", "created": True, "where": where}, AUTUMN[0])
            return account.values(asked)

        assert count("ORGANIC_SEARCH;PAID_SEARCH") == [0]
        with pytest.raises(QueryError, match="is never"):
            count("ORGANIC_SEARCH;paid")


class TestMoney:
    def test_amounts_of_several_currencies_are_not_added_up(self, account: Account) -> None:
        question = {"object": "deals", "created": True, "sum": "amount"}

        with pytest.raises(QueryError, match=r"in several currencies \(EUR, USD\)") as caught:
            account.values(asking(question, *AUTUMN[:31], *AUTUMN[31:]))

        assert "amount_in_home_currency" in caught.value.remedy

    def test_amounts_of_one_currency_are(self, account: Account) -> None:
        usd = {"deal_currency_code": "USD"}
        question = {"object": "deals", "created": True, "sum": "amount", "where": usd}
        found = account.answers(asking(question, *AUTUMN))

        deals, now_ms = account.company.deals, account.clock.now_ms()
        begins = AUTUMN[0].instants(WARSAW)[0].timestamp() * 1000
        ends = AUTUMN[-1].instants(WARSAW)[1].timestamp() * 1000
        counted = (deals.created_ms >= begins) & (deals.created_ms < ends)
        counted &= (deals.gone_ms > now_ms) & (deals.currency == CURRENCIES.index("USD"))
        cents = np.where(deals.edited_ms <= now_ms, deals.edited_amount_cents, deals.amount_cents)
        expected = Decimal(int(cents[counted & (cents >= 0)].sum())) / 100
        assert sum((o.value or 0 for o in found.values()), Decimal(0)) == expected > 0
        assert {o.evidence.currency for o in found.values() if o.value} == {"USD"}

    def test_a_day_without_deals_is_a_sum_of_zero(self, account: Account) -> None:
        asked = asking(
            {"object": "deals", "closed": "won", "sum": "amount_in_home_currency"}, *AUTUMN
        )

        found = account.answers(asked)

        empty = [o for o in found.values() if o.evidence.records == 0]
        assert empty
        assert {o.value for o in empty} == {Decimal(0)}

    def test_a_property_that_does_not_exist_is_never_a_sum_of_zero(self, account: Account) -> None:
        with pytest.raises(QueryError, match="deals have no property amont"):
            account.values(
                asking({"object": "deals", "created": True, "sum": "amont"}, *AUTUMN[:31])
            )

    def test_a_property_that_is_no_number_is_not_added_up(self, account: Account) -> None:
        with pytest.raises(QueryError, match="dealname of one of the deals is no number"):
            account.values(
                asking({"object": "deals", "created": True, "sum": "dealname"}, *AUTUMN[:31])
            )


class TestCounting:
    ASKED = asking({"object": "contacts", "created": True}, *days("2026-11-01", "2026-11-05"))

    def expected(self, account: Account) -> list[int]:
        return [
            truth.contacts_created(
                account.company,
                truth.Window(w.start, w.end),
                "Europe/Warsaw",
                account.clock.now(),
            )
            for w in self.ASKED.windows
        ]

    def test_where_rows_cost_more_calls_than_days_the_days_are_counted(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crm, "pages", lambda _total: 7)  # Six more, and there are five days.

        found = account.answers(self.ASKED)

        assert [o.value for o in found.values()] == self.expected(account)
        assert account.searches == 1 + 5
        assert all(o.evidence.records is None for o in found.values())

    def test_where_they_cost_the_same_rows_are_read_which_proves_more(
        self, account: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(crm, "pages", lambda _total: 6)

        found = account.answers(self.ASKED)

        assert [o.value for o in found.values()] == self.expected(account)
        assert all(o.evidence.records == o.value for o in found.values())


class TestValues:
    @pytest.mark.parametrize(
        ("value", "zone", "calendar", "expected"),
        [
            ("2026-10-24T22:00:00Z", WARSAW, False, date(2026, 10, 25)),
            ("2026-10-24T21:59:59.999Z", WARSAW, False, date(2026, 10, 24)),
            ("1792879200000", WARSAW, False, date(2026, 10, 25)),
            ("1792879199999", WARSAW, False, date(2026, 10, 24)),
            ("2026-10-24T22:00:00+02:00", WARSAW, False, date(2026, 10, 24)),
            ("2026-10-25", AUCKLAND, True, date(2026, 10, 25)),
            ("2026-10-25T00:00:00Z", ZoneInfo("America/Los_Angeles"), True, date(2026, 10, 25)),
            ("1792886400000", ZoneInfo("America/Los_Angeles"), True, date(2026, 10, 25)),
            ("-1", WARSAW, True, date(1969, 12, 31)),
        ],
    )
    def test_dates_come_in_many_forms(
        self, value: str, zone: ZoneInfo, *, calendar: bool, expected: date
    ) -> None:
        assert day_in(value, zone, calendar=calendar) == expected

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("3000", Decimal(3000)),
            ("5000.00", Decimal(5000)),
            ("1e3", Decimal(1000)),
            ("-0.10", Decimal("-0.1")),
            (None, None),
            ("", None),
            (" ", None),
        ],
    )
    def test_numbers_come_as_text(self, value: str | None, expected: Decimal | None) -> None:
        assert amount_in(value) == expected

    @pytest.mark.parametrize(
        "value", ["99999999999999999999", "-99999999999999999999", "²", "None"]
    )
    def test_what_is_no_date_is_refused(self, value: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            day_in(value, WARSAW, calendar=False)

    @pytest.mark.parametrize("value", ["many", "NaN", "Infinity", "1,000"])
    def test_what_is_no_number_is_refused(self, value: str) -> None:
        with pytest.raises(ValueError, match=value):
            amount_in(value)

    def test_windows_are_half_open(self) -> None:
        from_, until = within("createdate", day("2026-10-25"), WARSAW, calendar=False)

        assert (from_["operator"], until["operator"]) == ("GTE", "LT")
        length = int(until["value"]) - int(from_["value"])
        assert length == 25 * 3_600_000
        assert datetime.fromtimestamp(int(from_["value"]) / 1000, UTC) == datetime(
            2026, 10, 24, 22, tzinfo=UTC
        )


RECORDED = Path(__file__).parents[3] / "../shared/data/recorded/hubspot"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="recorded answers are not beside this checkout")
@pytest.mark.parametrize(
    ("name", "rows", "after"),
    [
        ("amplabs-search-contacts-page1.json", [501], "54"),
        ("amplabs-search-contacts-page2.json", [103107104018], None),
        ("amplabs-search-contacts-response.json", [220006890315], None),
    ],
)
def test_recorded_pages_are_read(name: str, rows: list[int], after: str | None) -> None:
    content = json.loads((RECORDED / name).read_text())

    answer = Answer(content, query="", digest="")

    assert list(rows_of(answer)) == rows
    assert following(answer) == after
