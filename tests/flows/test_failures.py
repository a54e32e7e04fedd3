"""A connection that fails never hides the others; its own key results keep their last values."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal

import pytest

from flows.artifacts import markdown
from flows.places import BadConfig
from flows.report import Again, Report
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.runs import Result, outcomes, runs
from sandbox import truth
from sandbox.hubspot import statistics
from tests.flows.scene import TOKEN, Scene, rewrite

NIGHT_BEFORE = datetime(2026, 11, 22, 3, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 3, tzinfo=UTC)
SATURDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 22)
STARTS = date(2026, 10, 1)
MQL = "marketingqualifiedlead"

HUBSPOT = {"mqls", "pipeline", "cost"}
GA4 = {"sessions", "views"}
LEDGER = {"spend", "cost"}
ALL = HUBSPOT | GA4 | LEDGER | {"approved"}


def true_values(scene: Scene, now: datetime) -> dict[str, Decimal]:
    """What the company's rows and the files say at the end of Sunday."""
    company, zone = scene.sandbox.company, "Europe/Warsaw"
    window = truth.Window(STARTS, date(2026, 11, 23))
    mqls = truth.contacts_entered(company, MQL, window, zone, now)
    return {
        "mqls": Decimal(mqls),
        "pipeline": truth.open_pipeline_amount(company, now),
        "sessions": Decimal(truth.sessions(company, window, now)),
        "views": Decimal(truth.page_views(company, window, now)),
        "spend": Decimal("3500.75"),
        "cost": Context(prec=34).divide(Decimal("3500.75"), Decimal(mqls)),
        "approved": Decimal(2),
    }


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong, whom it concerns, and what is said."""

    order: Callable[[Scene], None]
    connection: str
    hit: set[str]
    says: str
    again: Again


def hubspot_answers(**details: object) -> Callable[[Scene], None]:
    return lambda scene: scene.fault(r"^(GET|POST) /", **details)


def ga4_answers(**details: object) -> Callable[[Scene], None]:
    return lambda scene: scene.fault("BatchRunReports", **details)


TROUBLES = {
    "hubspot is down": Trouble(
        hubspot_answers(status=500), "hubspot", HUBSPOT, "HubSpot answered 500", "soon"
    ),
    "hubspot hangs up": Trouble(hubspot_answers(kind="reset"), "hubspot", HUBSPOT, "", "soon"),
    "hubspot refuses the token": Trouble(
        hubspot_answers(status=401), "hubspot", HUBSPOT, "valid token", "never"
    ),
    "hubspot's day is spent": Trouble(
        hubspot_answers(kind="quota", policy="DAILY", status=429),
        "hubspot",
        HUBSPOT,
        "calls of this day are spent",
        "later",
    ),
    "there is no token": Trouble(
        lambda _: os.environ.__delitem__(TOKEN),
        "hubspot",
        HUBSPOT,
        "set the environment variable HUBSPOT_TOKEN",
        "never",
    ),
    "ga4's tokens are spent": Trouble(
        ga4_answers(kind="quota", policy="day"), "web", GA4, "Exhausted property tokens", "later"
    ),
    "ga4 lets nobody in": Trouble(ga4_answers(status=403), "web", GA4, "as Viewer", "never"),
    "ga4 is down": Trouble(ga4_answers(status=503), "web", GA4, "unavailable", "soon"),
    "a ledger is gone": Trouble(
        lambda scene: (scene.root / "spend.csv").unlink(),
        "manual",
        LEDGER,
        "spend.csv: cannot be read",
        "never",
    ),
    "a ledger has a wrong line": Trouble(
        lambda scene: rewrite(scene.root / "spend.csv", {"2000.25": "2000,25"}),
        "manual",
        LEDGER,
        "spend.csv:3: more or fewer cells",
        "never",
    ),
}


def after_a_good_night(scene: Scene) -> dict[str, Snapshot]:
    scene.move_to(NIGHT_BEFORE)
    assert not scene.sync().failed
    scene.move_to(NIGHT)
    scene.sandbox.log.clear()
    return {key_result: days[SATURDAY].snapshot for key_result, days in scene.told().items()}


def by_key_result(report: Report) -> dict[str, Snapshot]:
    return {snapshot.key_result: snapshot for snapshot in report.snapshots}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> Trouble:
    return TROUBLES[request.param]


def test_the_others_are_right_the_own_keep_their_last_value_and_all_of_it_is_told(
    scene: Scene, trouble: Trouble
) -> None:
    before = after_a_good_night(scene)
    trouble.order(scene)
    report = scene.sync()
    assert by_key_result(report).keys() == ALL
    assert report.failed
    check_snapshots(scene, trouble, before)
    check_run(scene, trouble, report)


def check_snapshots(scene: Scene, trouble: Trouble, before: dict[str, Snapshot]) -> None:
    told = {key_result: days[SUNDAY].snapshot for key_result, days in scene.told().items()}
    true = true_values(scene, NIGHT)
    assert told.keys() == ALL
    for key_result in ALL - trouble.hit:
        assert told[key_result].value == true[key_result]
        assert told[key_result].stale is None
    for key_result in trouble.hit:
        snapshot = told[key_result]
        assert snapshot.status is Status.STALE
        assert snapshot.value == before[key_result].value
        assert snapshot.value
        assert snapshot.through == SATURDAY
        assert f"{trouble.connection} failed: " in (snapshot.stale or "")
        assert trouble.says in (snapshot.stale or "")


def check_run(scene: Scene, trouble: Trouble, report: Report) -> None:
    (fault,) = report.faults
    assert (fault.connection, fault.again) == (trouble.connection, trouble.again)
    assert trouble.says in str(fault)
    assert fault.remedy or trouble.again == "soon"
    with scene.asking() as store:
        last = runs(store, "pretend", newest=1)[0]
        parts = {(o.subject, o.name): o for o in outcomes(store, last.id)}
    assert last.result is Result.FAILED
    assert last.ended
    assert trouble.says in (last.reason or "")
    connections = {
        name: o.result for (subject, name), o in parts.items() if subject == "connection"
    }
    assert connections == dict.fromkeys(("hubspot", "web", "manual"), Result.OK) | {
        trouble.connection: Result.FAILED
    }
    stale = {n for (s, n), o in parts.items() if s == "key_result" and o.result is Result.STALE}
    assert stale == {f"2026-Q4/{key_result}" for key_result in trouble.hit}
    assert f"- **{trouble.connection}**: " in markdown(report)


@pytest.mark.parametrize("name", ["hubspot is down", "ga4 lets nobody in", "a ledger is gone"])
def test_a_failed_first_night_says_no_data_and_never_zero(scene: Scene, name: str) -> None:
    trouble = TROUBLES[name]
    trouble.order(scene)
    told = by_key_result(scene.sync())
    for key_result in trouble.hit:
        assert told[key_result].status is Status.NO_DATA
        assert told[key_result].value is None
        assert told[key_result].raw_progress is None
    true = true_values(scene, NIGHT)
    for key_result in ALL - trouble.hit:
        assert told[key_result].value == true[key_result]


def test_the_next_good_run_makes_up_for_the_failed_one(scene: Scene) -> None:
    after_a_good_night(scene)
    TROUBLES["hubspot is down"].order(scene)
    TROUBLES["ga4's tokens are spent"].order(scene)
    assert len(scene.sync().faults) == 2
    scene.sandbox.faults.clear()
    assert not scene.sync().failed
    told = {key_result: days[SUNDAY].snapshot for key_result, days in scene.told().items()}
    assert {k: s.value for k, s in told.items()} == true_values(scene, NIGHT)


def test_a_night_that_failed_is_made_good_by_the_next(scene: Scene) -> None:
    after_a_good_night(scene)
    TROUBLES["hubspot is down"].order(scene)
    TROUBLES["ga4 is down"].order(scene)
    scene.sync()
    sunday = scene.told()
    assert sunday["mqls"][SUNDAY].snapshot.status is Status.STALE
    scene.sandbox.faults.clear()
    later = datetime(2026, 11, 24, 3, tzinfo=UTC)
    scene.move_to(later)
    assert not scene.sync().failed
    told = {key_result: days[SUNDAY].snapshot for key_result, days in scene.told().items()}
    true = true_values(scene, later)
    for key_result in ("mqls", "sessions", "views", "cost"):
        assert (told[key_result].value, told[key_result].stale) == (true[key_result], None)
    # A level that nobody read that night cannot be known any more.
    assert told["pipeline"].status is Status.STALE


def test_what_was_answered_before_hubspot_went_down_counts(scene: Scene) -> None:
    before = after_a_good_night(scene)
    scene.fault("deals/search$", status=502)
    told, true = by_key_result(scene.sync()), true_values(scene, NIGHT)
    assert (told["mqls"].value, told["cost"].value) == (true["mqls"], true["cost"])
    assert told["pipeline"].status is Status.STALE
    assert told["pipeline"].value == before["pipeline"].value


def test_half_a_window_is_no_value(scene: Scene) -> None:
    scene.backfill(date(2026, 10, 31), date(2026, 10, 31))
    scene.fault("search$", status=502)
    told = by_key_result(scene.sync())["mqls"]
    # October came, November did not: what stands is October, and says so.
    october = truth.Window(STARTS, date(2026, 11, 1))
    known = ("Europe/Warsaw", NIGHT)
    true = truth.contacts_entered(scene.sandbox.company, MQL, october, *known)
    assert (told.status, told.through) == (Status.STALE, date(2026, 10, 31))
    assert told.value == true


def test_a_passing_fault_is_waited_out_and_nobody_notices(scene: Scene) -> None:
    scene.fault(r"^POST .*/search$", status=503, times=2)
    scene.fault("BatchRunReports", status=503, times=2)
    report = scene.sync()
    assert not report.failed
    # Half a second, then a second, of each.
    assert sorted(scene.slept) == [0.5, 0.5, 1.0, 1.0]  # Two each, side by side.


def test_after_a_refused_token_no_more_is_asked(scene: Scene) -> None:
    scene.fault(r"^(GET|POST) /", status=401)
    scene.sync()
    hubspot = [request for request in scene.requests if not request.startswith("BatchRun")]
    assert hubspot == ["GET /account-info/v3/details"]


def test_once_the_day_is_spent_no_more_is_asked(scene: Scene) -> None:
    scene.fault("search$", kind="quota", policy="DAILY", status=429)
    (fault,) = scene.sync().faults
    assert fault.again == "later"
    # Pipeline and MQLs both want searches, and the MQLs two.
    assert sum(request.endswith("/search") for request in scene.requests) == 1


def test_a_name_that_ga4_does_not_know_costs_only_its_own_key_result(scene: Scene) -> None:
    rewrite(scene.root / "metrics.yaml", {"screenPageViews": "keyEvents:no_such_event"})
    report = scene.sync()
    told, true = by_key_result(report), true_values(scene, NIGHT)
    (fault,) = report.faults
    assert fault.connection == "web"
    assert told["views"].status is Status.NO_DATA
    assert told["sessions"].value == true["sessions"]


def test_a_property_that_hubspot_does_not_know_costs_only_its_own_key_results(
    scene: Scene,
) -> None:
    rewrite(scene.root / "metrics.yaml", {"amount_in_home_currency": "amount_in_moon_rocks"})
    report = scene.sync()
    told, true = by_key_result(report), true_values(scene, NIGHT)
    (fault,) = report.faults
    assert "amount_in_moon_rocks" in str(fault)
    assert told["pipeline"].status is Status.NO_DATA
    assert (told["mqls"].value, told["cost"].value) == (true["mqls"], true["cost"])


def test_a_counter_that_hubspot_lacks_costs_only_its_own_key_result(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two counters share a request; refused together, they are asked for one by one."""
    known = [name for name in statistics._NEVER_HERE if name != "reply"]
    monkeypatch.setattr(statistics, "_NEVER_HERE", known)
    opens, replies = "query: { emails: open }", "connection: hubspot, query: { emails: reply }"
    mqls, sessions = (
        "query: { object: contacts, entered: mql }",
        "connection: web, query: { metric: sessions }",
    )
    rewrite(scene.root / "metrics.yaml", {mqls: opens, sessions: replies})
    report = scene.sync()
    told = by_key_result(report)
    window = truth.Window(STARTS, date(2026, 11, 23))
    opened = truth.email_counter(scene.sandbox.company, "open", window, "Europe/Warsaw", NIGHT)
    (fault,) = report.faults
    assert "HubSpot's statistics have no counter reply" in str(fault)
    assert told["sessions"].status is Status.NO_DATA
    assert told["mqls"].value == opened > 0
    assert sum(request.endswith("/histogram") for request in scene.requests) == 1 + 2


def test_broken_check_ins_are_a_config_error_before_anything_is_asked(scene: Scene) -> None:
    rewrite(scene.root / "checkins/2026-Q4.yaml", {"value: 1": "value: one"})
    with pytest.raises(BadConfig, match=r"checkins/2026-Q4\.yaml:1"):
        scene.sync()
    assert scene.requests == []
