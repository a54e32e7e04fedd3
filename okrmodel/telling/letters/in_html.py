"""A letter as a document for mail: tables for its layout, light and dark, nothing fetched."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from okrmodel.telling.charts.palette import FONT, PALETTES
from okrmodel.telling.letters.blocks import Block, Lead, Link, Paragraph, Points, Standings
from okrmodel.telling.looks import LOOKS, Tone
from okrmodel.telling.one_line import one_line

_BLOCKS = (Lead, Paragraph, Points, Standings, Link)


def in_html(title: str, blocks: Sequence[Block], language: str) -> str:
    """The whole document, in the language that its texts are in."""
    return _template().render(title=title, blocks=blocks, language=language)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader(__package__, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        looks=LOOKS,
        tones=get_args(Tone),
        light=PALETTES["light"],
        dark=PALETTES["dark"],
        font=FONT,
    )
    environment.filters["one_line"] = one_line
    for kind in _BLOCKS:
        environment.tests[kind.__name__.lower()] = _is(kind)
    return environment.get_template("letter.html.jinja")


def _is(kind: type[Block]) -> Callable[[object], bool]:
    return lambda block: isinstance(block, kind)
