"""An agency with two clients whose words are published, and browsers that look at its pages."""

import asyncio
import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive

from flows.places import find_places, read_place
from okrapp.web import passwords
from okrapp.web.app import web_app
from okrapp.web.guard import Guard
from okrapp.web.passwords import Cost, password_digest, token_digest
from okrapp.web.viewers import Viewers
from okrmodel.publication import publication
from okrmodel.reading.viewers_file import VIEWERS_FILE
from okrmodel.store import Store
from okrmodel.store.leases import acquire
from okrmodel.store.publications import record_publication
from okrmodel.store.runs import begin_run

SHIPPED = Path(__file__).parents[3] / "config/examples/agency"
PASSWORD = "correct horse battery staple"
TOKEN = "a-token-of-thirty-two-random-bytes"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def settle(folder: Path, migrated_file: Path) -> Path:
    """The shipped agency in a folder, with a store in which its words are published."""
    shutil.copytree(SHIPPED, folder)
    shutil.copyfile(migrated_file, folder / "okr.db")
    with Store.open(f"sqlite:///{folder / 'okr.db'}") as store:
        for place in find_places(folder):
            words = publication(*read_place(place))
            run = begin_run(store, words.workspace, "sync", {})
            lease = acquire(store, words.workspace, "test", timedelta(minutes=1))
            record_publication(store, run, lease, words)
    return folder


def let_in(root: Path, **viewers: str) -> None:
    """Write viewers.yaml; each viewer's entry but for the braces."""
    lines = "".join(f"  {name}: {{ {entry} }}\n" for name, entry in viewers.items())
    (root / VIEWERS_FILE).write_text(f"viewers:\n{lines}" if viewers else "viewers: {}\n", "utf-8")


def with_password(workspaces: str, password: str = PASSWORD) -> str:
    return f'password: "{password_digest(password)}", workspaces: {workspaces}'


def with_token(workspaces: str, token: str = TOKEN) -> str:
    return f'token: "{token_digest(token)}", workspaces: {workspaces}'


def cheap(password: str, salt: bytes, cost: Cost) -> bytes:
    """Instead of scrypt, which is dear on purpose."""
    return hashlib.sha256(f"{password}{salt!r}{cost}".encode()).digest()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_derived", cheap)


@pytest.fixture(scope="session")
def published_agency(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settle(tmp_path_factory.mktemp("agency") / "config", migrated_file)


@pytest.fixture
def root(published_agency: Path, tmp_path: Path) -> Path:
    """The agency, without viewers.yaml."""
    return shutil.copytree(published_agency, tmp_path / "config")


@dataclass
class Browser:
    """Asks an app, and keeps its cookies."""

    app: ASGIApp
    host: str = "127.0.0.1:8080"
    scheme: str = "http"
    address: str = "203.0.113.7"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return asyncio.run(self._ask(method, path, headers=headers, **more))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(self.address, 5)
        )
        client = httpx.AsyncClient(
            transport=transport, base_url=f"{self.scheme}://{self.host}", cookies=self.cookies
        )
        async with client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
            return answer

    def sign_in(
        self, name: str = "ewa", password: str = PASSWORD, there: str = "/", **headers: str
    ) -> httpx.Response:
        """The form, filled in and sent."""
        token = token_in(self.get(f"/sign-in?{urlencode({'next': there})}"))
        fields = {"token": token, "name": name, "password": password, "next": there}
        return self.ask("POST", "/sign-in", data=fields, headers=headers)


@dataclass(frozen=True)
class Raw:
    """An answer as a server would send it on."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: str


async def _no_body() -> Message:
    return {"type": "http.request"}


def raw(
    app: ASGIApp,
    target: str,
    *,
    hosts: Sequence[str] = ("127.0.0.1",),
    method: str = "GET",
    receive: Receive = _no_body,
) -> Raw:
    """What is answered to a request exactly as it is put: no client tidies it up before."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query.encode("utf-8", "surrogateescape"),
        "headers": [(b"host", host.encode()) for host in hosts],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("203.0.113.7", 5),
    }
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    body = b"".join(each.get("body", b"") for each in sent[1:])
    return Raw(sent[0]["status"], sent[0]["headers"], body.decode())


def token_in(answer: httpx.Response) -> str:
    found = re.search(r'name="token" value="([^"]*)"', answer.text)
    assert found, answer.text
    return found[1]


Visit = Callable[..., Browser]


@pytest.fixture
def visit(root: Path) -> Iterator[Visit]:
    """A browser before the agency's pages; by default, with a guard that follows its viewers.yaml."""
    with Store.open(f"sqlite:///{root / 'okr.db'}") as store:

        def browser(guard: Guard | None = None, **more: Any) -> Browser:
            return Browser(web_app(store, lambda: NOW, guard or Guard(Viewers(root))), **more)

        yield browser


FILLED = {
    "workspace": "birch",
    "cycle": "2026-Q4",
    "key_result": "mqls",
    "run_id": "1",
    "form": "csv",
    "path": "style.css",
}


def addresses(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each route, also of those in routers and apps inside."""
    for route in routes:
        inner: Any = getattr(route, "original_router", route)
        if isinstance(route, Mount) and not route.routes:
            yield "GET", f"{before}{route.path}/style.css"
        elif isinstance(route, Route):
            for method in route.methods or ():
                yield method, before + re.sub(r"{(\w+)(:\w+)?}", lambda m: FILLED[m[1]], route.path)
        else:
            yield from addresses(inner.routes, before + getattr(route, "path", ""))
