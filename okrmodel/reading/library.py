"""library/ to templates, each read by itself: one that is wrong keeps nobody from using the others."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from okrmodel.definitions.key_results import KINDS
from okrmodel.definitions.library import (
    USE,
    KeyResultTemplate,
    LibraryFile,
    MetricTemplate,
    Parameter,
)
from okrmodel.definitions.metrics import COMPUTED, SourceMetric
from okrmodel.problems import KeyPath, Place, Problem
from okrmodel.reading.files import library_files, library_of, read_text
from okrmodel.reading.node import Node, node
from okrmodel.reading.piece import Piece
from okrmodel.reading.placeholders import placeholders, stands_for
from okrmodel.reading.plain_secrets import plain_secrets
from okrmodel.reading.yaml_text import read_yaml
from okrmodel.suggestion import did_you_mean

Kind = Literal["metric", "key_result"]
SECTIONS: dict[Kind, str] = {"metric": "metrics", "key_result": "key_results"}
"""The key of a library's file, by what its templates make."""
FORMS: dict[Kind, type[MetricTemplate | KeyResultTemplate]] = {
    "metric": MetricTemplate,
    "key_result": KeyResultTemplate,
}
_READ_APART: dict[Kind, MetricTemplate | KeyResultTemplate] = {
    "metric": MetricTemplate(metric={}),
    "key_result": KeyResultTemplate(key_result={}),
}
"""Stands for a template while the rest of its file is read."""


def _keys(*forms: Any) -> frozenset[str]:
    return frozenset(
        field.alias or name for form in forms for name, field in form.model_fields.items()
    )


KEYS: dict[Kind, frozenset[str]] = {
    "metric": _keys(SourceMetric, *COMPUTED.values()),
    "key_result": _keys(*KINDS.values()),
}
"""What metrics and key results of any kind may say."""


@dataclass(frozen=True)
class Template:
    """A metric or a key result for many clients."""

    name: str
    place: Place
    """Where its name stands."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    defaults: Mapping[str, Node] = field(default_factory=dict)
    body: Node | None = None
    """None: it cannot be used."""
    problems: tuple[Problem, ...] = ()

    @property
    def told(self) -> str:
        """What to call it in a message, with the file and line where it begins."""
        return f'template "{self.name}" ({self.file}:{self.place.line})'

    @property
    def file(self) -> str:
        """Its file from the root on."""
        return self.place.file.removeprefix("../../")


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
            first = templates.setdefault(key, template)
            if first is not template:
                problems.append(_twice(key[0], template, first))
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
    templates = tuple(_templates(whole))
    content = whole.content
    if isinstance(content, dict):
        content = content | {
            section: dict.fromkeys(content[section], _READ_APART[kind])
            for kind, section in SECTIONS.items()
            if isinstance(content.get(section), dict)
        }
    file_read, wrong = whole.read(LibraryFile, content)
    return _Read(templates, tuple(problems + wrong), unread=file_read is None)


def _templates(whole: Piece) -> Iterator[tuple[tuple[Kind, str], Template]]:
    for kind, section in SECTIONS.items():
        written = whole.inside(section).content
        for name in written if isinstance(written, dict) else ():
            yield (kind, name), _template(whole.inside(section, name), kind, name)


def _template(piece: Piece, kind: Kind, name: str) -> Template:
    piece = piece.inside(title=f'template "{name}"')
    place = piece.document.key_place(piece.path)
    read, problems = piece.read(FORMS[kind])
    if read is None:
        return Template(name, place, problems=tuple(problems))
    body = _node(piece.inside(kind))
    problems = [*_parameter_problems(piece, read.parameters), *_body_problems(piece, kind, read)]
    return Template(
        name,
        place,
        read.parameters,
        {
            one: _node(piece.inside("parameters", one, "default"))
            for one, parameter in read.parameters.items()
            if parameter.optional
        },
        None if problems else body,
        tuple(problems),
    )


def _node(piece: Piece) -> Node:
    return node(piece.document, piece.path, piece.content)


def _parameter_problems(piece: Piece, parameters: Mapping[str, Parameter]) -> Iterator[Problem]:
    """A default of another type, and a name that means something else where it is used."""
    for name, parameter in parameters.items():
        if name == USE:
            message = f'"{USE}" names the template, expected another name for the parameter'
            yield _at_key(piece, message, "bad-parameter", "parameters", name)
        title = f'the default of parameter "{name}" of {piece.title}'
        default = piece.inside("parameters", name, "default", title=title)
        if default.content is not None:
            _, wrong = default.read(parameter.read_as)
            yield from wrong


def _body_problems(
    piece: Piece, kind: Kind, read: MetricTemplate | KeyResultTemplate
) -> Iterator[Problem]:
    inside = piece.inside(kind)
    body = _node(inside)
    if USE in body.inner:
        message = f"{piece.title} uses a template itself, expected everything to be written out"
        yield _at_key(inside, message, "bad-template", USE)
    for key in body.inner.keys() - KEYS[kind] - {USE}:
        hint = did_you_mean(key, KEYS[kind])
        message = f'unknown key "{key}" in {piece.title}{hint}'
        yield _at_key(inside, message, "unknown-key", key)
    named: set[str] = set()
    for leaf, names in placeholders(body):
        named.update(names)
        if not names:
            message = (
                f'text "{leaf.value}" of {piece.title} begins with = and names no parameter,'
                " expected =name, or {name} in it; == where the text is to begin with ="
            )
            yield Problem(leaf.place, message, "bad-placeholder")
        for unknown in sorted(set(names) - read.parameters.keys()):
            hint = did_you_mean(unknown, read.parameters)
            message = f'unknown parameter "{unknown}" in {piece.title}{hint}'
            yield Problem(leaf.place, message, "unknown-parameter")
    for name in read.parameters:
        if name not in named:
            message = f'nothing in {piece.title} stands for its parameter "{name}"'
            yield _at_key(piece, message, "unused-parameter", "parameters", name)
        elif name in body.inner and not stands_for(body.inner[name], name):
            message = (
                f'"{name}" is a parameter and a key of {piece.title}, and a client could mean'
                f" either, expected {name}: ={name} there, or another name for the parameter"
            )
            yield _at_key(piece, message, "bad-parameter", "parameters", name)


def _at_key(piece: Piece, message: str, code: str, *path: str) -> Problem:
    where: KeyPath = (*piece.path, *path)
    return Problem(piece.document.key_place(where), message, code)


def _twice(kind: Kind, template: Template, first: Template) -> Problem:
    what = kind.replace("_", " ")
    message = (
        f'the library has a {what} template "{template.name}" already, at {first.place.file}'
        f" line {first.place.line}, expected another name"
    )
    return Problem(template.place, message, "duplicate-template")
