from pydantic_core import _pydantic_core

from okrmodel.reading import wording
from okrmodel.suggestion import did_you_mean

TOLD_ELSEWHERE = {"missing", "extra_forbidden", "value_error", "assertion_error"}
"""Unknown and missing keys have messages of their own, raised errors bring theirs."""
CHOICE = {"expected": "'a', 'b' or 'c'"}


def test_every_type_of_error_of_pydantic_has_our_words() -> None:
    for error in _pydantic_core.list_all_errors():
        kind, context = error["type"], {**(error.get("example_context") or {}), **CHOICE}
        if kind not in TOLD_ELSEWHERE:
            assert wording.knows(kind), kind
            words = wording.expected(kind, context)
            assert words
            assert words != error["message_template_python"]


def test_what_was_found_is_named() -> None:
    assert wording.found(None) == "empty"
    assert wording.found("a\n  b") == 'text "a b"'
    assert wording.found("x" * 100) == f'text "{"x" * 59}…"'
    assert wording.found("Bearer abcdefghijklmnopqrstuvwxyz") == "a text that looks like a secret"
    assert wording.found([]) == "an empty list"
    assert wording.found({"a": 1}) == "a mapping"


def test_the_nearest_name_is_suggested_else_all_are_listed() -> None:
    assert did_you_mean("traget", ["target", "targets"]) == '; did you mean "target"?'
    assert did_you_mean("Europe/Warsow", ["Europe/Warsaw"]) == '; did you mean "Europe/Warsaw"?'
    assert did_you_mean("x", ["b", "a"]) == ", expected one of a, b"
    assert did_you_mean("x", []) == "; there are none"
    many = [f"name-{n:02}" for n in range(20)]
    assert did_you_mean("x", many).endswith("name-11 and 8 more")
