"""What a job reports, and the artifact made of it."""

from dataclasses import replace
from datetime import date

import pytest

from connectors.errors import ConnectorError, Permanent, RetryLater, RetrySoon
from flows.artifacts import markdown
from flows.backfill import NothingToDo, UnknownKeyResult
from flows.report import Fault, Report
from okrmodel.publication import Publication
from tests.flows.scene import Scene, rewrite

LAST = date(2026, 11, 22)
WORDS = Publication(
    workspace="acorn",
    name="Acorn",
    timezone="Europe/Warsaw",
    locale="en",
    people={},
    cycles=(),
    units={},
    places={},
)
EMPTY = Report(WORDS, 1, LAST, (), 1, 0, {}, ())


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
    shown = r"A \<b>small\</b> \| \[pretend\](http://x) company"
    assert told.startswith(f"# {shown}, 22 Nov 2026\n")
    rows = [line for line in told.splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[0] for row in rows] == [
        f"| {title}"
        for title in (
            "Win MQLs",
            "Grow the pipeline",
            "Bring sessions",
            "Have pages seen",
            "Spend it all",
            "Spend less an MQL",
            "Get plans approved",
        )
    ]
    assert "| 2 | 3 | 67% |" in rows[-1]
    assert f"\nRun 1; requests: hubspot {report.calls['hubspot']}, manual 0, web 1." in told


@pytest.mark.parametrize(
    ("locale", "heading"),
    [
        ("pl", "22 lis 2026\n\n## 2026-Q4\n\n| Kluczowy rezultat | Właściciel | Status |"),
        ("de", "22. Nov. 2026\n\n## 2026-Q4\n\n| Key Result | Verantwortlich | Status |"),
    ],
)
def test_the_artifact_speaks_the_workspace_s_language(
    scene: Scene, locale: str, heading: str
) -> None:
    report = scene.sync()
    words = report.words.model_copy(update={"locale": locale})
    told = markdown(replace(report, words=words))
    assert heading in told


def test_what_did_not_answer_stands_below_the_table() -> None:
    told = markdown(reporting(Permanent("no *rights*", remedy="add a Viewer")))
    assert r"- **web**: no \*rights\* – add a Viewer" in told


def test_days_that_no_cycle_has_are_refused(scene: Scene) -> None:
    with pytest.raises(NothingToDo, match="no cycle in okrs/ has a day in 2025-01-01 to"):
        scene.backfill(date(2025, 1, 1), date(2025, 1, 31))


def test_a_misspelt_key_result_is_refused_with_the_one_that_was_meant(scene: Scene) -> None:
    with pytest.raises(UnknownKeyResult, match=r"'sesions'; did you mean .?sessions"):
        scene.backfill(LAST, LAST, ["sesions"])
    assert scene.requests == []
