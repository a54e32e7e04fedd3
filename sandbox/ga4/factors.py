"""A column of values as codes into its distinct texts: what grouping and filtering work on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sandbox.company.tables import Ints


@dataclass(frozen=True)
class Factor:
    """`texts[codes[i]]` is the value of row i; every text has at least one row."""

    codes: Ints
    texts: tuple[str, ...]


def factor_of(keys: Ints, text: Callable[[int], str]) -> Factor:
    """Turn integer keys into codes; keys with the same text share one."""
    values, codes = dense(keys)
    by_text: dict[str, int] = {}
    code_of_value = [by_text.setdefault(text(value), len(by_text)) for value in values.tolist()]
    return Factor(np.array(code_of_value, dtype=np.int64)[codes], tuple(by_text))


def dense(keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys, ascending, and for each row which of them it has.

    Counts where the keys lie close together, which is far quicker than sorting them.
    """
    if len(keys) == 0:
        return keys, keys
    low = int(keys.min())
    span = int(keys.max()) - low + 1
    if span > 4 * len(keys) + 100_000:
        values, codes = np.unique(keys, return_inverse=True)
        return values, codes.astype(np.int64)
    present = np.zeros(span, dtype=np.bool_)
    present[keys - low] = True
    rank = np.cumsum(present, dtype=np.int64) - 1
    return np.flatnonzero(present) + low, rank[keys - low]
