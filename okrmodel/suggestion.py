"""Did you mean: the known name nearest to one that is unknown."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_LISTED = 12


def nearest(found: str, known: Iterable[str]) -> str:
    """The known name that is most like it; empty when none is."""
    by_lower = {name.lower(): name for name in sorted(known)}
    near = get_close_matches(found.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else ""


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """How a message about an unknown name goes on: the nearest name, or the names there are."""
    names = sorted(set(known))
    if near := nearest(found, names):
        return f'; did you mean "{near}"?'
    if not names:
        return "; there are none"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f", expected one of {', '.join(names[:_MOST_LISTED])}{more}"
