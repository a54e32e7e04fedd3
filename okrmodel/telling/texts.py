"""The texts of pages, digests and notes, in the reader's language: one catalogue, kept as data.

`words/<room>.toml` holds a room's messages, each in every language; a message is asked for by
`<room>.<message>`. A message with a count `{n}` has the plural forms that its language knows.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from string import Formatter

from babel import Locale

from okrmodel.telling.numbers import Figures, figures_of

LANGUAGES = ("en", "pl", "de")
"""Every message is told in each of them; the first is for readers of any other."""
COUNT = "n"
"""The value that decides about the plural form."""

Message = str | Mapping[str, str]
"""A sentence with named {values}, or one for each plural category of CLDR."""


@dataclass(frozen=True)
class Texts:
    """The catalogue in one language, with numbers as one locale writes them. Plain text, no HTML."""

    language: str
    """One of `LANGUAGES`, for `<html lang>`."""
    locale: Locale
    """The reader's; of another language where nobody translated into theirs."""

    def __call__(self, key: str, /, **values: str | int) -> str:
        """A message, with its values put in; whole numbers are written as the locale writes them.

        Raises:
            KeyError: No such message.
            ValueError: A value is missing, or the message does not use it.
        """
        message = catalogue()[key][self.language]
        sentence = message if isinstance(message, str) else message[self._plural(key, values)]
        if (wanted := placeholders(sentence)) != values.keys():
            raise ValueError(
                f"the message {key} takes {_listed(wanted)}, but was given {_listed(set(values))}"
            )
        return sentence.format_map({name: self._told(value) for name, value in values.items()})

    @cached_property
    def figures(self) -> Figures:
        """Numbers and days beside the texts."""
        return Figures(self.locale)

    def _plural(self, key: str, values: Mapping[str, str | int]) -> str:
        if isinstance(count := values.get(COUNT), int):
            return _rule(self.language).plural_form(count)
        raise ValueError(f"the message {key} takes a whole number {COUNT}, but was given none")

    def _told(self, value: str | int) -> str:
        return value if isinstance(value, str) else self.figures.count(value)


@lru_cache(maxsize=200)
def texts_of(locale: str) -> Texts:
    """The texts for readers of a locale such as `pl`, `de-AT` or `en_GB`.

    A language that nobody translated into gets English texts with its own numbers and dates.
    """
    known = figures_of(locale).locale
    language = known.language if known.language in LANGUAGES else LANGUAGES[0]
    return Texts(language, known)


@cache
def catalogue() -> Mapping[str, Mapping[str, Message]]:
    """Every message by its key and language; each file is read once."""
    found: dict[str, Mapping[str, Message]] = {}
    for file in sorted((files(__package__) / "words").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            room = file.name.removesuffix(".toml")
            messages = tomllib.loads(file.read_text("utf-8"))
            found |= {f"{room}.{name}": message for name, message in messages.items()}
    return found


@cache
def placeholders(sentence: str) -> frozenset[str]:
    """The names of the values that a sentence takes."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


@cache
def _rule(language: str) -> Locale:
    return Locale(language)


def _listed(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(names)) or "no values"
