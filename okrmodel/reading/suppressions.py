"""Warnings that a file's comments ask to ignore, each with its reason.

    target: 53 # okr: ignore key-result-number, no-owner -- the whole team owns this one

A comment at the end of a line speaks of that line, one on a line of its own of the next line that
holds something.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from okrmodel.lint.pages import PAGES, Page
from okrmodel.problems import Place, Problem, Severity
from okrmodel.reading.yaml_text import LOADER
from okrmodel.suggestion import did_you_mean, nearest

_MARK, _IGNORE = "okr:", "ignore"
_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*okr:\s*(\S*)[ \t]*(.*?)\s*$")
_REASON = re.compile(r"(?:^|\s)(?:--|–|—)(?=\s|$)")
_EXPECTED = "expected `# okr: ignore CODE -- why`"
BAD, UNUSED = "bad-suppression", "unused-suppression"


@dataclass(frozen=True)
class Suppression:
    """One code that is to be ignored on one line."""

    place: Place
    """Where the comment stands."""
    line: int
    """Which line it speaks of."""
    code: str


def suppressions(text: str, file: str) -> tuple[list[Suppression], list[Problem]]:
    """A file's suppressions, and what is wrong with the comments that mean to be some."""
    if _MARK not in text:
        return [], []
    lines = text.split("\n")
    found: list[Suppression] = []
    problems: list[Problem] = []
    for number, (line, comment) in _comments(lines, text):
        place = Place(file, number, comment.start() + 1)
        spoken_of = number if line[: comment.start()].strip() else _next(lines, number)
        codes, complaint = _codes(comment[1], comment[2])
        if complaint:
            problems.append(_bad(place, complaint))
        else:
            for code in codes:
                if wrong := _refused(code):
                    problems.append(_bad(place, wrong))
                else:
                    found.append(Suppression(place, spoken_of, code))
    return found, problems


def matching(given: Iterable[Suppression], code: str, lines: Iterable[int]) -> list[Suppression]:
    """Those that ask to ignore a code on one of several lines."""
    wanted = set(lines)
    return [one for one in given if one.code == code and one.line in wanted]


def unused(given: Iterable[Suppression], used: set[Suppression]) -> Iterator[Problem]:
    """Those that nothing was ignored by, though lint alone would have said it."""
    for one in given:
        if one not in used and not PAGES[one.code].asks_the_source:
            message = f"nothing to ignore here: there is no {one.code} on line {one.line}"
            yield Problem(one.place, message, UNUSED, Severity.WARNING)


def _comments(lines: Sequence[str], text: str) -> Iterator[tuple[int, tuple[str, re.Match[str]]]]:
    """The lines with a comment that means us, by number, and the comments."""
    spans = _spans(text)
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if found and nearest(found[1], [_IGNORE]):
            at = (number - 1, found.start())
            if not any(start <= at < end for start, end in spans):
                yield number, (line, found)


def _spans(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where the quoted texts and blocks reach, in which a `#` is no comment."""
    found = []
    try:
        for token in yaml.scan(text, Loader=LOADER):
            if isinstance(token, yaml.ScalarToken) and not token.plain:
                start, end = token.start_mark, token.end_mark
                found.append(((start.line, start.column), (end.line, end.column)))
    except yaml.YAMLError:
        pass  # That it is no YAML is told by who reads it.
    return found


def _next(lines: Sequence[str], number: int) -> int:
    """The next line, after one, that holds more than a comment."""
    for later, line in enumerate(lines[number:], number + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return later
    return number


def _codes(verb: str, rest: str) -> tuple[list[str], str]:
    """The codes of a comment, and what is wrong with it."""
    if verb != _IGNORE:
        return [], f'"{verb}" is nothing that a comment can ask for, {_EXPECTED}'
    before, *after = _REASON.split(rest, maxsplit=1)
    codes = [code for code in re.split(r"[,\s]+", before) if code]
    if not codes:
        return [], f"no code to ignore, {_EXPECTED}"
    if not after or not after[0].strip():
        return [], f"{', '.join(codes)} is to be ignored without a reason, {_EXPECTED}"
    return codes, ""


def _refused(code: str) -> str:
    """Why a code cannot be ignored; empty when it can."""
    page: Page | None = PAGES.get(code)
    if page is None:
        known = (c for c, p in PAGES.items() if p.severity is Severity.WARNING)
        return f'unknown code "{code}"{did_you_mean(code, known)}'
    if page.severity is Severity.ERROR:
        return f"{code} is an error: it keeps the definitions from being used and cannot be ignored"
    if code in {BAD, UNUSED}:
        return f"{code} is about such comments and cannot be ignored by one"
    return ""


def _bad(place: Place, message: str) -> Problem:
    return Problem(place, message, BAD, Severity.WARNING)
