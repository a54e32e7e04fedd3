"""What a definition's hashes cover, and that its text is the whole of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from okrmodel.closure import Closure, FormulaMeasure, Measure, RatioMeasure
from okrmodel.definitions.key_results import Maintain, Manual, Milestones
from tests.okrmodel.maths.build import STARTS, closure, daily, day, reach, snapshot, source

# A metric may be called like a field that is only words.
METRICS: dict[str, Measure] = {
    "title": source(),
    "rate": RatioMeasure(name="Rate", numerator="title", denominator="title"),
    "each": FormulaMeasure(name="Each", formula="title / rate"),
}
KINDS = [
    reach(metric="each", window={"trailing": 7}, target="previous * 1.2"),
    reach(metric="title", target="92.50", **{"from": "measured"}),
    Maintain.model_validate(
        {"id": "a", "title": "A", "metric": "title", "every": "week", "at_most": "0.10"}
    ),
    Manual.model_validate({"id": "a", "title": "A", "target": 9, "from": "1e3"}),
    Milestones.model_validate(
        {
            "id": "a",
            "title": "A",
            "steps": [{"id": "plan", "title": "Plan", "due": "2026-10-31"}],
        }
    ),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_closure_is_read_back_from_its_text(kind: Any) -> None:
    given = closure(kind, METRICS)
    found = Closure.from_text(given.text())
    assert found == given
    assert found.text() == given.text()
    assert found.definition_hash == given.definition_hash
    assert found.computation_hash == given.computation_hash


def test_numbers_written_differently_are_the_same_definition() -> None:
    assert closure(reach(target="92.0")).definition_hash == closure(reach()).definition_hash


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Other"},
        {"owner": "ada"},
        {"note": "why"},
        {"confidence": "0.5"},
        {"was": ["old"]},
    ],
)
def test_words_change_the_definition_and_not_the_computation(more: dict[str, Any]) -> None:
    one, other = closure(reach()), closure(reach(**more))
    assert one.definition_hash != other.definition_hash
    assert one.computation_hash == other.computation_hash


@pytest.mark.parametrize(
    "other",
    [
        closure(reach(target=93)),
        closure(reach(window="month")),
        closure(reach(weight=2)),
        closure(reach(), status_rule="viva_goals"),
        closure(reach(), {"mqls": source("mqls", "distinct")}),
        closure(reach(), {"mqls": source("visits")}),
        closure(reach(), week_starts="sunday"),
    ],
)
def test_what_can_change_a_number_changes_the_computation(other: Closure) -> None:
    assert closure(reach()).computation_hash != other.computation_hash


def test_the_words_of_metrics_steps_and_target_changes_are_only_words() -> None:
    named = {"title": source(connection="other", unit="people")}
    assert (
        closure(reach(metric="title"), named).computation_hash
        == closure(reach(metric="title"), {"title": source()}).computation_hash
    )
    assert (
        closure(reach(metric="title"), {"title": source("visits")}).computation_hash
        != closure(reach(metric="title"), {"title": source()}).computation_hash
    )

    def changed(reason: str) -> Closure:
        change = {"from": "2026-10-01", "target": 92, "reason": reason}
        return closure(reach(target=None, targets=[change]))

    assert changed("plan").computation_hash == changed("budget").computation_hash


@pytest.mark.parametrize("days", [0, 31, 46, 92])
def test_another_word_leaves_the_snapshot_as_it_is(days: int) -> None:
    """So that a title corrected in the files makes no revision in the store."""
    plain, worded = (
        snapshot(
            closure(reach(title=title), {"mqls": source(unit=title).model_copy(update=words)}),
            day("12-31"),
            daily([1] * days),
        )
        for title, words in (("One", {}), ("Other", {"name": "Leads", "unit": "people"}))
    )
    assert plain.definition_hash != worded.definition_hash
    assert replace(worded, definition_hash=plain.definition_hash).text() == plain.text()


def test_a_changed_copy_keeps_nothing_that_was_worked_out_of_the_original() -> None:
    one = closure(reach())
    worked_out = (one.span, one.text(), one.definition_hash, one.computation_hash)
    other = one.model_copy(update={"starts": STARTS + timedelta(days=1)})
    again = Closure.from_text(other.text())
    assert (again.span, again.text(), again.definition_hash, again.computation_hash) == (
        other.span,
        other.text(),
        other.definition_hash,
        other.computation_hash,
    )
    assert not set(worked_out) & {other.span, other.text(), other.computation_hash}
