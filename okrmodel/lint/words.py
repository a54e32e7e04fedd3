"""The words by which titles are judged: files of words, one for each language.

A new language is a new file in `languages/`; no code changes.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

ALWAYS = "en"
"""English is understood in every workspace."""


@dataclass(frozen=True)
class Words:
    """One language's words; an entry with a * at its end stands for every word that begins so."""

    name: str
    """What the language is called in a message."""
    verbs: frozenset[str]
    """What is reached, won or kept: measuring words. In all the forms that begin a title."""
    actions: frozenset[str]
    """What is done: launch, contact, write."""
    nouns: frozenset[str]
    """Nouns that say what is done when one of `noun_of` follows: improvement of the funnel."""
    action_nouns: frozenset[str]
    """Those of them that are actions: launch of the website."""
    noun_of: frozenset[str]
    also_nouns: frozenset[str]
    """Verbs that are nouns where one of `noun_before` follows: increase in traffic."""
    noun_before: frozenset[str]
    only_before_determiners: frozenset[str]
    """Verbs only where one of `determiners` follows: plan the launch, but plan B."""
    determiners: frozenset[str]
    """Whatever stands before them at the beginning is a verb: orchestrate the launch."""
    not_verbs: frozenset[str]
    """No verbs, although they look like one."""
    verb_endings: frozenset[str]
    """What ends like this is a verb."""
    first: frozenset[str]
    """What may stand before the verb: to, we will."""
    adverb_endings: frozenset[str]
    """What ends like this may, too: significantly."""
    articles: frozenset[str]
    """What may stand before a noun made from a verb."""
    numbers: frozenset[str]
    """Numbers in words; not "one", which is mostly no figure."""
    shares: frozenset[str]
    """What makes a number a share of something: percent."""
    multiples: frozenset[str]
    """What says how much without a number: double, a third."""
    ranges: frozenset[str]
    """What stands between two figures of one unit: from 2 to 3 percent."""
    within: frozenset[str]
    """What makes a length of time a limit and no figure: within 24 hours."""
    times: frozenset[str]
    months: frozenset[str]
    dates: frozenset[str]
    """What stands before a year: in 2027."""
    names: frozenset[str]
    """Names with digits in them: 24/7."""
    suffixes: frozenset[str] = frozenset()
    """Where there are any, a * stands for one of them, or for nothing."""
    verb_at_end: bool = False
    """Whether an infinitive ends its clause: den Umsatz steigern."""
    nouns_are_capitalised: bool = False
    """Whether a capital tells a noun from a verb that ends alike."""

    def has(self, entries: Iterable[str], word: str) -> bool:
        """Whether a word, in small letters, is one of a list of this language."""
        return word in entries or any(
            word.startswith(entry[:-1]) and self._may_end(word[len(entry) - 1 :])
            for entry in entries
            if entry.endswith("*")
        )

    def _may_end(self, rest: str) -> bool:
        return not self.suffixes or not rest or rest in self.suffixes


def spoken(locale: str) -> tuple[Words, ...]:
    """The languages in which a workspace's titles are read: that of its locale, and English.

    Args:
        locale: Such as `pl`, `de-AT` or `de_AT`. Only English where its language has no file.
    """
    return tuple(words for name in dict.fromkeys((base(locale), ALWAYS)) if (words := load(name)))


def is_known(locale: str) -> bool:
    """Whether there is a file of words for a locale's language."""
    return load(base(locale)) is not None


def every() -> tuple[Words, ...]:
    """All languages that there are words of."""
    found = sorted(_folder().iterdir(), key=lambda file: file.name)
    return tuple(words for file in found if (words := load(file.name.removesuffix(".toml"))))


def base(locale: str) -> str:
    """The language of a locale: `de` of `de-AT`."""
    return re.split(r"[-_.]", locale.strip().lower())[0]


@cache
def load(language: str) -> Words | None:
    """A language's words; None when there is no file of them."""
    file = _folder() / f"{language}.toml"
    if not language.isalpha() or not file.is_file():
        return None
    return Words(**dict(_parsed(tomllib.loads(file.read_text("utf-8")))))


def _folder() -> Traversable:
    return files(__package__) / "languages"


def _parsed(raw: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    lists = {one.name for one in fields(Words) if "frozenset" in str(one.type)}
    for key, value in raw.items():
        yield key, _listed(value) if key in lists else value


def _listed(text: str) -> frozenset[str]:
    return frozenset(entry for entry in (part.strip() for part in text.split(",")) if entry)
