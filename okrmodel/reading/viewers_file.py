"""viewers.yaml to those who may read the pages; an entry that is wrong lets nobody in."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from okrmodel.definitions.base import ID_FORM, Id
from okrmodel.definitions.viewers import Admission, ViewersFile
from okrmodel.problems import Problem
from okrmodel.reading.files import read_text
from okrmodel.reading.piece import Piece
from okrmodel.reading.plain_secrets import plain_secrets
from okrmodel.reading.yaml_text import read_yaml
from okrmodel.suggestion import did_you_mean

VIEWERS_FILE = "viewers.yaml"
ALL = "all"


@dataclass(frozen=True)
class ReadViewers:
    """What viewers.yaml says, as far as it can be read."""

    admissions: Mapping[str, Admission]
    """By name; those only that can be read."""
    names: frozenset[str]
    """Of all entries, those too in which something is wrong."""
    problems: tuple[Problem, ...]
    """In the order of lines; places are relative to the root."""


NOBODY = ReadViewers({}, frozenset(), ())
"""Of a root without the file."""


def read_viewers(
    root: Path, workspaces: Collection[str] | None, *, instead: str | None = None
) -> ReadViewers:
    """Read and lint the file of a config's root; there need not be one.

    Args:
        root: The folder with workspace.yaml or clients/.
        workspaces: The ids of all workspaces of the config; None when nobody asks for them.
        instead: The file's text as it would be.
    """
    if instead is None and not (root / VIEWERS_FILE).exists():
        return NOBODY
    text, problems = read_text(root, VIEWERS_FILE) if instead is None else (instead, [])
    if text is None:
        return ReadViewers({}, frozenset(), tuple(problems))
    problems += plain_secrets(text, VIEWERS_FILE)
    document, wrong = read_yaml(text, VIEWERS_FILE)
    problems += wrong
    whole = Piece(document, (), document.content, "the viewers' file")
    written = whole.inside("viewers").content
    if problems or not isinstance(written, dict):
        # Of a text that cannot be trusted as a whole, no part is.
        _, wrong = whole.read(ViewersFile) if not problems else (None, [])
        return ReadViewers({}, frozenset(), tuple(sorted(problems + wrong)))
    _, problems = whole.read(ViewersFile, {**document.content, "viewers": {}})
    _, wrong = whole.inside("viewers").read(dict[Id, Any])
    problems += wrong
    admissions: dict[str, Admission] = {}
    for name in written:
        admission, wrong = whole.inside("viewers", name, title=f'viewer "{name}"').read(Admission)
        problems += wrong
        if admission and ID_FORM.fullmatch(name):
            admissions[name] = admission
    problems += _shared(whole, admissions)
    if workspaces is not None:
        problems += _unknown(whole, admissions, workspaces)
    return ReadViewers(admissions, frozenset(written), tuple(sorted(problems)))


def _unknown(
    whole: Piece, admissions: Mapping[str, Admission], workspaces: Collection[str]
) -> Iterator[Problem]:
    """Workspaces that there are not: the viewer sees the others all the same."""
    for name, admission in admissions.items():
        for n, workspace in enumerate(admission.workspaces if admission.workspaces != ALL else ()):
            if workspace not in workspaces:
                hint = did_you_mean(workspace, workspaces)
                message = f'unknown workspace "{workspace}" of viewer "{name}"{hint}'
                path = ("viewers", name, "workspaces", n)
                yield whole.problem(message, "unknown-workspace", *path)


def _shared(whole: Piece, admissions: Mapping[str, Admission]) -> Iterator[Problem]:
    """One secret lets one viewer in: else nobody can tell who it was, or take it from one only."""
    first: dict[str, str] = {}
    for name, admission in admissions.items():
        other = first.setdefault(admission.digest, name)
        if other != name:
            message = f'viewer "{name}" has the secret of viewer "{other}", expected one of its own'
            key = "password" if admission.password else "token"
            yield whole.problem(message, "shared-secret", "viewers", name, key)
