"""`okr sandbox`: the pretend servers by themselves, until Ctrl-C."""

import signal
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec

from cyclopts import Parameter

from okrapp.exits import FAILED, Exit
from okrapp.terminal import complaints

HUBSPOT_PORT = 8731
GA4_GRPC_PORT = 8732
GA4_REST_PORT = 8733
"""Where the shipped config looks for them."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class World:
    """What kind of pretend company it is."""

    seed: int = 7
    """The same seed gives the same company on every machine."""
    contacts: int = 4000
    """How many contacts its HubSpot holds."""
    now: datetime | None = None
    """Where its clock stands, in UTC unless it says its offset; by default where the config of
    okr demo has it."""
    limits: bool = True
    """Keep the documented rate limits."""
    latency: float = 0.0
    """Seconds that each answer takes."""


def sandbox(
    world: World | None = None,
    *,
    hubspot_port: int = HUBSPOT_PORT,
    ga4_port: int = GA4_GRPC_PORT,
    ga4_rest_port: int = GA4_REST_PORT,
) -> None:
    """Run a pretend HubSpot and GA4 until Ctrl-C.

    Args:
        world: The pretend company.
        hubspot_port: Where HubSpot answers; 0 takes any free port.
        ga4_port: Where GA4 answers over gRPC.
        ga4_rest_port: Where GA4 answers over REST.
    """
    need_numpy()
    from sandbox.clock import DEFAULT_NOW, Clock  # noqa: PLC0415 - NumPy is an extra
    from sandbox.company.grow import grow  # noqa: PLC0415
    from sandbox.world import Sandbox  # noqa: PLC0415

    told = world or World()
    now = told.now or DEFAULT_NOW
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    screen = complaints()
    screen.print(f"Growing a company with {told.contacts:,} contacts …")
    try:
        started = Sandbox(
            grow(seed=told.seed, contacts=told.contacts, now=now),
            clock=Clock(now),
            hubspot_port=hubspot_port,
            ga4_grpc_port=ga4_port,
            ga4_rest_port=ga4_rest_port,
            limits=told.limits,
            latency=told.latency,
        ).start()
    except (OSError, RuntimeError) as error:
        raise Exit(
            FAILED,
            f"a port is taken ({error}): stop what runs there, or choose others"
            " with --hubspot-port, --ga4-port and --ga4-rest-port",
        ) from None
    with closing(started):
        end = _end()
        screen.print(f"HubSpot     {started.hubspot_url}   token {started.hubspot_token}")
        screen.print(f"GA4 (gRPC)  {started.ga4_grpc_address}")
        screen.print(f"GA4 (REST)  {started.ga4_rest_url}")
        screen.print("Ctrl-C stops them.")
        end.wait()


def need_numpy() -> None:
    """The pretend company is kept in NumPy's columns.

    Raises:
        Exit: It is not installed.
    """
    if find_spec("numpy") is None:
        raise Exit(FAILED, "the pretend company needs NumPy: pip install 'okrsync[sandbox]'")


def _end() -> threading.Event:
    """Comes at Ctrl-C or when asked to terminate, so that the servers close in order."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    return end
