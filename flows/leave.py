"""Leaving a workspace for good: its ended cycles are frozen, and all that is known is taken along."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from flows.freeze import CannotFreeze, freeze
from flows.job import LEASE_LASTS, Job, holder
from flows.places import Place
from flows.whole_folder import whole_folder
from okrmodel.store.export import (
    definition_rows,
    frozen_rows,
    observation_rows,
    publication_rows,
    run_rows,
    snapshot_rows,
)
from okrmodel.store.frozen import FrozenCycle, frozen_cycles
from okrmodel.store.leases import acquire, release
from okrmodel.store.purge import Tombstone, purge
from okrmodel.store.store import Store
from okrmodel.windows import last_complete_day

_FIGURES = (
    "cycle",
    "key_result",
    "as_of",
    "revision",
    "kind",
    "value",
    "raw_progress",
    "score",
    "expected",
    "status",
    "recorded_at",
    "run",
    "definition_hash",
)


@dataclass(frozen=True)
class Closed:
    """What became of the cycles of a workspace that leaves."""

    frozen: tuple[FrozenCycle, ...]
    """Those that were frozen now."""
    open: Mapping[str, str]
    """Those that stay as they are, by id, with why they cannot be frozen."""


def close_cycles(job: Job) -> Closed:
    """Freeze what has ended and is not frozen yet; no source is asked.

    Raises:
        LeaseLost: Another run has taken over the workspace.
    """
    done = frozen_cycles(job.store, job.workspace)
    day = last_complete_day(job.now(), job.company.workspace.zone)
    frozen: list[FrozenCycle] = []
    left: dict[str, str] = {}
    for cycle in job.company.cycles:
        if cycle.id in done or cycle.starts > day:
            continue
        try:
            frozen.append(freeze(job, cycle.id))
        except CannotFreeze as refusal:
            left[cycle.id] = str(refusal)
    return Closed(tuple(frozen), left)


def export(job: Job, folder: Path) -> dict[str, int]:
    """Write all that is remembered of the workspace into a new folder, whole or not at all.

    `snapshots/<cycle>.json` and `.csv` have every revision of every figure, `definitions.jsonl` what
    it was computed with, `observations.jsonl` the sources' answers with their evidence,
    `publications.jsonl` what the files said of it all, `frozen.json` the frozen cycles, `runs.jsonl` the runs.

    Args:
        job: The workspace.
        folder: Where to; must not be there.

    Returns:
        How many rows each file has, by its name.

    Raises:
        FileExistsError: The folder is there.
    """
    store, workspace = job.store, job.workspace
    counts: dict[str, int] = {}
    with whole_folder(folder) as draft:
        for cycle, found in groupby(snapshot_rows(store, workspace), lambda row: row["cycle"]):
            name = f"snapshots/{cycle}"
            counts[f"{name}.json"] = _write_snapshots(draft / name, list(found))
        for name, rows in (
            ("definitions", definition_rows),
            ("observations", observation_rows),
            ("publications", publication_rows),
            ("runs", run_rows),
        ):
            counts[f"{name}.jsonl"] = _write_lines(draft / f"{name}.jsonl", rows(store, workspace))
        frozen = list(frozen_rows(store, workspace))
        _write_json(draft / "frozen.json", frozen)
        counts["frozen.json"] = len(frozen)
    return counts


def _write_snapshots(file: Path, rows: list[dict[str, Any]]) -> int:
    file.parent.mkdir(exist_ok=True)
    told = [{**row, "payload": json.loads(row["payload"])} for row in rows]
    # A cycle's id may hold no dot, so the ending is no part of it.
    _write_json(file.with_suffix(".json"), told)
    with file.with_suffix(".csv").open("w", encoding="utf-8", newline="") as opened:
        out = csv.writer(opened, lineterminator="\n")
        out.writerow(_FIGURES)
        out.writerows([row[name] for name in _FIGURES] for row in rows)
    return len(rows)


def _write_lines(file: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8") as opened:
        for row in rows:
            count += 1
            opened.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def bury(place: Place) -> Tombstone:
    """Delete all that the store remembers of a workspace that left.

    Raises:
        LeaseHeld: Somebody works on it.
        Purged: It was deleted already.
        StoreError: The store cannot be opened.
    """
    with Store.open(place.store) as store:
        lease = acquire(store, place.workspace, holder(), LEASE_LASTS)
        try:
            return purge(store, lease)
        except BaseException:
            release(store, lease)
            raise
