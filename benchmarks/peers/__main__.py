"""The same question to this project and to others, in front of the same pretend servers.

    python -m benchmarks.peers [--sizes 10000,100000] [--latencies 0,80] [--only okr,ingestr]

Rate limits as documented, 20,000 MQLs in the quarter (2,000 of 10,000 contacts). Each peer is
installed into an environment of its own under benchmarks/.peers when it is first needed. A cell has
ten minutes; one that would take longer, going by the size before it, is not run.
"""

import argparse
import os
import subprocess

from benchmarks.machine import machine
from benchmarks.peers import ingestr, ours, singer
from benchmarks.peers.cell import LIMIT, ask, now
from benchmarks.peers.question import QUESTION, right_answers
from benchmarks.peers.tool import Tool
from benchmarks.quarter import SIZES
from sandbox.company.grow import grow

TOOLS = (*ours.TOOLS, *ingestr.TOOLS, *singer.TOOLS)
HEAD = """
| contacts | latency | tool | requests | bytes | wall | CPU | peak memory | days that are right |
|---:|---:|---|---:|---:|---:|---:|---:|---|"""
NOTHING = "–"


class Table:
    """Prints each row as soon as it is known; foresees the long ones by the rows before."""

    def __init__(self) -> None:
        self._seconds_a_request: dict[tuple[float, str], float] = {}

    def block(self, size: int, latencies: list[float], tools: list[Tool]) -> None:
        """All rows of one number of contacts."""
        company = grow(contacts=size, mqls_per_quarter=SIZES.get(size, size // 5), now=now())
        right = right_answers(company, now())
        for latency in latencies:
            for tool in tools:
                requests = tool.formula(size) if tool.formula else 0
                pace = self._seconds_a_request.get((latency, tool.name), 0)
                if pace * requests > LIMIT:
                    columns = [f"not run: about {requests:,} by its formula"]
                else:
                    try:
                        cell = ask(tool, company, latency, right)
                    except (OSError, subprocess.CalledProcessError) as problem:
                        said = getattr(problem, "stderr", None) or str(problem)
                        columns = [f"not run: {said.strip().splitlines()[-1]}"]
                    else:
                        columns = cell.columns()
                        pace = cell.took.wall / max(cell.requests, 1)
                        self._seconds_a_request[latency, tool.name] = pace
                columns += [NOTHING] * (6 - len(columns))
                words = [f"{size:,}", f"{latency * 1000:.0f} ms", tool.name, *columns]
                print("|", " | ".join(words), "|", flush=True)


def main(sizes: list[int], latencies: list[float], only: list[str]) -> None:
    os.environ.pop("PREFECT_API_URL", None)
    tools = [t for t in TOOLS if not only or any(t.name.startswith(word) for word in only)]
    print(f"{machine()}\n\n{QUESTION}\n{HEAD}")
    table = Table()
    for size in sizes:
        table.block(size, latencies, tools)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="contacts")
    parser.add_argument("--latencies", default="0,80", help="milliseconds")
    parser.add_argument("--only", default="", help="how the tools' names begin")
    words = parser.parse_args()
    main(
        [int(word) for word in words.sizes.split(",")],
        [int(word) / 1000 for word in words.latencies.split(",")],
        [word for word in words.only.split(",") if word],
    )
