"""Titles are judged as the method judges them, in three languages."""

import pytest

from okrmodel.lint.wording import judge
from tests.okrmodel.lint.texts import HELD_OUT, METHOD, Judged


@pytest.mark.parametrize("text", METHOD, ids=str)
def test_the_methods_own_texts_are_judged_right(text: Judged) -> None:
    assert judge(text.kind, text.text, text.language) == text.faults


@pytest.mark.parametrize("text", HELD_OUT, ids=str)
def test_held(text: Judged) -> None:
    assert judge(text.kind, text.text, text.language) == text.faults
