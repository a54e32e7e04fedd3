"""Names to ids: the letters that an id may have, and a number where another has it already."""

import re
import unicodedata
from collections.abc import Container

_MOST = 63
"""Letters of an id."""
_NO_ACCENTS = str.maketrans(
    {"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE"}
)
"""Letters that are not made of another and an accent."""


def slug(name: str, otherwise: str, most: int = _MOST) -> str:
    """The name in the letters that an id may have; accents are dropped.

    Args:
        name: Of a company, a person, a key result.
        otherwise: The id when none of its letters can be kept.
        most: Letters to keep; whole words where there are several.
    """
    letters = unicodedata.normalize("NFKD", name.translate(_NO_ACCENTS))
    plain = letters.encode("ascii", "ignore").decode().lower()
    whole = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(whole) > most and "-" in whole[: most + 1]:
        return whole[: most + 1].rpartition("-")[0]
    return whole[:most] or otherwise


def free(wanted: str, taken: Container[str]) -> str:
    """The id, or the first of id-2, id-3 … that nobody has."""
    number, found = 1, wanted
    while found in taken:
        number += 1
        end = f"-{number}"
        found = wanted[: _MOST - len(end)] + end
    return found
