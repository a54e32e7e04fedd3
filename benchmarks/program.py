"""What a program is, and what it is given."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.world import Answer, World


@dataclass(frozen=True)
class Task:
    """What a program is given: a folder of its own, its environment's folder, the world."""

    folder: Path
    venv: Path
    world: World

    @property
    def token(self) -> str:
        return self.world.sandbox.hubspot_token

    def program(self, name: str) -> str:
        return str(self.venv / "bin" / name)

    def write(self, name: str, content: Any) -> str:
        file = self.folder / name
        text = content if isinstance(content, str) else json.dumps(content)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
        return str(file)


@dataclass(frozen=True)
class Program:
    name: str
    packages: tuple[str, ...]
    """Installed into an environment of its own; none for this project."""
    commands: Callable[[Task], Iterator[list[str]]]
    """Run one after the other; what one writes to its standard output is in `<n>.out`."""
    answers: Callable[[Task], dict[str, Answer]]
    requests: Callable[[int], int]
    """Its requests by formula, given the number of contacts."""
    fastest: float
    """Requests a second that it is allowed, or allows itself, at the most."""
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Why it gives no answer to a question."""
    note: str = ""
