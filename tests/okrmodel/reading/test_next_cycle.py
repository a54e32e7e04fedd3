"""The next cycle's file: what moves, what is measured, what stays as it was written."""

from pathlib import Path

import pytest
import yaml

from okrmodel.cycles import following
from okrmodel.definitions.company import Company
from okrmodel.reading import read_company
from okrmodel.reading.next_cycle import Successor, next_cycle
from okrmodel.reading.nodes import Tangled
from tests.okrmodel.reading.pretend import CONNECTORS, company

HEAD = "cycle: 2026-Q4 # three months\nobjectives:\n  - id: shop\n    title: Improve the shop\n    owner: ola\n"


def read(folder: Path) -> Company:
    found, problems, _ = read_company(folder, CONNECTORS)
    assert found is not None, [str(p) for p in problems]
    return found


def succeeded(
    tmp_path: Path, text: str, *, keep: bool = True, name: str = "2027-Q1"
) -> tuple[str, Successor]:
    """The next file's text without its head, and all of it; it has no errors."""
    folder = company(tmp_path, okrs=text)
    before = read(folder)
    old = before.cycles[0]
    made = next_cycle(text, before, old, name, following(old.window), keep_actions=keep)
    after, problems, _ = read_company(folder, CONNECTORS, instead={f"okrs/{name}.yaml": made.text})
    assert after is not None, [str(p) for p in problems] + [made.text]
    assert [o.id for o in after.cycles[1].objectives] == [o.id for o in old.objectives]
    ids = [[k.id for _, k in cycle.key_results()] for cycle in after.cycles]
    assert ids[0] == ids[1] == list(made.decisions)
    return made.text.partition("owner: ola\n")[2], made


def one(tmp_path: Path, written: str) -> str:
    """What becomes of one key result."""
    text, _ = succeeded(tmp_path, f"{HEAD}    key_results:\n      - {written}\n")
    return text.partition("      - ")[2].rstrip("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "{ id: a, title: A, metric: sold, target: 5 }",
            "{ id: a, title: A, metric: sold, previous: measured, direction: increase, target: 5 }",
        ),
        (
            "{ id: a, title: A, metric: sold, previous: 4, target: 5 }",
            "{ id: a, title: A, metric: sold, previous: measured, direction: increase, target: 5 }",
        ),
        (
            "{ id: a, title: A, metric: sold, target: previous * 1.20, direction: increase }",
            "{ id: a, title: A, metric: sold, previous: measured, target: previous * 1.20, direction: increase }",
        ),
        # A part of a cycle does not compare with a whole one.
        (
            "{ id: a, title: A, metric: sold, starts: 2026-11-01, due: 2026-11-30, target: 5 }",
            "{ id: a, title: A, metric: sold, starts: 2027-02-01, due: 2027-02-28, target: 5 }",
        ),
        (
            "{ id: a, title: A, metric: sold, window: month_to_date, target: 5 }",
            "{ id: a, title: A, metric: sold, window: month_to_date, target: 5 }",
        ),
        (
            "{ id: a, title: A, metric: left, window: month, from: 9, target: 3 }",
            "{ id: a, title: A, metric: left, window: month, from: measured, direction: decrease, target: 3 }",
        ),
        (
            "{ id: a, title: A, metric: rate, from: 0.20, target: 0.3, direction: increase }",
            "{ id: a, title: A, metric: rate, from: measured, target: 0.3, direction: increase }",
        ),
        # Nobody measures what is checked in.
        (
            "{ id: a, title: A, kind: manual, from: 10, target: 3 }",
            "{ id: a, title: A, kind: manual, from: 10, target: 3 }",
        ),
        # The new cycle has 90 days.
        (
            "{ id: a, title: A, metric: sold, window: { trailing: 92 }, from: 9, target: 20 }",
            "{ id: a, title: A, metric: sold, window: { trailing: 90 }, from: measured, direction: increase, target: 20 }",
        ),
        # The last target stays, as it is written.
        (
            "{ id: a, title: A, kind: manual, targets: [{ from: 2026-10-01, target: 5, reason: R }, { from: 2026-11-01, target: 4.50, reason: S }] }",
            "{ id: a, title: A, kind: manual, target: 4.50 }",
        ),
        # Checkpoints that would fall on one day are kept apart.
        (
            "{ id: a, title: A, kind: manual, target: 3, plan: [{ on: 2026-11-28, value: 1 }, { on: 2026-11-29, value: 2 }, { on: 2026-11-30, value: 2 }] }",
            "{ id: a, title: A, kind: manual, target: 3, plan: [{ on: 2027-02-26, value: 1 }, { on: 2027-02-27, value: 2 }, { on: 2027-02-28, value: 2 }] }",
        ),
        (
            "{ id: a, title: A, kind: milestones, steps: [{ id: s, title: S, due: 2026-12-31 }] }",
            "{ id: a, title: A, kind: milestones, steps: [{ id: s, title: S, due: 2027-03-31 }] }",
        ),
        (
            "{ id: a, title: A, kind: maintain, metric: left, every: week, at_most: 2 }",
            "{ id: a, title: A, kind: maintain, metric: left, every: week, at_most: 2 }",
        ),
    ],
)
def test_a_key_result_goes_on(tmp_path: Path, before: str, after: str) -> None:
    assert one(tmp_path, before) == after


BLOCK = f"""\
# The shop's.
{HEAD}    key_results:
      # Counted by the till.
      - id: sold
        title: Sell 100
        metric: sold
        targets: # two
          - {{ from: 2026-10-01, target: 120, reason: "Growth #1" }}
          # In November somebody left.
          - from: 2026-11-02
            target: 100 # for now
            reason: Somebody left
        confidence: 0.7 # we hope
        plan:
          - on: 2026-11-15
            value: 40
    actions:
      - {{ title: Open the door, due: 2026-10-02, done: 2026-10-02 }}
      # This one takes long.
      - {{ title: Paint it, due: 2026-12-31 }}
      - title: Ask the neighbours
        due: 2027-01-10 # late

  - id: rest
    title: Rest
    owner: ola
    key_results:
      - {{ id: plans, title: Plans, kind: manual, target: 3 }}
    # Nothing is left of them.
    actions:
      - {{ title: Done, done: 2026-10-02 }}
# The end.
"""


def test_comments_and_forms_stay(tmp_path: Path) -> None:
    text, made = succeeded(tmp_path, BLOCK)
    assert made.text.startswith("# The shop's.\ncycle: 2027-Q1\nobjectives:\n")
    assert (
        text
        == """\
    key_results:
      # Counted by the till.
      - id: sold
        title: Sell 100
        metric: sold
        previous: measured
        direction: increase
        target: 100
        confidence: 0.7 # we hope
        plan:
          - on: 2027-02-15
            value: 40
    actions:
      # This one takes long.
      - { title: Paint it, due: 2027-03-31 } # open since 2026-Q4
      - title: Ask the neighbours
        due: 2027-04-10 # late

  - id: rest
    title: Rest
    owner: ola
    key_results:
      - { id: plans, title: Plans, kind: manual, target: 3 }
# The end.
""".replace(
            "        target: 100\n",
            made.text.partition("increase\n")[2].partition("        conf")[0],
        )
    )
    assert made.actions == 2
    assert made.decisions["sold"] == (
        "target 100, the last of 2",
        "previous is what 2026-Q4 comes to",
        "1 checkpoint with the old values",
        "confidence 0.7 was for 2026-Q4",
    )


def test_unfinished_actions_can_be_left_out(tmp_path: Path) -> None:
    text, made = succeeded(tmp_path, BLOCK, keep=False)
    assert "actions" not in text
    assert made.actions == 0
    assert text.endswith("target: 3 }\n# The end.\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[{ title: A, done: 2026-10-02 }, { title: B }]", "[{ title: B }]"),
        ("[{ title: B }, { title: A, done: 2026-10-02 }]", "[{ title: B }]"),
        ("[{ title: A, done: 2026-10-02 }]", "[]"),
        (
            "[{ title: A, done: 2026-10-02 }, { title: B, due: 2026-10-02 }, { title: C, done: 2026-10-02 }, { title: D, done: 2026-10-02 }]",
            "[{ title: B, due: 2027-01-02 }]",
        ),
    ],
)
def test_actions_in_brackets(tmp_path: Path, before: str, after: str) -> None:
    text, _ = succeeded(tmp_path, f"{HEAD}    actions: {before}\n")
    assert text.partition("actions: ")[2].partition(" #")[0].strip() == after


def test_a_cycle_of_days_of_its_own_names_them(tmp_path: Path) -> None:
    dates = "cycle: { id: autumn, starts: 2026-10-05, ends: 2026-11-15 }"
    text = HEAD.replace("cycle: 2026-Q4 # three months", dates)
    _, made = succeeded(tmp_path, text, name="winter")
    assert yaml.safe_load(made.text)["cycle"]["id"] == "winter"
    assert "cycle: { id: winter, starts: 2026-11-16, ends: 2026-12-27 }\n" in made.text


ALIAS = f"""\
{HEAD}    key_results:
      - {{ id: a, title: A, kind: manual, target: 1, due: &day 2026-11-29 }}
      - {{ id: b, title: B, kind: manual, target: 1, plan: [{{ on: *day, value: 1 }}, {{ on: 2026-12-04, value: 1 }}] }}
    actions: &todo [{{ title: A, due: 2026-10-03 }}, {{ title: B, done: 2026-10-02 }}]
  - id: rest
    title: Rest
    owner: ola
    actions: *todo
"""


def test_what_an_alias_repeats_changes_once(tmp_path: Path) -> None:
    text, made = succeeded(tmp_path, ALIAS)
    assert "due: &day 2027-02-28 }" in text
    assert "plan: [{ on: *day, value: 1 }, { on: 2027-03-04" in text
    assert "actions: &todo [{ title: A, due: 2027-01-03 }]\n" in text
    assert made.actions == 2


def test_what_would_have_to_change_in_two_ways_is_refused(tmp_path: Path) -> None:
    """The checkpoint has to give way to the next one, and the due date has not."""
    with pytest.raises(Tangled, match="alias"):
        succeeded(tmp_path, ALIAS.replace("2026-12-04", "2026-11-30"))
