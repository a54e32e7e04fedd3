"""What a job reports, and the artifact made of it."""

from dataclasses import replace
from datetime import date

import pytest

from connectors.errors import ConnectorError, Permanent, RetryLater, RetrySoon
from flows.artifacts import markdown
from flows.backfill import NothingToDo, UnknownKeyResult
from flows.report import Fault, Report
from tests.flows.scene import Scene, rewrite

LAST = date(2026, 11, 22)
EMPTY = Report("acorn", "Acorn", 1, LAST, (), 1, 0, {}, ())


def reporting(*errors: ConnectorError) -> Report:
    return replace(EMPTY, faults=tuple(Fault.of("web", error) for error in errors))


@pytest.mark.parametrize(
    ("errors", "soon"),
    [
        ((RetrySoon("a reset"),), True),
        ((RetrySoon("a reset"), RetrySoon("a stall")), True),
        ((RetryLater("a quota"),), False),
        ((Permanent("no rights"),), False),
        ((RetrySoon("a reset"), Permanent("no rights")), False),
        ((), False),
    ],
)
def test_asking_again_soon_makes_sense_where_it_may_mend_everything(
    errors: tuple[ConnectorError, ...], *, soon: bool
) -> None:
    assert reporting(*errors).again_soon is soon


def test_a_fault_is_told_with_what_to_do_about_it() -> None:
    fault = Fault.of("web", Permanent("no rights", remedy="add a Viewer"))
    assert str(fault) == "no rights – add a Viewer"
    assert str(Fault.of("web", RetrySoon("a reset"))) == "a reset"


def test_the_artifact_shows_every_key_result_and_cannot_be_broken_by_words(scene: Scene) -> None:
    name = "name: A <b>small</b> | [pretend](http://x) company"
    rewrite(scene.root / "workspace.yaml", {"name: A small pretend company": name})
    report = scene.sync()
    told = markdown(report)
    assert told.startswith("# A &lt;b>small&lt;/b> \\| \\[pretend](http://x) company, 2026-11-22\n")
    rows = [line for line in told.splitlines() if line.startswith("| ")][1:]
    assert [row.split(" | ")[0] for row in rows] == [
        f"| {key_result}"
        for key_result in ("mqls", "pipeline", "sessions", "views", "spend", "cost", "approved")
    ]
    assert "| approved | 2 | 3 | 67% |" in told
    assert f"\nRun 1; requests: hubspot {report.calls['hubspot']}, manual 0, web 1." in told


def test_days_that_no_cycle_has_are_refused(scene: Scene) -> None:
    with pytest.raises(NothingToDo, match="no cycle in okrs/ has a day in 2025-01-01 to"):
        scene.backfill(date(2025, 1, 1), date(2025, 1, 31))


def test_a_misspelt_key_result_is_refused_with_the_one_that_was_meant(scene: Scene) -> None:
    with pytest.raises(UnknownKeyResult, match=r"'sesions'; did you mean .?sessions"):
        scene.backfill(LAST, LAST, ["sesions"])
    assert scene.requests == []
