"""library/ to templates, each read by itself: one that is wrong keeps nobody from using the others."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from okrmodel.definitions.library import LibraryFile
from okrmodel.problems import Place, Problem
from okrmodel.reading.files import library_files, library_of, read_text
from okrmodel.reading.piece import Piece
from okrmodel.reading.plain_secrets import plain_secrets
from okrmodel.reading.template import READ_APART, SECTIONS, Kind, Template, read_template
from okrmodel.reading.yaml_text import read_yaml


@dataclass(frozen=True)
class Library:
    """All templates that a workspace may use."""

    templates: Mapping[tuple[Kind, str], Template]
    problems: tuple[Problem, ...]
    """Of the files; the templates have their own."""
    unread: bool
    """Whether there are files whose templates nobody can tell."""

    def names(self, kind: Kind) -> set[str]:
        """The templates of a kind."""
        return {name for one, name in self.templates if one == kind}

    @property
    def every_problem(self) -> tuple[Problem, ...]:
        """The files' and those of all templates, in the order of files and lines."""
        own = {problem for template in self.templates.values() for problem in template.problems}
        return tuple(sorted(own.union(self.problems)))


def read_library(folder: Path) -> Library:
    """The library of a workspace's folder, or of the root that holds many.

    Places are relative to the folder; without a library there are no templates.
    """
    templates: dict[tuple[Kind, str], Template] = {}
    problems: list[Problem] = []
    unread = False
    room = library_of(folder)
    # As text and not resolved: where a folder is linked to must not change what is shown.
    shown = Path(os.path.relpath(room, folder)).as_posix()
    for name in library_files(room):
        text, wrong = read_text(room, name)
        problems += [Problem(Place(f"{shown}/{name}"), one.message, one.code) for one in wrong]
        read = _Read() if text is None else _read(text, f"{shown}/{name}")
        problems += read.problems
        unread |= read.unread
        for key, template in read.templates:
            first = templates.get(key)
            templates[key] = _twice(first, template) if first else template
    return Library(templates, tuple(problems), unread)


@dataclass(frozen=True)
class _Read:
    templates: tuple[tuple[tuple[Kind, str], Template], ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: bool = True


@lru_cache(maxsize=256)
def _read(text: str, file: str) -> _Read:
    """One file; kept, for a thousand clients read the same."""
    document, problems = read_yaml(text, file)
    problems += plain_secrets(text, file)
    if document.content is None and problems:
        return _Read(problems=tuple(problems))
    whole = Piece(document, (), document.content, "the library's file")
    templates = tuple(_templates(whole, tuple(problems)))
    content = whole.content
    if isinstance(content, dict):
        content = content | {
            section: dict.fromkeys(content[section], READ_APART[kind])
            for kind, section in SECTIONS.items()
            if isinstance(content.get(section), dict)
        }
    file_read, wrong = whole.read(LibraryFile, content)
    return _Read(templates, tuple(problems + wrong), unread=file_read is None)


def _templates(
    whole: Piece, wrong: tuple[Problem, ...]
) -> Iterator[tuple[tuple[Kind, str], Template]]:
    """Those of a file; none can be used where the file's text is wrong."""
    for kind, section in SECTIONS.items():
        written = whole.inside(section).content
        for name in written if isinstance(written, dict) else ():
            read = read_template(whole.inside(section, name), kind, name)
            if wrong:
                read = replace(read, body=None, problems=(*wrong, *read.problems))
            yield (kind, name), read


def _twice(first: Template, again: Template) -> Template:
    """Of two templates with one name, nobody can tell which is meant."""
    message = f"{first.told} has this name already, expected another"
    problem = Problem(again.place, message, "duplicate-template")
    return replace(first, body=None, problems=(*first.problems, problem))
