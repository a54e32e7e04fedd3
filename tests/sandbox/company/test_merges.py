"""What a merge and a deletion do to the stage history, on rows that can be read."""

import numpy as np

from sandbox.company.merges import Merges, rewrite
from sandbox.company.tables import NEVER, STAGES, Ints, StageEntries

LOSER, SURVIVOR = 0, 1
MERGED_AT = 100

Entry = tuple[int, str, int]


def column(*values: int) -> Ints:
    return np.array(values, dtype=np.int64)


def after_merge(*entries: Entry) -> list[Entry]:
    """The history after contact 0 was merged into contact 1 at instant 100."""
    contact, stage, at = zip(*entries, strict=True)
    before = StageEntries(column(*contact), column(*map(STAGES.index, stage)), column(*at))
    merges = Merges(column(LOSER), column(SURVIVOR), column(MERGED_AT))
    after = rewrite(before, column(MERGED_AT, NEVER), merges)
    return [
        (contact, STAGES[stage], at)
        for contact, stage, at in zip(
            after.contact.tolist(), after.stage.tolist(), after.at_ms.tolist(), strict=True
        )
    ]


def test_the_survivor_enters_the_further_stage_at_the_merge() -> None:
    history = after_merge((LOSER, "opportunity", 50), (SURVIVOR, "lead", 60))
    assert history[2:] == [(SURVIVOR, "opportunity", MERGED_AT)]


def test_a_survivor_that_is_further_gains_nothing() -> None:
    entries: list[Entry] = [(LOSER, "lead", 50), (SURVIVOR, "opportunity", 60)]
    assert after_merge(*entries) == entries


def test_the_survivor_walks_on_from_the_stage_it_received() -> None:
    history = after_merge(
        (LOSER, "salesqualifiedlead", 50),
        (SURVIVOR, "lead", 60),
        (SURVIVOR, "marketingqualifiedlead", 150),
        (SURVIVOR, "salesqualifiedlead", 160),
        (SURVIVOR, "opportunity", 170),
    )
    assert history[2:] == [
        (SURVIVOR, "salesqualifiedlead", MERGED_AT),
        (SURVIVOR, "opportunity", 170),
    ]


def test_the_loser_enters_nothing_more() -> None:
    history = after_merge((LOSER, "lead", 50), (SURVIVOR, "lead", 60), (LOSER, "customer", 150))
    assert history == [(LOSER, "lead", 50), (SURVIVOR, "lead", 60)]


def test_a_product_qualified_lead_is_further_than_a_lead_but_no_mql() -> None:
    assert after_merge((LOSER, "1066237962", 50), (SURVIVOR, "lead", 60))[2:] == [
        (SURVIVOR, "1066237962", MERGED_AT)
    ]
    qualified = after_merge((LOSER, "1066237962", 50), (SURVIVOR, "marketingqualifiedlead", 60))
    assert len(qualified) == 2
