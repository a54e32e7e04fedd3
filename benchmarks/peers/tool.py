"""What every tool is here, and what it is given to answer with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.front import Front
from benchmarks.peers.question import Answer
from sandbox.world import Sandbox

Answers = dict[str, Answer]
"""By the part of the question; none when the tool failed: what it left half done is no answer."""


@dataclass(frozen=True)
class Place:
    """Where one tool runs once."""

    sandbox: Sandbox
    front: Front
    environment: Path
    """Its virtual environment."""
    folder: Path
    """Empty, and gone afterwards."""
    limit: float
    """Seconds."""


@dataclass(frozen=True)
class Tool:
    """One row of each block of the table."""

    name: str
    answer: Callable[[Place], tuple[Took, Answers]]
    packages: tuple[str, ...] = ()
    """What its environment is made of; none for this project, which is there."""
    formula: Callable[[int], int] | None = None
    """Requests for so many contacts, where they grow with them."""
    lacks: Mapping[str, str] = field(default_factory=dict)
    """What it has no answer to, or was not asked here: "cannot" or "not asked"."""
