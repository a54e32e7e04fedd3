"""Draws from a seeded stream, in whole numbers only: the same rows on every machine.

Nothing here uses floating point, so neither the processor nor the C library can change a row.
"""

from collections.abc import Sequence

import numpy as np

from sandbox.company.tables import Flags, Ints

Bracket = tuple[int, int, int]
"""Weight, lowest and highest value (both included)."""


def stream(seed: int, subject: int) -> np.random.Generator:
    """A stream of its own for each subject: more contacts do not change the traffic."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, subject])))


def pick(rng: np.random.Generator, weights: Sequence[int] | Ints, size: int) -> Ints:
    """`size` positions in `weights`, each drawn as often as its weight says."""
    steps = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(steps, rng.integers(0, steps[-1], size), side="right").astype(np.int64)


def chance(rng: np.random.Generator, per_mille: int, size: int) -> Flags:
    """True for `per_mille` of a thousand."""
    drawn: Flags = rng.integers(0, 1000, size) < per_mille
    return drawn


def from_brackets(rng: np.random.Generator, brackets: Sequence[Bracket], size: int) -> Ints:
    """Whole numbers: a bracket by its weight, then evenly between its ends."""
    weights, lowest, highest = np.asarray(brackets, dtype=np.int64).T
    bracket = pick(rng, weights, size)
    drawn: Ints = rng.integers(lowest[bracket], highest[bracket] + 1)
    return drawn


def ids(rng: np.random.Generator, first: int, size: int) -> Ints:
    """Ascending identifiers with gaps, as a shared counter gives them."""
    return first + np.cumsum(rng.integers(1, 60, size))
