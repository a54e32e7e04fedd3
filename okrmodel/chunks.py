"""Long sequences a few at a time: a request, a statement or a part of a step holds only so many."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Each = TypeVar("Each")


def chunks(whole: Sequence[Each], size: int) -> Iterator[Sequence[Each]]:
    """Its members in order, at most so many at a time; itertools.batched needs Python 3.12."""
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
