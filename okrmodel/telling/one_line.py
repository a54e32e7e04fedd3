"""Text from elsewhere as one line, which can neither begin another nor turn the reading around."""

import re
import unicodedata

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, halves of a pair, ends of lines and paragraphs."""

_CALLING = re.compile(r"(?<!\w)@(?=\w)|<(?=[!#])")
"""What chats, and what sends to them, take for a call to somebody; an address of mail is none."""
_APART = "\N{WORD JOINER}"
"""Has no width, and no line ends at it."""


def one_line(text: str) -> str:
    """The text without breaks, control characters and marks that reorder what is read.

    Nobody is called by it: an escape would not do, for chats look for names after they undo it.
    """
    seen = (sign for sign in text if sign not in _TURNING)
    line = "".join(" " if unicodedata.category(sign) in _BREAKS else sign for sign in seen)
    # Only blanks that a line breaks at become one: those within a figure stay.
    return _CALLING.sub(rf"\g<0>{_APART}", re.sub(" +", " ", line).strip())
