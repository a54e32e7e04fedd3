"""Headings and rows: what they are taken for, and that no row is lost without a word."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.tracker.columns import NoHeadings, find_columns
from okrmodel.tracker.found import Found, Loss
from okrmodel.tracker.grid import Cell, Grid, Percent, Uncalculated, text_of
from okrmodel.tracker.periods import quarter_called
from okrmodel.tracker.rows import Wanted, read_rows
from okrmodel.tracker.words import Mark
from okrmodel.windows import Window

Q4 = Window(date(2026, 10, 1), date(2027, 1, 1))
HEADINGS = ("Objective", "Key result", "Owner", "From", "Target", "Current", "Unit", "Due")


def grid(*rows: tuple[Cell, ...]) -> Grid:
    return Grid("", rows)


def read(*rows: tuple[Cell, ...], mark: Mark | None = None) -> Found:
    sheet = grid(*rows)
    return read_rows(sheet, find_columns(sheet), Wanted("acme", "2026-Q4", Q4, mark))


def meanings(*rows: tuple[Cell, ...]) -> list[str | None]:
    return [column.meaning for column in find_columns(grid(*rows)).columns]


def losses(found: Found, loss: Loss) -> list[str]:
    return [str(remark) for remark in found.remarks if remark.loss is loss]


def test_headings_are_known_in_three_languages() -> None:
    wanted = ["objective", "key_result", "owner", "from", "target", "current", "unit", "due"]
    wanted += ["weight", "status", "note"]
    row: tuple[Cell, ...] = (
        "Grow",
        "Win",
        "Ola",
        "1",
        "2",
        "3",
        "EUR",
        "2026-12-31",
        "1",
        "ok",
        "-",
    )
    english: tuple[str, ...] = (*HEADINGS, "Weight", "Status", "Comment")
    polish: tuple[str, ...] = (
        "Cel",
        "Kluczowy rezultat",
        "Właściciel",
        "Wartość początkowa",
        "Wartość docelowa",
    )
    polish += ("Wartość bieżąca", "Jednostka", "Termin", "Waga", "Stan", "Komentarz")
    german: tuple[str, ...] = (
        "Ziel",
        "Schlüsselergebnis",
        "Verantwortlich",
        "Startwert",
        "Zielwert",
        "Istwert",
    )
    german += ("Einheit", "Fällig am", "Gewichtung", "Status", "Bemerkung")
    for headings in (english, polish, german):
        assert meanings(headings, row) == wanted, headings
        shouted = tuple(f" {heading.upper()}: " for heading in headings)
        assert meanings(shouted, row) == wanted, shouted


def test_a_heading_of_two_meanings_is_told_by_what_is_below() -> None:
    assert meanings(("Cel", "Rezultat", "Cel"), ("Rosnąć", "MQL", "300")) == [
        "objective",
        "key_result",
        "target",
    ]
    assert (
        meanings(("Objective", "KR", "Start", "Target"), ("a", "b", "2026-10-01", "3"))[2]
        == "starts"
    )
    assert meanings(("Objective", "KR", "Start", "Target"), ("a", "b", "7", "3"))[2] == "from"


def test_a_meaning_belongs_to_the_column_that_fits_it_best() -> None:
    rows = (("Goal", "Objective", "KR", "Key result"), ("why", "Grow", "KR1", "Win 3 MQLs"))
    assert meanings(*rows) == [None, "objective", None, "key_result"]


def test_what_cannot_be_told_or_is_not_known_is_said_so() -> None:
    columns = find_columns(
        grid(("Objective", "KR", "Start", "Mood", "Progress", "KRs"), ("a", "b"))
    ).columns
    assert [(c.meaning, c.why) for c in columns[2:]] == [
        (None, "could be from or starts"),
        (None, "no known heading"),
        (None, "okr works it out itself"),
        (None, '"KR" is taken for it already'),
    ]


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (("a", "b"), "no headings in the first 20 rows"),
        (("Objective", "Owner", "Target"), "names the key results"),
        (("Key result", "Target"), "names the objectives"),
        (("Title", "Target"), "names the objectives"),
        ((), "no headings"),
    ],
)
def test_a_sheet_that_is_no_tracker_is_told_what_it_lacks(
    headings: tuple[str, ...], said: str
) -> None:
    with pytest.raises(NoHeadings, match=said):
        find_columns(grid(headings, ("x", "y", "3")))


def test_a_row_becomes_a_key_result() -> None:
    found = read(
        ("Our plan",),
        HEADINGS,
        ("Grow", "Win MQLs", "Ola", "0", "300", "1 200,5", "MQLs", "31.12.2026"),
    )
    [objective] = found.objectives
    [one] = objective.key_results
    assert (objective.title, one.row, one.title, one.owner) == ("Grow", 3, "Win MQLs", "Ola")
    assert (one.start, one.target, one.current) == (Decimal(0), Decimal(300), Decimal("1200.5"))
    assert (one.unit, one.due) == ("MQLs", date(2026, 12, 31))
    assert found.remarks == ()


def test_no_objective_means_the_one_above() -> None:
    found = read(
        HEADINGS,
        (None, "too early", None, None, "1"),
        ("Grow", "a", None, None, "1"),
        (None, "b", None, None, "1"),
        ("Keep", None, "Jan"),
        ("", "c", None, None, "1"),
        ("GROW ", "d", None, None, "1"),
    )
    assert {o.title: [k.title for k in o.key_results] for o in found.objectives} == {
        "Grow": ["a", "b", "d"],
        "Keep": ["c"],
    }
    assert found.objectives[1].owner == "Jan"
    assert losses(found, Loss.ROW) == [
        'row 2, column A "Objective": no objective here or above, expected one'
    ]


def test_a_row_of_totals_is_no_objective() -> None:
    found = read(HEADINGS, ("Grow", "a", None, None, "1"), ("Razem:", None, None, None, "1"))
    assert [objective.title for objective in found.objectives] == ["Grow"]
    assert losses(found, Loss.ROW) == [
        'row 3, column A "Objective": holds "Razem:": a row of totals'
    ]


def test_a_percentage_is_a_number_of_percent_and_never_mixed() -> None:
    found = read(
        HEADINGS,
        ("Grow", "rate", None, "0", Percent(Decimal(25)), "12,5 %"),
        (None, "mixed", None, "0.1", "25 %"),
        (None, "two", None, "1 EUR", "2 USD"),
    )
    [one] = found.key_results
    assert (one.start, one.target, one.current, one.unit) == (
        Decimal(0),
        Decimal(25),
        Decimal("12.5"),
        "%",
    )
    assert [remark.row for remark in found.remarks] == [3, 4]
    assert "0.1 is no percentage, but other figures of the row are" in str(found.remarks[0])
    assert "count in EUR and in USD" in str(found.remarks[1])


def test_what_is_done_or_not_is_a_milestone() -> None:
    rows: list[tuple[Cell, ...]] = [
        ("Grow", "target says", None, None, "tak", "nie"),
        (None, "current says", None, None, None, "erledigt"),
        (None, "unit says", None, None, "1", "1", "yes/no"),
        (None, "a tick", None, None, True, True),
        (None, "nothing said", None, None, "yes", None),
    ]
    found = read(HEADINGS, *rows)
    assert [(one.target, one.done) for one in found.key_results] == [
        (None, False),
        (None, True),
        (None, True),
        (None, True),
        (None, None),
    ]


def test_an_ambiguous_number_is_a_question_with_its_row_and_column() -> None:
    rows = (HEADINGS, ("Grow", "a", None, "0", "1,234"))
    [question] = losses(read(*rows), Loss.QUESTION)
    assert question.startswith(
        'row 2, column E "Target": holds "1,234", which may be 1234 or 1.234'
    )
    assert read(*rows, mark="comma").key_results[0].target == Decimal("1.234")


def test_a_known_product_writes_numbers_one_way() -> None:
    headings = ("workspace", "cycle", "objective", "key_result", "title", "as_of", "since_known")
    row = ("acme", "2026-Q4", "grow", "win", "Win", "2026-11-20", None)
    found = read(
        (*headings, "objective_title", "target", "kind"), (*row, "Grow", "1.234", "manual")
    )
    assert [(one.id, one.target) for one in found.key_results] == [("win", Decimal("1.234"))]


def test_rows_of_another_workspace_and_bounds_are_told() -> None:
    headings = ("workspace", "cycle", "objective", "key_result", "title", "as_of", "since_known")
    found = read(
        (*headings, "objective_title", "target", "kind"),
        ("acme", "2026-Q4", "grow", "win", "Win", None, None, "Grow", "1", "manual"),
        ("birch", "2026-Q4", "grow", "lose", "Lose", None, None, "Grow", "1", "manual"),
        ("acme", "2026-Q4", "grow", "keep", "Keep", None, None, "Grow", "1", "maintain"),
    )
    assert [one.id for one in found.key_results] == ["win"]
    strange, bound = losses(found, Loss.ROW)
    assert strange.endswith("is of workspace birch, not of acme")
    assert "keeps a bound" in bound


@pytest.mark.parametrize(
    ("target", "start", "said"),
    [
        (None, None, "is empty, expected a number, or yes"),
        ("lots", None, 'holds "lots", expected a number alone'),
        ("0", None, "is 0, which is also where the way begins"),
        ("5", "5", "is 5, which is also where the way begins"),
        (Uncalculated(), None, "holds a formula and not its value"),
        ("5", "some", 'column D "Baseline": holds "some"'),
    ],
)
def test_a_row_without_a_way_is_told_and_not_taken(target: Cell, start: Cell, said: str) -> None:
    headings = ("Objective", "Key result", "Owner", "Baseline", "Target")
    found = read(headings, ("Grow", "a", None, start, target))
    assert found.key_results == ()
    [told] = losses(found, Loss.ROW)
    assert said in told


def test_a_cell_that_cannot_be_kept_is_told_and_the_row_taken() -> None:
    found = read(
        (*HEADINGS, "Weight"),
        ("Grow", "a", None, None, "5", "many", None, "2027-02-01", "-1"),
        (None, "b", None, None, "5", None, None, "10/11/2026"),
    )
    assert [one.title for one in found.key_results] == ["a", "b"]
    told = losses(found, Loss.CELL)
    assert len(told) == 4
    for said in ('"many"', "2027-02-01 is not in the cycle", "-1, expected more than 0", "may be"):
        assert any(said in line for line in told), said


def test_rows_of_another_cycle_are_told() -> None:
    found = read(
        ("Quarter", "Objective", "Key result", "Target"),
        ("Q4 2026", "Grow", "a", "1"),
        ("Q3 2026", "Grow", "b", "1"),
        ("2026-Q4", "Grow", "c", "1"),
    )
    assert [one.title for one in found.key_results] == ["a", "c"]
    assert losses(found, Loss.ROW) == ['row 3, column A "Quarter": is of Q3 2026, not of 2026-Q4']


@pytest.mark.parametrize(
    "text",
    [
        "2026-Q4",
        "Q4 2026",
        "q4/2026",
        "4Q 2026",
        "IV kwartał 2026",
        "4. Quartal 2026",
        "Quarter 4, 2026",
    ],
)
def test_a_quarter_is_known_by_many_names(text: str) -> None:
    assert quarter_called(text) == "2026-Q4"
    assert quarter_called(f"{text}7") is None


def test_a_tree_of_rows_hangs_together_by_its_parents() -> None:
    """The headings that Ally.io documents for the import template of what became Viva Goals."""
    headings = ("Row ID", "Title", "Parent", "Entity", "Owner Email", "Time Period", "Start Date")
    rows: list[tuple[Cell, ...]] = [
        (*headings, "Target"),
        (Decimal(1), "Grow", None, "Acorn", "ola@acorn.example", "Q4 2026", None, None),
        (Decimal(2), "Win MQLs", Decimal(1), "Acorn", "jan@acorn.example", "Q4 2026", None, "300"),
        (Decimal(3), "Lost", Decimal(9), "Acorn", None, "Q4 2026", None, "1"),
        (Decimal(4), "Twice", "7\n1", "Acorn", None, "Q4 2026", None, "2"),
    ]
    product = find_columns(grid(*rows)).product
    assert product
    assert product.name == "the import template of Viva Goals (Ally.io)"
    found = read(*rows)
    [objective] = found.objectives
    assert (objective.title, objective.owner) == ("Grow", "ola@acorn.example")
    assert [(k.title, k.target) for k in objective.key_results] == [
        ("Win MQLs", Decimal(300)),
        ("Twice", Decimal(2)),
    ]
    assert losses(found, Loss.ROW) == [
        'row 4, column C "Parent": "9" is no objective of this cycle in the file'
    ]


def test_rows_are_told_apart_by_their_kind() -> None:
    found = read(
        ("Type", "Title", "Target"),
        ("Key result", "orphan", "1"),
        ("Objective", "Grow", None),
        ("KR", "Win", "1"),
        ("Project", "Website", None),
    )
    assert [(o.title, [k.title for k in o.key_results]) for o in found.objectives] == [
        ("Grow", ["Win"])
    ]
    assert losses(found, Loss.ROW) == [
        'row 2, column B "Title": is no objective and has none above',
        'row 5, column A "Type": holds "Project", which is no objective and no key result',
    ]


CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(
        ["Grow", "yes", "no", "1,234", "5 %", "2026-12-01", "Objective", "KR", "1", " "]
    ),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.just(Uncalculated()),
    st.builds(Percent, st.decimals(0, 10, places=2)),
)
FLAT = (*HEADINGS, "Done", "Weight", "Status", "Quarter")
TREE = ("Type", "Title", "Parent", "ID", "Owner", "From", "Target", "Current", "Due", "Quarter")


@pytest.mark.parametrize("headings", [FLAT, TREE])
@given(data=st.data())
def test_every_row_is_taken_or_told(headings: tuple[str, ...], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(headings)), max_size=6))
    sheet = grid(headings, *rows)
    columns = find_columns(sheet)
    known = columns.by_meaning()
    found = read_rows(sheet, columns, Wanted("acme", "2026-Q4", Q4))
    names = {"objective", "title"} & set(known)
    filled = {
        n for n, row in enumerate(rows, 2) if any(text_of(row[c.index]) for c in known.values())
    }
    told = {remark.row for remark in found.remarks}
    taken = {one.row for one in found.key_results}
    headed = {n for n in filled if any(text_of(rows[n - 2][known[m].index]) for m in names)}
    assert taken <= filled
    assert filled <= taken | told | headed, "no row is lost without a word"
    dropped = {remark.row for remark in found.remarks if remark.loss is Loss.ROW}
    assert not taken & dropped
