"""A status looks and is called the same everywhere."""

import pytest

from okrmodel.snapshot import Status
from okrmodel.telling.looks import LOOKS, status_words
from okrmodel.telling.texts import LANGUAGES, texts_of


@pytest.mark.parametrize("status", Status)
def test_each_has_a_sign_a_tone_and_words(status: Status) -> None:
    assert len(LOOKS[status].sign) == 1
    assert LOOKS[status].tone
    assert status_words(texts_of("en"), status) == status.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_are_called_alike(language: str) -> None:
    assert len({status_words(texts_of(language), status) for status in Status}) == len(Status)


def test_what_is_judged_differs_in_shape_also_without_colours() -> None:
    running = set(Status) - {Status.MISSED}
    assert len({LOOKS[status].sign for status in running}) == len(running)
    # Off track and missed are the same, before the end and after it.
    assert LOOKS[Status.MISSED] == LOOKS[Status.OFF_TRACK]
