"""A workspace's folder to linted definitions, or to everything that is wrong with it."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from okrmodel.definitions.company import Company
from okrmodel.definitions.query import Catalogue
from okrmodel.lint import RULES
from okrmodel.lint.draft import METRICS_FILE, WORKSPACE_FILE, Draft, WrittenCheckIn
from okrmodel.problems import PLAIN_SECRET, KeyPath, Place, Problem, Severity
from okrmodel.reading.cycle_file import ReadCycle, read_check_ins, read_cycle
from okrmodel.reading.files import CHECK_INS, CYCLES, cycle_files, has_metrics, read_text
from okrmodel.reading.library import Library, read_library
from okrmodel.reading.metrics_file import ReadMetrics, read_metrics
from okrmodel.reading.piece import Piece
from okrmodel.reading.plain_secrets import plain_secrets
from okrmodel.reading.suppressions import Suppression, matching, suppressions, unused
from okrmodel.reading.workspace_file import UNREAD_WORKSPACE, ReadWorkspace, read_workspace
from okrmodel.reading.written_out import uses, written_out
from okrmodel.reading.yaml_text import Document, read_yaml
from okrmodel.secrets import redacted


@dataclass(frozen=True)
class Places:
    """Where definitions stand in their files."""

    documents: Mapping[str, Document]
    key_results: Mapping[tuple[str, str], KeyPath]
    """By the ids of a cycle and of a key result in it: the next cycle may have it, too."""
    prefix: str
    """From the root that places are shown relative to, to the workspace's folder."""
    suppressions: Mapping[str, Sequence[Suppression]] = field(default_factory=dict)
    """What the comments of each file ask to ignore."""

    def key_result(self, cycle_id: str, key_result_id: str) -> Place:
        """Where a key result begins in a cycle's file."""
        return self.at(self.key_results[cycle_id, key_result_id])

    def metric(self, metric_id: str) -> Place:
        """Where a metric's id stands."""
        path = (METRICS_FILE, "metrics", metric_id)
        return self.shown(self.documents[METRICS_FILE].key_place(path[1:]))

    def at(self, path: KeyPath) -> Place:
        """Where the value at a file's name and a path in it begins."""
        file, *inside = path
        return self.shown(self.documents[str(file)].place(tuple(inside)))

    def shown(self, place: Place) -> Place:
        """A document's place as it is shown, from the root."""
        return _from(self.prefix, place)

    def ignores(self, problem: Problem) -> bool:
        """Whether a comment asks to ignore what was found where it is shown."""
        given = self.suppressions.get(problem.place.file.removeprefix(self.prefix), ())
        return bool(matching(given, problem.code, [problem.place.line]))

    def connection(self, name: str) -> Place:
        """Where a connection's name stands; of one that needs no writing, the file's beginning."""
        path = ("connections", name)
        document = self.documents[WORKSPACE_FILE]
        return self.shown(document.keys.get(path) or Place(document.file))

    def content(self, path: KeyPath) -> Any:
        """The plain value at a file's name and a path in it; None where there is none."""
        file, *inside = path
        return (
            Piece(self.documents[str(file)], (), self.documents[str(file)].content, "")
            .inside(*inside)
            .content
        )

    def word(self, path: KeyPath, word: str) -> Place:
        """Where a key or value stands at a path or below it; the path's own place if it is not there."""
        file, *inside = path
        document, begin = self.documents[str(file)], tuple(inside)
        below = [one for one in document.values if one[: len(begin)] == begin]
        for one in below:
            if len(one) > len(begin) and one[-1] == word:
                return self.shown(document.key_place(one))
        for one in below:
            if str(self.content((str(file), *one))) == word:
                return self.shown(document.place(one))
        return self.at(path)


class Reading(NamedTuple):
    """What reading a folder gave."""

    company: Company | None
    """None when there is an error among the problems."""
    problems: tuple[Problem, ...]
    """In the order of files and lines."""
    places: Places


def read_company(
    folder: Path,
    connectors: Catalogue,
    *,
    shown_from: Path | None = None,
    instead: Mapping[str, str] | None = None,
) -> Reading:
    """Read and lint a workspace's folder.

    Args:
        folder: Where its workspace.yaml is.
        connectors: Those installed; their options and queries say what may be written.
        shown_from: Places are shown relative to it; to the folder itself when None.
        instead: Texts of files as they would be, by their names in the folder.
    """
    read = _Reader(folder, connectors, instead or {})
    draft = read.draft()
    prefix = "" if shown_from is None else _prefix(folder, shown_from)
    key_results = {(w.cycle.id, w.key_result.id): w.path for w in draft.key_results}
    places = Places(read.documents, key_results, prefix, read.suppressions)
    problems = _shown([*read.problems, *_linted(draft, read)], prefix)
    company = None if _failed(problems) else _company(draft)
    return Reading(company, problems, places)


def _company(draft: Draft) -> Company | None:
    if draft.workspace is None:
        return None
    cycles = sorted((written.cycle for written in draft.cycles), key=lambda cycle: cycle.starts)
    return Company(draft.workspace, dict(draft.metrics), tuple(cycles), draft.overridden)


def _linted(draft: Draft, read: "_Reader") -> Iterator[Problem]:
    """What the rules say, without the warnings that comments ask to ignore."""
    used: set[Suppression] = set()
    for rule in RULES:
        for (file, *path), message in rule.check(draft):
            document = read.documents[str(file)]
            lines = _lines(document, tuple(path))
            ignoring = matching(read.suppressions.get(str(file), ()), rule.code, lines)
            used.update(ignoring)
            if not ignoring:
                yield Problem(document.place(tuple(path)), message, rule.code, rule.severity)
    if draft.whole:
        for given in read.suppressions.values():
            yield from unused(given, used)


def _lines(document: Document, path: KeyPath) -> list[int]:
    """Where somebody would put a comment about a value: on its line, or on its key's.

    What a template of the library says stands on no line of the document.
    """
    places = (document.place(path), document.key_place(path))
    return [place.line for place in places if place.file == document.file]


def _shown(problems: Iterable[Problem], prefix: str) -> tuple[Problem, ...]:
    """In the order of the files, nothing told twice, and no secret told at all."""
    found = sorted(set(problems))
    written_wrong = {p.place for p in found if p.code in _WRITTEN_WRONG}
    secret_lines: set[tuple[str, int]] = set()
    told: list[Problem] = []
    for problem in found:
        place = problem.place
        if problem.code in _READ_WRONG and place in written_wrong:
            continue
        if problem.code == PLAIN_SECRET:
            if (place.file, place.line) in secret_lines:
                continue
            secret_lines.add((place.file, place.line))
        shown_at = _from(prefix, place)
        told.append(replace(problem, place=shown_at, message=redacted(problem.message)))
    return tuple(told)


_WRITTEN_WRONG = ("ambiguous-value", "bad-number")
_READ_WRONG = ("bad-value", "bad-choice")
"""Where a value is told to be written wrongly, that it is then no number says nothing new."""


def _failed(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _from(prefix: str, place: Place) -> Place:
    """A place shown from the root; the library's are written from the workspace's folder."""
    return replace(place, file=posixpath.normpath(prefix + place.file))


def _prefix(folder: Path, shown_from: Path) -> str:
    inside = folder.absolute().relative_to(shown_from.absolute()).as_posix()
    return "" if inside == "." else f"{inside}/"


class _Reader:
    """Reads one workspace's files, and collects their problems."""

    def __init__(self, folder: Path, connectors: Catalogue, instead: Mapping[str, str]) -> None:
        self.folder = folder
        self.connectors = connectors
        self.instead = instead
        self.documents: dict[str, Document] = {}
        self.problems: list[Problem] = []
        self.suppressions: dict[str, list[Suppression]] = {}

    def draft(self) -> Draft:
        """Everything that can be read."""
        workspace = self.workspace()
        metrics = self.metrics(workspace)
        cycles = self.cycles(workspace)
        return Draft(
            workspace=workspace.workspace,
            people=workspace.people,
            metrics=metrics.metrics,
            metric_ids=metrics.ids,
            cycles=tuple(found.cycle for found in cycles if found.cycle),
            objectives=tuple(written for found in cycles for written in found.objectives),
            key_results=tuple(written for found in cycles for written in found.key_results),
            check_ins=tuple(self.check_ins()),
            whole=not _failed(self.problems),
        )

    def workspace(self) -> ReadWorkspace:
        whole = self.piece(WORKSPACE_FILE, "the workspace")
        if whole is None:
            return UNREAD_WORKSPACE
        read, problems = read_workspace(whole, self.connectors)
        self.problems += problems
        return read

    def metrics(self, workspace: ReadWorkspace) -> ReadMetrics:
        if not has_metrics(self.folder):
            return ReadMetrics({}, frozenset())
        whole = self.piece(METRICS_FILE, "the metrics' file")
        if whole is None:
            return ReadMetrics({}, None)
        read, problems = read_metrics(whole, workspace, self.connectors)
        self.problems += problems
        return read

    def cycles(self, workspace: ReadWorkspace) -> list[ReadCycle]:
        found: list[ReadCycle] = []
        for name in self.names(CYCLES):
            whole = self.piece(name, "the cycle's file")
            if whole:
                cycle = read_cycle(whole, workspace.fiscal_year_starts)
                self.problems += cycle.problems
                found.append(cycle)
        return found

    def check_ins(self) -> Iterator[WrittenCheckIn]:
        for name in self.names(CHECK_INS):
            whole = self.piece(name, "the check-ins' file")
            if whole:
                check_ins, problems = read_check_ins(whole)
                self.problems += problems
                yield from check_ins

    def names(self, room: str) -> list[str]:
        """The files of a room that there are, or will be."""
        new = {name for name in self.instead if name.startswith(f"{room}/")}
        return sorted(new.union(cycle_files(self.folder, room)))

    def text(self, name: str) -> tuple[str | None, list[Problem]]:
        """What a file holds, or will."""
        found = self.instead.get(name)
        return read_text(self.folder, name) if found is None else (found, [])

    def piece(self, name: str, title: str) -> Piece | None:
        """A whole file; None when it cannot be read at all."""
        text, problems = self.text(name)
        self.problems += problems
        if text is None:
            self.documents[name] = Document(name)
            return None
        self.problems += plain_secrets(text, name)
        self.suppressions[name], problems = suppressions(text, name)
        self.problems += problems
        document, problems = read_yaml(text, name)
        self.documents[name] = document
        self.problems += problems
        if document.content is None and problems:
            return None
        return self.written_out(Piece(document, (), document.content, title))

    def written_out(self, whole: Piece) -> Piece:
        """The file with the templates that it uses filled in."""
        used = uses(whole)
        if not used:
            return whole
        document, problems = written_out(whole, used, self.library)
        self.documents[document.file] = document
        self.problems += problems
        return replace(whole, document=document, content=document.content)

    @cached_property
    def library(self) -> Library:
        return read_library(self.folder)
