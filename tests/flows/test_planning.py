"""What a step is known by from run to run."""

from dataclasses import replace
from datetime import date

from connectors.contract import Ask, Step
from flows.planning import Errand, step_key
from okrmodel.definitions.query import Query
from okrmodel.observations import Aggregation
from okrmodel.windows import Window

WINDOWS = (Window.of_day(date(2026, 10, 1)), Window.of_day(date(2026, 10, 2)))


def test_the_same_questions_in_another_order_are_another_step() -> None:
    """A bookmark knows its questions by their places: rows of one would be told as the other's."""
    asks = tuple(Ask(mark, Query(), Aggregation.SUM, WINDOWS) for mark in ("mqls", "sqls"))
    errand = Errand("hubspot", "hubspot", "1", ())
    step = Step("contacts", asks, 1)
    assert step_key(errand, step) == step_key(errand, replace(step, title="again", calls=2))
    assert step_key(errand, step) != step_key(errand, replace(step, serves=asks[::-1]))
