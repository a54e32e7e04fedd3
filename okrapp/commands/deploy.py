"""`okr deploy`: the nightly sync and the backfill, registered with a Prefect server."""

from okrapp.exits import USAGE, Exit
from okrapp.jobs import api_is_configured
from okrapp.terminal import console
from okrapp.where import Where, expected_errors


def deploy(where: Where | None = None, *, pool: str = "okrsync") -> None:
    """Register the nightly sync (04:00 in each workspace's zone) and the backfill on demand.

    Needs PREFECT_API_URL. Registering again updates what is there. Runs are done by a worker:
    `prefect worker start --pool okrsync`, with the secrets and OKR_STORE in its environment.

    Args:
        where: The folder with the config.
        pool: The work pool that runs are sent to; made where it is missing.
    """
    if not api_is_configured():
        raise Exit(
            USAGE,
            "no Prefect API is configured: set PREFECT_API_URL, for instance to"
            " http://127.0.0.1:4200/api after `prefect server start`",
        )
    from flows.deployments import deploy as register  # noqa: PLC0415 - Prefect takes a second

    root = (where or Where()).places()[0].root
    with expected_errors():
        for registered in register(root, pool):
            console().print(f"{registered.name}  {registered.schedule}")
    console().print(f"\nNow start a worker: prefect worker start --pool {pool}", soft_wrap=True)
