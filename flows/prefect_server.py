"""A private Prefect server: its own home, its own port, gone when its owner is done.

Nobody's `~/.prefect` is touched.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

READY_WITHIN = 120.0
"""Seconds. The first start writes the server's database: 8 to 14 s on two cores."""

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_WRAP_LINES": "false",
}

SERVER = {
    # The defaults of 1 lose events: 1,491 of 5,000 task runs were never recorded with them.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    # A page on another origin must not read the API through somebody's browser.
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "http://127.0.0.1",
}

_SERVE = (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1")


class ServerDidNotStart(RuntimeError):  # noqa: N818 - says what happened
    """The private server was not healthy in time; the message ends with its log."""


@contextmanager
def private_server(home: Path) -> Iterator[str]:
    """Run a Prefect server in `home` on a free loopback port; yields its API URL.

    The environment of this process points at it meanwhile, so Prefect must not have been
    imported before. The server is stopped on the way out, whatever happens.

    Raises:
        ServerDidNotStart: It died, or was not healthy within READY_WITHIN seconds.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = QUIET | SERVER | {"PREFECT_HOME": str(home.resolve()), "PREFECT_API_URL": url}
    log = home / "server.log"
    with log.open("wb") as output, _environment(environment):
        server = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed words
            [*_SERVE, "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            # Ctrl-C at the terminal is for the owner, who stops the server in order.
            start_new_session=True,
        )
        try:
            _wait_until_healthy(server, url, log)
            yield url
        finally:
            _stop(server)


def _wait_until_healthy(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if requests.get(f"{url}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    tail = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ServerDidNotStart(f"the private Prefect server did not start; its log ends:\n{tail}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
