"""The style sheets: one brace too few, and all that follows it is silently left out."""

import re
from dataclasses import asdict
from itertools import accumulate

import pytest

from okrapp.web.app import STATIC
from okrmodel.telling.charts.palette import PALETTES, Look


@pytest.mark.parametrize("file", sorted(STATIC.glob("*.css")), ids=lambda file: file.name)
def test_every_brace_has_its_other(file: object) -> None:
    text = (STATIC / str(file)).read_text("utf-8")
    depths = [*accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in text)]
    assert depths[-1] == 0
    assert min(depths) == 0
    assert max(depths) <= 2, "rules stand in a media query at most"


@pytest.mark.parametrize("look", PALETTES)
def test_charts_have_the_colours_of_the_pages(look: Look) -> None:
    roots = re.findall(r":root {(.*?)}", (STATIC / "style.css").read_text("utf-8"), re.DOTALL)
    tokens = dict(re.findall(r"--(\w+): (#\w+);", roots[list(PALETTES).index(look)]))
    palette = asdict(PALETTES[look])
    # Lines behind others are in charts only.
    del palette["faint"]
    assert palette == {name: tokens.get(name) for name in palette}
