"""How long `okr` takes to say something: the median of several starts, on a warm machine.

python -m benchmarks.start
"""

import os
import statistics
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.machine import machine, run
from benchmarks.quarter import OKR, Scene
from sandbox.clock import DEFAULT_NOW
from sandbox.company.grow import grow
from sandbox.world import Sandbox

TIMES = 7
FIRST, LAST = date(2026, 10, 1), date(2026, 11, 22)


def main() -> None:
    print(machine())
    os.environ.pop("PREFECT_API_URL", None)
    with tempfile.TemporaryDirectory() as folder, Sandbox(grow(), limits=False) as sandbox:
        scene = Scene(Path(folder), sandbox)
        scene.move_to(DEFAULT_NOW)
        scene.okr("backfill", "--from", str(FIRST), "--to", str(LAST))
        here = ["--config", str(scene.root)]
        for words in (["--help"], ["lint", *here], ["status", *here], ["explain", "mqls", *here]):
            took = [run([OKR, *words], {"HUBSPOT_TOKEN": "none"}) for _ in range(TIMES)]
            wall = statistics.median(each.wall for each in took)
            cpu = statistics.median(each.cpu for each in took)
            said = f"okr {words[0]}" + (" mqls" if "mqls" in words else "")
            print(f"  {wall:.2f} s ({cpu:.2f} s of CPU)  {said}", flush=True)


if __name__ == "__main__":
    main()
