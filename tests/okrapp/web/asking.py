"""The pages, asked in this process, as a browser on this machine would."""

import asyncio
import re
from html import unescape
from typing import Any

import httpx
from starlette.types import ASGIApp


def ask(app: ASGIApp, path: str, method: str = "GET", **options: Any) -> httpx.Response:
    """One request and its answer."""

    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)

    return asyncio.run(once())


def words(text: str) -> str:
    """What stands on it, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
