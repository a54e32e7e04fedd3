"""`okr serve`: the pages, until Ctrl-C."""

import gc
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows.edges import wall_clock
from flows.places import Place
from okrapp.exits import FAILED, USAGE, Exit
from okrapp.refusals import expected_errors
from okrapp.terminal import aside
from okrapp.where import Where
from okrmodel.reading.viewers_file import VIEWERS_FILE
from okrmodel.store.every_workspace import anything_recorded
from okrmodel.store.publications import workspaces
from okrmodel.store.store import Store

if TYPE_CHECKING:
    from okrapp.web.guard import Guard

Flag = Annotated[bool, Parameter(negative=(), show_default=False)]
Several = Annotated[tuple[str, ...], Parameter(show_default=False)]
_THIS_MACHINE = ("127.0.0.1", "::1")
_LAST_PORT = 65535
_MOST_CONNECTIONS = 500
_LAST_SECONDS = 3


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Listening:
    """Where the pages are, and who may come."""

    host: str = "127.0.0.1"
    """The address to listen on; any other than this machine's own demands sign-in."""
    port: int = 8080
    """The port; 0 takes any free one."""
    name: Several = ()
    """A host name that browsers reach the pages by, such as okr.example.com; may be given several
    times."""
    behind_proxy: Flag = False
    """A proxy in front speaks https and says who asks; demands sign-in."""
    proxy_address: Several = ()
    """The proxy's address, when it is on another machine; may be given several times."""
    open_: Annotated[bool, Parameter(name="--open", negative=(), show_default=False)] = False
    """Nobody has to sign in, whatever viewers.yaml says; on this machine only."""

    @property
    def exposed(self) -> bool:
        """Whether others than this machine's people can come."""
        return self.behind_proxy or not _is_loopback(self.host)


def serve(
    listening: Listening | None = None,
    *,
    config: Annotated[Path | None, Parameter(env_var="OKR_CONFIG")] = None,
    store: Annotated[str | None, Parameter(env_var="OKR_STORE")] = None,
) -> None:
    """Show the pages to browsers until Ctrl-C.

    Args:
        listening: Where, and to whom.
        config: Folder with workspace.yaml or clients/; looked for from here upwards when not given.
        store: Database URL or SQLite file; okr.db beside the config when not given.
    """
    where = listening or Listening()
    place = Where(config=config, store=store).places()[0]
    guard = _guard(where, place)
    with expected_errors(), _filled(place) as opened, _socket(where) as listener:
        if where.exposed and not where.behind_proxy:
            aside(
                "Without https, passwords go through the network in plain text: let a proxy speak"
                " it, and say --behind-proxy."
            )
        _run(where, opened, guard, listener)


def _guard(where: Listening, place: Place) -> "Guard":
    """Who is let in.

    Raises:
        Exit: Nobody would be, or everybody from anywhere.
    """
    # FastAPI takes its time: what is typed wrongly is told without it.
    from okrapp.web.guard import Guard  # noqa: PLC0415
    from okrapp.web.hosts import Names  # noqa: PLC0415
    from okrapp.web.viewers import Viewers  # noqa: PLC0415

    if where.open_ and where.exposed:
        raise Exit(USAGE, "--open is for this machine only: others have to sign in")
    viewers = Viewers(place.root, aside)
    names = Names(frozenset(each.lower() for each in where.name), not where.exposed)
    if where.open_:
        return Guard(viewers, names, lambda: False)
    if (where.exposed or viewers.demanded) and not viewers.all():
        why = (
            f"{VIEWERS_FILE} lets nobody in"
            if viewers.demanded
            else "others could come, and nobody has to sign in"
        )
        raise Exit(USAGE, f"{why}; okr viewer add NAME --all makes the first viewer")
    return Guard(viewers, names, (lambda: True) if where.exposed else None)


def _filled(place: Place) -> Store:
    """The store, with something in it to be shown.

    Raises:
        Exit: There is nothing.
    """
    recorded = False
    if not place.is_new:
        opened = Store.open(place.store)
        if workspaces(opened):
            return opened
        recorded = anything_recorded(opened)
        opened.close()
    told = place.database or "the store"
    if recorded:
        # It is of before the pages, or its first run was stopped: nothing in it is lost.
        raise Exit(
            FAILED,
            f"{told} holds figures, but not yet the words for the pages: one okr sync adds them.",
        )
    raise Exit(
        FAILED,
        f"There is nothing to show yet in {told}: okr sync records it. okr demo makes a store to"
        " look at.",
    )


def _socket(where: Listening) -> socket.socket:
    """The one that listens.

    Raises:
        Exit: The address is none, or is taken.
    """
    if not 0 <= where.port <= _LAST_PORT:
        # The system would take its last 16 bits, and listen somewhere else.
        raise Exit(USAGE, f"--port {where.port} is no port, expected 0 to {_LAST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except OSError as error:
        raise Exit(
            FAILED,
            f"cannot listen on {where.host} port {where.port}: {error.strerror}; stop what runs there, or"
            " choose another with --port (0 takes any free one) or --host",
        ) from None


def _run(where: Listening, store: Store, guard: "Guard", listener: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415 - only this command needs it

    from okrapp.web.app import web_app  # noqa: PLC0415
    from okrapp.web.charts import prepare  # noqa: PLC0415

    app = web_app(store, wall_clock, guard)
    # What is loaded by now stays: a request would wait for its garbage to be looked for, in vain.
    gc.freeze()

    class Server(uvicorn.Server):
        """Says where it is as soon as it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                # The first browser does not wait for the charts' script.
                prepare()
                aside(f"The pages are at {_address(where, listener)}\nCtrl-C stops them.")

    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        proxy_headers=where.behind_proxy,
        forwarded_allow_ips=list(where.proxy_address or _THIS_MACHINE),
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    server = Server(settings)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return
    if not server.started:
        raise Exit(FAILED, "The pages did not start; the lines above say why.")


def _address(where: Listening, listener: socket.socket) -> str:
    """What to open in a browser."""
    port = listener.getsockname()[1]
    if where.behind_proxy and where.name:
        return f"https://{where.name[0]}/"
    host = where.name[0] if where.name else where.host
    wildcard = host in {"0.0.0.0", "::", ""}  # noqa: S104 - told, not bound
    shown = "127.0.0.1" if wildcard else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
