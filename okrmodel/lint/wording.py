"""Whether a title reads as an objective, or as a key result, should.

The title alone is judged here; what a definition says besides is the rules' business
(`okrmodel.lint.method`). Which words count is data: `okrmodel/lint/languages/`.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from okrmodel.lint.figures import figures
from okrmodel.lint.words import Words, is_known, spoken


class Kind(StrEnum):
    """What a title is the title of."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key-result"


class Fault(StrEnum):
    """What is wrong with a title."""

    FIGURE = "figure"
    """An objective holds a figure, which belongs in a key result."""
    NO_VERB = "no-verb"
    """An objective does not say what is being done."""
    NO_NUMBER = "no-number"
    """A key result has no number, so nobody can tell when it is reached."""
    PERCENTAGE = "percentage"
    """A key result has a percentage, or a multiple, and no real number."""
    ACTION = "action"
    """A key result without a number says what is to be done, and not what comes of it."""


@lru_cache(maxsize=4096)
def judge(kind: Kind, text: str, language: str) -> frozenset[Fault]:
    """What is wrong with a title; nothing when it is well written.

    Verbs and actions are judged only where there are words of the language; figures always.

    Args:
        kind: Whose title it is.
        text: The title.
        language: The workspace's locale; English is understood besides.
    """
    languages = spoken(language)
    real, share = figures(text, languages)
    if kind is Kind.OBJECTIVE:
        told = {Fault.FIGURE: real or share, Fault.NO_VERB: not _has_verb(text, language)}
    else:
        none = not real and not share
        told = {
            Fault.PERCENTAGE: share and not real,
            Fault.NO_NUMBER: none,
            Fault.ACTION: none and _is_action(text, languages),
        }
    return frozenset(fault for fault, found in told.items() if found)


def _has_verb(text: str, language: str) -> bool:
    if not is_known(language):
        return True
    return any(next(_doing(text, words), None) is not None for words in spoken(language))


def _is_action(text: str, languages: Sequence[Words]) -> bool:
    """Whether the first thing that is being done is an action."""
    firsts = (next(_doing(text, words), None) for words in languages)
    return any(first is True for first in firsts)


def _doing(text: str, words: Words) -> Iterator[bool]:
    """What a title says is being done, in order: for each whether it is an action."""
    clauses = _clauses(text)
    if not clauses:
        return
    yield from _at_start(clauses[0], words)
    if words.verb_at_end:
        for number, clause in enumerate(clauses):
            yield from _at_end(clause, words, is_last=number == len(clauses) - 1)


_CLAUSE = re.compile(r"[,;:.!?()–—]\s+|[.!?)]\s*$|\s[-–—]\s|\s(?:und|oder)\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[\w'’&/.-]*\w)?|\d[\w.,]*|[%‰€$£]")


def _clauses(text: str) -> list[list[str]]:
    found = (_WORD.findall(part) for part in _CLAUSE.split(text))
    return [words for words in found if words]


def _at_start(clause: list[str], words: Words) -> Iterator[bool]:
    """A verb that begins a title, after "to" or "we will"; or a noun made from one."""
    start = _after_opening(clause, words)
    word = clause[start]
    small, after = word.lower(), "".join(clause[start + 1 : start + 2]).lower()
    if words.has(words.not_verbs, small):
        return
    if _is_verb(word, after, words):
        yield _acts(small, words)
        return
    start = 0
    while start < len(clause) - 1 and clause[start].lower() in words.articles:
        start += 1
    noun, after = clause[start].lower(), "".join(clause[start + 1 : start + 2]).lower()
    if after in words.noun_of and words.has(words.nouns, noun):
        yield words.has(words.action_nouns, noun)
    elif start and words.nouns_are_capitalised and _is_listed(clause[start], words):
        yield _acts(noun, words)


def _after_opening(clause: list[str], words: Words) -> int:
    """Where a title begins after its "to", "we will" and adverbs."""
    for start, word in enumerate(clause[:-1]):
        small = word.lower()
        is_adverb = len(small) > 5 and small.endswith(tuple(words.adverb_endings))
        if not (words.has(words.first, small) or (is_adverb and not _is_listed(word, words))):
            return start
    return len(clause) - 1


def _is_verb(word: str, after: str, words: Words) -> bool:
    small = word.lower()
    if after in words.determiners:
        return True
    if small in words.only_before_determiners:
        return after[:1].isdigit()
    if small in words.also_nouns:
        return bool(after) and after not in words.noun_before
    return _is_listed(word, words) or _ends_as_verb(word, words)


def _is_listed(word: str, words: Words) -> bool:
    small = word.lower()
    if words.has(words.not_verbs, small):
        return False
    return words.has(words.verbs, small) or words.has(words.actions, small)


def _ends_as_verb(word: str, words: Words) -> bool:
    small = word.lower()
    if words.has(words.not_verbs, small) or (words.nouns_are_capitalised and word != small):
        return False
    return len(small) > 3 and small.endswith(tuple(words.verb_endings))


def _at_end(clause: list[str], words: Words, *, is_last: bool) -> Iterator[bool]:
    """An infinitive at the end of a clause."""
    word = clause[-1]
    if word != word.lower():
        return
    if _is_listed(word, words) or (is_last and _ends_as_verb(word, words)):
        yield _acts(word, words)


def _acts(word: str, words: Words) -> bool:
    """Whether a verb is an action; a word of both lists measures."""
    return words.has(words.actions, word) and not words.has(words.verbs, word)
