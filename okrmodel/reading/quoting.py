"""Text as a YAML scalar, in quotes wherever some reader of YAML would take it for something else."""

import math
import re

import yaml

from okrmodel.reading.scalars import unquoted

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_PROSE = re.compile(r"[^\W\d_][\w ()/%.,+'&€$–-]*[\w)%€$.]")


def name_in_yaml(told: str) -> str:
    """Bare where it is a name that every reader of YAML takes for text, also in braces."""
    bare = _NAME.fullmatch(told) and told[0].isalpha() and _means_itself(told)
    return told if bare else quoted(told)


def prose_in_yaml(told: str) -> str:
    """The same, and bare where it is a plain sentence on a line of its own."""
    return told if _PROSE.fullmatch(told) and _means_itself(told) else quoted(told)


def _means_itself(told: str) -> bool:
    return unquoted(told) == (told, "", "")


def quoted(told: str) -> str:
    """In double quotes, on one line."""
    dumped: str = yaml.safe_dump(told, default_style='"', allow_unicode=True, width=math.inf)
    return dumped.rstrip("\n")
