"""What a benchmark ran on, and what a job took of it."""

import os
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Took:
    """A process from its start to its end."""

    code: int
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    peak: float
    """Megabytes of memory at the most."""
    out: str


class _Own(threading.Thread):
    """Reads a process's memory at the most until it is gone.

    What `wait4` says of it counts the process that it was forked from, too.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{process}/status")
        self.peak = 0.0

    def run(self) -> None:
        """Look twenty times a second."""
        while (found := self._now()) is not None:
            self.peak = found
            time.sleep(0.05)

    def _now(self) -> float | None:
        try:
            text = self._status.read_text("utf-8")
        except OSError:
            return None
        lines = [line.split() for line in text.splitlines() if line.startswith("VmHWM")]
        return float(lines[0][1]) / 1024 if lines else None


def machine() -> str:
    """The machine in a line."""
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}"


def run(command: Sequence[str], environment: Mapping[str, str]) -> Took:
    """Run a command, and measure it by what the system says of the process."""
    began = time.monotonic()
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watched = _Own(process.pid)
        watched.start()
        assert process.stdout
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        watched.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    return Took(
        code=process.returncode,
        wall=time.monotonic() - began,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=watched.peak,
        out=out,
    )


@dataclass(frozen=True)
class Watched:
    """A command with all that it started, from its start to its end."""

    code: int | None
    """None: killed, because its time was over."""
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    peak: float
    """Megabytes of memory at the most, all its processes together."""


def watch(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    output: Path,
    limit: float,
) -> Watched:
    """Run a command in its output's folder, at most for so many seconds.

    Its standard output goes to the file, what else it says to the same with `.err`.
    """
    began = time.monotonic()
    with (
        output.open("wb") as out,
        output.with_suffix(".err").open("wb") as said,
        subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=output.parent,
            stdout=out,
            stderr=said,
            start_new_session=True,
        ) as process,
    ):
        killing = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
        killing.start()
        ended = threading.Event()
        peak = _Peak(process.pid, ended)
        peak.start()
        _, status, usage = os.wait4(process.pid, 0)
        killing.cancel()
        ended.set()
        peak.join()
        code = process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - began
    cpu = usage.ru_utime + usage.ru_stime
    return Watched(None if code == -signal.SIGKILL else code, wall, cpu, peak.megabytes)


class _Peak(threading.Thread):
    """Looks twenty times a second at the memory of all processes of a session."""

    def __init__(self, session: int, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._session = session
        self._ended = ended

    def run(self) -> None:
        while not self._ended.wait(0.05):
            pages = sum(map(_resident_pages, _members(self._session)))
            self.megabytes = max(self.megabytes, pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def _members(session: int) -> list[Path]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                found.append(folder)
        except OSError:
            continue  # It has just ended.
    return found


def _resident_pages(folder: Path) -> int:
    try:
        return int((folder / "statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0
