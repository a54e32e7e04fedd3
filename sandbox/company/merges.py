"""Merges and deletions: what they take out of the stage history, and what they add."""

from dataclasses import dataclass

import numpy as np

from sandbox.company.days import Days
from sandbox.company.draws import Bracket
from sandbox.company.tables import NEVER, Ints, StageEntries

_RANK = np.array((1, 2, 4, 5, 6, 7, 8, 0, 3), dtype=np.int64)
"""How far down the funnel each of STAGES is."""

_MERGED_PER_MILLE = 25
_DAYS_TO_MERGE: tuple[Bracket, ...] = ((40, 0, 10), (40, 11, 60), (20, 61, 250))


@dataclass(frozen=True)
class Merges:
    """Pairs of contacts: no row is in two of them."""

    loser: Ints
    survivor: Ints
    at_ms: Ints


def merge(rng: np.random.Generator, days: Days, created_ms: Ints, deleted_ms: Ints) -> Merges:
    """Duplicates found some time after both contacts came, among those never deleted."""
    kept = np.flatnonzero(deleted_ms == NEVER)
    pairs = len(created_ms) * _MERGED_PER_MILLE // 1000
    chosen = rng.permutation(kept)[: 2 * min(pairs, len(kept) // 2)]
    loser, survivor = chosen[0::2], chosen[1::2]
    at = days.later(rng, np.maximum(created_ms[loser], created_ms[survivor]), _DAYS_TO_MERGE)
    happens = at < NEVER
    return Merges(loser[happens], survivor[happens], at[happens])


def rewrite(entries: StageEntries, gone_ms: Ints, merges: Merges) -> StageEntries:
    """The stage history after merges and deletions.

    Who is gone enters nothing more. A survivor keeps the furthest stage of the two: where that
    was the loser's, it enters it at the merge, and its own later steps up to there are void.
    """
    alive = entries.at_ms < gone_ms[entries.contact]
    contact, stage, at = entries.contact[alive], entries.stage[alive], entries.at_ms[alive]

    merged_ms = np.full(len(gone_ms), NEVER, dtype=np.int64)
    merged_ms[merges.loser] = merges.at_ms
    merged_ms[merges.survivor] = merges.at_ms
    furthest = np.full(len(gone_ms), -1, dtype=np.int64)
    before = at < merged_ms[contact]
    np.maximum.at(furthest, contact[before], _RANK[stage[before]])

    gains = furthest[merges.loser] > furthest[merges.survivor]
    survivor, rank = merges.survivor[gains], furthest[merges.loser[gains]]
    received = np.full(len(gone_ms), -1, dtype=np.int64)
    received[survivor] = rank
    void = (at >= merged_ms[contact]) & (_RANK[stage] <= received[contact])

    contact = np.concatenate([contact[~void], survivor])
    stage = np.concatenate([stage[~void], np.argsort(_RANK)[rank]])
    at = np.concatenate([at[~void], merges.at_ms[gains]])
    order = np.lexsort((contact, at))
    return StageEntries(contact=contact[order], stage=stage[order], at_ms=at[order])
