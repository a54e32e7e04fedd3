from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.formula import FormulaError, parse

VALUES = {"a": Decimal(6), "b": Decimal(3), "c": Decimal("0.5"), "zero": Decimal(0)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a", "6"),
        ("a + b * 2", "12"),
        ("(a + b) * 2", "18"),
        ("a - b - 1", "2"),
        ("a / b / 2", "1"),
        ("-a + b", "-3"),
        ("2 * -b", "-6"),
        ("--a", "6"),
        ("a*c", "3.0"),
        ("  a\t/ 0.25 ", "24"),
    ],
)
def test_a_formula_is_calculated_by_the_rules_of_school(text: str, value: str) -> None:
    assert parse(text).evaluate(VALUES) == Decimal(value)


@pytest.mark.parametrize("text", ["a / zero", "1 + a / (b - 3)", "-(a / zero) * 2"])
def test_dividing_by_zero_gives_no_value(text: str) -> None:
    assert parse(text).evaluate(VALUES) is None


def test_names_come_once_each_in_order_of_appearance() -> None:
    assert parse("ad_spend / (mqls + 2nd_visits) - mqls").names == (
        "ad_spend",
        "mqls",
        "2nd_visits",
    )


def test_a_hyphen_subtracts() -> None:
    formula = parse("web-sessions")
    assert formula.names == ("web", "sessions")
    assert formula.evaluate({"web": Decimal(5), "sessions": Decimal(2)}) == 3


def test_a_name_without_a_value_is_the_callers_to_decide() -> None:
    with pytest.raises(KeyError, match="mqls"):
        parse("mqls / 2").evaluate({})


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "the end stands where a metric id, a number or ( was expected"),
        ("a +", 4, "the end stands where"),
        ("a b", 3, '"b" stands where + - * / or the end was expected'),
        ("(a", 3, "the end stands where ) was expected"),
        ("a)", 2, '")" stands where + - * / or the end'),
        ("a % b", 3, '"%" stands where a metric id in lower case'),
        ("MQLs", 1, '"M" stands where a metric id in lower case'),
        ("a ** b", 4, '"*" stands where a metric id, a number or ('),
        ("1.2.3", 2, '"." stands where a metric id in lower case'),
        ("a.b", 2, '"." stands where'),
        ("__import__('os')", 1, '"_" stands where'),
        ("+a", 1, '"+" stands where a metric id, a number or ('),
        ("(" * 100, 41, "more than 40 levels of nesting"),
    ],
)
def test_what_is_no_formula_is_refused_at_its_character(
    text: str, column: int, message: str
) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert message in str(refused.value)
    assert refused.value.column == column


@given(st.text(alphabet="ab1.+-*/() _", max_size=500))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError as refused:
        assert 1 <= refused.column <= len(text) + 1  # noqa: PT017 - both ends are right
    else:
        formula.evaluate(dict.fromkeys(formula.names, Decimal(3)))
