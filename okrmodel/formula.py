"""Formulas: + - * / and parentheses over metrics, read by hand and never evaluated as code.

    sum    = term, { ("+" | "-"), term }
    term   = factor, { ("*" | "/"), factor }
    factor = number | name | "-", factor | "(", sum, ")"

A name is a metric id; an id with a `-` in it cannot stand here, because `-` subtracts.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)(?![a-z0-9_.])|([a-z0-9][a-z0-9_]*)|([-+*/()]))")
_MOST_NESTED = 40
_SUMS = ("+", "-")
_PRODUCTS = ("*", "/")


class FormulaError(ValueError):
    """The text is no formula; `column` counts from 1 in it."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class _Negated:
    of: "_Tree"


@dataclass(frozen=True, slots=True)
class _Pair:
    left: "_Tree"
    sign: str
    right: "_Tree"


_Tree = Decimal | str | _Negated | _Pair
"""A number, a name, or what is done with them."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read."""

    text: str
    names: tuple[str, ...]
    """The metrics that it uses, each once, in order of appearance."""
    tree: _Tree

    def evaluate(self, values: Mapping[str, Decimal]) -> Decimal | None:
        """Its value, or None when something is divided by zero.

        Raises:
            KeyError: A name has no value: whoever asks decides what no data means.
        """
        return _value(self.tree, values)

    def degree(self, degrees: Mapping[str, int | None]) -> int | None:
        """The power at which it grows when each name grows at its own; None when at no single one."""
        return _degree(self.tree, degrees)

    def additions(self) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        """The names on both sides of each `+`, where they are added as they are or times a number."""
        yield from _additions(self.tree)


def parse(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: The text is none; the message says what stands where what was expected.
    """
    return _Reader(text).formula()


_DO: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
}


def _value(tree: _Tree, values: Mapping[str, Decimal]) -> Decimal | None:
    match tree:
        case Decimal():
            return tree
        case str():
            return values[tree]
        case _Negated(of):
            value = _value(of, values)
            return None if value is None else -value
        case _Pair(left, sign, right):
            a, b = _value(left, values), _value(right, values)
            return None if a is None or b is None else _DO[sign](a, b)


def _degree(tree: _Tree, degrees: Mapping[str, int | None]) -> int | None:
    match tree:
        case Decimal():
            return 0
        case str():
            return degrees[tree]
        case _Negated(of):
            return _degree(of, degrees)
        case _Pair(left, sign, right):
            a, b = _degree(left, degrees), _degree(right, degrees)
            if a is None or b is None or (sign in _SUMS and a != b):
                return None
            return {"*": a + b, "/": a - b}.get(sign, a)


def _additions(tree: _Tree) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    match tree:
        case _Negated(of):
            yield from _additions(of)
        case _Pair(left, sign, right):
            yield from _additions(left)
            yield from _additions(right)
            if sign == "+":
                yield _added(left), _added(right)


def _added(tree: _Tree) -> frozenset[str]:
    """The names that a side of a sum adds; not what is divided or multiplied by another name."""
    match tree:
        case str():
            return frozenset({tree})
        case _Pair(left, "+", right):
            return _added(left) | _added(right)
        case _Pair(Decimal(), "*", side) | _Pair(side, "*" | "/", Decimal()):
            return _added(side)
        case _:
            return frozenset()


class _Reader:
    """Reads tokens from left to right, one ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.names: dict[str, None] = {}
        self.nested = 0
        self.take()

    def take(self) -> None:
        """Look at the next token."""
        rest = self.text[self.at :]
        self.column = self.at + len(rest) - len(rest.lstrip()) + 1
        found = _TOKEN.match(self.text, self.at)
        if found is None and rest.strip():
            raise FormulaError(
                f'"{rest.strip()[0]}" stands where a metric id in lower case, a number,'
                " + - * / or a parenthesis was expected",
                self.column,
            )
        self.number, self.name, self.sign = found.groups("") if found else ("", "", "")
        self.at = found.end() if found else len(self.text)

    def formula(self) -> Formula:
        tree = self.sum()
        if self.sign or self.name or self.number:
            raise self.wrong("+ - * / or the end")
        return Formula(self.text, tuple(self.names), tree)

    def sum(self) -> _Tree:
        tree = self.term()
        while self.sign in _SUMS:
            sign = self.sign
            self.take()
            tree = _Pair(tree, sign, self.term())
        return tree

    def term(self) -> _Tree:
        tree = self.factor()
        while self.sign in _PRODUCTS:
            sign = self.sign
            self.take()
            tree = _Pair(tree, sign, self.factor())
        return tree

    def factor(self) -> _Tree:
        number, name, sign = self.number, self.name, self.sign
        if not (number or name or sign in {"-", "("}):
            raise self.wrong("a metric id, a number or (")
        if sign:
            return self.inner(sign)
        self.take()
        if number:
            return Decimal(number)
        self.names[name] = None
        return name

    def inner(self, sign: str) -> _Tree:
        """What stands behind a minus or inside parentheses."""
        self.nested += 1
        if self.nested > _MOST_NESTED:
            raise FormulaError(f"more than {_MOST_NESTED} levels of nesting", self.column)
        self.take()
        tree = _Negated(self.factor()) if sign == "-" else self.sum()
        if sign == "(":
            if self.sign != ")":
                raise self.wrong(")")
            self.take()
        self.nested -= 1
        return tree

    def wrong(self, expected: str) -> FormulaError:
        token = self.number or self.name or self.sign
        found = f'"{token}"' if token else "the end"
        return FormulaError(f"{found} stands where {expected} was expected", self.column)
