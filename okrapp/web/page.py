"""A page before it is written out: which template, in whose words, with what in it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from okrmodel.publication import Publication
from okrmodel.telling.looks import LOOKS
from okrmodel.telling.numbers import UNBROKEN, figures_of
from okrmodel.telling.reasons import reason
from okrmodel.telling.texts import Texts, texts_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

To = Callable[..., str]
"""From a path on the pages, and what is asked of it, to a link: /w/acorn?as_of=2026-11-22."""


@dataclass(frozen=True)
class Page:
    """What a template is filled with."""

    template: str
    words: Publication | None
    """Of the one workspace that it is about; its locale is the page's."""
    content: Mapping[str, Any]
    locale: str = "en"
    """Of a page about many workspaces, or none."""
    path: str = "/"
    """Where it is, without what was asked of it."""


def html(page: Page, to: To, **around: Any) -> str:
    """The page as text; everything put in is escaped.

    Args:
        page: The page.
        to: Makes its links.
        around: What the frame shows besides: who is signed in, and whether readers can ask.
    """
    locale = page.words.locale if page.words else page.locale
    texts = texts_of(locale)
    known = {
        "page": page,
        "words": page.words,
        "to": to,
        "texts": texts,
        "figures": figures_of(locale),
        "reason": partial(_reason, texts),
        "looks": LOOKS,
        "viewer": None,
        "live": True,
    }
    return _templates().get_template(page.template).render(known | around | {**page.content})


def query_of(asked: "DataclassInstance") -> dict[str, str]:
    """What an address asks for a list; what goes without saying is left out."""
    usual = asdict(type(asked)())
    return {name: str(value) for name, value in asdict(asked).items() if value != usual[name]}


def _reason(texts: Texts, english: str) -> str:
    """A stored sentence in the reader's language; no number is parted from its percent sign."""
    return reason(texts, english).replace(" %", f"{UNBROKEN}%")


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("okrapp.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["along"] = _along
    found.filters["rounded"] = _rounded
    return found


def _along(share: Decimal, thick: float = 0) -> str:
    """Where a share of the way ends on a bar of 100, or where a tick of some thickness stands."""
    return f"{min(max(float(share) * 100 - thick / 2, 0), 100 - thick):.1f}"


def _rounded(number: Decimal) -> Decimal:
    """To a millionth, where a division leaves 34 digits; what has fewer stays as it is."""
    return number if number == (near := round(number, 6)) else near
