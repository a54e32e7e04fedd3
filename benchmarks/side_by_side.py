"""This project beside the programs that a user would pick instead, on the same pretend servers.

    python -m benchmarks.side_by_side [--contacts 10000,100000] [--latency 0,80] [--only NAME] [--limit 600]

Each is asked for the MQLs of each day, the sessions of each day, the active users to date and the
sends of each day, over the 92 days of a quarter, and judged by the company's rows. What it cannot
answer is said so. Peers are installed on demand, each into an environment of its own under `.peers/`
(some hundred megabytes, kept); one that cannot be installed or run is reported with the reason.

The servers hold to the documented rate limits. They and the proxy run in this process, one program
at a time beside them. A cell whose requests by formula take longer than the limit at the fastest
rate allowed is not run. Contacts have 27 properties here; real portals have hundreds, and peers that
take them all are slower there.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import Watched, machine, watch
from benchmarks.program import Program, Task
from benchmarks.programs import PROGRAMS
from benchmarks.world import (
    MQLS,
    MQLS_IN_UTC,
    QUESTIONS,
    SIZES,
    Answer,
    World,
    company_of,
    opened,
    true_answers,
)
from sandbox.company.tables import Company

CACHE = Path(".peers").absolute()
HEADS = ("requests", "refused", "MB", "wall s", "CPU s", "peak MB", "days that are right")


@dataclass(frozen=True)
class Cell:
    """One program on one company at one latency."""

    program: Program
    contacts: int
    latency: float
    """Seconds."""
    limit: float
    """Seconds after which it is killed."""

    @property
    def too_long(self) -> str:
        """Why it is not begun; "" when it is."""
        requests = self.program.requests(self.contacts)
        least = requests / self.program.fastest
        if least <= self.limit:
            return ""
        return f"not run: about {requests:,} requests by its formula, {least:,.0f} s at least"


def installed(program: Program) -> Path:
    """The program's own environment, made where it is missing.

    Raises:
        subprocess.CalledProcessError: It cannot be installed; the output says why.
    """
    venv = CACHE / program.name.replace(" ", "-")
    done = venv / "installed"
    if program.packages and not done.exists():
        print(f"installing {program.name} …", flush=True)
        shutil.rmtree(venv, ignore_errors=True)
        uv = str(Path(sys.executable).with_name("uv"))
        python = str(venv / "bin" / "python")
        for command in (
            [sys.executable, "-m", "venv", "--without-pip", str(venv)],
            [uv, "pip", "install", "--quiet", "--python", python, *program.packages],
        ):
            subprocess.run(command, check=True, capture_output=True, text=True)
        done.touch()
    return venv


def measured(cell: Cell, company: Company, truth: dict[str, Answer]) -> Iterator[str]:
    """The cell's columns, or the one reason why there are none."""
    if cell.too_long:
        yield cell.too_long
        return
    try:
        venv = installed(cell.program)
    except subprocess.CalledProcessError as error:
        yield f"cannot be installed: {error.stderr.strip().splitlines()[-1]}"
        return
    with (
        tempfile.TemporaryDirectory() as name,
        opened(company, cell.latency, Path(name)) as world,
    ):
        folder = Path(name) / "work"
        folder.mkdir()
        task = Task(folder, venv, world)
        parts = [*_run(cell, task)]
        yield from _figures(world, parts)
        yield _verdict(cell, task, parts, truth)


def _run(cell: Cell, task: Task) -> Iterator[Watched]:
    left = cell.limit
    environment = task.world.environment if cell.program.packages else {}
    environment = {**environment, "HUBSPOT_TOKEN": task.token}
    for number, command in enumerate(cell.program.commands(task)):
        nice = ["nice", "-n", "5", *command]
        part = watch(nice, environment, output=task.folder / f"{number}.out", limit=left)
        yield part
        left -= part.wall
        if part.code != 0:
            return


def _figures(world: World, parts: Sequence[Watched]) -> Iterator[str]:
    asked = world.sandbox.log.all()
    yield f"{len(asked):,}"
    yield f"{sum(request.status == 429 for request in asked):,}"
    yield f"{sum(request.bytes_out for request in asked) / 1e6:,.1f}"
    yield f"{sum(part.wall for part in parts):,.1f}"
    yield f"{sum(part.cpu for part in parts):,.1f}"
    yield f"{max(part.peak for part in parts):,.0f}"


def _verdict(cell: Cell, task: Task, parts: Sequence[Watched], truth: dict[str, Answer]) -> str:
    last = parts[-1]
    if last.code is None:
        return f"killed: > {cell.limit:,.0f} s"
    if last.code:
        said = (task.folder / f"{len(parts) - 1}.err").read_text("utf-8", "replace").strip()
        return f"failed with {last.code}: {said.splitlines()[-1][:200] if said else 'no word'}"
    found = cell.program.answers(task)
    told = {q: cell.program.cannot.get(q) or _right(found[q], truth[q]) for q in QUESTIONS}
    if MQLS_IN_UTC in found:
        told[MQLS] += f" (by days of UTC {_right(found[MQLS_IN_UTC], truth[MQLS])})"
    return "; ".join(f"{question} {verdict}" for question, verdict in told.items())


def _right(found: Answer, true: Answer) -> str:
    right = sum(found.get(day) == value for day, value in true.items())
    return f"{right}/{len(true)}"


def main(arguments: argparse.Namespace) -> None:
    print(machine())
    print(f"what they are asked: {', '.join(QUESTIONS)}, for a quarter of 92 days\n")
    print(f"program | contacts | latency | {' | '.join(HEADS)}")
    for contacts in arguments.contacts:
        company = company_of(contacts)
        truth = true_answers(company)
        for latency in arguments.latency:
            for program in PROGRAMS:
                if arguments.only and arguments.only not in program.name:
                    continue
                cell = Cell(program, contacts, latency / 1000, arguments.limit)
                columns = " | ".join(measured(cell, company, truth))
                print(f"{program.name} | {contacts:,} | {latency} ms | {columns}", flush=True)
    print("\n" + "\n".join(f"{p.name}: {p.note}" for p in PROGRAMS if p.note))


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="This project beside its peers.")
    parser.add_argument("--contacts", type=_numbers, default=[*SIZES])
    parser.add_argument("--latency", type=_numbers, default=[0, 80], help="milliseconds")
    parser.add_argument("--only", default="", help="a part of a program's name")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for each cell")
    main(parser.parse_args())
