"""What a benchmark ran on, and what a job took of it."""

import os
import platform
import subprocess
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
        assert process.stdout
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Took(
        code=process.returncode,
        wall=time.monotonic() - began,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / 1024,
        out=out,
    )
