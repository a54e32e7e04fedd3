"""The views that strangers draw from: as documented, true, and answered from an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from okrmodel.observations import Provisional
from okrmodel.snapshot import Forecast
from okrmodel.store import Store
from okrmodel.store.kinds import Kind
from tests.conftest import Clock
from tests.okrmodel.store.samples import MONDAY, TUESDAY, Work, closure, cycle, snapshot, words

PAGE = Path("docs/database-views.md").read_text("utf-8")
VIEWS = ("current_snapshot", "kr_daily")
EXAMPLES = [
    found.replace("$__timeFilter(as_of)", "as_of BETWEEN '2026-10-01T00:00:00Z' AND '2027-01-01'")
    for found in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
]
FORECAST = Forecast(
    final=Decimal("80.5"),
    low=Decimal(70),
    high=Decimal(90),
    hit=Decimal("0.125"),
    chance=Decimal("0.5"),
    method="by hand",
)
FIGURES = {
    "value": Decimal("7.5"),
    "target": Decimal(100),
    "progress": Decimal("0.125"),
    "score": Decimal("0.0625"),
    "expected": Decimal("0.5"),
    "forecast": Decimal("80.5"),
    "forecast_low": Decimal(70),
    "forecast_high": Decimal(90),
    "chance": Decimal("0.125"),
}
SAID = snapshot(
    value=FIGURES["value"],
    raw_progress=FIGURES["progress"],
    score=FIGURES["score"],
    forecast=FORECAST,
    provisional=(Provisional.SETTLING,),
)


def documented(view: str) -> list[str]:
    """The columns that the page tells of, in its order."""
    (section,) = re.findall(rf"^## {view}$(.*?)^## ", PAGE, re.DOTALL | re.MULTILINE)
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def rows(store: Store, view: str, where: str = "TRUE") -> list[dict[str, Any]]:
    query = text(f"SELECT * FROM {view} WHERE {where} ORDER BY workspace, cycle, key_result, as_of")
    with store.asking() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.fixture
def drawn(work: Work) -> Work:
    """Leads of two days, of which the older was said twice, and deals that were never recorded."""
    work.definitions(closure())
    work.publish(words(cycle("leads", "deals")))
    work.snapshots(SAID)
    work.snapshots(snapshot(as_of=MONDAY.start, value=Decimal(8)))
    work.snapshots(snapshot(as_of=TUESDAY.start, stale="crm failed", restated=True))
    return work


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_tells_every_column(store: Store, view: str) -> None:
    found = [column["name"] for column in inspect(store.engine).get_columns(view)]
    assert documented(view) == found


def test_a_row_for_each_key_result_that_the_files_have(drawn: Work) -> None:
    deals, leads = rows(drawn.store, "current_snapshot")
    assert (leads["title"], leads["unit"], leads["workspace_name"]) == ("Leads", "leads", "Acme")
    assert str(leads["as_of"]) == "2026-11-17"
    assert [bool(leads[name]) for name in ("stale", "provisional", "restated", "frozen")] == [
        True,
        False,
        True,
        False,
    ]
    never = {name for name, value in deals.items() if value is None}
    after = documented("current_snapshot")
    assert never == {*after[after.index("as_of") :]} - {"frozen"}


def test_numbers_are_numbers(work: Work) -> None:
    work.definitions(closure())
    work.publish(words())
    work.snapshots(SAID)
    kind = float if work.store.engine.dialect.name == "sqlite" else Decimal
    for view in VIEWS:
        (row,) = rows(work.store, view)
        # Each of them is a sum of halves, so it is exact as a float, too.
        assert {name: row[name] for name in FIGURES} == FIGURES
        assert {type(row[name]) for name in FIGURES} == {kind}
        assert bool(row["provisional"])
        assert str(row["through"]) == "2026-11-16"
        assert row["reason"] == "7 of 100"


def test_each_day_is_told_as_it_is_known_now(drawn: Work) -> None:
    monday, tuesday = rows(drawn.store, "kr_daily", "workspace = 'acme' AND cycle = '2026-Q4'")
    assert (monday["value"], monday["revision"], monday["kind"]) == (8, 2, Kind.RESTATEMENT)
    assert (str(tuesday["as_of"]), tuesday["revision"]) == ("2026-11-17", 1)
    assert (monday["title"], monday["owner"]) == ("Leads", "")


def test_what_the_files_have_no_longer_keeps_its_days_without_words(drawn: Work) -> None:
    drawn.publish(words(cycle("calls")))
    found = rows(drawn.store, "kr_daily")
    assert {(row["key_result"], row["title"], row["workspace_name"]) for row in found} == {
        ("leads", None, None)
    }
    assert [row["key_result"] for row in rows(drawn.store, "current_snapshot")] == ["calls"]


def test_a_frozen_cycle_is_as_it_was_frozen_and_its_days_as_they_are_known(
    drawn: Work, clock: Clock
) -> None:
    drawn.freeze(cycle("leads", "deals"))
    clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    drawn.snapshots(snapshot(as_of=TUESDAY.start, value=Decimal(9)))
    drawn.publish(words(cycle("leads", "deals"), name="Acme Inc."))
    _, leads = rows(drawn.store, "current_snapshot")
    assert (leads["value"], bool(leads["frozen"])) == (7, True)
    *_, last = rows(drawn.store, "kr_daily")
    assert (last["value"], bool(last["frozen"])) == (9, True)


@contextmanager
def on_a_long_table(store: Store) -> Iterator[Any]:
    """A table of three rows is read as a whole, unless the planner is told not to."""
    with store.asking() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        yield connection


def test_a_cycles_days_are_found_in_an_index(drawn: Work) -> None:
    explain = (
        "EXPLAIN " if drawn.store.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    )
    query = "SELECT value, target FROM kr_daily WHERE workspace = 'acme' AND cycle = '2026-Q4'"
    with on_a_long_table(drawn.store) as connection:
        plan = "\n".join(str(tuple(row)) for row in connection.execute(text(explain + query)))
    index = "uq_snapshot_workspace_cycle_key_result_as_of_revision|sqlite_autoindex_snapshot_1"
    # The rows, and of each the last revision of its day.
    assert len(re.findall(index, plan)) == 2, plan
    assert not re.search(r"SCAN (s|other)\b|Seq Scan on snapshot", plan), plan


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_the_statements_of_the_page_do_what_it_says(work: Work) -> None:
    work.definitions(closure())
    work.publish(words())
    work.snapshots(SAID)
    with work.store.engine.connect() as connection:
        found = [
            connection.execute(text(one)) for block in EXAMPLES for one in block.split(";\n")[:-1]
        ]
        told = [result.all() for result in found if result.returns_rows]
        assert len(told) == 5
        assert all(told)
        connection.execute(text("SET LOCAL ROLE okr_reader"))
        assert connection.execute(text("SELECT count(*) FROM kr_daily")).scalar() == 1
        with pytest.raises(ProgrammingError, match="permission denied for table snapshot"):
            connection.execute(text("SELECT * FROM snapshot"))
        # Roles belong to the whole server: nothing of this stays.
        connection.rollback()


def test_days_and_instants_are_what_the_page_says(drawn: Work) -> None:
    row = rows(drawn.store, "kr_daily")[0]
    if drawn.store.engine.dialect.name == "postgresql":
        assert row["as_of"] == date(2026, 11, 16)
        assert row["recorded_at"].tzinfo
    else:
        assert row["as_of"] == "2026-11-16"
        assert re.fullmatch(r"2026-11-23 03:00:00\.\d{6}", row["recorded_at"])
