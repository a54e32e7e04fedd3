"""The same question to this project and to others, in front of the same pretend servers.

    python -m benchmarks.peers [--sizes 10000,100000,1000000] [--latencies 0,80] [--only ours,ingestr]

Rate limits as documented, 20,000 MQLs in the quarter (2,000 of 10,000 contacts). Each peer is
installed into an environment of its own under benchmarks/.peers when it is first needed. A cell has
ten minutes; one that would take longer, going by the size before it, is not run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import Took, machine
from benchmarks.peers import ingestr, ours, singer
from benchmarks.peers.front import Front
from benchmarks.peers.question import (
    MQLS,
    QUESTION,
    SENDS,
    SESSIONS,
    USERS,
    Answer,
    judge,
    right_answers,
)
from benchmarks.peers.watched import TOO_LONG
from benchmarks.quarter import LAST, SIZES, at_four
from okrmodel.windows import ONE_DAY
from sandbox.clock import Clock
from sandbox.company.grow import grow
from sandbox.company.tables import Company
from sandbox.world import Sandbox

LIMIT = 600.0
"""Seconds for a cell."""
ENVIRONMENTS = Path(__file__).parents[1] / ".peers"
PARTS = (MQLS, SESSIONS, USERS, SENDS)


@dataclass(frozen=True)
class Peer:
    """A tool to compare with."""

    name: str
    packages: tuple[str, ...]
    answer: Callable[[Sandbox, Front, Path, Path, float], tuple[Took, dict[str, Answer]]]
    formula: Callable[[int], int]
    """Requests for so many contacts."""
    lacks: dict[str, str]
    """What it has no answer to, or was not asked here, and why."""


PEERS = (
    Peer(
        "ingestr 1.0.78",
        ingestr.PACKAGES,
        ingestr.answer,
        ingestr.formula,
        {
            # A GA4 source it has; it speaks to Google's address only, and refuses what has no day.
            SESSIONS: "not asked",
            USERS: "cannot",
            SENDS: "cannot",
        },
    ),
    Peer(
        "tap-hubspot 4.5.0",
        singer.PACKAGES,
        singer.answer,
        singer.formula,
        # Sends would need /email/public/v1/events, which the pretend HubSpot has not.
        {SESSIONS: "cannot", USERS: "cannot", SENDS: "not asked"},
    ),
)


@dataclass(frozen=True)
class Cell:
    """A row of the table as far as it was measured."""

    took: Took
    requests: int
    refused: int
    megabytes: float
    right: str


def installed(peer: Peer) -> Path:
    """The peer's environment, made when there is none.

    Raises:
        subprocess.CalledProcessError: when it cannot be installed; what was said is in `stderr`.
    """
    place = ENVIRONMENTS / peer.packages[0].replace("==", "-")
    done = place / "installed"
    if not done.exists():
        for command in (
            [sys.executable, "-m", "venv", str(place)],
            [str(place / "bin" / "pip"), "install", "-q", *peer.packages],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True)
        done.touch()
    return place


def ask(company: Company, latency: float, peer: Peer | None, right: dict[str, Answer]) -> Cell:
    """Put the question, to this project when no peer is given."""
    now = at_four(LAST + ONE_DAY)
    environment = installed(peer) if peer else None
    with (
        tempfile.TemporaryDirectory() as name,
        Sandbox(company, clock=Clock(now), latency=latency) as sandbox,
    ):
        folder = Path(name)
        own: tuple[str, ...] = ()
        if peer and environment:
            with Front(sandbox.hubspot_url, folder, latency) as front:
                took, given = peer.answer(sandbox, front, environment, folder, LIMIT)
                own = front.answered
        else:
            took, given = ours.answer(sandbox, folder, LIMIT)
        asked = sandbox.log.all()
    if took.code:
        # What was left half done is no answer.
        given = {}
        print(took.out[-2000:], file=sys.stderr)
    lacks = peer.lacks if peer else {}
    return Cell(
        took=took,
        requests=len(asked) + len(own),
        refused=sum(each.status == 429 for each in asked),
        megabytes=sum(each.bytes_out for each in asked) / 1e6,
        right="; ".join(
            f"{part} {lacks.get(part) or judge(given.get(part, {}), right[part]).text}"
            for part in PARTS
        ),
    )


def row(size: int, latency: float, name: str, *columns: str) -> None:
    print(
        "|", " | ".join([f"{size:,}", f"{latency * 1000:.0f} ms", name, *columns]), "|", flush=True
    )


def measured(cell: Cell) -> list[str]:
    took = cell.took
    late, failed = took.code == TOO_LONG, took.code not in {0, TOO_LONG}
    requests = f"{cell.requests:,}" + (f" ({cell.refused} refused)" if cell.refused else "")
    return [
        requests,
        f"{cell.megabytes:.1f} MB",
        f"> {LIMIT:.0f} s" if late else f"{took.wall:.1f} s",
        f"{took.cpu:.1f} s",
        f"{took.peak:.0f} MB",
        (f"exit code {took.code}; " if failed else "") + cell.right,
    ]


def main(sizes: list[int], latencies: list[float], only: list[str]) -> None:
    os.environ.pop("PREFECT_API_URL", None)
    print(f"{machine()}\n\n{QUESTION}\n")
    print("| contacts | latency | tool | requests | bytes | wall | CPU | peak memory | right |")
    print("|---:|---:|---|---:|---:|---:|---:|---:|---|")
    pace: dict[tuple[float, str], float] = {}
    asked: list[Peer | None] = [None, *PEERS]
    for size in sizes:
        now = at_four(LAST + ONE_DAY)
        company = grow(contacts=size, mqls_per_quarter=SIZES.get(size, size // 5), now=now)
        right = right_answers(company, now)
        for latency in latencies:
            for peer in asked:
                name = peer.name if peer else "ours"
                if only and not any(name.startswith(word) for word in only):
                    continue
                if peer and pace.get((latency, name), 0) * peer.formula(size) > LIMIT:
                    text = f"not run: about {peer.formula(size):,} requests by its formula"
                    row(size, latency, name, text, *["–"] * 5)
                    continue
                try:
                    cell = ask(company, latency, peer, right)
                except (OSError, subprocess.CalledProcessError) as problem:
                    said = getattr(problem, "stderr", None) or str(problem)
                    row(
                        size, latency, name, f"not run: {said.strip().splitlines()[-1]}", *["–"] * 5
                    )
                    continue
                pace[latency, name] = cell.took.wall / max(cell.requests, 1)
                row(size, latency, name, *measured(cell))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="contacts")
    parser.add_argument("--latencies", default="0,80", help="milliseconds")
    parser.add_argument("--only", default="", help="ours, ingestr, tap-hubspot")
    words = parser.parse_args()
    main(
        [int(word) for word in words.sizes.split(",")],
        [int(word) / 1000 for word in words.latencies.split(",")],
        [word for word in words.only.split(",") if word],
    )
