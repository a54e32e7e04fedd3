"""One step per file: a mistake in one file leaves the answers of the others alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from connectors.contract import Ask, Step
from connectors.manual.query import CheckIns, Ledger, Milestone, Override


@dataclass(frozen=True)
class FileStep(Step):
    """Everything asked of one file."""

    file: str
    """Relative to the workspace's folder."""


def plan(asks: Sequence[Ask]) -> list[FileStep]:
    """Group the asks by the file that answers them."""
    by_file = groupby(sorted(asks, key=file_of), key=file_of)
    return [FileStep(title=f, serves=tuple(a), calls=0, file=f) for f, a in by_file]


def file_of(ask: Ask) -> str:
    """The file that answers an ask."""
    query = ask.query
    if isinstance(query, Ledger):
        return query.ledger
    if isinstance(query, CheckIns | Override | Milestone):
        return f"checkins/{query.cycle}.yaml"
    raise TypeError(f"not a question for the manual connector: {query!r}")
