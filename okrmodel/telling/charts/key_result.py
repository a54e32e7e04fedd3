"""A key result's chart as a Vega-Lite spec: lines, bars of periods, or milestones."""

from okrmodel.telling.charts.drawn import KeyResultChart, LineChart, PeriodsChart, StepsChart
from okrmodel.telling.charts.lines import line_spec
from okrmodel.telling.charts.palette import PALETTES, Look
from okrmodel.telling.charts.parts import Spec
from okrmodel.telling.charts.periods import periods_spec
from okrmodel.telling.charts.steps import steps_spec


def key_result_spec(chart: KeyResultChart, look: Look = "light", width: int | None = None) -> Spec:
    """The chart's spec.

    Args:
        chart: What is drawn.
        look: For light or for dark paper.
        width: Of the whole picture in pixels. None is for a browser: as wide as its element, and
            with a tip for each day under the pointer.
    """
    palette = PALETTES[look]
    match chart:
        case LineChart():
            return line_spec(chart, palette, width)
        case PeriodsChart():
            return periods_spec(chart, palette, width)
        case StepsChart():
            return steps_spec(chart, palette, width)
        case _:
            raise TypeError(f"{type(chart).__name__} is no chart of a key result")
