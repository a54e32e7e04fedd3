"""Text from elsewhere as one line, which can neither begin another nor turn the reading around."""

import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """The text without breaks, control characters and marks that reorder what is read."""
    shown = (" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text)
    # Only the blanks that a line breaks at are made one: those within a figure stay.
    return " ".join(part for part in "".join(s for s in shown if s not in _TURNING).split(" ") if part)
