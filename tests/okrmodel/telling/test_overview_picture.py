"""The picture of a sheet: a row for each key result, its status in sign, word and colour."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from okrmodel.definitions.cycle import Cycle, Objective
from okrmodel.definitions.key_results import KeyResult, Maintain, Reach
from okrmodel.snapshot import Snapshot, Status
from okrmodel.store.kinds import Kind
from okrmodel.store.snapshots import Revision
from okrmodel.telling.charts.overview import overview_spec
from okrmodel.telling.charts.palette import PALETTES
from okrmodel.telling.pictures import svg
from okrmodel.telling.sheet import Sheet
from okrmodel.telling.texts import texts_of
from tests.okrmodel.store.samples import MONDAY, OBSERVED, cycle, snapshot, words
from tests.okrmodel.telling.test_charts import texts


def sheet(*key_results: KeyResult, **snapshots: Snapshot) -> Sheet:
    plain = cycle()
    objective = Objective(id="grow", title="Grow <fast>", key_results=key_results)
    one = plain.model_copy(update={"objectives": (objective,)}) if key_results else plain
    return Sheet(
        words=words(one),
        cycle=one,
        as_of=MONDAY.start,
        revisions={name: revision(said) for name, said in snapshots.items()},
    )


def revision(said: Snapshot, at: datetime = OBSERVED) -> Revision:
    return Revision(1, 1, Kind.FIRST, at, 1, "", said)


def boxes(spec: dict[str, Any]) -> list[tuple[float, str]]:
    """The bars, each as wide as it is, and their colours."""
    return [
        (row["to"] - row["x"], layer["mark"]["color"])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "rect"
        for row in layer["data"]["values"]
    ]


def test_it_says_where_each_stands_against_what() -> None:
    spec = overview_spec(sheet(leads=snapshot(value=Decimal("7.126"))), texts_of("en"))
    told = list(texts(spec))
    assert "Acme · 2026-Q4" in told
    assert "Leads" in told
    assert "off track" in told
    assert "7.13 of 100" in told
    assert spec["description"] == "Leads: off track, 7.13 of 100."


def test_the_bar_is_the_progress_and_ends_with_the_way() -> None:
    palette = PALETTES["light"]
    (way, grey), (done, color) = boxes(overview_spec(sheet(leads=snapshot()), texts_of("en")))
    assert (grey, color) == (palette.line, palette.bad)
    assert done == pytest.approx(way * 0.07)
    far = snapshot(raw_progress=Decimal(3), status=Status.ACHIEVED)
    (way, _), (done, color) = boxes(overview_spec(sheet(leads=far), texts_of("en")))
    assert (done, color) == (way, palette.good)
    back = snapshot(raw_progress=Decimal("-0.2"))
    assert len(boxes(overview_spec(sheet(leads=back), texts_of("en")))) == 1


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_sign_beside_its_word(status: Status) -> None:
    spec = overview_spec(sheet(leads=snapshot(status=status)), texts_of("pl"))
    shapes = [e["mark"]["shape"] for e in spec["layer"] if e["mark"]["type"] == "point"]
    letters = {"?", "·", "–"} & set(texts(spec))
    assert len(shapes) + len(letters) == 1


def test_a_bound_is_told_by_how_often_it_was_met() -> None:
    kept = Maintain(id="kept", title="Kept", metric="m", every="week", at_least=Decimal(1))
    said = snapshot(raw_progress=Decimal("0.75"), value=Decimal(3))
    told = list(texts(overview_spec(sheet(kept, kept=said), texts_of("en"))))
    assert "75% of periods met" in told


def test_what_was_never_recorded_has_a_row_without_a_bar() -> None:
    spec = overview_spec(sheet(), texts_of("en"))
    assert "no data" in list(texts(spec))
    assert boxes(spec) == []


def test_it_grows_with_its_rows_and_can_be_drawn() -> None:
    scales = [Reach(id=f"k{n}", title=f"K{n}", metric="m", target=Decimal(1)) for n in range(9)]
    many = overview_spec(sheet(*scales), texts_of("de"))
    few = overview_spec(sheet(*scales[:1]), texts_of("de"))
    assert many["height"] - few["height"] == 8 * 62
    assert "Grow &lt;fast&gt;" in svg(many)


def test_an_objective_without_key_results_is_left_out() -> None:
    empty = Objective(id="later", title="Later")
    plain = sheet()
    both = Cycle(
        id="2026-Q4",
        starts=plain.cycle.starts,
        ends=plain.cycle.ends,
        objectives=(*plain.cycle.objectives, empty),
    )
    assert "Later" not in list(texts(overview_spec(replace(plain, cycle=both), texts_of("en"))))
