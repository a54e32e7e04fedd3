"""A command run under a time limit, with all processes that it starts measured."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.machine import Took

_PAGE = os.sysconf("SC_PAGE_SIZE")
TOO_LONG = -signal.SIGKILL
"""Exit code of what was stopped at its time limit."""


class Family(threading.Thread):
    """Looks twenty times a second at the memory of a process and its descendants, summed.

    A page that two of them share is counted twice.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.peak = 0.0
        self.over = threading.Event()

    def run(self) -> None:
        """Until it is over."""
        while True:
            self.peak = max(self.peak, sum(map(_resident, self._members())))
            if self.over.wait(0.05):
                return

    def _members(self) -> set[int]:
        parents = {int(p.name): _parent(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
        members = {self._process}
        while more := {child for child, parent in parents.items() if parent in members} - members:
            members |= more
        return members


def watch(command: Sequence[str], environment: Mapping[str, str], out: Path, limit: float) -> Took:
    """Run it, its output to a file, its messages into what is returned.

    It and all that it started is killed after so many seconds; the exit code is then `TOO_LONG`.
    The CPU time is that of the whole family, as the system sums it for a parent.
    """
    messages = out.with_suffix(".messages")
    began = time.monotonic()
    with out.open("wb") as output, messages.open("wb") as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=said,
            start_new_session=True,  # So that it can be stopped with its children, and nothing else.
        )
        family = Family(process.pid)
        family.start()
        stop = threading.Timer(limit, _kill, [process.pid])
        stop.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        stop.cancel()
        family.over.set()
        family.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    return Took(
        code=TOO_LONG if wall >= limit else process.returncode,
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=family.peak,
        out=messages.read_text("utf-8", "replace"),
    )


def _kill(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _parent(folder: Path) -> int:
    try:
        # The name, which may hold anything, ends at the last bracket.
        return int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _resident(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1])
    except OSError:
        return 0.0
    return pages * _PAGE / 1024**2
