"""Did you mean: the known name nearest to one that is unknown."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_LISTED = 12


def did_you_mean(found: str, known: Iterable[str]) -> str:
    """How a message about an unknown name goes on: the nearest name, or the names there are."""
    names = sorted(set(known))
    near = get_close_matches(found.lower(), names, n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    if not names:
        return "; there are none"
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return f", expected one of {', '.join(names[:_MOST_LISTED])}{more}"
