from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.problems import Place
from okrmodel.reading.yaml_text import MOST_VALUES, read_yaml


def read(text: str) -> Any:
    document, problems = read_yaml(text, "a.yaml")
    assert problems == []
    return document.content


def told(text: str) -> list[str]:
    return [str(problem) for problem in read_yaml(text, "a.yaml")[1]]


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("1.50", Decimal("1.50")),
        ("0.1", Decimal("0.1")),
        ("1e3", Decimal("1e3")),
        (".5", Decimal("0.5")),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("2026-10-01", "2026-10-01"),
        ("2026-11-23T04:00:00+01:00", "2026-11-23T04:00:00+01:00"),
        ("1_000", "1_000"),
        ("NO-1", "NO-1"),
        ('"no"', "no"),
        ("'12:30'", "12:30"),
        ('"7"', "7"),
        ("|\n  7\n", "7\n"),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says(scalar: str, value: object) -> None:
    found = read(f"key: {scalar}")["key"]
    assert found == value
    assert type(found) is type(value)


def test_a_number_keeps_every_digit() -> None:
    assert str(read("key: 0.1000000000000000055511151231257827")["key"]).startswith("0.10000000000")
    assert str(read("key: 12345678901234567.89")["key"]) == "12345678901234567.89"


@pytest.mark.parametrize("word", ["no", "No", "YES", "on", "off", "y", "N"])
def test_a_word_that_others_read_as_a_truth_value_is_text_and_reported(word: str) -> None:
    document, problems = read_yaml(f"key: {word}", "a.yaml")
    assert document.content == {"key": word}
    assert [problem.code for problem in problems] == ["ambiguous-value"]


@pytest.mark.parametrize("text", ["12:30", "1:30:00", "010", "-007", "0x1F", "0o17"])
def test_a_number_in_another_base_is_text_and_reported(text: str) -> None:
    document, problems = read_yaml(f"key: {text}", "a.yaml")
    assert document.content == {"key": text}
    assert [problem.code for problem in problems] == ["ambiguous-value"]


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".nan", "9" * 5000, "1e999999999", "1e-99"])
def test_what_cannot_be_computed_with_is_reported(text: str) -> None:
    _, problems = read_yaml(f"key: {text}", "a.yaml")
    assert [problem.code for problem in problems] == ["bad-number"]


def test_keys_are_text_whatever_they_look_like() -> None:
    assert read("on: 1\nno: 2\n3: 4\n2026-10-01: 5") == {"on": 1, "no": 2, "3": 4, "2026-10-01": 5}


def test_places_stand_beside_the_values() -> None:
    document, _ = read_yaml("a:\n  - x: 1\n    yy: [2, 3]\n", "a.yaml")
    assert document.content == {"a": [{"x": 1, "yy": [2, 3]}]}
    assert document.place(("a", 0, "yy", 1)) == Place("a.yaml", 3, 13)
    assert document.key_place(("a", 0, "yy")) == Place("a.yaml", 3, 5)
    assert document.place(("a", 0)) == Place("a.yaml", 2, 5)
    assert document.place(("a", 0, "not there")) == Place("a.yaml", 2, 5)
    assert document.place(()) == Place("a.yaml", 1, 1)


def test_an_alias_repeats_and_its_place_is_where_it_is_used() -> None:
    text = "where: &inbound {source: [a, b]}\nagain: *inbound\n"
    document, problems = read_yaml(text, "a.yaml")
    assert problems == []
    assert document.content["again"] == document.content["where"]
    assert document.place(("again", "source", 1)) == Place("a.yaml", 2, 8)


def test_merged_keys_yield_to_the_mappings_own() -> None:
    assert read("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}")["b"] == {"x": 1, "y": 3}
    assert read("a: &a {x: 1}\nc: &c {x: 2, z: 3}\nb: {<<: [*a, *c]}")["b"] == {"x": 1, "z": 3}
    assert read('"<<": 1') == {"<<": 1}
    (problem,) = told("a: {<<: 1}")
    assert problem.startswith("a.yaml:1:5: error: << merges something else, expected a mapping")


def test_a_key_twice_names_both_places() -> None:
    (problem,) = told("a: 1\nb: 2\na: 3\n")
    assert problem.startswith('a.yaml:3:1: error: key "a" stands here again')
    assert problem.endswith("it first stands on line 1 [duplicate-key]")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: &a [*a]", "1:8", "stands inside what it repeats"),
        ("a: *b", "1:4", "repeats something that has no &b"),
        ("a: 1\n---\nb: 2", "2:1", "a second document"),
        ("a: !!str 1", "1:4", "tag !!str found"),
        ("? [1]\n: 2", "1:3", "stands here as a key, expected text"),
        ("a: \x01", "1:4", "U+0001"),
        ("ä: ö\nb: \x07", "2:4", "U+0007"),
        ("[" * 200 + "]" * 200, "1:41", "more than 40 levels"),
    ],
)
def test_what_a_config_does_not_need_is_one_problem(text: str, place: str, words: str) -> None:
    (problem,) = told(text)
    assert problem.startswith(f"a.yaml:{place}: error: ")
    assert words in problem


def test_a_bomb_of_aliases_is_defused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (problem,) = told("\n".join(lines))
    assert f"more than {MOST_VALUES} values" in problem


@given(st.text())
def test_any_text_is_read_or_reported(text: str) -> None:
    document, problems = read_yaml(text, "a.yaml")
    for problem in problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
    assert document.content is None or isinstance(
        document.content, str | int | bool | Decimal | list | dict
    )


NOISE = st.text(alphabet=st.sampled_from("ab: -[]{}\"'&*!|>\n#,?%@0.~<"), max_size=60)


@given(NOISE)
def test_any_punctuation_is_read_or_reported(text: str) -> None:
    read_yaml(text, "a.yaml")
