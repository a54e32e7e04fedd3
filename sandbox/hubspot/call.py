"""A request as the pretend HubSpot's parts see it."""

from dataclasses import dataclass, field

from sandbox.hubspot.errors import invalid

_MAX_DIGITS = 18


@dataclass(frozen=True)
class Call:
    """One HTTP request, its path as it was asked."""

    verb: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    body: str = ""
    token: str = field(default="", repr=False)
    host: str = "https://api.hubapi.com"
    empty_page: bool = False
    """A search's answer shall carry no rows, by order of a fault."""

    def first(self, name: str) -> str:
        """The first value of a query parameter, "" without one."""
        return self.query.get(name, [""])[0]

    def many(self, name: str) -> list[str]:
        """All values of a query parameter, repeated or separated by commas."""
        return [v for text in self.query.get(name, []) for v in text.split(",") if v]

    def whole(self, name: str, default: int) -> int:
        """A query parameter that is a whole number; refuses one that is not."""
        text = self.first(name)
        return _whole(text, name) if text else default

    def ids(self, name: str) -> list[int]:
        """A query parameter that lists ids; refuses what cannot be one."""
        return [_whole(text, name) for text in self.many(name)]


def as_id(text: str) -> int | None:
    """A whole number that 64 bits can hold, None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def _whole(text: str, name: str) -> int:
    number = as_id(text)
    if number is None:
        raise invalid(f"Unable to parse value for query parameter: {name}")
    return number
