"""Where the charts of key results are, and the script that draws them in a browser."""

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter, Request, Response

from okrapp.web.charts import bundle_answer, json_answer, svg_answer
from okrapp.web.shelf import Asked, AskedFor, NotThere, Reading, Shelf
from okrmodel.telling.charts.drawn import KeyResultChart
from okrmodel.telling.charts.gathered import key_result_chart
from okrmodel.telling.charts.key_result import key_result_spec
from okrmodel.telling.charts.palette import Look
from okrmodel.telling.texts import texts_of

WIDE, NARROW = 960, 400
"""Pixels: on a desk, and on a phone, where a wide picture's words would be too small to read."""
BUNDLE = f"/vega/{version('vl-convert-python')}.js"
"""Another version has another address, for browsers keep it for ever."""

PictureLook = Literal["light", "dark", "narrow", "narrow-dark"]

_LOOKS: dict[PictureLook, tuple[Look, int]] = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
    "narrow-dark": ("dark", NARROW),
}

router = APIRouter()


@router.get(BUNDLE)
def bundle(request: Request) -> Response:
    """Vega for browsers."""
    return bundle_answer(request)


@router.get("/w/{workspace}/c/{cycle}/{key_result}/chart.svg")
def picture(
    workspace: str,
    cycle: str,
    key_result: str,
    *,
    request: Request,
    shelf: Reading,
    asked: AskedFor,
    look: PictureLook = "light",
) -> Response:
    """A key result's chart as a picture."""
    found = _chart(shelf, (workspace, cycle, key_result), asked)
    return svg_answer(request, key_result_spec(found, *_LOOKS[look]))


@router.get("/w/{workspace}/c/{cycle}/{key_result}/chart.json")
def spec(
    workspace: str,
    cycle: str,
    key_result: str,
    *,
    request: Request,
    shelf: Reading,
    asked: AskedFor,
    look: Look = "light",
) -> Response:
    """The same for a browser that draws it itself."""
    found = _chart(shelf, (workspace, cycle, key_result), asked)
    return json_answer(request, key_result_spec(found, look))


def _chart(shelf: Shelf, names: tuple[str, str, str], asked: Asked) -> KeyResultChart:
    workspace, cycle_id, name = names
    words = shelf.words(workspace)
    cycle = shelf.cycle(words, cycle_id, asked)
    found = key_result_chart(
        shelf.store,
        words,
        cycle,
        name,
        texts_of(words.locale),
        as_of=asked.as_of,
        known_at=asked.known(words),
    )
    if found is None:
        raise NotThere(name)
    return found
