"""The pages as static files: the same pages, written out by following their links."""

import asyncio
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from okrapp.web.app import pages_app
from okrapp.web.page import To
from okrapp.web.viewers import Viewer
from okrmodel.store.store import Store

BEGIN = "/"

_KEPT = ("order", "look", "since")
"""What is asked of a page and has a file of its own; days and instants would have too many."""


@dataclass
class _Site:
    """The addresses that pages lead to."""

    addresses: list[str] = field(default_factory=lambda: [BEGIN])
    """In the order in which they were met."""
    known: set[str] = field(default_factory=lambda: {BEGIN})

    def links(self, request: Request) -> To:
        """Links from a file to files."""
        here = file_of(f"{request.url.path}?{request.url.query}")

        def to(path: str, *, keep: bool = False, **query: str) -> str:
            del keep  # There is one moment only.
            wanted = {key: query[key] for key in _KEPT if key in query}
            address = f"{path}?{urlencode(wanted)}" if wanted else path
            if address not in self.known:
                self.known.add(address)
                self.addresses.append(address)
            return posixpath.relpath(file_of(address), posixpath.dirname(here))

        return to


class Seen:
    """Before the pages: everybody who opens the files sees these workspaces."""

    def __init__(self, app: ASGIApp, workspaces: frozenset[str] | None) -> None:
        self.app = app
        self.viewer = Viewer(workspaces=workspaces)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["viewer"] = self.viewer
        await self.app(scope, receive, send)


def file_of(address: str) -> str:
    """The file of an address: /w/acorn is w/acorn/index.html, and chart.svg?look=dark chart-dark.svg."""
    parts = urlsplit(address)
    path = parts.path.strip("/")
    # No id has a point in it: what has one is a file already.
    stem, ending = posixpath.splitext(path)
    asked = "".join(f"-{value}" for _, value in parse_qsl(parts.query))
    return f"{stem}{asked}{ending}" if ending else posixpath.join(path, f"index{asked}.html")


def write_site(
    store: Store,
    clock: Callable[[], datetime],
    folder: Path,
    workspaces: frozenset[str] | None = None,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> int:
    """Write the pages, and all that they link to, as files that work from any folder.

    Args:
        store: Read only.
        clock: The real time.
        folder: Where; files of the same names are written anew.
        workspaces: The ids of those to be shown; all when None.
        tell: Called after each file: how many are written, and how many are known of.

    Returns:
        How many files were written.
    """
    return asyncio.run(_write(store, clock, folder, workspaces, tell))


async def _write(
    store: Store,
    clock: Callable[[], datetime],
    folder: Path,
    workspaces: frozenset[str] | None,
    tell: Callable[[int, int], None],
) -> int:
    site = _Site()
    app = Seen(pages_app(store, clock, site.links, live=False), workspaces)
    transport = httpx.ASGITransport(app)
    written = 0
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        while written < len(site.addresses):
            address = site.addresses[written]
            answer = await client.get(address)
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            file = folder / file_of(address)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(answer.content)
            written += 1
            tell(written, len(site.addresses))
    return written
