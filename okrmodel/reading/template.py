"""One template of a library, with everything that can be wrong with it before anybody uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from okrmodel.definitions.key_results import KINDS
from okrmodel.definitions.library import USE, KeyResultTemplate, MetricTemplate, Parameter
from okrmodel.definitions.metrics import COMPUTED, SourceMetric
from okrmodel.problems import Place, Problem
from okrmodel.reading.node import Node, node
from okrmodel.reading.piece import Piece
from okrmodel.reading.placeholders import placeholders, stands_for
from okrmodel.suggestion import did_you_mean

Kind = Literal["metric", "key_result"]
SECTIONS: dict[Kind, str] = {"metric": "metrics", "key_result": "key_results"}
"""The key of a library's file, by what its templates make."""
FORMS: dict[Kind, type[MetricTemplate | KeyResultTemplate]] = {
    "metric": MetricTemplate,
    "key_result": KeyResultTemplate,
}
READ_APART: dict[Kind, MetricTemplate | KeyResultTemplate] = {
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


def read_template(piece: Piece, kind: Kind, name: str) -> Template:
    """Read one; its problems are its own."""
    piece = piece.inside(title=f'template "{name}"')
    place = piece.document.key_place(piece.path)
    read, problems = piece.read(FORMS[kind])
    if read is None:
        return Template(name, place, problems=tuple(problems))
    parameters: dict[str, Parameter] = read.parameters
    body = _node(piece.inside(kind))
    problems = [
        *_of_parameters(piece, parameters),
        *_of_keys(piece.inside(kind), KEYS[kind]),
        *_of_placeholders(piece, body, parameters),
        *_of_names(piece, body, parameters),
    ]
    defaults = {
        one: _node(piece.inside("parameters", one, "default"))
        for one, parameter in parameters.items()
        if parameter.optional
    }
    return Template(name, place, parameters, defaults, None if problems else body, tuple(problems))


def _node(piece: Piece) -> Node:
    return node(piece.document, piece.path, piece.content)


def _of_parameters(piece: Piece, parameters: Mapping[str, Parameter]) -> Iterator[Problem]:
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


def _of_keys(body: Piece, known: frozenset[str]) -> Iterator[Problem]:
    """Keys that no metric or key result has."""
    for key in body.content:
        if key == USE:
            message = f"{body.title} uses a template itself, expected everything to be written out"
            yield _at_key(body, message, "bad-template", key)
        elif key not in known:
            message = f'unknown key "{key}" in {body.title}{did_you_mean(key, known)}'
            yield _at_key(body, message, "unknown-key", key)


def _of_placeholders(
    piece: Piece, body: Node, parameters: Mapping[str, Parameter]
) -> Iterator[Problem]:
    """Those that name no parameter, or none that there is."""
    for leaf, names in placeholders(body):
        if not names:
            message = (
                f'text "{leaf.value}" of {piece.title} begins with = and names no parameter,'
                " expected =name, or {name} in it; == where the text is to begin with ="
            )
            yield Problem(leaf.place, message, "bad-placeholder")
        for unknown in sorted(set(names) - parameters.keys()):
            hint = did_you_mean(unknown, parameters)
            message = f'unknown parameter "{unknown}" in {piece.title}{hint}'
            yield Problem(leaf.place, message, "unknown-parameter")


def _of_names(piece: Piece, body: Node, parameters: Mapping[str, Parameter]) -> Iterator[Problem]:
    """Parameters that stand for nothing, or that a client could take for a key of the template."""
    named = {name for _, names in placeholders(body) for name in names}
    for name in parameters:
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
    return Problem(piece.document.key_place((*piece.path, *path)), message, code)
