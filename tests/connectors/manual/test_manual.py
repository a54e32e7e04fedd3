"""Check-ins, milestones and ledgers."""

import os
import traceback
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.errors import QueryError
from connectors.manual import CONNECTOR, ManualOptions, client
from okrmodel.observations import Aggregation, Observation
from okrmodel.windows import Window
from tests.connectors.opening import NOW, ask, connection, day, days, run, values

CHECK_INS = """\
- key_result: partners
  date: 2026-10-12
  value: 5
  author: ola
- key_result: partners
  date: 2026-10-05
  value: 3.10
  author: jan
  note: two more are signing
  confidence: 0.7
- {key_result: launch, date: 2026-10-20, milestone: website-live, author: ola}
- {key_result: other, date: 2026-10-06, value: 99}
"""
TOTAL = {"check_ins": "partners", "cycle": "2026-Q4"}
INCREMENT = TOTAL | {"values": "increment"}
DONE = {"milestone": "launch/website-live", "cycle": "2026-Q4"}
LEDGER = "date,value,clicks\n2026-10-02,10.05,3\n2026-10-02,0.05,4\n2026-10-04,7,5\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "checkins").mkdir()
    (tmp_path / "checkins" / "2026-Q4.yaml").write_text(CHECK_INS)
    (tmp_path / "spend.csv").write_text(LEDGER)
    return tmp_path


def answers(root: Path, raw: dict[str, Any], *windows: Window) -> list[Decimal | None]:
    asked = ask(CONNECTOR.query.validate_python(raw), *windows)
    session = CONNECTOR.connect(connection(ManualOptions(), root=root))
    return values(session, asked, CONNECTOR.plan([asked], ManualOptions()))


def observed(root: Path, raw: dict[str, Any], window: Window) -> Observation:
    asked = ask(CONNECTOR.query.validate_python(raw), window)
    session = CONNECTOR.connect(connection(ManualOptions(), root=root))
    (step,) = CONNECTOR.plan([asked], ManualOptions())
    (found,) = run(session, step)
    return found


def test_a_total_is_the_last_value_dated_on_or_before_the_day(root: Path) -> None:
    asked = [day(d) for d in ("2026-10-04", "2026-10-05", "2026-10-11", "2026-10-12", "2026-12-31")]
    expected = [None, Decimal("3.10"), Decimal("3.10"), Decimal(5), Decimal(5)]
    assert answers(root, TOTAL, *asked) == expected


def test_increments_add_up_and_nothing_is_known_before_the_first(root: Path) -> None:
    asked = [day(d) for d in ("2026-10-04", "2026-10-05", "2026-10-12")]
    assert answers(root, INCREMENT, *asked) == [None, Decimal("3.10"), Decimal("8.10")]


def test_of_two_totals_on_one_day_the_one_written_last_holds(root: Path) -> None:
    with (root / "checkins" / "2026-Q4.yaml").open("a") as file:
        file.write("- {key_result: partners, date: 2026-10-12, value: 6}\n")
    assert answers(root, TOTAL, day("2026-10-12")) == [Decimal(6)]


def test_a_milestone_counts_one_from_the_day_it_is_done(root: Path) -> None:
    asked = [day(d) for d in ("2026-10-19", "2026-10-20", "2026-10-21")]
    assert answers(root, DONE, *asked) == [Decimal(0), Decimal(1), Decimal(1)]


def test_without_a_file_nobody_has_checked_in(tmp_path: Path) -> None:
    assert answers(tmp_path, TOTAL, day("2026-10-05")) == [None]
    assert answers(tmp_path, DONE, day("2026-10-05")) == [Decimal(0)]


def test_a_daily_ledger_is_zero_between_its_rows_and_unknown_outside(root: Path) -> None:
    found = answers(
        root, {"ledger": "spend.csv", "values": "daily"}, *days("2026-10-01", "2026-10-05")
    )
    assert found == [None, Decimal("10.10"), Decimal(0), Decimal(7), None]


def test_a_ledger_of_totals_reads_its_column_at_the_end_of_the_day(root: Path) -> None:
    raw = {"ledger": "spend.csv", "values": "total", "column": "clicks"}
    asked = [day(d) for d in ("2026-10-01", "2026-10-02", "2026-10-03", "2026-10-09")]
    assert answers(root, raw, *asked) == [None, Decimal(4), Decimal(4), Decimal(5)]


def test_a_ledger_may_be_yaml(root: Path) -> None:
    (root / "visitors.yaml").write_text(
        "- {date: 2026-10-02, value: 12}\n- {date: 2026-10-03, value: 0.1}\n"
    )
    found = answers(
        root, {"ledger": "visitors.yaml", "values": "daily"}, *days("2026-10-02", "2026-10-03")
    )
    assert found == [Decimal(12), Decimal("0.1")]


def test_a_spreadsheets_byte_order_mark_is_not_part_of_a_name(root: Path) -> None:
    (root / "spend.csv").write_text(LEDGER, encoding="utf-8-sig")
    raw = {"ledger": "spend.csv", "values": "daily"}
    assert answers(root, raw, day("2026-10-04")) == [Decimal(7)]


def test_the_evidence_names_file_row_date_and_author(root: Path) -> None:
    found = observed(root, INCREMENT, day("2026-10-12"))
    assert found.evidence.resolved == "checkins/2026-Q4.yaml"
    assert found.evidence.records == 2
    assert found.evidence.notes == (
        "checkins/2026-Q4.yaml:5: 2026-10-05 by jan: two more are signing",
        "checkins/2026-Q4.yaml:1: 2026-10-12 by ola",
    )
    assert len(found.evidence.digests[0]) == 64
    assert found.observed_at == NOW
    assert found.provisional(connection(ManualOptions()).zone) is None


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("value: 1, date: 2026-10-01", ':9: missing key "key_result" in check-in 1'),
        ("key_result: a, date: 2026-10-01", ":9: check-in 1: expected either a value or"),
        (
            "key_result: a, date: 2026-10-01, value: 1, milestone: b",
            ":9: check-in 1: expected either",
        ),
        (
            "key_result: a, date: 1700000000, value: 1",
            ':9: "date" of check-in 1 is 1700000000, expected a day',
        ),
        (
            "key_result: a, date: 2026-10-01, value: many",
            ':9: "value" of check-in 1 is text "many", expected a number',
        ),
        ("key_result: a, date: 2026-10-01, value: .nan", ":9: .nan is no number"),
        (
            "key_result: a, date: 2026-10-01, value: 1, valeu: 2",
            ':9: unknown key "valeu" in check-in 1',
        ),
        (
            "key_result: a, date: 2026-10-01, value: 1, value: 2",
            ':9: key "value" stands here again',
        ),
        (
            "key_result: a, date: 2026-10-01, value: [1]",
            ':9: "value" of check-in 1 is a list, expected a number',
        ),
    ],
)
def test_a_wrong_check_in_is_named_by_file_and_line(root: Path, entry: str, message: str) -> None:
    file = root / "checkins" / "2026-Q4.yaml"
    file.write_text("# the fourth quarter\n" * 8 + f"- {{{entry}}}\n")
    with pytest.raises(QueryError) as caught:
        answers(root, TOTAL, day("2026-10-05"))
    assert f"checkins/2026-Q4.yaml{message}" in str(caught.value)
    assert caught.value.remedy


def test_a_file_that_is_no_list_of_entries_is_refused(root: Path) -> None:
    file = root / "checkins" / "2026-Q4.yaml"
    for text, message in (
        ("a: 1", ":1: the check-ins' file is a mapping, expected a list"),
        ("- 1", ":1: check-in 1 is 1, expected a mapping"),
        ("- {a: 1", ":1: "),
        ("\n- a: b: c", ":2: a second `:` or a key out of line"),
    ):
        file.write_text(text)
        with pytest.raises(QueryError, match=f"2026-Q4.yaml{message}"):
            answers(root, TOTAL, day("2026-10-05"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,value\n2026-10-02,ten\n", "spend.csv:2: value 'ten' is no number"),
        ("date,value\n2026-10-02,\n", 'spend.csv:2: no "value" in this row'),
        ("date,amount\n2026-10-02,1\n", 'spend.csv:2: no "value" in this row'),
        ("date,value\n02.10.2026,1\n", "spend.csv:2: date '02.10.2026', expected a day"),
        ("date,value\n2026-10-02,1,2\n", "spend.csv:2: more or fewer cells"),
        ("date,value\n2026-10-02\n", "spend.csv:2: more or fewer cells"),
        ("date;value\n2026-10-02;1\n", 'spend.csv:2: no "date" in this row'),
        ('date,value\n2026-10-02,"1,234"\n', "spend.csv:2: value '1,234' is no number"),
        ("date,value\n2026-10-02,1_000\n", "spend.csv:2: value '1_000' is no number"),
        ("date,value\n2026-10-02,1e400\n", "spend.csv:2: value '1e400' has more than 34 digits"),
        ("date,value\n20261002,1\n", "spend.csv:2: date '20261002', expected a day"),
        ("date,value, value\n2026-10-02,1,2\n", 'spend.csv:1: two columns are named "value"'),
        (
            'date,value,note\n2026-10-02,1,"half\n2026-10-03,5,whole\n',
            "spend.csv:3: this is not CSV: unexpected end of data",
        ),
        ("date,value,note\n2026-10-02,1," + "x" * 200_000, "spend.csv:2: this is not CSV: field"),
        ("date,value\n2026-10-02,1\0\n", "spend.csv:2: "),
        ("date,value\n2026-10-02,Infinity\n", "spend.csv:2: value 'Infinity' is no number"),
    ],
)
def test_a_wrong_ledger_row_is_named_by_file_and_line(root: Path, text: str, message: str) -> None:
    (root / "spend.csv").write_text(text)
    with pytest.raises(QueryError, match=message):
        answers(root, {"ledger": "spend.csv", "values": "daily"}, day("2026-10-02"))


def test_blank_lines_and_nameless_columns_of_a_spreadsheet_mean_nothing(root: Path) -> None:
    (root / "spend.csv").write_text("date,value,,\r\n2026-10-02, 10.05 ,,\r\n\r\n", newline="")
    raw = {"ledger": "spend.csv", "values": "daily"}
    assert answers(root, raw, day("2026-10-02")) == [Decimal("10.05")]


def test_a_line_break_inside_a_cell_ends_no_row(root: Path) -> None:
    text = 'date,value,note\n2026-10-02,1,"two\nlines\N{LINE SEPARATOR}of it"\n2026-10-03,x,\n'
    (root / "spend.csv").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=r"spend\.csv:4: value 'x'"):
        answers(root, {"ledger": "spend.csv", "values": "daily"}, day("2026-10-02"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {date: 2026-10-02, value: 010}", "010 is text here but a number in base 8"),
        ("- {date: 2026-10-02, value: [1]}", r"value \[1\] is no number"),
        ("- {date: 2026-10-02, value: true}", "value True is no number"),
        ("- {date: 2026-10-02, value: }", 'no "value" in this row'),
        ("- {date: 5, value: 1}", "date 5, expected a day"),
        ("- {date: 2026-10-02, value: 1, value: 2}", 'key "value" stands here again'),
        ("- 3", "expected an entry with keys"),
        ("date: 2026-10-02", "expected a list of entries"),
        ("[" * 1000, "more than 40 levels of nesting"),
        ("- &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
            f"- &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in pairwise("abcdefgh")
        ), "more than 200000 values in one file"),
    ],
)  # fmt: skip
def test_a_wrong_ledger_in_yaml_is_refused(root: Path, text: str, message: str) -> None:
    (root / "spend.yaml").write_text(text)
    with pytest.raises(QueryError, match=rf"spend\.yaml:\d+: {message}"):
        answers(root, {"ledger": "spend.yaml", "values": "daily"}, day("2026-10-02"))


class TestWhereFilesAre:
    """Messages quote what they cannot read, so nothing is read that is not the workspace's."""

    LEDGER = {"ledger": "spend.csv", "values": "daily"}  # noqa: RUF012 - a constant

    @pytest.fixture
    def other(self, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("other")
        (folder / "secret.csv").write_text("date,value\nhush,hush\n")
        (root / "spend.csv").unlink()
        return folder

    def refused(self, root: Path, raw: dict[str, Any] = LEDGER) -> str:
        with pytest.raises(QueryError) as caught:
            answers(root, raw, day("2026-10-02"))
        shown = "".join(traceback.format_exception(caught.value))
        assert "hush" not in shown
        return str(caught.value)

    def test_a_link_out_of_the_folder_is_not_followed(self, root: Path, other: Path) -> None:
        (root / "spend.csv").symlink_to(other / "secret.csv")
        assert self.refused(root) == "spend.csv: leads out of the workspace's folder"

    def test_nor_is_a_folder_that_is_a_link(self, root: Path, other: Path) -> None:
        (root / "ledgers").symlink_to(other)
        raw = {"ledger": "ledgers/secret.csv", "values": "daily"}
        assert "leads out of the workspace's folder" in self.refused(root, raw)

    def test_nor_are_check_ins(self, root: Path, other: Path) -> None:
        (root / "checkins" / "2026-Q4.yaml").unlink()
        (root / "checkins" / "2026-Q4.yaml").symlink_to(other / "secret.csv")
        assert "leads out of the workspace's folder" in self.refused(root, TOTAL)

    def test_a_link_inside_the_folder_is_followed(self, root: Path) -> None:
        (root / "spend.csv").rename(root / "spend-2026.csv")
        (root / "spend.csv").symlink_to("spend-2026.csv")
        assert answers(root, self.LEDGER, day("2026-10-04")) == [Decimal(7)]

    def test_the_folder_itself_may_be_a_link(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(root)
        assert answers(tmp_path / "link", self.LEDGER, day("2026-10-04")) == [Decimal(7)]

    def test_links_in_a_circle_end(self, root: Path, other: Path) -> None:
        (root / "spend.csv").symlink_to("spend.csv")
        assert self.refused(root).startswith("spend.csv: cannot be read: ")

    def test_a_pipe_is_not_waited_for(self, root: Path, other: Path) -> None:
        os.mkfifo(root / "spend.csv")
        assert self.refused(root) == "spend.csv: is no file"

    def test_a_huge_file_is_not_read(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "LARGEST_FILE", 20)
        assert self.refused(root) == "spend.csv: is larger than 20 bytes"

    def test_what_is_no_text_is_told_by_line(self, root: Path) -> None:
        (root / "spend.csv").write_bytes(b"date,value\n2026-10-02,\xff\n")
        assert self.refused(root) == "spend.csv:2: the file is not UTF-8 text"


def test_a_ledger_that_is_not_there_is_an_error_not_a_zero(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"spend\.csv: cannot be read: No such file"):
        answers(tmp_path, {"ledger": "spend.csv", "values": "daily"}, day("2026-10-02"))


@pytest.mark.parametrize("name", ["/etc/ledger.csv", "../other/spend.csv", "spend.xlsx"])
def test_a_ledger_stands_inside_the_workspace(name: str) -> None:
    with pytest.raises(ValidationError, match="inside the workspace's folder"):
        CONNECTOR.query.validate_python({"ledger": name, "values": "daily"})


def test_an_unknown_question_names_the_keys_there_are() -> None:
    with pytest.raises(
        ValidationError, match="one of the keys check_ins, override, milestone, ledger"
    ):
        CONNECTOR.query.validate_python({"check_in": "partners"})


def test_the_aggregation_follows_from_the_question() -> None:
    def implied(raw: dict[str, Any]) -> Aggregation:
        found: Aggregation = CONNECTOR.query.validate_python(raw).aggregation
        return found

    assert implied(TOTAL) is implied(DONE) is Aggregation.LEVEL
    assert implied({"ledger": "a.csv", "values": "daily"}) is Aggregation.SUM
    assert implied({"ledger": "a.csv", "values": "total"}) is Aggregation.LEVEL


def test_each_file_is_read_once_a_session(root: Path) -> None:
    asked = [
        ask(
            CONNECTOR.query.validate_python(TOTAL | {"check_ins": f"kr-{n}"}),
            *days("2026-10-01", "2026-12-31"),
        )
        for n in range(10)
    ]
    steps = CONNECTOR.plan(asked, ManualOptions())
    session = CONNECTOR.connect(connection(ManualOptions(), root=root))
    assert [len(s.serves) for s in steps] == [10]
    run(session, steps[0])
    (root / "checkins" / "2026-Q4.yaml").unlink()
    assert len(run(session, steps[0])) == 920


def test_a_mistake_in_one_file_leaves_the_other_answers_alone(root: Path) -> None:
    (root / "spend.csv").write_text("date,value\nx,1\n")
    total = ask(CONNECTOR.query.validate_python(TOTAL), day("2026-10-12"))
    spend = ask(
        CONNECTOR.query.validate_python({"ledger": "spend.csv", "values": "daily"}),
        day("2026-10-02"),
    )
    session = CONNECTOR.connect(connection(ManualOptions(), root=root))
    good, bad = CONNECTOR.plan([spend, total], ManualOptions())
    assert [o.value for o in run(session, good)] == [Decimal(5)]
    with pytest.raises(QueryError):
        run(session, bad)


def test_doctor_reads_each_file_and_says_what_is_wrong(root: Path) -> None:
    (root / "spend.csv").write_text("date,value\nx,1\n")
    asks = [
        ask(CONNECTOR.query.validate_python(raw), day("2026-10-02"))
        for raw in (TOTAL, DONE, {"ledger": "spend.csv", "values": "daily"})
    ]
    good, bad = CONNECTOR.connect(connection(ManualOptions(), root=root)).doctor(asks)
    assert (good.ok, good.subject, good.message) == (True, "checkins/2026-Q4.yaml", "4 entries")
    assert (bad.ok, bad.subject) == (False, "spend.csv")
    assert "correct line 2" in bad.remedy
