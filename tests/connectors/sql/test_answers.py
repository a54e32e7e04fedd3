"""What SELECTs answer, on each kind of database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors.contract import Ask
from connectors.errors import QueryError
from connectors.series import by_day
from connectors.sql import CONNECTOR
from okrmodel.observations import Aggregation, Provisional
from okrmodel.windows import Window
from tests.connectors.opening import NOW, WARSAW, ask, connection, day, days, run
from tests.connectors.sql.conftest import Database, query

OCTOBER = days("2026-10-01", "2026-10-04")
BY_DAY = {
    "sqlite": "SELECT date(at), sum(amount) FROM signups WHERE at >= :start AND at < :end GROUP BY 1",
    "postgresql": "SELECT at::date, sum(amount) FROM signups WHERE at >= :start AND at < :end"
    " GROUP BY 1 ORDER BY 1",
}
COUNT = "SELECT count(*) FROM signups WHERE at >= :start_at AND at < :end_at"
SUM, LEVEL, DISTINCT = Aggregation.SUM, Aggregation.LEVEL, Aggregation.DISTINCT


def test_a_series_of_days_is_one_statement_and_a_day_without_a_row_is_unknown(
    database: Database,
) -> None:
    session = database.session()
    (step,) = CONNECTOR.plan(
        [ask(query(BY_DAY[database.kind]), *OCTOBER, aggregation=SUM)], database.options
    )
    found = run(session, step)
    assert [o.value for o in found] == [Decimal("10.75"), Decimal("0.5"), None, None]
    assert session.calls == step.calls == 1


def test_missing_days_are_zero_where_the_metric_says_so(database: Database) -> None:
    asked = ask(query(BY_DAY[database.kind], missing="zero"), *OCTOBER, aggregation=SUM)
    expected = [Decimal("10.75"), Decimal("0.5"), Decimal(0), Decimal(0)]
    assert database.values(asked) == expected


def test_a_number_is_asked_for_each_window_in_the_workspaces_zone(database: Database) -> None:
    asked = ask(query(COUNT, answer="number"), *OCTOBER, aggregation=SUM)
    assert database.values(asked) == [Decimal(1), Decimal(2), Decimal(0), Decimal(1)]


def test_a_distinct_count_is_asked_for_its_whole_window(database: Database) -> None:
    select = "SELECT count(DISTINCT plan) FROM signups WHERE at >= :start_at AND at < :end_at"
    windows = Window(date(2026, 10, 1), date(2026, 10, 5)), Window.of_day(date(2026, 10, 2))
    asked = ask(query(select, answer="number"), *windows, aggregation=DISTINCT)
    assert database.values(asked) == [Decimal(2), Decimal(1)]


def test_a_level_is_read_at_the_end_of_each_day(database: Database) -> None:
    asked = ask(
        query("SELECT count(*) FROM signups WHERE at < :end_at", answer="number"),
        *OCTOBER,
        aggregation=LEVEL,
    )
    assert database.values(asked) == [Decimal(1), Decimal(3), Decimal(3), Decimal(4)]


def test_a_statement_that_knows_only_the_present_does_not_speak_of_the_past(
    database: Database,
) -> None:
    asked = ask(
        query("SELECT count(*) FROM signups", answer="number"),
        day("2026-11-21"),
        day("2026-11-22"),
        day("2026-11-23"),
        aggregation=LEVEL,
    )
    assert not asked.query.has_history
    (step,) = CONNECTOR.plan([asked], database.options)
    assert step.calls == 1
    assert database.values(asked) == [None, Decimal(4), Decimal(4)]


def test_the_workspaces_zone_can_be_bound(postgres_database: Database) -> None:
    select = (
        "SELECT (at AT TIME ZONE 'UTC' AT TIME ZONE :zone)::date, count(*) FROM signups"
        " WHERE at >= :start_at AND at < :end_at GROUP BY 1"
    )
    asked = ask(query(select), *OCTOBER, aggregation=SUM)
    assert postgres_database.values(asked) == [Decimal(1), Decimal(2), None, Decimal(1)]


def test_a_null_is_no_data_and_a_future_day_never_zero(database: Database) -> None:
    select = "SELECT sum(amount) FROM signups WHERE at >= :start_at AND at < :end_at"
    windows = (day("2026-10-04"), day("2026-11-24"))
    found = database.values(
        ask(query(select, answer="number"), *windows, aggregation=SUM),
        ask(query(select, answer="number", missing="zero"), *windows, aggregation=SUM),
    )
    assert found == [None, None, Decimal(0), None]


def test_decimals_stay_exact(postgres_database: Database) -> None:
    asked = ask(
        query("SELECT sum(amount) * 1.000000000000000000001 FROM signups", answer="number"),
        day("2026-11-22"),
        aggregation=LEVEL,
    )
    assert postgres_database.values(asked) == [Decimal("11.25000000000000000001125")]


def test_the_evidence_holds_the_statement_its_parameters_and_the_rows_read(
    database: Database,
) -> None:
    asked = ask(query(COUNT, answer="number"), OCTOBER[1], aggregation=SUM)
    (found,) = database.answers(asked)
    (sent,) = found.evidence.queries
    assert "SELECT count(*)" in sent
    assert "2026-10-01 22:00:00+00:00" in sent
    assert found.evidence.records == 1
    assert found.observed_at == NOW


def test_what_may_still_change_is_declared(database: Database) -> None:
    asked = ask(query(COUNT, answer="number", settles_days=60), OCTOBER[0], aggregation=SUM)
    (found,) = database.answers(asked)
    assert found.settles == timedelta(days=60)
    assert found.provisional(WARSAW) is Provisional.SETTLING


@pytest.mark.parametrize(
    ("select", "raw", "message"),
    [
        ("SELECT id, at, plan FROM signups", {}, "3 columns"),
        ("SELECT '2026-10-01', 1 UNION ALL SELECT '2026-10-01', 2", {}, "2026-10-01 twice"),
        ("SELECT 'monday', 1", {}, "'monday' for a day"),
        ("SELECT '2026-10-01', 'many'", {}, "'many' is no number"),
        ("SELECT id FROM signups WHERE at < :end", {"answer": "number"}, "2 rows"),
        ("SELECT id, 1 FROM signups WHERE at < :end", {"answer": "number"}, "2 rows"),
    ],
)
def test_rows_that_are_no_answer_are_refused(
    database: Database, select: str, raw: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        database.values(ask(query(select, **raw), OCTOBER[0], aggregation=SUM))
    assert caught.value.remedy


def test_a_timestamp_at_midnight_is_a_day_and_another_is_not(postgres_database: Database) -> None:
    good = ask(
        query("SELECT date_trunc('day', at), 1 FROM signups WHERE id = 1"),
        OCTOBER[0],
        aggregation=SUM,
    )
    bad = ask(query("SELECT at, 1 FROM signups WHERE id = 1"), OCTOBER[0], aggregation=SUM)
    assert postgres_database.values(good) == [Decimal(1)]
    with pytest.raises(QueryError, match="for a day"):
        postgres_database.values(bad)


AWARE = "SELECT timestamptz '{}', 1"


def test_an_instant_is_the_day_that_begins_at_it_in_the_workspaces_zone(
    postgres_database: Database,
) -> None:
    midnight = ask(query(AWARE.format("2026-10-24 22:00+00")), day("2026-10-25"), aggregation=SUM)

    assert postgres_database.values(midnight) == [Decimal(1)]


def test_midnight_of_another_zone_is_no_day(postgres_database: Database) -> None:
    greenwich = ask(query(AWARE.format("2026-10-25 00:00+00")), day("2026-10-25"), aggregation=SUM)

    with pytest.raises(QueryError, match="at which none begins in Europe/Warsaw") as caught:
        postgres_database.values(greenwich)

    assert ":zone" in caught.value.remedy


class TestByDay:
    def test_where_midnight_is_skipped_a_day_begins_at_the_jump(self) -> None:
        havana = ZoneInfo("America/Havana")
        jump = datetime(2026, 3, 8, 5, tzinfo=UTC)
        assert jump.astimezone(havana).hour == 1

        assert by_day([(jump, 1)], havana) == {date(2026, 3, 8): Decimal(1)}

    def test_where_midnight_comes_twice_the_first_begins_the_day(self) -> None:
        havana = ZoneInfo("America/Havana")
        first = datetime(2026, 11, 1, 4, tzinfo=UTC)

        assert by_day([(first, 1)], havana) == {date(2026, 11, 1): Decimal(1)}
        with pytest.raises(QueryError, match="none begins"):
            by_day([(first + timedelta(hours=1), 1)], havana)

    @pytest.mark.parametrize(
        "value", [b"2026-10-05", 20261005, "2026-10-05T00:00:00Z", "05.10.2026", None, True, 1.5]
    )
    def test_what_is_no_day_is_refused(self, value: Any) -> None:
        with pytest.raises(QueryError, match="for a day"):
            by_day([(value, 1)], WARSAW)

    @pytest.mark.parametrize("value", ["2026-10-05", date(2026, 10, 5), datetime(2026, 10, 5)])  # noqa: DTZ001 - a database's timestamp without zone
    def test_a_day_comes_in_several_forms(self, value: Any) -> None:
        assert by_day([(value, 1)], WARSAW) == {date(2026, 10, 5): Decimal(1)}


def test_a_statement_without_end_is_cut_off(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql.client.MOST_ROWS", 3)
    with pytest.raises(QueryError, match="more than 3 rows"):
        sqlite_database.values(
            ask(query("SELECT at, id FROM signups"), OCTOBER[0], aggregation=SUM)
        )


def test_twenty_windows_make_a_step() -> None:
    windows = days("2026-10-01", "2026-11-22")
    steps = CONNECTOR.plan([ask(query(COUNT, answer="number"), *windows, aggregation=SUM)], None)  # type: ignore[arg-type]
    assert [step.calls for step in steps] == [20, 20, 13]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            ask(
                query("SELECT 1, 2"),
                Window(date(2026, 10, 1), date(2026, 10, 3)),
                aggregation=DISTINCT,
            ),
            "days cannot be added up",
        ),
        (
            ask(query("SELECT 1", answer="number"), *OCTOBER, aggregation=SUM),
            "the same number for every window",
        ),
    ],
)
def test_what_cannot_be_answered_fails_without_a_call(
    sqlite_database: Database, asked: Ask, message: str
) -> None:
    session = sqlite_database.session()
    (step,) = CONNECTOR.plan([asked], sqlite_database.options)
    with pytest.raises(QueryError, match=message):
        run(session, step)
    assert session.calls == step.calls == 0
    (_, finding) = session.doctor([asked])
    assert not finding.ok


def test_identity_is_the_database_that_answers(database: Database) -> None:
    session = database.session()
    assert session.identity().account == database.options.account
    assert session.identity().zone is None
    assert session.calls == 1


def test_another_database_than_declared_is_told(postgres_database: Database) -> None:
    session = postgres_database.session(database="warehouse")
    assert session.identity().account != "warehouse"


def test_doctor_runs_each_statement_once(database: Database) -> None:
    good = ask(query(COUNT, answer="number"), OCTOBER[0], aggregation=SUM)
    bad = ask(query("SELECT x FROM nowhere", answer="number"), OCTOBER[0], aggregation=LEVEL)
    found = list(database.session().doctor([good, bad]))
    assert [f.ok for f in found] == [True, True, False]
    assert "nowhere" in found[2].message


def test_opening_a_session_connects_to_nothing(database: Database) -> None:
    session = CONNECTOR.connect(connection(database.options, secrets={"url": "nonsense"}))
    session.close()
    session.close()
    assert session.calls == 0
