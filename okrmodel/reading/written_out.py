"""A file whose metrics or key results use templates, as if everything were written out in it.

It happens on the tree that was read, before anything is validated. Each value keeps the place where
it was written, in the library or in the client's file, so every later problem leads there.
"""

from collections.abc import Iterator
from typing import Any

from okrmodel.definitions.library import USE
from okrmodel.problems import KeyPath, Place, Problem
from okrmodel.reading.cycle_file import title
from okrmodel.reading.library import Library
from okrmodel.reading.node import Node, merged, node, planted
from okrmodel.reading.piece import UNRESOLVED, Piece
from okrmodel.reading.placeholders import filled, wanting
from okrmodel.reading.template import KEYS, SECTIONS, Kind, Template
from okrmodel.reading.yaml_text import Document
from okrmodel.suggestion import did_you_mean, nearest

_ID = "id"


def uses(whole: Piece) -> list[tuple[Kind, Piece]]:
    """The metrics and key results of a file that name a template."""
    found: list[tuple[Kind, Piece]] = [("metric", piece) for piece in _metrics(whole)]
    found += [("key_result", piece) for piece in _key_results(whole)]
    return [each for each in found if USE in each[1].content]


def written_out(
    whole: Piece, used: list[tuple[Kind, Piece]], library: Library
) -> tuple[Document, list[Problem]]:
    """The file with each use of a template resolved."""
    document = whole.document
    problems: list[Problem] = []
    made: dict[KeyPath, Node | None] = {}
    for kind, piece in used:
        made[piece.path], wrong = _resolved(piece, kind, library)
        problems += wrong
    lengths = {len(path) for path in made}

    def kept(path: KeyPath) -> bool:
        return not any(path[:length] in made for length in lengths)

    values = {path: place for path, place in document.values.items() if kept(path)}
    keys = {path: place for path, place in document.keys.items() if kept(path)}
    content = _rebuilt(document.content, (), made, values, keys)
    return Document(document.file, content, values, keys), problems


def _rebuilt(
    content: Any,
    path: KeyPath,
    made: dict[KeyPath, Node | None],
    values: dict[KeyPath, Place],
    keys: dict[KeyPath, Place],
) -> Any:
    """The content anew, what was made from templates in its place."""
    if path in made:
        grown = made[path]
        return UNRESOLVED if grown is None else planted(grown, path, values, keys)
    if isinstance(content, dict):
        return {k: _rebuilt(one, (*path, k), made, values, keys) for k, one in content.items()}
    if isinstance(content, list):
        return [_rebuilt(one, (*path, n), made, values, keys) for n, one in enumerate(content)]
    return content


def _metrics(whole: Piece) -> Iterator[Piece]:
    written = whole.inside("metrics").content
    for name, one in written.items() if isinstance(written, dict) else ():
        if isinstance(one, dict):
            yield whole.inside("metrics", name, title=f'metric "{name}"')


def _key_results(whole: Piece) -> Iterator[Piece]:
    for objective in _listed(whole.inside("objectives")):
        for n, one in enumerate(_listed(objective.inside("key_results"))):
            if isinstance(one.content, dict):
                yield one.inside(title=title("key result", n, one.content))


def _listed(piece: Piece) -> list[Piece]:
    entries = piece.content if isinstance(piece.content, list) else ()
    return [piece.inside(n) for n, _ in enumerate(entries)]


def _resolved(piece: Piece, kind: Kind, library: Library) -> tuple[Node | None, list[Problem]]:
    """What a use of a template stands for; None beside the problems when it cannot be told."""
    name = piece.inside(USE).content
    if not isinstance(name, str):
        _, wrong = piece.inside(USE, title=f'"{USE}" of {piece.title}').read(str)
        return None, wrong
    template = library.templates.get((kind, name))
    if template is None:
        return None, _unknown(piece, kind, name, library)
    if template.body is None:
        return None, list(template.problems)
    written = node(piece.document, piece.path, piece.content)
    own = {key: one for key, one in written.inner.items() if key in template.parameters}
    over = {
        key: one
        for key, one in written.inner.items()
        if key not in template.parameters and key != USE
    }
    problems = [*_strange(piece, kind, over, template), *_mistyped(piece, own, template)]
    meant = {nearest(key, template.parameters) for key in over if key not in KEYS[kind]}
    body = filled(template.body, {**template.defaults, **own}) or template.body
    # What it is called stands first, for whoever reads it written out.
    called = {_ID: over[_ID]} if _ID in over else {}
    below = Node({**called, **body.inner}, body.place)
    grown = merged(below, Node(over, written.place, written.key))
    problems += [
        _missing(piece, template, parameter, path)
        for parameter, path in wanting(grown).items()
        if parameter not in meant
    ]
    return (None if problems else grown), problems


def _unknown(piece: Piece, kind: Kind, name: str, library: Library) -> list[Problem]:
    if library.unread:
        return list(library.problems)
    known = library.names(kind)
    hint = did_you_mean(name, known)
    if not known:
        hint = f"; library/ has no templates under {SECTIONS[kind]}"
    message = f'unknown template "{name}" in {piece.title}{hint}'
    return [piece.problem(message, "unknown-template", USE)]


def _strange(
    piece: Piece, kind: Kind, over: dict[str, Node], template: Template
) -> Iterator[Problem]:
    """Keys that are no parameters and that no metric or key result has."""
    for key, one in over.items():
        if key not in KEYS[kind]:
            hint = did_you_mean(key, KEYS[kind] | template.parameters.keys())
            if meant := nearest(key, template.parameters):
                hint = f'; did you mean its parameter "{meant}"?'
            message = f'unknown key "{key}" in {piece.title}, which uses {template.told}{hint}'
            yield Problem(one.key or one.place, message, "unknown-key")


def _mistyped(piece: Piece, own: dict[str, Node], template: Template) -> Iterator[Problem]:
    for name, one in own.items():
        if one.value is not None:
            told = f'parameter "{name}" of {template.told}'
            _, wrong = piece.inside(name, title=told).read(template.parameters[name].read_as)
            yield from wrong


def _missing(piece: Piece, template: Template, parameter: str, path: KeyPath) -> Problem:
    kind = template.parameters[parameter].type
    needed = ".".join(map(str, path))
    message = (
        f'missing key "{parameter}" in {piece.title}: {template.told} needs it,'
        f' {_AS[kind]}, for its "{needed}"'
    )
    return piece.problem(message, "missing-parameter")


_AS = {
    "text": "a text",
    "number": "a number",
    "day": "a day such as 2026-10-31",
    "id": "an id",
    "metric": "the id of a metric",
    "connection": "the id of a connection",
    "target": 'a number or "previous * 1.20"',
    "choice": "one of its choices",
}
