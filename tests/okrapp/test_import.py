"""`okr import`: a tracker becomes config files that lint; what is left is told; nothing is replaced."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from tests.okrapp.conftest import Okr

WORKSPACE = """\
version: 1
id: acme
name: Acme
timezone: Europe/Warsaw
environment: sandbox
clock: 2026-11-23T08:00:00+01:00
"""
TRACKER = """\
Objective;Key result;Owner;From;Target;Current;Unit;Due;Progress
Grow;Win MQLs;Ola Nowak;0;300;120;MQLs;31.12.2026;40 %
;Raise the rate;jan@acme.example;10 %;12,5 %;11,2 %;;;
;Ship the site;Ola Nowak;;yes;yes;;30.11.2026;
Keep;No target;;;;;;;
;NPS;;20;40;;;;
"""


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "workspace.yaml").write_text(WORKSPACE, "utf-8")
    monkeypatch.setenv("OKR_CONFIG", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def tracker(text: str = TRACKER, name: str = "tracker.csv") -> Path:
    file = Path(name)
    file.write_text(text, "utf-8")
    return file


def files(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*.yaml"))
    }


def test_a_tracker_becomes_a_config_that_lints(okr: Okr, acme: Path) -> None:
    ended = okr("import", tracker(), "--cycle", "2026-Q4", "--as-of", "2026-11-20")
    assert ended.code == 1, "a row was not taken"
    checked = okr("lint")
    assert checked.code == 0, checked.out
    assert "0 errors" in checked.out
    cycle = yaml.safe_load((acme / "okrs/2026-Q4.yaml").read_text("utf-8"))
    assert [(o["id"], [k["id"] for k in o["key_results"]]) for o in cycle["objectives"]] == [
        ("grow", ["win-mqls", "raise-the-rate", "ship-the-site"]),
        ("keep", ["nps"]),
    ]
    rate = cycle["objectives"][0]["key_results"][1]
    assert rate == {
        "id": "raise-the-rate",
        "kind": "manual",
        "title": "Raise the rate",
        "owner": "jan",
        "unit": "%",
        "from": 10,
        "target": 12.5,
    }
    reported = yaml.safe_load((acme / "checkins/2026-Q4.yaml").read_text("utf-8"))
    assert [(e["key_result"], e.get("value"), e.get("milestone")) for e in reported] == [
        ("win-mqls", 120, None),
        ("raise-the-rate", 11.2, None),
        ("ship-the-site", None, "done"),
    ]
    assert {e["date"].isoformat() for e in reported} == {"2026-11-20"}
    assert reported[0]["note"] == "row 2 of tracker.csv"
    people = yaml.safe_load((acme / "workspace.yaml").read_text("utf-8"))["people"]
    assert people == {
        "ola-nowak": {"name": "Ola Nowak"},
        "jan": {"name": "jan@acme.example", "email": "jan@acme.example"},
    }


def test_the_mapping_and_what_is_left_are_told(okr: Okr, acme: Path) -> None:
    ended = okr("import", tracker(), "--cycle", "2026-Q4")
    for said in (
        "tracker.csv: UTF-8, separated by semicolon; headings in row 1",
        "B  Key result  key result",
        "Ignored, okr works it out itself: I Progress",
        "2026-Q4: 2 objectives, 4 key results (1 done or not), 3 current values as of 2026-11-23",
        'row 5, column E "Target": is empty, expected a number, or yes',
        "wrote okrs/2026-Q4.yaml",
        "added to people in workspace.yaml: ola-nowak, jan",
    ):
        assert said in ended.out, said
    assert ended.err == "Some rows were not taken; see above why.\n"


def test_a_dry_run_prints_what_would_be_written_and_writes_nothing(okr: Okr, acme: Path) -> None:
    before = files(acme)
    shown = okr("import", tracker(), "--cycle", "2026-Q4", "--dry-run")
    assert files(acme) == before
    okr("import", tracker(), "--cycle", "2026-Q4")
    for name, text in files(acme).items():
        assert f"--- {name}\n{text}" in shown.out


def test_nothing_is_overwritten(okr: Okr, acme: Path) -> None:
    okr("import", tracker(), "--cycle", "2026-Q4")
    before = files(acme)
    again = okr("import", tracker(), "--cycle", "2026-Q4")
    assert again.code == 1
    assert "okrs/2026-Q4.yaml exists already; nothing was written" in again.err
    assert files(acme) == before
    (acme / "okrs/2026-Q4.yaml").rename(acme / "okrs/other.yaml")
    (acme / "checkins/2026-Q4.yaml").unlink()
    twin = okr("import", tracker(), "--cycle", "2026-Q4", "--as-of", "2026-11-20")
    assert twin.code == 1
    assert "cycle 2026-Q4 exists already; nothing was written" in twin.err
    assert not (acme / "okrs/2026-Q4.yaml").exists()


def test_another_cycle_gets_ids_of_its_own(okr: Okr, acme: Path) -> None:
    okr("import", tracker(), "--cycle", "2026-Q4")
    ended = okr("import", tracker(), "--cycle", "2026-Q3", "--as-of", "2026-09-30")
    assert "wrote okrs/2026-Q3.yaml" in ended.out, ended.err
    assert "id: win-mqls-2" in (acme / "okrs/2026-Q3.yaml").read_text("utf-8")
    assert okr("lint").code == 0


def test_a_question_stops_the_import_until_it_is_answered(okr: Okr, acme: Path) -> None:
    file = tracker("Objective;Key result;Target\nGrow;Win;1,234\n")
    asked = okr("import", file, "--cycle", "2026-Q4")
    assert asked.code == 1
    assert 'row 2, column C "Target": holds "1,234", which may be 1234 or 1.234' in asked.out
    assert "Nothing was written: answer the question above first." in asked.err
    assert list(files(acme)) == ["workspace.yaml"]
    for mark, target in (("comma", 1.234), ("point", 1234)):
        shown = okr("import", file, "--cycle", "2026-Q4", "--decimal", mark, "--dry-run")
        assert (shown.code, shown.err) == (0, "")
        assert f"target: {target}\n" in shown.out


def test_the_quarter_may_stand_in_the_file(okr: Okr, acme: Path) -> None:
    text = "Objective,Key result,Target,Quarter\nGrow,Win,3,Q4 2026\n"
    assert okr("import", tracker(text)).code == 0
    assert (acme / "okrs/2026-Q4.yaml").exists()
    mixed = okr("import", tracker(text + "Grow,Lose,3,Q3 2026\n"))
    assert mixed.code == 2
    assert "name the quarter, such as --cycle 2026-Q4; the file has Q4 2026, Q3 2026" in mixed.err


def test_sheets_of_a_workbook(okr: Okr, acme: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Read me first"])
    for name, target in (("Sales", 3), ("Product", 4)):
        sheet = book.create_sheet(name)
        sheet.append(["Objective", "Key result", "Target"])
        sheet.append(["Grow", "Win", target])
        sheet.append([None, "More", 0.5])
        sheet["C3"].number_format = "0%"
        sheet.merge_cells("A2:A3")
    book.save("okrs.xlsx")
    several = okr("import", "okrs.xlsx", "--cycle", "2026-Q4")
    assert several.code == 2
    assert "several sheets with OKRs: Sales, Product; name one with --sheet" in several.err
    unknown = okr("import", "okrs.xlsx", "--cycle", "2026-Q4", "--sheet", "Sale")
    assert (unknown.code, 'did you mean "Sales"?' in unknown.err) == (2, True)
    ended = okr("import", "okrs.xlsx", "--cycle", "2026-Q4", "--sheet", "Product")
    assert (ended.code, ended.err) == (0, "")
    [objective] = yaml.safe_load((acme / "okrs/2026-Q4.yaml").read_text("utf-8"))["objectives"]
    assert [(k["target"], k.get("unit")) for k in objective["key_results"]] == [
        (4, None),
        (50, "%"),
    ]


WRONG = {
    "nothing.csv --cycle 2026-Q4": (1, "nothing.csv: No such file"),
    "tracker.csv": (2, "name the quarter, such as --cycle 2026-Q4"),
    "tracker.csv --cycle H2": (2, "'H2' is no quarter; expected a name such as 2026-Q4"),
    "tracker.csv --cycle 2026-Q4 --as-of 2026-09-30": (2, "2026-09-30, which is not in the cycle"),
    "tracker.csv --cycle 2026-Q4 --as-of 2026-11-24": (2, "2026-11-24 lies ahead"),
    "tracker.csv --cycle 2026-Q3": (2, "say of which day they are: --as-of"),
    "tracker.csv --cycle 2026-Q4 --encoding ascii2": (1, "not ascii2"),
    "tracker.csv --cycle 2026-Q4 --sheet Q4": (2, "no sheet 'Q4'"),
    "old.xls --cycle 2026-Q4": (1, "save it as .xlsx or .csv"),
    "viva.json --cycle 2026-Q4": (1, "JSON, expected a table"),
    "notes.txt --cycle 2026-Q4": (1, "no headings in the first 20 rows"),
    "empty.csv --cycle 2026-Q4": (1, "No row is a key result"),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_imported_is_told_and_nothing_written(
    okr: Okr, acme: Path, words: str
) -> None:
    tracker()
    Path("old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    tracker("[]", "viva.json")
    tracker("just some words", "notes.txt")
    tracker("Objective,Key result,Target\n", "empty.csv")
    ended = okr("import", *words.split())
    code, said = WRONG[words]
    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert list(files(acme)) == ["workspace.yaml"]


def test_people_that_cannot_be_added_are_suggested(okr: Okr, acme: Path) -> None:
    file = acme / "workspace.yaml"
    file.write_text(WORKSPACE + "people: {}\n", "utf-8")
    ended = okr("import", tracker(), "--cycle", "2026-Q4")
    assert ended.code == 1
    assert 'people:\n  ola-nowak: { name: "Ola Nowak" }' in ended.err
    assert list(files(acme)) == ["workspace.yaml"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_is_imported_again(
    okr: Okr, synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    file = tmp_path / f"okrs.{ending}"
    told = okr("export", "--config", synced, "--output", "json").rows
    assert okr("export", "--config", synced, "--to", file).code == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "workspace.yaml").write_text(WORKSPACE, "utf-8")
    # The file says of which day its values are: not of today, which is the 23rd.
    ended = okr("import", file, "--config", other)
    assert (ended.code, ended.err) == (0, "")
    assert "known as okr export" in ended.out
    [objective] = _exact(other / "okrs/2026-Q4.yaml")["objectives"]
    entries = _exact(other / "checkins/2026-Q4.yaml")
    assert {entry["date"] for entry in entries} == {"2026-11-22"}
    reported = {entry["key_result"]: entry["value"] for entry in entries}
    assert objective["title"] == told[0]["objective_title"]
    for row, one in zip(told, objective["key_results"], strict=True):
        assert (one["id"], one["title"], one["owner"]) == (
            row["key_result"],
            row["title"],
            row["owner"],
        )
        assert Decimal(one["target"]) == Decimal(row["target"])
        assert Decimal(one["from"]) == Decimal(row["from"])
        assert Decimal(reported[one["id"]]) == Decimal(row["value"])


EXPORTED = """\
workspace,cycle,objective,key_result,title,as_of,value,target,kind,since_known,objective_title
acme,2026-Q4,grow,site,Ship the site,2026-11-20,2,4,milestones,,Grow
acme,2026-Q4,grow,book,Write the book,{day},3,3,milestones,,Grow
"""


def test_steps_of_an_export_are_done_only_when_all_are(okr: Okr, acme: Path) -> None:
    ended = okr("import", tracker(EXPORTED.format(day="2026-11-20")))
    assert ended.code == 0, ended.err
    assert "2 of 4 steps are done, but not which" in ended.out
    [entry] = _exact(acme / "checkins/2026-Q4.yaml")
    assert (entry["key_result"], entry["date"]) == ("book", "2026-11-20")


@pytest.mark.parametrize("day", ["2026-11-21", "21.11.2026"])
def test_an_export_of_several_days_is_a_question(okr: Okr, acme: Path, day: str) -> None:
    file = tracker(EXPORTED.format(day=day))
    ended = okr("import", file)
    assert (ended.code, list(files(acme))) == (2, ["workspace.yaml"])
    assert f"the file has 2026-11-20, {day}; say --as-of" in ended.err
    assert okr("import", file, "--as-of", "2026-11-21").code == 0


def _exact(file: Path) -> Any:
    """With numbers as they are written."""
    return yaml.load(file.read_text("utf-8"), yaml.BaseLoader)


def test_what_stands_before_the_cycle_begins_is_none_of_its_values(okr: Okr, acme: Path) -> None:
    ended = okr("import", tracker(), "--cycle", "2027-Q1")
    words = " ".join(ended.out.split())
    assert words.count("the cycle has not begun, so its current value is left out") == 3
    assert (acme / "okrs/2027-Q1.yaml").exists()
    assert not (acme / "checkins/2027-Q1.yaml").exists()
    asked = okr("import", tracker(), "--cycle", "2027-Q2", "--as-of", "2026-11-20")
    assert (asked.code, "is not in the cycle" in asked.err) == (2, True)
