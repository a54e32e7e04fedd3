"""Rows or counts, once totals are known: which questions' rows are the cheapest to read. Pure."""

from collections.abc import Mapping, Sequence
from itertools import chain, combinations

from connectors.contract import Ask
from connectors.hubspot.merging import covers, windowed
from connectors.hubspot.search import pages


def cheapest(asks: Sequence[Ask], total: int, rows: Mapping[int, int]) -> tuple[int, ...] | None:
    """The questions to read together, by number, while the windows of all others are counted.

    What a part's rows come to without those they share is a bound, not known: never more than
    that is paid. Rows that are among another question's, which is read, cost nothing.

    Args:
        asks: The questions of a scan.
        total: How many rows all of them have together; their first page was read.
        rows: How many some of them have, by number: the others are read with those that cover
            them, or counted.

    Returns:
        None where reading all of them, as begun, is the least.
    """
    among = [
        {m for m, wide in enumerate(asks) if m != n and covers(wide, ask)}
        for n, ask in enumerate(asks)
    ]
    best, least = None, pages(total) - 1
    for part in chain.from_iterable(combinations(rows, size) for size in range(len(rows) + 1)):
        read = {n for n in range(len(asks)) if n in part or among[n].intersection(part)}
        left = [n for n in range(len(asks)) if n not in read]
        if not left or any(windowed(asks[n]).sum for n in left):
            continue
        # A total over a question's only window is its count.
        cost = sum(len(asks[n].windows) for n in left if n not in rows or len(asks[n].windows) > 1)
        if part:
            cost += pages(min(total, sum(rows[n] for n in part)))
        if cost < least:
            best, least = tuple(sorted(read)), cost
    return best
