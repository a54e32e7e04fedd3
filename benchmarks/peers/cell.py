"""One tool, asked once."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.machine import Took
from benchmarks.peers.front import Front
from benchmarks.peers.question import MQLS, MQLS_UTC, PARTS, judge
from benchmarks.peers.tool import Answers, Place, Tool
from benchmarks.peers.watched import TOO_LONG
from benchmarks.quarter import LAST, at_four
from okrmodel.windows import ONE_DAY
from sandbox.clock import Clock
from sandbox.company.tables import Company
from sandbox.world import Sandbox

LIMIT = 600.0
"""Seconds."""
ENVIRONMENTS = Path(__file__).parents[1] / ".peers"


@dataclass(frozen=True)
class Cell:
    """What was measured of a tool."""

    took: Took
    requests: int
    refused: int
    """Of the requests: by a rate limit."""
    megabytes: float
    right: str

    def columns(self) -> list[str]:
        """As the table has them."""
        took = self.took
        refused = f" ({self.refused} refused)" if self.refused else ""
        failed = f"exit code {took.code}; " if took.code not in {0, TOO_LONG} else ""
        return [
            f"{self.requests:,}{refused}",
            f"{self.megabytes:.1f} MB",
            f"> {LIMIT:.0f} s" if took.code == TOO_LONG else f"{took.wall:.1f} s",
            f"{took.cpu:.1f} s",
            f"{took.peak:.0f} MB",
            failed + self.right,
        ]


def now() -> datetime:
    """The morning after the quarter."""
    return at_four(LAST + ONE_DAY)


def ask(tool: Tool, company: Company, latency: float, right: Answers) -> Cell:
    """Put the question.

    Raises:
        subprocess.CalledProcessError: when the tool cannot be installed; `stderr` says why.
        OSError: when it cannot be started.
    """
    environment = _installed(tool)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(company, clock=Clock(now()), latency=latency) as sandbox,
        Front(sandbox.hubspot_url, latency) as front,
    ):
        took, given = tool.answer(Place(sandbox, front, environment, Path(folder), LIMIT))
        asked = sandbox.log.all()
    if took.code:
        print(took.out[-2000:], file=sys.stderr)
    return Cell(
        took=took,
        requests=len(asked) + len(front.answered),
        refused=sum(each.status == 429 for each in asked),
        megabytes=sum(each.bytes_out for each in asked) / 1e6,
        right="; ".join(_verdict(part, tool, given, right) for part in PARTS),
    )


def _verdict(part: str, tool: Tool, given: Answers, right: Answers) -> str:
    words = f"{part} {tool.lacks.get(part) or judge(given.get(part, {}), right[part])}"
    if part == MQLS and MQLS_UTC in given:
        words += f" (by UTC days {judge(given[MQLS_UTC], right[MQLS])})"
    return words


def _installed(tool: Tool) -> Path:
    """The tool's environment, made when there is none; this one for what needs no packages."""
    if not tool.packages:
        return Path(sys.prefix)
    place = ENVIRONMENTS / tool.packages[0].replace("==", "-")
    done = place / "installed"
    if not done.exists():
        for command in (
            [sys.executable, "-m", "venv", str(place)],
            [str(place / "bin" / "pip"), "install", "-q", *tool.packages],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True)
        done.touch()
    return place
