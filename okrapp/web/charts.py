"""What the pages answer when a browser asks for a chart: its picture, its spec, and Vega itself."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from threading import Lock, Thread
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from okrapp.web.shelf import AskedFor, NotThere, Reading, key_result_in
from okrmodel.telling.charts.drawn import KeyResultChart
from okrmodel.telling.charts.gathered import key_result_chart
from okrmodel.telling.charts.key_result import key_result_spec
from okrmodel.telling.charts.palette import Look
from okrmodel.telling.pictures import digest, svg
from okrmodel.telling.texts import texts_of

BUNDLE = f"/static/charts-{version('vl-convert-python')}.js"
"""Where the script is: of one version the bytes are always the same."""

_WANTED = "window.vegaEmbed = vegaEmbed;"
"""What `chart.js` calls; the rest of the script is for it alone."""

Size = Literal["wide", "narrow"]
WIDTHS: Mapping[Size, int] = {"wide": 960, "narrow": 360}
"""Of a picture, in pixels: its letters stay readable where it is shown about as wide."""

router = APIRouter()
"""To be included before `/static` is mounted: the script is made here, and is no file."""

_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"
"""A chart is its viewers' own, and may be another after the next sync: kept, but asked about."""


@dataclass(frozen=True)
class Bundle:
    """Vega, Vega-Lite and Vega-Embed as one script."""

    script: bytes

    @cached_property
    def packed(self) -> bytes:
        """The same, gzipped: a third of it."""
        return gzip.compress(self.script, compresslevel=9, mtime=0)


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

                self._made = Bundle(vl_convert.javascript_bundle(_WANTED).encode())
                _ = self._made.packed
            return self._made


_BUNDLE = _Once()


def bundle() -> Bundle:
    """The script; about a second the first time, which `prepare` spends ahead."""
    return _BUNDLE.get()


def prepare() -> None:
    """Make the script in the background, before the first browser asks for it."""
    Thread(target=bundle, name="chart bundle", daemon=True).start()


def _drawn(
    workspace: str, cycle: str, key_result: str, shelf: Reading, asked: AskedFor
) -> KeyResultChart:
    """The chart of a key result.

    Raises:
        NotThere: There is no such key result for this viewer, or nothing was recorded of it.
    """
    words = shelf.words(workspace)
    found = shelf.cycle(words, cycle, asked)
    chart = key_result_chart(
        shelf.store,
        words,
        found,
        key_result_in(found, key_result).id,
        texts_of(words.locale),
        as_of=asked.as_of,
        known_at=asked.known(words),
    )
    if chart is None:
        raise NotThere(key_result)
    return chart


@router.get("/w/{workspace}/c/{cycle}/{key_result}/chart.svg")
def chart_svg(
    request: Request,
    chart: Annotated[KeyResultChart, Depends(_drawn)],
    look: Look = "light",
    size: Size = "wide",
) -> Response:
    """The chart as a picture, for an `<img>`."""
    spec = key_result_spec(chart, look, WIDTHS[size])
    return _known(request, spec) or Response(
        svg(spec), media_type="image/svg+xml", headers=_headers(spec)
    )


@router.get("/w/{workspace}/c/{cycle}/{key_result}/chart.json")
def chart_json(
    request: Request, chart: Annotated[KeyResultChart, Depends(_drawn)], look: Look = "light"
) -> Response:
    """The chart's spec, for `chart.js`."""
    spec = key_result_spec(chart, look)
    body = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    return _known(request, spec) or Response(
        body, media_type="application/json", headers=_headers(spec)
    )


@router.get(BUNDLE)
def script(request: Request) -> Response:
    """Vega, to be kept for ever."""
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = headers | {"Content-Encoding": "gzip"}
        return Response(bundle().packed, media_type="text/javascript", headers=packed)
    return Response(bundle().script, media_type="text/javascript", headers=headers)


def _known(request: Request, spec: Mapping[str, Any]) -> Response | None:
    """What to answer when the browser has this very chart; a proxy marks the tag as weak."""
    headers = _headers(spec)
    known = request.headers.get("if-none-match", "")
    if headers["ETag"] in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return None


def _headers(spec: Mapping[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{digest(spec)[:32]}"', "Cache-Control": _ASK_AGAIN}
