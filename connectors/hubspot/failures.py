"""What HubSpot's refusals mean, by what to do next.

Statuses and bodies: HubSpot's error handling and usage guidelines pages, and the bodies that
connectors of others have met in the field.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.errors import (
    ConnectorError,
    CredentialsError,
    QueryError,
    RetryLater,
    RetrySoon,
    ScopeError,
)

SECONDLY_PAUSE = 1.0
"""Seconds after which a secondly limit has room again."""
TEN_SECONDLY_PAUSE = 10.0
"""The same of the ten-secondly rolling limit."""
LOCKED_PAUSE = 2.0
"""Seconds to wait at least after 423 (HubSpot's error handling page)."""
LONGEST_PAUSE = 60.0
"""Seconds that a run waits at most because it was told to; longer is for another run."""

_log = logging.getLogger(__name__)

_QUOTED = 300
"""Characters of HubSpot's own message that ours repeats."""


class MissingError(QueryError):
    """What was named does not exist in the account."""


@dataclass(frozen=True)
class Raw:
    """An HTTP answer as it came."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""

    def content(self) -> dict[str, Any]:
        """The JSON object that the body is, or an empty one."""
        try:
            found = json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def pause(self) -> float | None:
        """Seconds of a Retry-After header; HubSpot sends no dates there."""
        written = self.headers.get("retry-after", "")
        return float(written) if re.fullmatch(r"\d+(\.\d+)?", written) else None


def _no_number(constant: str) -> Any:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(constant)


def failure(raw: Raw, place: str) -> ConnectorError:
    """The error that an answer of any status but 2xx stands for.

    `place` says what was asked of whom: "POST /crm/v3/objects/contacts/search of portal 1".
    """
    said = _said(raw)
    what = f"HubSpot answered {raw.status} to {place}{said}"
    if raw.status in _MEANINGS:
        return _MEANINGS[raw.status](raw, what)
    if raw.status >= 500:
        return _unavailable(raw, what)
    if raw.status < 400:
        return QueryError(what, remedy="check the connection's `endpoint`: it leads elsewhere")
    return QueryError(what, remedy="run `okr doctor`: it checks the names that the metric uses")


def _refused(_raw: Raw, what: str) -> CredentialsError:
    return CredentialsError(what, remedy="put a valid token where the config points to")


def _locked(raw: Raw, what: str) -> RetrySoon:
    return RetrySoon(what, after=max(raw.pause() or 0.0, LOCKED_PAUSE))


def _moving(raw: Raw, what: str) -> ConnectorError:
    what += ": the account is being moved to another data centre"
    return _paused(what, raw.pause() or LONGEST_PAUSE + 1)


def _unavailable(raw: Raw, what: str) -> ConnectorError:
    pause = raw.pause()
    return RetrySoon(what) if pause is None else _paused(what, pause)


def _limited(raw: Raw, what: str) -> ConnectorError:
    """429: by the policy that was hit."""
    policy = str(raw.content().get("policyName") or raw.content().get("message") or "").upper()
    if "DAILY" in policy:
        return RetryLater(
            what + ": the account's calls of this day are spent",
            remedy="they come back at midnight of the account's time zone; other apps spend them, too",
        )
    own = (
        SECONDLY_PAUSE
        if "SECONDLY" in policy and "TEN_SECONDLY" not in policy
        else TEN_SECONDLY_PAUSE
    )
    return _paused(what, raw.pause() or own)


def _paused(what: str, seconds: float) -> ConnectorError:
    if seconds > LONGEST_PAUSE:
        return RetryLater(what, remedy="nothing to do: the next run asks again")
    return RetrySoon(what, after=seconds)


def _forbidden(raw: Raw, what: str) -> ScopeError:
    scopes = sorted(set(_scopes(raw.content())))
    if scopes:
        one = "the scope" if len(scopes) == 1 else "one of the scopes"
        remedy = f"give the app {one} {', '.join(scopes)} in HubSpot"
    else:
        remedy = "give the app the rights to read this in HubSpot"
    return ScopeError(what, remedy=remedy)


def _scopes(content: Mapping[str, Any]) -> Iterator[str]:
    """The missing scopes, wherever this form of the answer keeps them."""
    for part in (content, *_mappings(content.get("errors"))):
        for context in _mappings([part.get("context")]):
            yield from map(str, context.get("requiredGranularScopes") or ())
    if found := re.search(r"requires one of \[([^\]]+)\]", str(content.get("message", ""))):
        yield from (scope.strip() for scope in found[1].split(","))


def _mappings(parts: Any) -> Iterator[Mapping[str, Any]]:
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping):
            yield part


def _not_found(raw: Raw, what: str) -> QueryError:
    """404: as JSON a thing is missing, as a web page the address is wrong."""
    if raw.content():
        return MissingError(what, remedy="check the name: `okr doctor` lists those that there are")
    return QueryError(
        what + " (a web page)",
        remedy="check `endpoint` and `api_version`: HubSpot serves no such address",
    )


def _said(raw: Raw) -> str:
    """HubSpot's own words."""
    content = raw.content()
    words = str(content.get("message") or "")[:_QUOTED]
    if request := content.get("correlationId") or raw.headers.get("x-hubspot-correlation-id"):
        # By it HubSpot's support finds the request. It is another each time, so it stays out of
        # the message: the same trouble tomorrow is no news about a key result.
        _log.info("HubSpot's correlation id of the request answered %d: %s", raw.status, request)
    return f": {words}" if words else ""


_MEANINGS: dict[int, Callable[[Raw, str], ConnectorError]] = {
    401: _refused,
    403: _forbidden,
    404: _not_found,
    423: _locked,
    429: _limited,
    477: _moving,
    530: _refused,
}
"""530 is what a malformed token gets (Airbyte's source-hubspot, BEHAVIOR.md)."""
