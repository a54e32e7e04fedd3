"""Which windows the wanted snapshots need, and that nothing more is missing once they are known."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Self

from hypothesis import given
from hypothesis import strategies as st

from connectors.manual import CONNECTOR as MANUAL
from okrmodel.definitions.company import Company
from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import KeyResult, key_result_type
from okrmodel.definitions.metrics import FormulaMetric, Metric, RatioMetric, SourceMetric
from okrmodel.definitions.query import Catalogue, ConnectionOptions, Query
from okrmodel.definitions.workspace import Workspace
from okrmodel.demand import Demand, demand, needed
from okrmodel.observations import Aggregation
from okrmodel.resolution import resolve
from okrmodel.snapshot import Status
from okrmodel.windows import Window
from tests.okrmodel.maths.build import day, known, snapshot

CONNECTORS: Catalogue = {"manual": MANUAL}


class CrmOptions(ConnectionOptions):
    portal: str = "1"

    @property
    def account(self) -> str:
        return self.portal


class Count(Query):
    count: str
    how: Aggregation = Aggregation.SUM

    @property
    def aggregation(self) -> Aggregation:
        return self.how

    @property
    def settles(self) -> timedelta:
        return timedelta()

    def resolved(self, stages: Mapping[str, str]) -> Self:
        return self.model_copy(update={"count": stages.get(self.count, self.count)})


def metric(name: str, how: str = "sum", connection: str = "crm") -> SourceMetric:
    return SourceMetric(
        name=name, connection=connection, query=Count(count=name, how=Aggregation(how))
    )


METRICS: dict[str, Metric] = {
    "mqls": metric("mql"),
    "same": metric("mql", connection="crm_again"),
    "users": metric("users", "distinct"),
    "open": metric("open", "level"),
    "rate": RatioMetric.model_validate(
        {"name": "Rate", "ratio": {"numerator": "mqls", "denominator": "users"}}
    ),
    "each": FormulaMetric(name="Each", formula="open / mqls + rate"),
}


def company(*key_results: dict[str, Any]) -> Company:
    read = tuple(
        key_result_type(raw).model_validate({"title": raw["id"], **raw}) for raw in key_results
    )
    cycle = Cycle(
        id="2026-Q4",
        starts=day("10-01"),
        ends=day("12-31"),
        objectives=(Objective(id="grow", title="Grow", key_results=read),),
    )
    workspace = Workspace(
        id="acme",
        name="Acme",
        timezone="Europe/Warsaw",
        stages={"mql": "marketingqualifiedlead"},
        connections={name: CrmOptions(connector="crm") for name in ("crm", "crm_again")},
    )
    return Company(workspace, METRICS, (cycle,))


def wanted(*key_results: dict[str, Any], as_ofs: tuple[str, ...]) -> Demand:
    made = company(*key_results)
    cycle = made.cycles[0]
    read = [key_result for _, key_result in cycle.key_results()]
    return demand(made, cycle, read, map(day, as_ofs), CONNECTORS)


def windows(of: Demand) -> dict[str, list[str]]:
    """The windows by what is asked, as text."""
    return {
        str(next(iter(source.query.canonical().values()))): [str(window) for window in found]
        for source, found in of.windows.items()
    }


def days(first: str, last: str) -> list[str]:
    start, end = day(first), day(last)
    return [str(Window.of_day(start + timedelta(days=n))) for n in range((end - start).days + 1)]


def test_a_sum_needs_each_day_once_whatever_is_asked_about() -> None:
    found = wanted({"id": "a", "metric": "mqls", "target": 9}, as_ofs=("10-05", "10-03"))
    assert windows(found) == {"marketingqualifiedlead": days("10-01", "10-05")}


def test_a_distinct_count_needs_the_exact_window_of_each_day_asked_about() -> None:
    found = wanted({"id": "a", "metric": "users", "target": 9}, as_ofs=("10-05", "10-03"))
    assert windows(found) == {"users": ["[2026-10-01, 2026-10-04)", "[2026-10-01, 2026-10-06)"]}


def test_a_level_needs_the_day_at_whose_end_it_is_read() -> None:
    level = {"id": "a", "metric": "open", "target": 9, "window": "month"}
    found = wanted(level, as_ofs=("10-30", "11-15", "12-01"))
    assert windows(found) == {"open": [*days("10-31", "10-31"), *days("11-30", "11-30")]}


def test_ratios_and_formulas_need_their_parts() -> None:
    kr = {"id": "a", "metric": "each", "target": 9, "window": {"trailing": 2}}
    assert windows(wanted(kr, as_ofs=("10-02",))) == {
        "marketingqualifiedlead": days("10-01", "10-02"),
        "users": ["[2026-10-01, 2026-10-03)"],
        "open": days("10-02", "10-02"),
    }


def test_two_connections_to_one_account_ask_once() -> None:
    found = wanted(
        {"id": "a", "metric": "mqls", "target": 9},
        {"id": "b", "metric": "same", "target": 99},
        as_ofs=("10-02",),
    )
    assert [source.connection for source in found.windows] == ["crm"]


def test_measured_values_need_the_cycle_before_and_the_day_before() -> None:
    count = {"id": "a", "metric": "users", "target": "previous * 1.20", "direction": "increase"}
    assert windows(wanted(count, as_ofs=("10-05",))) == {
        "users": ["[2026-07-01, 2026-10-01)", "[2026-10-01, 2026-10-06)"]
    }
    level = {
        "id": "a",
        "metric": "open",
        "from": "measured",
        "previous": "measured",
        "target": 9,
        "window": "latest",
        "starts": "2026-11-01",
    }
    assert windows(wanted(level, as_ofs=("11-05",))) == {
        "open": [
            *days("09-30", "09-30"),
            *days("10-31", "10-31"),
            *days("11-05", "11-05"),
        ]
    }


def test_people_are_asked_through_the_manual_connector() -> None:
    manual = {"id": "a", "kind": "manual", "values": "increment", "target": 9}
    steps = [{"id": "plan", "title": "Plan", "due": "2026-10-31"}]
    launch = {"id": "launch", "kind": "milestones", "steps": steps}
    found = wanted(manual, launch, as_ofs=("10-05",))
    assert [source.connection for source in found.windows] == ["manual", "manual"]
    assert [source.query.canonical() for source in found.windows] == [
        {"check_ins": "a", "cycle": "2026-Q4", "values": "increment"},
        {"milestone": "launch/plan", "cycle": "2026-Q4"},
    ]
    assert windows(found) == {"a": days("10-05", "10-05"), "launch/plan": days("10-05", "10-05")}


def test_nothing_is_needed_before_the_start() -> None:
    found = wanted(
        {"id": "a", "metric": "mqls", "target": 9, "starts": "2026-11-01"}, as_ofs=("10-31",)
    )
    assert windows(found) == {}


def test_after_the_cycle_its_last_day_is_needed() -> None:
    made = company({"id": "a", "metric": "open", "target": 9, "window": "latest"})
    cycle = made.cycles[0]
    read = [key_result for _, key_result in cycle.key_results()]
    found = demand(made, cycle, read, [date(2027, 1, 9)], CONNECTORS)
    assert windows(found) == {"open": days("12-31", "12-31")}


SHAPES: list[dict[str, Any]] = [
    *(
        {"id": "a", "metric": name, "target": 9, "window": window, "evaluate": evaluate}
        for name in ("mqls", "users", "open", "rate", "each")
        for window in ("cycle", "month", "week", "month_to_date", {"trailing": 40}, "latest")
        for evaluate in ("last", "mean", "every")
    ),
    {"id": "a", "metric": "mqls", "target": "previous", "direction": "increase"},
    {"id": "a", "metric": "open", "from": "measured", "target": 9, "window": "week"},
    {"id": "a", "kind": "maintain", "metric": "rate", "at_least": 1, "every": "week"},
    {"id": "a", "kind": "manual", "target": 9},
    {
        "id": "a",
        "kind": "milestones",
        "steps": [{"id": "plan", "title": "Plan", "due": "2026-10-31"}],
    },
]


@given(st.sampled_from(SHAPES), st.integers(0, 100), st.sampled_from([None, "2026-10-20"]))
def test_what_is_demanded_is_all_that_a_snapshot_is_made_of(
    raw: dict[str, Any], after: int, starts: str | None
) -> None:
    made = company({**raw, "starts": starts})
    cycle = made.cycles[0]
    key_result: KeyResult = cycle.objectives[0].key_results[0]
    as_of = cycle.starts + timedelta(days=after)
    found = demand(made, cycle, [key_result], [as_of], CONNECTORS)
    observations = [
        known(window, 5, id=number, fingerprint=source.fingerprint)
        for number, (source, window) in enumerate(
            (source, window) for source, found in found.windows.items() for window in found
        )
    ]
    of = resolve(made, cycle, key_result, CONNECTORS).closure
    shown = snapshot(of, as_of, observations)
    if shown.status is Status.TOO_EARLY and shown.value is None:
        return
    assert shown.stale is None
    assert shown.value is not None, shown.reason
    assert shown.observations == tuple(range(len(observations)))


@given(
    st.sampled_from(SHAPES[:-5]) | st.sampled_from(SHAPES[-5:]),
    st.sets(st.integers(-3, 100), min_size=1, max_size=6),
    st.sampled_from([None, "2026-10-20"]),
)
def test_several_days_together_need_what_each_of_them_needs(
    raw: dict[str, Any], after: set[int], starts: str | None
) -> None:
    made = company({**raw, "starts": starts})
    cycle = made.cycles[0]
    of = resolve(made, cycle, cycle.objectives[0].key_results[0], CONNECTORS).closure
    as_ofs = [cycle.starts + timedelta(days=n) for n in after]
    assert {*needed(of, *as_ofs)} == {pair for day in as_ofs for pair in needed(of, day)}
