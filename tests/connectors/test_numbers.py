"""What sources print as numbers, and what only looks like one."""

from decimal import Decimal
from typing import Any

import pytest

from connectors.numbers import number_in


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3000", Decimal(3000)),
        (" 5000.00 ", Decimal(5000)),
        ("-0.10", Decimal("-0.1")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal(1000)),
        (0.1, Decimal("0.1")),
        (2**80, Decimal(2**80)),
        (Decimal("11.25000000000000000001125"), Decimal("11.25000000000000000001125")),
        ("0.97348484848484851", Decimal("0.97348484848484851")),
        ("1." + "0" * 60, Decimal(1)),
        ("0e-400", Decimal(0)),
        ("-0", Decimal(0)),
    ],
)
def test_a_number_is_taken_as_it_is_printed(value: Any, expected: Decimal) -> None:
    assert number_in(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "1,234",
        "1,234.50",
        "1 234",
        "1_000",
        "\N{FULLWIDTH DIGIT ONE}",
        "12 %",
        "0x10",
        "many",
        "",
        "NaN",
        "-Infinity",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        True,
        None,
        b"1",
        [1],
    ],
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"is no number such as 1234\.50"):
        number_in(value)


@pytest.mark.parametrize(
    "value", ["1e400", "1e-400", "1e99999999999999999999", 10**40 + 1, "0." + "3" * 40]
)
def test_a_number_that_arithmetic_would_round_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="has more than 34 digits"):
        number_in(value)


def test_a_long_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ValueError, match="no number") as caught:
        number_in("x" * 1000)

    assert len(str(caught.value)) < 100


def test_a_whole_number_too_long_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="digits"):
        number_in(10**5000)
