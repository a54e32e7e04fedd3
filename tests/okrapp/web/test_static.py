"""The style sheets: one brace too few, and all that follows it is silently left out."""

from itertools import accumulate

import pytest

from okrapp.web.app import STATIC


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.css")), ids=lambda file: file.name)
def test_every_brace_has_its_other(file: object) -> None:
    text = (STATIC / str(file)).read_text("utf-8")
    depths = [*accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in text)]
    assert depths[-1] == 0
    assert min(depths) == 0
    assert max(depths) <= 2, "rules stand in a media query at most"
