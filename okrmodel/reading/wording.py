"""What was found and what was expected, in our own words for each of pydantic's error types."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from okrmodel.definitions.key_results import PREVIOUS_TARGET
from okrmodel.secrets import looks_secret

_MOST_SHOWN = 60

_NUMBER = "a number"
_WHOLE = "a whole number"
_DAY = "a day such as 2026-10-31"
_INSTANT = "an instant such as 2026-10-31T09:00:00+01:00"
_LIST = "a list"
_MAPPING = "a mapping of keys to values"
_TEXT = "text"

EXPECTED: dict[str, str] = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "clock": 'a time of day in quotes, such as "08:00"',
    "day": _DAY,
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_max_places": "a number with at most {decimal_places} decimal places",
    "decimal_whole_digits": "a number of at most {whole_digits} digits before the point",
    "finite_number": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "instant": _INSTANT,
    "less_than": "a number less than {lt}",
    "less_than_equal": "a number of at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "none_required": "nothing",
    "string_too_long": "at most {max_length} characters",
    "timezone_aware": "an instant with its offset, such as 2026-10-31T09:00:00+01:00",
    "timezone_offset": "an instant with another offset",
    "timezone_naive": "an instant without an offset",
    "too_long": "at most {max_length} entries",
    "url_scheme": "an address that begins with {expected_schemes}",
}
_FAMILIES = (
    ("date_", _DAY),
    ("datetime_", _INSTANT),
    ("time_delta", "a length of time"),
    ("time_", "a time of day such as 09:30"),
    ("decimal_", _NUMBER),
    ("int_", _WHOLE),
    ("string_", _TEXT),
    ("list_", _LIST),
    ("tuple_", _LIST),
    ("set_", _LIST),
    ("frozen_set_", _LIST),
    ("iterable_", _LIST),
    ("dict_", _MAPPING),
    ("mapping_", _MAPPING),
    ("model_", _MAPPING),
    ("dataclass_", _MAPPING),
    ("url_", "an address such as https://example.com"),
    ("uuid_", "a UUID"),
    ("bytes_", _TEXT),
    ("complex_", _NUMBER),
    ("fraction_", _NUMBER),
    ("deque_", _LIST),
    ("named_tuple_", _LIST),
    ("counter_", _MAPPING),
    ("frozen_dict_", _MAPPING),
    ("ordered_dict_", _MAPPING),
    ("invalid_key", _TEXT),
    *(
        (kind, "a value of another kind")
        for kind in (
            "arguments_",
            "callable_",
            "default_factory_",
            "ellipsis_",
            "frozen_",
            "get_attribute_",
            "is_",
            "iteration_",
            "json_",
            "missing_",
            "multiple_",
            "needs_",
            "no_such_",
            "recursion_",
            "unexpected_",
        )
    ),
)
_PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "an id of lower-case letters, digits, - and _",
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$": "a name of letters, digits, - and _",
    r"^[A-Z]{3}$": "a currency's three letters, such as EUR",
    r"^(https?://\S+)?$": "an address such as https://okr.acme.example",
    PREVIOUS_TARGET: '"previous * 1.20"',
}


def expected(kind: str, context: Mapping[str, Any]) -> str:
    """What an error type that is known here asks for."""
    if kind in _SPECIAL:
        return _SPECIAL[kind](context)
    if kind in EXPECTED:
        return EXPECTED[kind].format_map(context)
    return next(words for start, words in _FAMILIES if kind.startswith(start))


def _pattern(context: Mapping[str, Any]) -> str:
    pattern = str(context.get("pattern"))
    return _PATTERNS.get(pattern, f"text of the form {pattern}")


def _least_text(context: Mapping[str, Any]) -> str:
    least = context.get("min_length", 1)
    return "text" if least == 1 else f"at least {least} characters"


def _least_entries(context: Mapping[str, Any]) -> str:
    least = context.get("min_length", 1)
    return "at least one entry" if least == 1 else f"at least {least} entries"


def _choice(context: Mapping[str, Any]) -> str:
    return one_of(choices(context))


_SPECIAL: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "enum": _choice,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _least_text,
    "too_short": _least_entries,
    "union_tag_invalid": lambda context: f"one of {_unquoted(context, 'expected_tags')}",
    "union_tag_not_found": lambda context: f"the key {_unquoted(context, 'discriminator')}",
}


def _unquoted(context: Mapping[str, Any], key: str) -> str:
    return str(context.get(key)).replace("'", "")


def knows(kind: str) -> bool:
    """Whether there are words for an error type; a connector's own types come with theirs."""
    return kind in EXPECTED or kind in _SPECIAL or any(kind.startswith(f) for f, _ in _FAMILIES)


def choices(context: Mapping[str, Any]) -> list[str]:
    """The values that a choice allows, as pydantic lists them: 'a', 'b' or 'c'."""
    listed = str(context.get("expected"))
    # true and false are listed as Python writes them.
    return re.findall(r"'([^']*)'", listed) or [
        {"True": "true", "False": "false"}.get(listed, listed)
    ]


def one_of(several: Iterable[str]) -> str:
    """a, b or c."""
    *first, last = several
    return f"{', '.join(first)} or {last}" if first else last


def quoting(value: object, wanted: Iterable[str]) -> str:
    """The hint that a number becomes text in quotes."""
    if _TEXT in wanted and isinstance(value, bool | int | Decimal):
        return f': "{found(value)}" in quotes'
    return ""


def found(value: object) -> str:
    """A value for a sentence. What may be a secret is not repeated."""
    match value:
        case None | bool():
            return {None: "empty", True: "true", False: "false"}[value]
        case int() | Decimal() | date():
            return str(value)
        case str():
            return _text(value)
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return "something else"


def _text(value: str) -> str:
    if not value:
        return "empty text"
    if looks_secret(value):
        return "a text that looks like a secret"
    one_line = " ".join(value.split())
    shown = one_line if len(one_line) <= _MOST_SHOWN else one_line[: _MOST_SHOWN - 1] + "…"
    return f'text "{shown}"'
