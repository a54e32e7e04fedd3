"""The words of trackers: what headings, kinds and answers mean. They are data, in words.yaml."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

Mark = Literal["comma", "point"]
"""A decimal mark."""


@dataclass(frozen=True)
class Product:
    """A file that is known by its headings."""

    name: str
    headings: frozenset[str]
    """As `plain` has them; all must be there."""
    columns: Mapping[str, str]
    """Meanings that go before those of the words, by heading."""
    decimal: Mark | None
    """How it writes numbers."""


@dataclass(frozen=True)
class Words:
    """All of words.yaml, by plain word."""

    headings: Mapping[str, tuple[str, ...]]
    """The meanings that a heading may have."""
    kinds: Mapping[str, str]
    answers: Mapping[str, bool]
    totals: frozenset[str]
    """What rows are called that sum up others."""
    yes_no_units: frozenset[str]
    products: tuple[Product, ...]


def plain(text: str) -> str:
    """A word for comparing: small letters, no accents, marks as blanks. `%` and `✓` stay."""
    small = text.casefold().replace("ł", "l")
    bare = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w%✓✔]|_", " ", bare).split())


@cache
def words() -> Words:
    """The words that come with the project."""
    text = (files("okrmodel.tracker") / "words.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    headings: dict[str, tuple[str, ...]] = {}
    for meaning, languages in raw["headings"].items():
        for word in dict.fromkeys(plain(w) for several in languages.values() for w in several):
            headings[word] = (*headings.get(word, ()), meaning)
    return Words(
        headings=headings,
        kinds={plain(word): kind for kind, several in raw["kinds"].items() for word in several},
        answers={
            plain(word): answer == "yes"
            for answer in ("yes", "no")
            for word in raw["answers"][answer]
        },
        totals=frozenset(map(plain, raw["totals"])),
        yes_no_units=frozenset(map(plain, raw["answers"]["unit"])),
        products=tuple(map(_product, raw["products"])),
    )


def _product(raw: dict[str, Any]) -> Product:
    return Product(
        name=raw["name"],
        headings=frozenset(map(plain, raw["headings"])),
        columns={plain(heading): meaning for heading, meaning in raw.get("columns", {}).items()},
        decimal=raw.get("decimal"),
    )
