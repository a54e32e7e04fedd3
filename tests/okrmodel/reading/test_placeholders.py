from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.reading.node import Node, node, planted
from okrmodel.reading.placeholders import Wanting, filled, placeholders, wanting
from okrmodel.reading.yaml_text import Document, read_yaml

scalars = st.one_of(
    st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.booleans(), st.text()
)


def of(content: Any, file: str = "") -> Node:
    return node(Document(file, content), (), content)


def put(body: Any, **given: Any) -> Any:
    tree = filled(of(body), {name: of(value) for name, value in given.items()})
    return None if tree is None else planted(tree, (), {}, {})


@given(scalars)
def test_a_value_stays_what_it_is(value: Any) -> None:
    found = put({"target": "=target", "list": ["=target"]}, target=value)
    assert found == {"target": value, "list": [value]}
    assert type(found["target"]) is type(value)


@given(st.text().filter(lambda text: not text.startswith("=")))
def test_text_without_the_mark_is_left_alone(text: str) -> None:
    assert put({"a": text, "b": "{target}"}, target=7) == {"a": text, "b": "{target}"}


@given(st.text())
def test_what_is_given_is_not_read_as_a_placeholder_again(text: str) -> None:
    assert put("=a", a=f"={text}", b=1) == f"={text}"
    assert put("=<{a}>", a=f"{{b}}{text}", b=1) == f"<{{b}}{text}>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("=Win {target} MQLs", "Win 320 MQLs"),
        ("=previous * {growth}", "previous * 1.2"),
        ("={target}", "320"),
        ("={target} of {target}", "320 of 320"),
        ("==target", "=target"),
        ("=={target}", "={target}"),
    ],
)
def test_in_text_it_is_text(body: str, found: str) -> None:
    assert put(body, target=320, growth=Decimal("1.20")) == found


def test_numbers_in_text_have_no_exponent() -> None:
    assert put("=Win {n}", n=Decimal("1E+3")) == "Win 1000"


def test_nothing_leaves_out_what_it_would_fill_in() -> None:
    body = {"target": "=target", "nested": {"a": "=target", "b": 1}, "list": ["=target", 2]}
    assert put(body, target=None) == {"nested": {"b": 1}, "list": [2]}
    assert put("=target", target=None) is None


def test_what_has_no_value_is_known_by_its_first_place() -> None:
    tree = filled(of({"title": "=Win {target}", "target": "=target", "b": "=b"}), {"b": of(1)})
    assert tree is not None
    assert wanting(tree) == {"target": ("title",)}
    nothing = filled(of("=Win {target}"), {"target": of(None)})
    assert nothing is not None
    assert nothing.value == Wanting("target")


def test_which_there_are() -> None:
    body = of({"a": "=one", "b": ["=x {two} and {one}", "=5 of it", "plain", "==x"], "c": 5})
    assert [(leaf.value, names) for leaf, names in placeholders(body)] == [
        ("=one", ("one",)),
        ("=x {two} and {one}", ("two", "one")),
        ("=5 of it", ()),
    ]


def test_a_value_has_the_place_where_it_was_written_and_the_key_of_the_template() -> None:
    body, _ = read_yaml("target: =target\ntitle: =Win {target}\n", "library/a.yaml")
    own, _ = read_yaml("\n\ntarget: 7\n", "okrs/2026-Q4.yaml")
    given = {"target": node(own, ("target",), 7)}
    tree = filled(node(body, (), body.content), given)
    assert tree is not None
    target, title = tree.inner["target"], tree.inner["title"]
    assert str(target.place) == "okrs/2026-Q4.yaml:3:9"
    assert str(target.key) == "library/a.yaml:1:1"
    assert str(title.place) == "library/a.yaml:2:8"
