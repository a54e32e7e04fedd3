"""Charts: what is drawn of a key result, in whose words, and that no word stands on another."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrmodel.telling.charts.axes import day_ticks, round_ticks, short_figure, spread
from okrmodel.telling.charts.drawing import straightened
from okrmodel.telling.charts.drawn import (
    Ahead,
    Dated,
    Day,
    KeyResultChart,
    LineChart,
    Period,
    PeriodsChart,
    Restated,
    Span,
    Step,
    StepsChart,
    TargetFrom,
)
from okrmodel.telling.charts.key_result import key_result_spec
from okrmodel.telling.charts.lines import stretches
from okrmodel.telling.charts.palette import PALETTES, Palette
from okrmodel.telling.texts import LANGUAGES, texts_of

STARTS, ENDS, AS_OF = date(2026, 10, 1), date(2026, 12, 31), date(2026, 10, 20)
SHARED: dict[str, Any] = {
    "title": "Win <280> MQLs & more",
    "measure": "MQLs",
    "unit": "",
    "starts": STARTS,
    "ends": ENDS,
    "as_of": AS_OF,
    "texts": texts_of("en"),
}


def days(*values: int | None, open_from: int = 99) -> tuple[Day, ...]:
    """One after the other, from the first."""
    return tuple(
        Day(
            STARTS + timedelta(number),
            None if value is None else Decimal(value),
            Decimal(3 * (number + 1)),
            provisional=number >= open_from,
        )
        for number, value in enumerate(values)
    )


def line(**changes: Any) -> LineChart:
    plain = LineChart(
        **SHARED,
        days=days(*range(5, 105, 5)),
        plan=tuple(Dated(STARTS + timedelta(n - 1), Decimal(3 * n)) for n in range(93)),
        targets=(TargetFrom(STARTS, Decimal(280)),),
        ahead=Ahead(Decimal("312.4"), Decimal(290), Decimal(330)),
        last_cycle=(Dated(ENDS, Decimal(260)),),
        restated=(),
        stepped=False,
    )
    return replace(plain, **changes)


def periods() -> PeriodsChart:
    months = [(date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 11, 1), date(2026, 11, 30))]
    found = [
        Period(*months[0], Decimal("0.4"), met=True),
        Period(*months[1], Decimal("0.3"), met=False, provisional=True),
        Period(date(2026, 12, 1), ENDS, None, None),
    ]
    return PeriodsChart(**SHARED, periods=tuple(found), low=Decimal("0.38"), high=None)


def steps() -> StepsChart:
    told = (
        Step("On time", date(2026, 10, 5), date(2026, 10, 5)),
        Step("Late", date(2026, 10, 6), date(2026, 10, 8)),
        Step("Overdue", date(2026, 10, 19), None),
        Step("To come", date(2026, 12, 1), None),
    )
    return StepsChart(**SHARED, steps=told)


CHARTS: tuple[KeyResultChart, ...] = (line(), periods(), steps())


def texts(spec: object) -> Iterator[str]:
    """All texts in a spec's data."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "values":
                yield from (w for row in value if isinstance(row, dict) for w in strings(row))
            else:
                yield from texts(value)
    elif isinstance(spec, list):
        for each in spec:
            yield from texts(each)


def strings(row: dict[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, list):
            yield from value
        elif isinstance(value, str):
            yield value


def tips(chart: KeyResultChart) -> list[str]:
    """What a pointer finds, column by column."""
    return [
        w for layer in key_result_spec(chart)["layer"] if "params" in layer for w in texts(layer)
    ]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_spec_is_plain_json_and_loads_nothing(chart: KeyResultChart, look: Any) -> None:
    spec = key_result_spec(chart, look, 720)
    told = json.dumps(spec)
    assert json.loads(told) == spec
    assert '"url"' not in told
    assert told.count("https://") == 1, "only the schema has an address"
    assert spec["background"] == PALETTES[look].paper
    assert spec["usermeta"] == {"title": "Win <280> MQLs & more"}


def test_a_browsers_chart_is_as_wide_as_its_element_and_has_tips() -> None:
    assert key_result_spec(line(), width=720)["width"] == 720
    assert key_result_spec(line())["width"] == "container"
    assert len(tips(line())) == 20
    assert not any("params" in layer for layer in key_result_spec(line(), width=720)["layer"])


def test_it_says_in_words_what_it_shows() -> None:
    assert key_result_spec(line())["description"] == (
        "MQLs: 100 on 20 Oct 2026. Planned by then: 60. Target: 280. Forecast for the end: 312;"
        " 80% range 290 to 330. The cycle before ended at 260."
    )
    changed = line(
        targets=(*line().targets, TargetFrom(date(2026, 10, 9), Decimal(300), "More money")),
        ahead=Ahead(Decimal(312), None, None),
        restated=(Restated(STARTS, STARTS, AS_OF, Decimal(4), Decimal(5)),),
    )
    said = key_result_spec(changed)["description"]
    assert "The target changed to 300 on 9 Oct 2026: More money." in said
    assert "Forecast for the end: 312." in said
    assert "Final values were restated 1 time." in said
    assert "No value is recorded yet" in key_result_spec(line(days=()))["description"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_every_word_is_in_the_readers_language(chart: KeyResultChart, language: str) -> None:
    spec = key_result_spec(replace(chart, texts=texts_of(language)))
    assert spec["description"]
    labels = {"en": "1 Oct", "pl": "1 paź", "de": "1. Okt."}
    assert any(labels[language] in json.dumps(e, ensure_ascii=False) for e in spec["layer"])


def test_a_tip_tells_the_day_its_plan_and_what_was_said_of_it_later() -> None:
    moved = Restated(STARTS, AS_OF, date(2026, 10, 25), Decimal(99), Decimal(100))
    before = (Dated(STARTS, Decimal(2)), Dated(ENDS, Decimal(260)))
    first, *_, last = tips(
        line(days=days(5, None, 9, open_from=2), restated=(moved,), last_cycle=before)
    )
    assert first.split("\n") == [
        "1 Oct 2026",
        "MQLs: 5",
        "Plan: 3",
        "Last cycle: 2",
        "Restated for 1–20 Oct 2026: 100 instead of 99, known since 25 Oct 2026",
    ]
    assert last.split("\n") == ["3 Oct 2026", "MQLs: 9 (provisional)", "Plan: 9"]
    assert "no data" in tips(line(days=days(5, None)))[1]


def test_the_line_is_broken_without_data_and_dashed_while_provisional() -> None:
    chart = line(days=days(1, 2, None, 4, 5, 6, open_from=4))
    pieces = [([int(d.value) for d in piece], firm) for piece, firm in stretches(chart)]
    assert pieces == [([1, 2], True), ([4], True), ([4, 5, 6], False)]
    notes = key_result_spec(chart)["title"]["text"]
    assert notes == ["Dashed: provisional, may still change"]
    assert "title" not in key_result_spec(line())


def test_what_starts_anew_each_month_is_broken_there() -> None:
    values = days(*range(40))
    whole = list(stretches(line(days=values)))
    broken = list(stretches(line(days=values, restarts=True)))
    assert [len(piece) for piece, _ in whole] == [40]
    assert [len(piece) for piece, _ in broken] == [31, 9]


def test_an_estimate_is_no_more_exact_than_what_is_counted() -> None:
    assert "312" in list(texts(key_result_spec(line())))
    rate = line(
        days=(Day(STARTS, Decimal("0.5"), None),), ahead=Ahead(Decimal("0.312"), None, None)
    )
    assert "0.312" in list(texts(key_result_spec(rate)))


def test_months_that_are_judged_one_by_one_are_drawn_over_their_days() -> None:
    october = Span(STARTS, date(2026, 10, 31), Decimal(57), Decimal(61))
    november = Span(date(2026, 11, 1), date(2026, 11, 30), None, Decimal(65))
    chart = line(spans=(october, november), ahead=None)
    assert [tip.split("\n")[:2] for tip in tips(chart)] == [
        ["1–31 Oct 2026", "MQLs: 57"],
        ["1–30 Nov 2026", "MQLs: no data"],
    ]
    rules = [
        row
        for layer in key_result_spec(chart)["layer"]
        for row in layer["data"]["values"]
        if row.get("y") == 57.0 and "to" in row
    ]
    assert len(rules) == 1
    assert 0 < rules[0]["x"] < 1
    assert 30 < rules[0]["to"] < 31


def test_whether_a_bound_was_met_is_never_told_by_colour_alone() -> None:
    spec = key_result_spec(periods())
    bars = [each["mark"] for each in spec["layer"] if each["mark"]["type"] == "rect"][:2]
    assert "color" in bars[0], "a full bar"
    assert bars[1]["fill"] == PALETTES["light"].paper, "an outline"
    signs = {e["mark"]["shape"] for e in spec["layer"] if e["mark"]["type"] == "point"}
    assert len(signs) == 2
    assert spec["description"] == (
        "MQLs. At least 0.3800. 1–31 Oct 2026: 0.4000, met. 1–30 Nov 2026: 0.3000, not met."
    )


def test_milestones_say_when_they_were_due_and_done() -> None:
    assert key_result_spec(steps())["description"] == (
        "On time: due 5 Oct 2026, done 5 Oct. Late: due 6 Oct 2026, done 8 Oct, 2 days late."
        " Overdue: due 19 Oct 2026, 1 day overdue. To come: due 1 Dec 2026, due 1 Dec."
    )


@given(
    values=st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=1, max_size=9),
    whole=st.booleans(),
)
def test_ticks_are_round_few_and_around_everything(values: list[Decimal], *, whole: bool) -> None:
    ticks = round_ticks(values, whole=whole)
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    step = ticks[1] - ticks[0]
    assert re.fullmatch(r"[125]", str(step.normalize().as_tuple().digits[0]))
    assert not whole or step >= 1
    assert all(b - a == step for a, b in pairwise(ticks))


@given(st.lists(st.tuples(st.floats(-50, 350), st.floats(10, 60)), max_size=5))
def test_labels_stand_apart_and_inside(given_: list[tuple[float, float]]) -> None:
    rows = sorted(given_)
    middles = spread([y for y, _ in rows], [high for _, high in rows], 300)
    edges = [(m - h / 2, m + h / 2) for m, (_, h) in zip(middles, rows, strict=True)]
    assert all(a[1] <= b[0] + 1e-6 for a, b in pairwise(edges))
    assert not edges or edges[0][0] >= -1e-6
    assert not edges or edges[-1][1] <= max(300, sum(h for _, h in rows)) + 1e-6


def test_a_label_with_room_stays_where_it_belongs() -> None:
    assert spread([20, 150, 280], [30, 30, 30], 300) == [20, 150, 280]


@pytest.mark.parametrize(
    ("starts", "ends", "labels"),
    [
        (STARTS, ENDS, ["1 Oct", "1 Nov", "1 Dec", "31 Dec"]),
        (date(2026, 10, 1), date(2026, 10, 28), ["1 Oct", "8 Oct", "15 Oct", "22 Oct", "28 Oct"]),
    ],
)
def test_days_are_marked_where_months_or_weeks_begin(
    starts: date, ends: date, labels: list[str]
) -> None:
    chart = line(starts=starts, ends=ends)
    assert [tick.label for tick in day_ticks(chart)] == labels


def test_a_year_has_no_more_marks_than_can_be_read() -> None:
    ticks = [tick.at for tick in day_ticks(line(ends=date(2027, 9, 30)))]
    assert len(ticks) <= 8
    assert min(b - a for a, b in pairwise(ticks)) > 20


def test_a_round_figure_is_short() -> None:
    figures = texts_of("de").figures
    told = [short_figure(figures, Decimal(v), u) for v, u in (("2600000", "EUR"), ("0.3", ""))]
    assert told == ["2,6\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€", "0,3"]
    assert short_figure(figures, Decimal(5), "Stufen") == "5"


def test_points_on_a_straight_line_are_left_out() -> None:
    dated = [Dated(STARTS + timedelta(n), Decimal(v)) for n, v in enumerate((0, 1, 2, 3, 3, 3, 9))]
    assert [int(d.value) for d in straightened(dated)] == [0, 3, 3, 9]
    assert straightened(dated[:1]) == dated[:1]
    assert straightened([]) == []


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_every_colour_of_words_can_be_read(palette: Palette) -> None:
    paper = luminance(palette.paper)
    for color in (
        palette.ink,
        palette.muted,
        palette.accent,
        palette.good,
        palette.warn,
        palette.bad,
    ):
        light, dark = max(paper, luminance(color)), min(paper, luminance(color))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, color


def test_a_value_of_more_digits_than_a_calculator_has_is_drawn() -> None:
    huge = Decimal("1E+30")
    drawn = line(
        days=(Day(STARTS, huge, Decimal(3)), Day(STARTS + timedelta(1), huge + 1, Decimal(6))),
        ahead=Ahead(huge * 2, huge, huge * 3),
    )
    assert json.dumps(key_result_spec(drawn))
