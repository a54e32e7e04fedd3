"""Registering the flows with a Prefect server: nightly syncs per time zone, notes, the backfill."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.places import find_places, read_place
from flows.prefect_flows import backfill, notes, sync

NIGHTLY = "0 4 * * *"
"""04:00 local: outside every zone's DST gap, and after the day is over at the sources."""

HOURLY = "0 * * * *"
"""What waits for a quiet hour's end, or for the digest's time, waits no longer than an hour more."""

POOL = "okrsync"

WORKSPACES_IN_A_RUN = 250
"""At most, so that a run which has to be repeated is cheap."""


@dataclass(frozen=True)
class Registered:
    """A deployment as the server knows it."""

    name: str
    schedule: str
    parameters: dict[str, Any]


def deploy(config: Path, pool: str = POOL) -> Iterator[Registered]:
    """Register one nightly sync with a schedule per time zone, hourly notes, a backfill on demand.

    Registering again updates what is there. Parameters hold the config's absolute folder.

    Args:
        config: The folder with the config.
        pool: The work pool that runs are sent to; made (of type process) where it is missing.
    """
    _ensure_pool(pool)
    root = str(config.resolve())
    nights = list(_nights(config, root))
    schedules = [
        Cron(NIGHTLY, timezone=n["zone"], slug=_slug(n["zone"], n["shard"]), parameters=n)
        for n in nights
    ]
    _register(
        sync,
        "nightly",
        pool,
        schedules=schedules,
        parameters={"config": root},
        description="Pull what is new and record snapshots, every night at 04:00 local.",
    )
    for night in nights:
        part = f", part {night['shard'] + 1} of {night['shards']}" if night["shards"] > 1 else ""
        yield Registered("sync/nightly", f"04:00 {night['zone']}{part}", night)
    _register(
        notes,
        "hourly",
        pool,
        schedules=[Cron(HOURLY, timezone="UTC", slug="hourly", parameters={"config": root})],
        parameters={"config": root},
        description="Send the digests and notes that are due, every hour.",
    )
    yield Registered("notes/hourly", "every hour", {"config": root})
    _register(
        backfill,
        "on-demand",
        pool,
        parameters={"config": root},
        description="Record snapshots for a range of past days.",
    )
    yield Registered("backfill/on-demand", "on demand", {"config": root})


def _nights(config: Path, root: str) -> Iterator[dict[str, Any]]:
    """The parameters of each night's runs: one a time zone, more where it has many workspaces."""
    workspaces = (read_place(place)[0].workspace for place in find_places(config))
    # A paused one is counted: it goes on without being registered again.
    zones = Counter(each.timezone for each in workspaces if not each.left)
    for zone, count in sorted(zones.items()):
        shards = -(-count // WORKSPACES_IN_A_RUN)
        for shard in range(shards):
            yield {"config": root, "zone": zone, "shard": shard, "shards": shards}


def _register(job: Flow[..., Any], name: str, pool: str, **options: Any) -> None:
    # By module, not by file: a worker finds the installed package from any folder.
    deployment: Any = job.to_deployment(
        name, work_pool_name=pool, entrypoint_type=EntrypointType.MODULE_PATH, **options
    )
    deployment.apply()


def _ensure_pool(name: str) -> None:
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            return


def _slug(zone: str, shard: int) -> str:
    return f"{zone.lower().replace('/', '-').replace('_', '-')}-{shard}"
