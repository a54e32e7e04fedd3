"""`okr deploy`: the nightly sync, the notes and the backfill, registered with a Prefect server."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from okrapp.exits import USAGE, Exit
from okrapp.jobs import api_is_configured, reachable_api
from okrapp.refusals import expected_errors
from okrapp.terminal import console
from okrapp.where import Which


def deploy(
    *,
    config: Annotated[Path | None, Parameter(env_var="OKR_CONFIG")] = None,
    pool: str = "okrsync",
) -> None:
    """Register the nightly sync, the notes and the backfill with a Prefect server.

    Args:
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        pool: The work pool that runs are sent to; made where it is missing.
    """
    if not api_is_configured():
        raise Exit(
            USAGE,
            "no Prefect API is configured: set PREFECT_API_URL, for instance to"
            " http://127.0.0.1:4200/api after `prefect server start`",
        )
    from flows.deployments import deploy as register  # noqa: PLC0415 - Prefect takes a second

    root = Which(config=config).places()[0].root
    with expected_errors(), reachable_api():
        for registered in register(root, pool):
            console().print(f"{registered.name}  {registered.schedule}")
    console().print(f"\nNow start a worker: prefect worker start --pool {pool}", soft_wrap=True)
