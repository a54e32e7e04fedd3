"""What the pages answer when a browser asks for a chart: its picture, its spec, and Vega itself."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock, Thread
from typing import Any

from fastapi import Request, Response

from okrmodel.telling.pictures import digest, svg

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
"""A chart is its viewers' own, and may be another after the next sync: kept, but asked about."""
_NOTHING_FROM_ELSEWHERE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For a picture that is opened by itself."""


@dataclass(frozen=True)
class Bundle:
    """Vega, Vega-Lite and Vega-Embed as one script."""

    script: bytes

    @cached_property
    def packed(self) -> bytes:
        """The same, gzipped: a third of it."""
        return gzip.compress(self.script, compresslevel=9, mtime=0)

    @cached_property
    def version(self) -> str:
        """Names the very bytes: for a URL that may be kept for ever."""
        return sha256(self.script).hexdigest()[:16]


class _Once:
    """The bundle of this process, made by whoever needs it first; the others wait."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: Bundle | None = None

    def get(self) -> Bundle:
        with self._lock:
            if self._made is None:
                # Imported here: it is 60 MB, and a page without charts needs none of it.
                import vl_convert  # noqa: PLC0415

                self._made = Bundle(vl_convert.javascript_bundle().encode())
                _ = self._made.packed
            return self._made


_BUNDLE = _Once()


def bundle() -> Bundle:
    """The script; about a second the first time, which `prepare` spends ahead."""
    return _BUNDLE.get()


def prepare() -> None:
    """Make the script in the background, before the first browser asks for it."""
    Thread(target=bundle, name="chart bundle", daemon=True).start()


def bundle_answer(request: Request) -> Response:
    """The script, to be kept for ever: its URL should hold `bundle().version`."""
    found = bundle()
    tag = f'"{found.version}"'
    headers = {"ETag": tag, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        found.packed if packed else found.script, media_type="text/javascript", headers=headers
    )


def svg_answer(request: Request, spec: Mapping[str, Any]) -> Response:
    """The chart as a picture, for an `<img>`."""
    headers = _headers(spec) | {"Content-Security-Policy": _NOTHING_FROM_ELSEWHERE}
    if _has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(svg(spec), media_type="image/svg+xml", headers=headers)


def json_answer(request: Request, spec: Mapping[str, Any]) -> Response:
    """The chart's spec, for `chart.js`."""
    headers = _headers(spec)
    if _has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    return Response(body, media_type="application/json", headers=headers)


def _headers(spec: Mapping[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{digest(spec)[:32]}"', "Cache-Control": _ASK_AGAIN}


def _has(request: Request, tag: str) -> bool:
    """Whether the browser has these very bytes; proxies that pack them mark the tag as weak."""
    known = request.headers.get("if-none-match", "")
    return tag in {each.strip().removeprefix("W/") for each in known.split(",")}
