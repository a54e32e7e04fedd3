"""An agency whose clients share a library: how long it takes to tell whom a change of it moves.

    python -m benchmarks.library [CLIENTS …]

Without numbers, 200. Every client has twenty of the shipped config's key results, each made from a
template, and a day of each recorded (in SQLite). Measured are whole processes: `okr lint` of all clients,
`okr plan --all` when nothing has changed, and when a template's target has.
"""

import json
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any

from benchmarks.fleet import AS_OF, KEY_RESULTS, Night, Watch
from benchmarks.machine import machine, run
from flows.places import find_places, read_place
from okrmodel.reading.yaml_text import read_yaml
from okrmodel.store import Store
from okrmodel.windows import ONE_DAY

SHIPPED = Path("config")
CYCLE = "okrs/2026-Q4.yaml"
SIZES = (200,)


def build(root: Path, count: int) -> None:
    """The library and the clients."""
    metrics, cycle = _read("metrics.yaml")["metrics"], _read(CYCLE)
    made: dict[str, Any] = {}
    for objective in cycle["objectives"]:
        own = objective["key_results"][: KEY_RESULTS - len(made)]
        made |= {one["id"]: {k: v for k, v in one.items() if k != "id"} for one in own}
        objective["key_results"] = [{"id": one["id"], "use": one["id"]} for one in own]
    _write(
        root / "library/all.yaml",
        {
            "metrics": {name: {"metric": metric} for name, metric in metrics.items()},
            "key_results": {name: {"key_result": one} for name, one in made.items()},
        },
    )
    workspace = _read("workspace.yaml")
    for number in range(count):
        client = root / f"clients/client-{number:04}"
        connections = workspace["connections"]
        connections["hubspot"]["portal"] = 1_000 + number
        _write(client / "workspace.yaml", {**workspace, "id": client.name})
        _write(client / "metrics.yaml", {"metrics": {name: {"use": name} for name in metrics}})
        _write(client / CYCLE, cycle)


def _read(file: str) -> Any:
    return read_yaml((SHIPPED / file).read_text("utf-8"), file)[0].content


def _write(file: Path, content: Any) -> None:
    # JSON is YAML.
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, default=float, indent=1), "utf-8")


def remember(root: Path) -> None:
    """Record a day of every client, from answers that are made up."""
    companies = (read_place(place)[0] for place in find_places(root))
    first = next(companies)
    clock = [datetime.combine(AS_OF + ONE_DAY, time(4), tzinfo=first.workspace.zone)]
    with Store.open(f"sqlite:///{root / 'okr.db'}", now=lambda: clock[0]) as store:
        night = Night(store, clock, Watch({}, {}))
        for company in (first, *companies):
            night.of(company)


def change(root: Path) -> None:
    """Another target in one template."""
    file = root / "library/all.yaml"
    library = json.loads(file.read_text("utf-8"))
    library["key_results"]["mqls"]["key_result"]["target"] = 300
    _write(file, library)


def report(root: Path) -> None:
    """Each command once."""
    _timed(root, "okr lint", "lint")
    _timed(root, "okr plan --all, nothing has changed", "plan", "--all")
    change(root)
    _timed(root, "okr plan --all, a target has", "plan", "--all")


def _timed(root: Path, what: str, *words: str) -> None:
    start = "from okrapp.cli import main; main()"
    took = run([sys.executable, "-c", start, *words, "--config", str(root)], {})
    print(f"  {took.wall:6.2f} s ({took.cpu:.2f} s of CPU, peak {took.peak:.0f} MB)  {what}")
    # How it ended, the places of problems apart.
    told = [line for line in took.out.splitlines() if " workspaces " in line]
    print(f"           {told[-1].replace(str(root), 'the agency')}", flush=True)


def main(sizes: Iterable[int]) -> None:
    print(machine())
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            build(root, count)
            remember(root)
            print(f"{count:,} clients")
            report(root)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
